"""What follows a conversation over JSON: its states, its wordings, the parties' own notes, and sharing."""

from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.notes import read_notes, remove_note, save_note
from service.conversations.actions.record import read_conversation
from service.conversations.actions.sharing import share, stop_sharing
from service.conversations.actions.states import say_prepared, take_step
from service.conversations.actions.wording import correct_wording
from service.conversations.api.record import TAGS, told, version_of
from service.conversations.queries.history import list_shares, list_states
from service.conversations.queries.record import get_conversation, list_wordings
from service.conversations.rules import Audience, Purpose
from service.conversations.schemas.record import ConversationOut, WordingIn, WordingOut
from service.conversations.schemas.steps import NoteIn, NoteOut, ShareOut, StateOut, StepIn
from service.kit.actor import Actor
from service.kit.vault import Vault
from service.web.versions import IfMatch, etag, named_version

ONE = "/api/conversations/{conversation_id:uuid}"


@get(f"{ONE}/states", tags=TAGS, summary="Read the history of a conversation")
async def states(session: NamedDependency[AsyncSession], conversation_id: FromPath[UUID]) -> list[StateOut]:
    """Every state that it came to and who brought it there, oldest first; for its parties."""
    return await list_states(session, await get_conversation(session, conversation_id))


@post(f"{ONE}/states", tags=TAGS, summary="Take a conversation to its next state")
async def step(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    data: JSONBody[StepIn],
    if_match: IfMatch = None,
) -> Response[ConversationOut]:
    """The person agrees or declines; either of the two closes; whoever holds it reopens; a meeting that did not happen
    is missed or lapsed. Takes If-Match with the ETag that you read: to agree is to agree to those words. 409 when the
    state cannot follow."""
    return told(
        await take_step(session, actor, conversation_id, data, await version_of(session, conversation_id, if_match)),
        201,
    )


@post(f"{ONE}/prepared", tags=TAGS, summary="Say that you have prepared")
async def prepared(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], conversation_id: FromPath[UUID]
) -> Response[ConversationOut]:
    """For the two who will talk. It is prepared once both have said so."""
    return told(await say_prepared(session, actor, conversation_id), 201)


@get(f"{ONE}/wordings", tags=TAGS, summary="Read every wording of a conversation")
async def wordings(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], conversation_id: FromPath[UUID]
) -> list[WordingOut]:
    """Those that you may read, newest first. Reading what is about somebody else is recorded."""
    talk = await read_conversation(session, actor, conversation_id)
    return await list_wordings(session, talk.person.id, talk.id)


@post(f"{ONE}/wordings", tags=TAGS, summary="Correct what was written down")
async def correct(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    data: JSONBody[WordingIn],
    if_match: IfMatch = None,
) -> Response[ConversationOut]:
    """The next wording; the earlier ones stay. If the person had agreed, they are asked again. Takes If-Match."""
    return told(
        await correct_wording(
            session, actor, conversation_id, data, await version_of(session, conversation_id, if_match)
        ),
        201,
    )


@get(f"{ONE}/notes", tags=TAGS, summary="Read your notes on a conversation")
async def notes(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
) -> list[NoteOut]:
    """Your private note, your preparation, and the other's preparation if they show it to you. For the two who talk."""
    return await read_notes(session, actor, vault, conversation_id)


@put(f"{ONE}/notes/{{purpose:str}}", tags=TAGS, summary="Keep a note or your preparation")
async def keep(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
    purpose: FromPath[Purpose],
    data: JSONBody[NoteIn],
    if_match: IfMatch = None,
) -> Response[NoteOut]:
    """For your eyes alone, unless it is a preparation that you show. Sealed where it is kept. A first one takes no
    If-Match; a later one, that of the note."""
    notes = await read_notes(session, actor, vault, conversation_id)
    known = any(note.party == actor.person_id and note.purpose is purpose for note in notes)
    version = named_version(if_match) if known or if_match else None
    kept = await save_note(session, actor, vault, conversation_id, purpose, data, version)
    return Response(kept, headers={"ETag": etag(kept.version)})


@delete(f"{ONE}/notes/{{purpose:str}}", tags=TAGS, summary="Remove a note or your preparation", status_code=204)
async def remove(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    purpose: FromPath[Purpose],
) -> None:
    """It is gone for good."""
    await remove_note(session, actor, conversation_id, purpose)


@get(f"{ONE}/shares", tags=TAGS, summary="Read who else may read a conversation")
async def shares(session: NamedDependency[AsyncSession], conversation_id: FromPath[UUID]) -> list[ShareOut]:
    """With whom the person shares what was agreed, and with whom they did; for its parties."""
    return await list_shares(session, await get_conversation(session, conversation_id))


@put(f"{ONE}/shares/{{audience:str}}", tags=TAGS, summary="Share what was agreed")
async def start(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    audience: FromPath[Audience],
) -> list[ShareOut]:
    """For the person alone: the HR partners of the organisation it arose in (`hr_partner`), or those of any other that
    employs you, now or later (`new_employer`). They read what you agreed to; you see when they do."""
    return await share(session, actor, conversation_id, audience)


@delete(f"{ONE}/shares/{{audience:str}}", tags=TAGS, summary="Stop sharing", status_code=200)
async def stop(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    audience: FromPath[Audience],
) -> list[ShareOut]:
    """From this moment they can no longer read it."""
    return await stop_sharing(session, actor, conversation_id, audience)


routes: list[ControllerRouterHandler] = [
    states, step, prepared, wordings, correct, notes, keep, remove, shares, start, stop,
]  # fmt: skip
