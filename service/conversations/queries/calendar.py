"""Meetings as a calendar may know them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.rules import USUAL_MINUTES, State
from service.conversations.schemas.calendar import Meeting
from service.conversations.tables import CalendarFeed, Conversation
from service.kit.errors import NotFound

_OFF = frozenset({State.DECLINED, State.MISSED, State.LAPSED})
_FEED_OF = text("SELECT id, starts, minutes, version, is_cancelled FROM private.feed_of(:given)").bindparams(
    bindparam("given", type_=LargeBinary)
)


async def get_meeting(session: AsyncSession, conversation_id: UUID) -> tuple[Meeting, UUID, UUID]:
    """(the meeting, the person, the organisation). Raises NotFound for anybody who is no party to it, and for one that
    was never planned."""
    talk = Conversation
    columns = (talk.id, talk.scheduled_at, talk.minutes, talk.version, talk.state, talk.person_id, talk.organisation_id)
    row = (await session.execute(select(*columns).where(talk.id == conversation_id))).one_or_none()
    if row is None or row.scheduled_at is None:
        raise NotFound("meeting")
    minutes = row.minutes or USUAL_MINUTES
    meeting = Meeting(row.id, row.scheduled_at, minutes, row.version, row.state in _OFF)
    return meeting, row.person_id, row.organisation_id


async def get_feed(session: AsyncSession, token_hash: bytes) -> list[Meeting]:
    """The meetings behind one address, from 90 days ago on. Raises NotFound where nobody has it."""
    rows = (await session.execute(_FEED_OF, {"given": token_hash})).all()
    if not rows:
        raise NotFound("calendar")
    return [
        Meeting(row.id, row.starts, row.minutes or USUAL_MINUTES, row.version, row.is_cancelled)
        for row in rows
        if row.id
    ]


async def find_feed(session: AsyncSession, me: UUID) -> datetime | None:
    """When the reader's address was made; None where there is none."""
    asked = select(CalendarFeed.made_at).where(CalendarFeed.person_id == me)
    return (await session.execute(asked)).scalar_one_or_none()
