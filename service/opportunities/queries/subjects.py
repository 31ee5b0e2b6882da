"""An opportunity as positive action and inclusion checks need it: their room is below this one and cannot know it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.clock import today
from service.kit.errors import NotFound
from service.offers.queries.subjects import found_by
from service.offers.rules.subjects import Subject
from service.offers.schemas.subjects import About
from service.opportunities.queries.opportunities import get_opportunity
from service.opportunities.rules.kinds import OpportunityState
from service.opportunities.schemas.opportunities import OpportunityOut


async def find_about(session: AsyncSession, opportunity_id: UUID) -> About | None:
    """As far as the reader may see it."""
    try:
        return about_of(await get_opportunity(session, opportunity_id, today()))
    except NotFound:
        return None


def about_of(held: OpportunityOut) -> About:
    return About(
        Subject.OPPORTUNITY,
        held.id,
        held.organisation_id,
        held.title,
        f"/opportunities/{held.id}",
        held.closes_on,
        held.priority_until,
        held.is_targeted,
        held.state is OpportunityState.PUBLISHED,
        f"/opportunities/{held.id}/interests",
    )


found_by(Subject.OPPORTUNITY, find_about)
