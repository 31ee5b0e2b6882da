"""How long people inside the system come first, and how soon those not chosen are cared for."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.opportunities.queries.opportunities import get_limits
from service.opportunities.schemas.limits import WorkingDaysIn, WorkingDaysOut
from service.opportunities.tables import OpportunityLimits

EDIT = "organisations.edit"


async def change_limits(session: AsyncSession, actor: Actor, given: WorkingDaysIn) -> WorkingDaysOut:
    """For what is published, and decided, from now on. Raises NotAllowed."""
    actor.must(EDIT)
    await session.execute(update(OpportunityLimits).values(**given.model_dump()))
    await record(session, actor, "opportunities.limits_changed", **given.model_dump())
    return await get_limits(session)
