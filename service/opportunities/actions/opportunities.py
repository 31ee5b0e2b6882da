"""Writing an opportunity down, publishing it and taking it back: by partners of the organisation that has it."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, Problem
from service.kit.ids import new_id
from service.notices.actions import tell
from service.offers.queries.gates import publish_gates
from service.offers.rules.subjects import Subject
from service.opportunities.ours import EDIT, change_row, own_opportunity
from service.opportunities.queries.opportunities import get_limits, get_opportunity, is_profile
from service.opportunities.rules.kinds import InterestState as Interested
from service.opportunities.rules.kinds import OpportunityState, Reason
from service.opportunities.rules.notices import TAKEN_BACK
from service.opportunities.rules.opportunities import (
    Terms,
    internal_window,
    is_open,
    must_follow,
    problems_to_publish,
    problems_with,
)
from service.opportunities.schemas.opportunities import NewOpportunityIn, OpportunityIn, OpportunityOut, StateIn
from service.opportunities.steps import enter_all
from service.opportunities.tables import Interest, Opportunity

FIXED = ("kind", "level", "is_open_to_system", "is_targeted", "priority_until")
# What is optional in a form and never empty in the table.
_BLANK = ("place", "pay", "risk_exposure", "risk_exit")


async def write_opportunity(session: AsyncSession, actor: Actor, given: NewOpportunityIn) -> OpportunityOut:
    """A draft, for the organisation's partners alone. Raises Invalid for what cannot be, or a link before its time."""
    actor.must(EDIT, given.organisation_id)
    await _check(session, given)
    key = new_id()
    row = {"organisation_id": given.organisation_id, "id": key, **_values(given)}
    await session.execute(insert(Opportunity).values({k: v for k, v in row.items() if k != "external_link"}))
    await _told(session, actor, "opportunities.written", given.organisation_id, key, kind=given.kind)
    return await get_opportunity(session, key, today())


async def change_opportunity(
    session: AsyncSession, actor: Actor, opportunity_id: UUID, given: OpportunityIn, version: int
) -> OpportunityOut:
    """Raises Stale when somebody changed it first, Conflict once a shortlist is made, Invalid for what people have
    relied on since it was published."""
    held = await own_opportunity(session, actor, opportunity_id)
    if held.state not in {OpportunityState.DRAFT, OpportunityState.PUBLISHED}:
        raise Conflict("People have been told about this one already, so it stays as it is. Write a new one instead.")
    await _check(session, given, held)
    await change_row(session, held, version, **_values(given))
    await _told(session, actor, "opportunities.changed", held.organisation_id, opportunity_id)
    return await get_opportunity(session, opportunity_id, today())


async def set_state(
    session: AsyncSession, actor: Actor, opportunity_id: UUID, given: StateIn, version: int
) -> OpportunityOut:
    """Publishes it or takes it back. Raises Invalid with all that is missing, each with its field; Conflict for a state
    that cannot follow."""
    held = await own_opportunity(session, actor, opportunity_id)
    must_follow(held.state, given.state)
    if given.state is OpportunityState.PUBLISHED:
        await _publish(session, held, version)
    else:
        await change_row(session, held, version, state=given.state)
        await _tell_taken_back(session, actor, held)
    await _told(session, actor, f"opportunities.{given.state}", held.organisation_id, opportunity_id)
    return await get_opportunity(session, opportunity_id, today())


async def _publish(session: AsyncSession, held: OpportunityOut, version: int) -> None:
    given = Terms(**{name: getattr(held, name) for name in Terms.__slots__})
    problems = problems_to_publish(given, today()) + await publish_gates(
        session,
        held.organisation_id,
        held.id,
        is_targeted=held.is_targeted,
        priority_until=held.priority_until,
        subject=Subject.OPPORTUNITY,
    )
    if problems:
        raise Invalid(*problems)
    working_days = (await get_limits(session)).internal_days
    window = internal_window(today(), working_days)
    await change_row(session, held, version, state=OpportunityState.PUBLISHED, opens_on=today(), internal_until=window)


async def _check(session: AsyncSession, given: OpportunityIn, held: OpportunityOut | None = None) -> None:
    """Raises Invalid."""
    terms = Terms(**{name: getattr(given, name) for name in Terms.__slots__ if name in _said(given)})
    problems = problems_with(terms, today(), held.internal_until if held else None)
    if given.profile_id and not await is_profile(session, given.profile_id):
        problems.append(Problem("profile_id", "Choose the role from the list, or leave it empty."))
    if held and held.state is OpportunityState.PUBLISHED:
        problems += problems_to_publish(terms, min(today(), held.closes_on)) + _relied_on(held, given)
    if problems:
        raise Invalid(*problems)


def _said(given: OpportunityIn) -> set[str]:
    return {name for name in Terms.__slots__ if getattr(given, name) is not None}


def _relied_on(held: OpportunityOut, given: OpportunityIn) -> list[Problem]:
    """People chose whether to ask for it by these."""
    words = "People have read this already. To change it, withdraw this one and write a new one."
    found = [Problem(name, words) for name in FIXED if getattr(held, name) != getattr(given, name)]
    if given.closes_on < held.closes_on:
        found.append(Problem("closes_on", "People rely on this date. It can be later, not earlier."))
    if not is_open(held.state, held.closes_on, today()) and given.closes_on != held.closes_on:
        found.append(Problem("closes_on", "It has closed. The date stays as it is."))
    return found


def _values(given: OpportunityIn) -> dict[str, Any]:
    values = given.model_dump(exclude={"organisation_id"})
    return values | {name: values[name] or "" for name in _BLANK}


async def _tell_taken_back(session: AsyncSession, actor: Actor, held: OpportunityOut) -> None:
    """Whoever waits is told, with the reason that it is not about them."""
    ends = {Interested.SUBMITTED: Interested.NOT_SHORTLISTED, Interested.SHORTLISTED: Interested.NOT_SELECTED}
    asked = select(Interest.person_id, Interest.id, Interest.state, Interest.version).where(
        Interest.organisation_id == held.organisation_id,
        Interest.opportunity_id == held.id,
        Interest.state.in_(ends),
    )
    rows = (await session.execute(asked)).all()
    steps = [
        {
            "person_id": row.person_id,
            "interest_id": row.id,
            "number": row.version + 1,
            "state": ends[row.state],
            "reason": Reason.OPPORTUNITY_CHANGED,
        }
        for row in rows
    ]
    await enter_all(session, actor, steps)
    people = [row.person_id for row in rows]
    await tell(session, actor, people, TAKEN_BACK, about=held.title, link="/me/opportunities")


async def _told(session: AsyncSession, actor: Actor, action: str, place: UUID, key: UUID, **detail: Any) -> None:
    await record(session, actor, action, organisation=place, entity=key, **detail)
