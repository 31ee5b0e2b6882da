"""What somebody was told. Row security shows everybody their own notices and nobody else's."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.clock import now
from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.notices.rules import KEPT_FOR
from service.notices.schemas import ChoicesOut, NoticeOut
from service.notices.tables import Notice, NoticeChoice

MOST_COUNTED = 100
_SHOWN = (Notice.id, Notice.kind, Notice.headline, Notice.link, Notice.told_at, Notice.read_at)


async def list_notices(session: AsyncSession, me: UUID, size: int, cursor: Cursor | None = None) -> Page[NoticeOut]:
    """Of the last year, newest first."""
    asked = select(*_SHOWN).where(Notice.person_id == me, Notice.told_at > now() - KEPT_FOR)
    if cursor:
        asked = asked.where(Notice.id < cursor.id)
    rows = (await session.execute(asked.order_by(Notice.id.desc()).limit(size + 1))).all()
    items = [NoticeOut(*row) for row in rows[:size]]
    return Page(items, str(Cursor("", items[-1].id)) if len(rows) > size else None)


async def get_notice(session: AsyncSession, me: UUID, notice_id: UUID) -> NoticeOut:
    """Raises NotFound for a notice that is not this person's, or no longer kept."""
    asked = select(*_SHOWN).where(Notice.person_id == me, Notice.id == notice_id)
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound("notice")
    return NoticeOut(*row)


async def get_choices(session: AsyncSession, me: UUID) -> ChoicesOut:
    """What the person chose, or how everybody is told who chose nothing."""
    columns = (NoticeChoice.email, NoticeChoice.quiet_from, NoticeChoice.quiet_to)
    row = (await session.execute(select(*columns).where(NoticeChoice.person_id == me))).one_or_none()
    return ChoicesOut(*row) if row else ChoicesOut()
