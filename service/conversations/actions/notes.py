"""What one party writes for themselves: a private note, or a preparation that they may show to the other."""

from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.parties import speaker_in
from service.conversations.queries.history import find_note, sealed_notes
from service.conversations.queries.record import get_conversation
from service.conversations.rules import Purpose, State
from service.conversations.schemas.record import ConversationOut
from service.conversations.schemas.steps import NoteIn, NoteOut
from service.conversations.sealing import NOTES
from service.conversations.tables import PrivateNote
from service.kit.actor import Actor
from service.kit.clock import now
from service.kit.errors import Conflict, Invalid, NotFound, Problem, Stale
from service.kit.vault import Vault


async def read_notes(session: AsyncSession, actor: Actor, vault: Vault, conversation_id: UUID) -> list[NoteOut]:
    """The actor's own notes, and the other's preparation once it is shown. Raises NotFound, NotAllowed, CannotOpen."""
    talk = await get_conversation(session, conversation_id)
    me = speaker_in(actor, talk)
    notes = [_opened(vault, note) for note in await sealed_notes(session, talk)]
    if me != talk.person.id and any(note.party == talk.person.id for note in notes):
        await _told(session, actor, "conversations.preparation_read", talk)
    return notes


async def save_note(
    session: AsyncSession,
    actor: Actor,
    vault: Vault,
    conversation_id: UUID,
    purpose: Purpose,
    given: NoteIn,
    version: int | None,
) -> NoteOut:
    """`version` is the one that was read; None for a first one. Raises NotFound, NotAllowed, Stale, CannotOpen, Invalid
    for a note that is to be shown, Conflict for a preparation after the conversation."""
    talk = await get_conversation(session, conversation_id)
    me = speaker_in(actor, talk)
    if given.is_shown and purpose is Purpose.NOTE:
        raise Invalid(Problem("is_shown", "A private note is for you alone. Show a preparation instead."))
    if purpose is Purpose.PREPARATION and talk.state not in {State.PLANNED, State.PREPARED}:
        raise Conflict("A preparation is written before the conversation. Write a private note instead.")
    before = await find_note(session, talk, me, purpose)
    if version != (before["version"] if before else None):
        raise Stale
    key = {"person_id": talk.person.id, "conversation_id": talk.id, "party_id": me, "purpose": purpose}
    change = {**NOTES.seal(vault, key, given.text), "is_shown": given.is_shown}
    if before is None:
        await session.execute(insert(PrivateNote), {**key, **change})
    else:
        again = update(PrivateNote).filter_by(**key, version=version).values(**change, version=before["version"] + 1)
        changed = await session.execute(again.values(changed_at=now()).returning(PrivateNote.version))
        if changed.scalar_one_or_none() is None:
            raise Stale
    await _told(session, actor, f"conversations.{purpose}_kept", talk)
    kept = await find_note(session, talk, me, purpose)
    if kept is None:
        raise NotFound("note")
    return _opened(vault, kept)


async def remove_note(session: AsyncSession, actor: Actor, conversation_id: UUID, purpose: Purpose) -> None:
    """Raises NotFound where there is no such note of the actor's."""
    talk = await get_conversation(session, conversation_id)
    key = {"conversation_id": talk.id, "party_id": speaker_in(actor, talk), "purpose": purpose}
    gone = await session.execute(delete(PrivateNote).filter_by(**key).returning(PrivateNote.version))
    if gone.scalar_one_or_none() is None:
        raise NotFound("note")
    await _told(session, actor, f"conversations.{purpose}_removed", talk)


def _opened(vault: Vault, note: dict[str, object]) -> NoteOut:
    text = NOTES.open(vault, note)
    kept = {name: note[name] for name in ("purpose", "is_shown", "version", "changed_at")}
    return NoteOut(party=note["party_id"], text=text, **kept)  # pyright: ignore[reportArgumentType]


async def _told(session: AsyncSession, actor: Actor, action: str, talk: ConversationOut) -> None:
    place = talk.organisation_id
    await record(session, actor, action, subject=talk.person.id, organisation=place, entity=talk.id)
