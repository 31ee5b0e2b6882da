"""Nominating a colleague: they see it, they decide, and whoever nominates learns nothing about them."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Invalid, NotAllowed
from service.kit.ids import new_timeless_id
from service.notices.actions import tell_if_there
from service.offers.queries.offers import get_offer
from service.offers.rules.applications import NOMINATED
from service.offers.rules.eligibility import time_problems
from service.offers.schemas.applications import NominationIn

FIND, READ = "people.find", "me.read"
_NOMINATE = text("SELECT private.nominate_for_offer(:address, :organisation, :offer, :application)")


async def nominate(session: AsyncSession, actor: Actor, offer_id: UUID, given: NominationIn) -> None:
    """Answers the same, after the same work, whether or not anybody has this address, may apply, or was nominated
    before, and after twenty in one day. Raises Invalid for an offer that is not open."""
    if not actor.where(FIND) and not actor.may(READ):
        raise NotAllowed
    offer = await get_offer(session, offer_id)
    if problems := time_problems(offer.state, offer.opens_on, offer.closes_on, today()):
        raise Invalid(*problems)
    key = new_timeless_id()
    asked = {"address": given.email, "organisation": offer.organisation_id, "offer": offer_id, "application": key}
    person: UUID | None = (await session.execute(_NOMINATE, asked)).scalar_one()
    await record(session, actor, "offers.nomination_sent", subject=person, entity=offer_id)
    await tell_if_there(session, actor, person, NOMINATED, about=offer.title, link=f"/me/offers/{key}")
