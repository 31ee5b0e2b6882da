"""The person lets somebody besides the parties read what was agreed, and stops it at once when they like."""

from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.parties import parts_of
from service.conversations.queries.history import list_shares
from service.conversations.queries.record import get_conversation
from service.conversations.rules import Audience, State
from service.conversations.rules.steps import Part
from service.conversations.schemas.record import ConversationOut
from service.conversations.schemas.steps import ShareOut
from service.conversations.tables import ConversationShare
from service.kit.actor import Actor
from service.kit.clock import now
from service.kit.errors import Conflict, NotAllowed


async def share(session: AsyncSession, actor: Actor, conversation_id: UUID, audience: Audience) -> list[ShareOut]:
    """Shared already, it stays shared. Raises NotFound, NotAllowed for anybody but the person, Conflict before they
    agreed."""
    talk = await _own(session, actor, conversation_id)
    if talk.state not in {State.AGREED, State.CLOSED}:
        raise Conflict("Agree to what was written down first. Only what you agreed to can be shared.")
    if not _open(await list_shares(session, talk), audience):
        row = {"person_id": talk.person.id, "conversation_id": talk.id, "audience": audience}
        await session.execute(insert(ConversationShare), row)
        await _told(session, actor, "conversations.shared", talk, audience)
    return await list_shares(session, talk)


async def stop_sharing(
    session: AsyncSession, actor: Actor, conversation_id: UUID, audience: Audience
) -> list[ShareOut]:
    """From this moment nobody of that audience can read it. Not shared, it stays so. Raises as `share`."""
    talk = await _own(session, actor, conversation_id)
    if _open(await list_shares(session, talk), audience):
        key = {"person_id": talk.person.id, "conversation_id": talk.id, "audience": audience, "revoked_at": None}
        await session.execute(update(ConversationShare).filter_by(**key).values(revoked_at=now()))
        await _told(session, actor, "conversations.share_ended", talk, audience)
    return await list_shares(session, talk)


def _open(shares: list[ShareOut], audience: Audience) -> bool:
    return any(share.audience is audience and share.revoked_at is None for share in shares)


async def _own(session: AsyncSession, actor: Actor, conversation_id: UUID) -> ConversationOut:
    talk = await get_conversation(session, conversation_id)
    if Part.PERSON not in parts_of(actor, talk):
        raise NotAllowed("Only the person it is about decides who else can read it.")
    return talk


async def _told(session: AsyncSession, actor: Actor, action: str, talk: ConversationOut, audience: Audience) -> None:
    who, place = talk.person.id, talk.organisation_id
    await record(session, actor, action, subject=who, organisation=place, entity=talk.id, audience=audience)
