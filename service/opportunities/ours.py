"""Opportunities of the actor's own organisations: finding one to act on, and changing it unless somebody did first."""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import NotAllowed, NotFound, Stale
from service.opportunities.queries.opportunities import get_opportunity
from service.opportunities.schemas.opportunities import OpportunityOut
from service.opportunities.tables import Opportunity

EDIT, DECIDE = "opportunities.edit", "opportunities.decide"


async def own_opportunity(
    session: AsyncSession, actor: Actor, opportunity_id: UUID, permission: str = EDIT
) -> OpportunityOut:
    """Raises NotAllowed without the permission anywhere, NotFound for another organisation's."""
    found = await get_opportunity(session, opportunity_id, today())
    if not actor.may(permission, found.organisation_id):
        if not actor.where(permission):
            raise NotAllowed
        raise NotFound("opportunity of yours")
    return found


async def change_row(session: AsyncSession, held: OpportunityOut, version: int, **values: Any) -> None:
    """Raises Stale when it is no longer at that version."""
    row = (
        Opportunity.organisation_id == held.organisation_id,
        Opportunity.id == held.id,
        Opportunity.version == version,
    )
    done = await session.execute(update(Opportunity).where(*row).values(**values, version=version + 1))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Stale
