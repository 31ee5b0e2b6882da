"""The dates of an offer and their places: how many, and how many of them are kept for whom."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.offers.actions.offers import DOWN
from service.offers.actions.telling import tell_moved_up
from service.offers.owning import own_offer
from service.offers.queries.offers import get_offer, list_seats
from service.offers.rules.offers import OfferState, cohort_problems
from service.offers.schemas.offers import CohortIn, OfferOut
from service.offers.tables import OfferCohort, OfferSeats
from service.organisations.queries import organisation_names

OVERSOLD = {"ck_offer_cohorts_never_oversold", "ck_offer_seats_never_oversold", "ck_offer_cohorts_kept_places_hold"}


async def add_cohort(session: AsyncSession, actor: Actor, offer_id: UUID, given: CohortIn) -> OfferOut:
    """Raises Invalid for dates and places that cannot be."""
    held = await _open(session, actor, offer_id)
    await _check(session, held, given, 0)
    key = {"organisation_id": held.organisation_id, "offer_id": offer_id}
    cohort = new_id()
    await session.execute(insert(OfferCohort).values(**key, id=cohort, **_columns(given)))
    kept = [{**key, "cohort_id": cohort, **_seats(one)} for one in given.reserved if one.places]
    if kept:
        await session.execute(insert(OfferSeats), kept)
    await _told(session, actor, "offers.date_added", held, cohort, places=given.places)
    return await get_offer(session, offer_id)


async def change_cohort(
    session: AsyncSession, actor: Actor, offer_id: UUID, cohort_id: UUID, given: CohortIn
) -> OfferOut:
    """More places go to whoever waits, in order, and they are told. Raises Invalid for fewer places than are taken."""
    held = await _open(session, actor, offer_id)
    taken = await _hold(session, held, cohort_id)
    await _check(session, held, given, taken)
    try:
        async with session.begin_nested():
            await _keep(session, held, cohort_id, given)
    except IntegrityError as error:
        if constraint_of(error) in OVERSOLD:
            words = "Some of these places are taken already. Keep at least as many as people have."
            raise Invalid(Problem("reserved", words)) from None
        raise
    await _told(session, actor, "offers.date_changed", held, cohort_id, places=given.places)
    await tell_moved_up(session, actor, offer_id, held.title)
    return await get_offer(session, offer_id)


async def _open(session: AsyncSession, actor: Actor, offer_id: UUID) -> OfferOut:
    held = await own_offer(session, actor, offer_id)
    if held.state in {OfferState.CLOSED, OfferState.WITHDRAWN}:
        raise Conflict(DOWN)
    return held


async def _hold(session: AsyncSession, held: OfferOut, cohort_id: UUID) -> int:
    """The places taken, which stay as they are until the end of the transaction. Raises NotFound."""
    row = (OfferCohort.organisation_id == held.organisation_id, OfferCohort.offer_id == held.id)
    asked = select(OfferCohort.taken).where(*row, OfferCohort.id == cohort_id).with_for_update(key_share=True)
    taken = (await session.execute(asked)).scalar_one_or_none()
    if taken is None:
        raise NotFound("date of this offer")
    return taken


async def _keep(session: AsyncSession, held: OfferOut, cohort_id: UUID, given: CohortIn) -> None:
    """Fewer kept places first, then the number of all, then more kept ones: each step holds on its own."""
    key = {"organisation_id": held.organisation_id, "offer_id": held.id, "cohort_id": cohort_id}
    before = {seats.organisation_id: seats.reserved for seats in await list_seats(session, cohort_id)}
    after = {one.organisation_id: one.places for one in given.reserved}
    fewer = {place: after.get(place, 0) for place, kept in before.items() if after.get(place, 0) < kept}
    await _reserve(session, key, fewer)
    row = (OfferCohort.organisation_id == held.organisation_id, OfferCohort.offer_id == held.id)
    await session.execute(update(OfferCohort).where(*row, OfferCohort.id == cohort_id).values(**_columns(given)))
    more = {place: kept for place, kept in after.items() if kept > before.get(place, 0)}
    await _reserve(session, key, more)


async def _reserve(session: AsyncSession, key: dict[str, UUID], wanted: dict[UUID, int]) -> None:
    for place, number in sorted(wanted.items()):
        known = await session.execute(
            update(OfferSeats)
            .where(*(getattr(OfferSeats, name) == value for name, value in key.items()))
            .where(OfferSeats.partner_organisation_id == place)
            .values(reserved=number)
        )
        if not known.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
            row = {**key, "partner_organisation_id": place, "reserved": number}
            await session.execute(insert(OfferSeats).values(**row))


async def _check(session: AsyncSession, held: OfferOut, given: CohortIn, taken: int) -> None:
    reserved = [one.places for one in given.reserved]
    problems = cohort_problems(given.starts_on, given.ends_on, given.places, reserved, taken, today())
    allowed = set(held.partners) or set(await organisation_names(session))
    if {one.organisation_id for one in given.reserved} - allowed:
        problems.append(Problem("reserved", "Keep places only for organisations whose people may enrol."))
    if problems:
        raise Invalid(*problems)


def _columns(given: CohortIn) -> dict[str, Any]:
    return {**given.model_dump(exclude={"reserved"}), "place": given.place or ""}


def _seats(one: Any) -> dict[str, Any]:
    return {"partner_organisation_id": one.organisation_id, "reserved": one.places}


async def _told(
    session: AsyncSession, actor: Actor, action: str, held: OfferOut, cohort_id: UUID, **detail: Any
) -> None:
    await record(session, actor, action, organisation=held.organisation_id, entity=cohort_id, **detail)
