"""Taking an offer down: nobody applies any more, or it does not take place and everyone who applied is told."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Conflict, Stale
from service.offers.actions.applying import Key, add_state
from service.offers.actions.telling import tell_each
from service.offers.owning import own_offer
from service.offers.queries.applications import list_applicants
from service.offers.queries.offers import get_offer
from service.offers.rules.applications import OPEN, ApplicationState, DecisionReason
from service.offers.rules.offers import Ending, OfferState
from service.offers.schemas.applications import ApplicantOut
from service.offers.schemas.offers import EndIn, OfferOut
from service.offers.tables import Offer

UNDECIDED = frozenset({*OPEN, ApplicationState.PLACED})
PART = 500


async def end_offer(session: AsyncSession, actor: Actor, offer_id: UUID, given: EndIn, version: int) -> OfferOut:
    """Closed, those who applied are still decided about. Withdrawn, everyone who applied or has a place is told why at
    once. Raises Conflict for what is down already."""
    held = await own_offer(session, actor, offer_id)
    if held.state is OfferState.WITHDRAWN or (given.ending is Ending.CLOSED and held.state is not OfferState.PUBLISHED):
        raise Conflict("Only what is published can be closed, and what is withdrawn stays so.")
    state = OfferState(given.ending.value)
    row = (Offer.organisation_id == held.organisation_id, Offer.id == offer_id, Offer.version == version)
    done = await session.execute(update(Offer).where(*row).values(state=state))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Stale
    told = 0 if given.ending is Ending.CLOSED else await _call_off(session, actor, held)
    await record(session, actor, f"offers.{state}", organisation=held.organisation_id, entity=offer_id, told=told)
    return await get_offer(session, offer_id)


async def _call_off(session: AsyncSession, actor: Actor, held: OfferOut) -> int:
    """How many people were told."""
    page = await list_applicants(session, held.id, UNDECIDED, size=PART)
    told = 0
    while page.items:
        for one in page.items:
            await _say_no(session, actor, held, one)
        people = [(one.person_id, one.id) for one in page.items]
        await tell_each(session, actor, people, ApplicationState.UNSUCCESSFUL, held.title)
        told += len(people)
        page = await list_applicants(session, held.id, UNDECIDED, size=PART)
    return told


async def _say_no(session: AsyncSession, actor: Actor, held: OfferOut, one: ApplicantOut) -> None:
    key, state = Key(one.person_id, one.id), ApplicationState.UNSUCCESSFUL
    reason = DecisionReason.OFFER_WITHDRAWN
    await add_state(session, actor, key, one.version + 1, state, held.organisation_id, reason=reason)
