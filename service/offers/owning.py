"""Whose offer it is: what every change of one asks first."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import NotAllowed, NotFound
from service.offers.queries.offers import get_offer
from service.offers.schemas.offers import OfferOut

EDIT, DECIDE = "offers.edit", "offers.decide"


async def own_offer(session: AsyncSession, actor: Actor, offer_id: UUID, permission: str = EDIT) -> OfferOut:
    """Raises NotFound out of sight, NotAllowed for what is another organisation's."""
    found = await get_offer(session, offer_id)
    if not actor.may(permission, found.organisation_id):
        if not actor.where(permission):
            raise NotAllowed
        raise NotFound("offer of yours")
    return found
