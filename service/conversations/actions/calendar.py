"""A calendar's address: made, replaced and stopped by the person; and the invitation to one meeting."""

import secrets
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.queries.calendar import get_meeting
from service.conversations.schemas.calendar import Meeting
from service.conversations.tables import CalendarFeed
from service.kit.actor import Actor
from service.kit.errors import NotFound


async def make_feed(session: AsyncSession, actor: Actor) -> str:
    """The secret of a new address, which takes the place of any before: that one is dead at once."""
    me, token = actor.myself("me.plan"), secrets.token_urlsafe(32)
    await session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == me))
    await session.execute(insert(CalendarFeed).inline(), {"person_id": me, "token_hash": hash_of(token)})
    await record(session, actor, "conversations.feed_made", subject=me)
    return token


async def stop_feed(session: AsyncSession, actor: Actor) -> None:
    """Raises NotFound where there is none."""
    me = actor.myself("me.plan")
    gone = await session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == me))
    if not gone.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise NotFound("calendar")
    await record(session, actor, "conversations.feed_stopped", subject=me)


async def read_invitation(session: AsyncSession, actor: Actor, conversation_id: UUID) -> Meeting:
    """Raises NotFound for anybody who is no party to it, and for one that was never planned."""
    meeting, person_id, place = await get_meeting(session, conversation_id)
    if person_id != actor.person_id:
        await record(
            session, actor, "conversations.invitation_read", subject=person_id, organisation=place, entity=meeting.id
        )
    return meeting


def hash_of(token: str) -> bytes:
    """What is kept of a secret: 256 random bits need no salt."""
    return sha256(token.encode("utf-8", "replace")).digest()
