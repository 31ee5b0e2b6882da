"""Deciding who is shortlisted and who is chosen. Everybody who waits is decided on, and told, at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from service.notices.actions import tell
from service.notices.rules import Kind
from service.offers.actions.checks import must_be_answered
from service.offers.actions.equal import waiting_for
from service.offers.queries.positive_action import find_standing, for_tie, list_equal
from service.offers.rules.checks import CheckStage
from service.offers.rules.positive_action import may_break_tie
from service.offers.rules.subjects import Subject
from service.opportunities.ours import DECIDE, change_row, own_opportunity
from service.opportunities.queries.interests import free_again, list_candidates
from service.opportunities.queries.opportunities import get_limits
from service.opportunities.queries.subjects import about_of
from service.opportunities.rules import notices
from service.opportunities.rules.aftercare import due_on
from service.opportunities.rules.interests import (
    Part,
    Verdict,
    must_step,
    tie_problems,
    tied,
    verdict_problems,
)
from service.opportunities.rules.kinds import InterestState, OpportunityState, Reason
from service.opportunities.rules.opportunities import must_follow
from service.opportunities.schemas.interests import CandidateOut, DecisionIn, ReserveIn
from service.opportunities.schemas.opportunities import OpportunityOut
from service.opportunities.steps import enter_all
from service.opportunities.tables import Aftercare, Interest

State = InterestState
# (who waits, what they become, what they become otherwise), and what each of them is told
ROUNDS: Mapping[OpportunityState, tuple[State, State, State, CheckStage]] = {
    OpportunityState.PUBLISHED: (
        State.SUBMITTED,
        State.SHORTLISTED,
        State.NOT_SHORTLISTED,
        CheckStage.SHORTLIST_CLOSED,
    ),
    OpportunityState.SHORTLISTING: (
        State.SHORTLISTED,
        State.SELECTED,
        State.NOT_SELECTED,
        CheckStage.DECISIONS_MADE,
    ),
}
NEWS: Mapping[State, Kind] = {
    State.SHORTLISTED: notices.SHORTLISTED,
    State.NOT_SHORTLISTED: notices.NOT_SHORTLISTED,
    State.SELECTED: notices.SELECTED,
    State.NOT_SELECTED: notices.NOT_SELECTED,
}
OWN = "You said that you are interested in this one yourself. Ask another HR partner of your organisation to decide."


async def read_candidates(
    session: AsyncSession, actor: Actor, opportunity_id: UUID
) -> tuple[OpportunityOut, list[CandidateOut]]:
    """Everybody who sent their interest. Each of them can see that they were read. Raises NotFound out of sight,
    NotAllowed for whoever is one of them."""
    held = await own_opportunity(session, actor, opportunity_id, DECIDE)
    found = await _candidates(session, actor, held)
    for one in found:
        if one.person_id != actor.person_id:
            place, what = held.organisation_id, "opportunities.interest_read"
            await record(session, actor, what, subject=one.person_id, organisation=place, entity=one.id)
    return held, found


async def decide(
    session: AsyncSession, actor: Actor, opportunity_id: UUID, given: DecisionIn, version: int
) -> OpportunityOut:
    """The shortlist and, once there is one, the choice. Raises Conflict before the closing date, Invalid without
    the inclusion check of this stage or a reason for each non-selection, Stale, NotAllowed for a candidate."""
    held = await own_opportunity(session, actor, opportunity_id, DECIDE)
    waits, on, off, stage = await _round(session, held)
    waiting = {one.id: one for one in await _candidates(session, actor, held) if one.state is waits}
    verdicts = {one.interest_id: Verdict(**one.model_dump()) for one in given.verdicts}
    await _check(session, held, verdicts, frozenset(waiting), is_last=on is State.SELECTED)
    goes_on = on is State.SHORTLISTED and any(one.is_on for one in verdicts.values())
    new = OpportunityState.SHORTLISTING if goes_on else OpportunityState.DECIDED
    must_follow(held.state, new)
    when: dict[str, Any] = {"shortlisted_at": now()} if on is State.SHORTLISTED else {}
    when |= {"decided_at": now()} if new is OpportunityState.DECIDED else {}
    await change_row(session, held, version, state=new, **when)
    await enter_all(session, actor, [_step(waiting[one.interest_id], one, (on, off)) for one in verdicts.values()])
    told = [(waiting[one.interest_id], on if one.is_on else off, one) for one in verdicts.values()]
    await _open_aftercare(session, held, [one for one, state, _ in told if state is off])
    for new_state in (on, off):
        people = [one.person_id for one, state, _ in told if state is new_state]
        await tell(session, actor, people, NEWS[new_state], about=held.title, link="/me/opportunities")
    for one, state, verdict in told:
        await _told(session, actor, held, one, state, reason=verdict.reason)
    await record(
        session, actor, "opportunities.decided", organisation=held.organisation_id, entity=held.id, stage=stage
    )
    return await own_opportunity(session, actor, opportunity_id, DECIDE)


async def choose_again(
    session: AsyncSession, actor: Actor, opportunity_id: UUID, interest_id: UUID, given: ReserveIn, version: int
) -> OpportunityOut:
    """Chooses somebody else of the shortlist, once somebody who was chosen declined or withdrew: they are told, and
    nothing is owed to them any more. Raises Conflict where no place is free, Stale, NotFound for no such interest."""
    held = await own_opportunity(session, actor, opportunity_id, DECIDE)
    found = next((one for one in await _candidates(session, actor, held) if one.id == interest_id), None)
    if found is None:
        raise NotFound("interest")
    if held.state is not OpportunityState.DECIDED or found.state is not State.NOT_SELECTED:
        raise Conflict("Only somebody of the shortlist who was not chosen can be chosen now.")
    await change_row(session, held, version)
    if await free_again(session, held) < 1:
        raise Conflict("Nobody who was chosen has said no, so nobody else can be chosen.")
    verdict = Verdict(found.id, is_on=True, reason=Reason.MERIT, note=given.note)
    await enter_all(session, actor, [_step(found, verdict, (State.SELECTED, State.NOT_SELECTED))])
    await tell(session, actor, [found.person_id], notices.SELECTED, about=held.title, link="/me/opportunities")
    await _told(session, actor, held, found, State.SELECTED, reason=verdict.reason)
    return await own_opportunity(session, actor, opportunity_id, DECIDE)


async def mark_started(session: AsyncSession, actor: Actor, opportunity_id: UUID, interest_id: UUID) -> None:
    """Somebody who accepted has begun. Raises NotFound for no such interest here, Conflict before they accepted."""
    held = await own_opportunity(session, actor, opportunity_id, DECIDE)
    found = next((one for one in await _candidates(session, actor, held) if one.id == interest_id), None)
    if found is None:
        raise NotFound("interest")
    must_step(found.state, State.STARTED, Part.PARTNER)
    step = {"person_id": found.person_id, "interest_id": found.id, "number": found.version + 1}
    await enter_all(session, actor, [step | {"state": State.STARTED}])
    await _told(session, actor, held, found, State.STARTED)


async def _candidates(session: AsyncSession, actor: Actor, held: OpportunityOut) -> list[CandidateOut]:
    """Raises NotAllowed: nobody reads those who stand beside them, or decides between themselves and others."""
    found = await list_candidates(session, held)
    if any(one.person_id == actor.person_id and one.state is not State.WITHDRAWN for one in found):
        raise NotAllowed(OWN)
    return found


async def _round(session: AsyncSession, held: OpportunityOut) -> tuple[State, State, State, CheckStage]:
    """Raises Conflict where there is nothing to decide yet, Invalid without the inclusion check of the stage."""
    if held.state not in ROUNDS:
        raise Conflict("There is nothing to decide here now. Reload the page to see how it stands.")
    if held.is_open:
        raise Conflict(f"People can still say they are interested until {held.closes_on:%-d %B %Y}. Decide after that.")
    found = ROUNDS[held.state]
    await must_be_answered(session, held.organisation_id, Subject.OPPORTUNITY, held.id, found[3])
    return found


async def _check(
    session: AsyncSession,
    held: OpportunityOut,
    verdicts: Mapping[UUID, Verdict],
    waiting: frozenset[UUID],
    *,
    is_last: bool,
) -> None:
    """Raises Invalid. A tie is broken only under a record that stands, between people recorded as equally qualified."""
    problems = verdict_problems(verdicts, waiting, is_last=is_last)
    if between := tied(verdicts):
        standing = await find_standing(session, held.organisation_id, Subject.OPPORTUNITY, held.id)
        equal = for_tie(await list_equal(session, about_of(held)), set(between))
        problems += tie_problems(verdicts, may_break_tie(standing, equal, between, today()))
    if problems:
        raise Invalid(*problems)


def _step(one: CandidateOut, verdict: Verdict, states: tuple[State, State]) -> dict[str, Any]:
    state = states[0] if verdict.is_on else states[1]
    must_step(one.state, state, Part.PARTNER)
    key = {"person_id": one.person_id, "interest_id": one.id, "number": one.version + 1}
    return key | {"state": state, "reason": verdict.reason, "note": verdict.note}


async def _open_aftercare(session: AsyncSession, held: OpportunityOut, not_chosen: Sequence[CandidateOut]) -> None:
    """Their own employer cares for those who let it; the organisation that decided, for everybody else."""
    if not not_chosen:
        return
    working_days = (await get_limits(session)).aftercare_days
    helped = await _helped(session, [one.id for one in not_chosen])
    rows = [
        {
            "person_id": one.person_id,
            "interest_id": one.id,
            "organisation_id": one.employer_id if one.id in helped else held.organisation_id,
            "decided_by_organisation_id": held.organisation_id,
            "due_on": due_on(today(), working_days),
        }
        for one in not_chosen
    ]
    await session.execute(insert(Aftercare), rows)


async def _helped(session: AsyncSession, interests: Sequence[UUID]) -> set[UUID]:
    """Whose own employer may be told that they were not chosen."""
    asked = select(Interest.id).where(Interest.id.in_(interests), Interest.employer_may_help)
    return set((await session.execute(asked)).scalars())


async def _told(
    session: AsyncSession, actor: Actor, held: OpportunityOut, one: CandidateOut, state: State, **detail: Any
) -> None:
    who, place = one.person_id, held.organisation_id
    await record(session, actor, f"opportunities.{state}", subject=who, organisation=place, entity=one.id, **detail)


async def _waiting(session: AsyncSession, actor: Actor, opportunity_id: UUID) -> list[tuple[UUID, str]]:
    _, found = await read_candidates(session, actor, opportunity_id)
    return [(one.id, one.name) for one in found if one.state in {State.SUBMITTED, State.SHORTLISTED}]


waiting_for(Subject.OPPORTUNITY, _waiting)
