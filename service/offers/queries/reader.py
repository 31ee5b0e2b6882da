"""Who the reader is at work now: what decides which offers are open to them."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.offers.rules.eligibility import PostNow
from service.organisations.tables import CrosswalkEntry
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment
from service.posts.queries import HELD_TODAY, LEVEL
from service.posts.rules import AssignmentKind
from service.posts.tables import Assignment

_HELD = and_(
    Assignment.organisation_id == Employment.organisation_id,
    Assignment.person_id == Employment.person_id,
    HELD_TODAY,
)
_POSTS = (
    select(Employment.organisation_id, Assignment.job_title, CrosswalkEntry.level, Assignment.staff_group)
    .outerjoin(Assignment, _HELD)
    .outerjoin(CrosswalkEntry, LEVEL)
    .order_by(
        (Assignment.kind == AssignmentKind.SUBSTANTIVE).desc().nulls_last(),
        Assignment.fte.desc().nulls_last(),
        Assignment.started.desc().nulls_last(),
        Employment.organisation_id,
        Assignment.id,
    )
)


async def list_posts_now(session: AsyncSession, person_id: UUID | None) -> list[PostNow]:
    """What somebody does for each employer now, the main post first; nothing for an account that is nobody's."""
    if person_id is None:
        return []
    rows: Any = await session.execute(_POSTS.where(Employment.person_id == person_id, EMPLOYED_NOW))
    return [PostNow(row[0], row[1], row[2], row[3].value if row[3] else None) for row in rows]
