"""Deciding about applications: one or several at once, each with a reason that the person reads."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, NotAllowed, Problem, Stale
from service.kit.paging import Page
from service.offers.actions.applying import Key, add_state
from service.offers.actions.checks import must_be_answered
from service.offers.actions.telling import tell_each, tell_moved_up
from service.offers.owning import DECIDE, own_offer
from service.offers.queries.applications import find_applicants, list_applicants
from service.offers.queries.positive_action import find_standing, for_tie, list_equal
from service.offers.queries.subjects import get_about
from service.offers.rules.applications import (
    ApplicationState,
    Decision,
    DecisionReason,
    decision_problems,
    order_problem,
)
from service.offers.rules.checks import CheckStage
from service.offers.rules.offers import PlaceRule
from service.offers.rules.positive_action import may_break_tie
from service.offers.rules.subjects import Subject
from service.offers.schemas.applications import ApplicantOut, DecisionsIn
from service.offers.schemas.offers import OfferOut

CHOICES = frozenset({Decision.PLACED, Decision.WAITING, Decision.UNSUCCESSFUL})
FULL = "There are not enough places left for this. Put people on the waiting list, or add places first."
OWN = "You cannot decide about your own application. Ask another HR partner of your organisation."
GONE = "Some of these applications are no longer there. Reload the page and choose again."


async def read_applications(
    session: AsyncSession,
    actor: Actor,
    offer_id: UUID,
    states: Sequence[ApplicationState] = (),
    cursor: str | None = None,
    size: int = 50,
) -> tuple[OfferOut, Page[ApplicantOut]]:
    """Those of an offer of the actor's own organisation, in the order in which they were sent; with a priority window
    in no order, and without the day, which would tell who was in it. Each person can see that theirs was read."""
    offer = await own_offer(session, actor, offer_id, DECIDE)
    page = await list_applicants(session, offer_id, states, cursor, size, has_window=offer.priority_until is not None)
    for one in page.items:
        place = {"organisation": offer.organisation_id, "entity": one.id}
        await record(session, actor, "offers.application_read", subject=one.person_id, **place)
    return offer, page


async def decide(session: AsyncSession, actor: Actor, offer_id: UUID, given: DecisionsIn) -> int:
    """All or none; how many. Everyone decided about is told at once. Raises Invalid without a reason that explains it
    or for a choice that does not fit, Conflict where places do not suffice, Stale where somebody decided first."""
    offer = await own_offer(session, actor, offer_id, DECIDE)
    found = await _picked(session, actor, offer, given)
    await _was_it_fair(session, offer, found, given.decision)
    state = ApplicationState(given.decision.value)
    more = {"reason": given.reason, "note": given.note, "cohort_id": given.cohort_id}
    # Cohort by cohort, so that two who decide at once never wait for each other.
    # By date, and of each in the order in which they were sent: so they came.
    for one in sorted(found, key=lambda one: str(given.cohort_id or one.cohort_id)):
        await _decide_one(session, actor, offer, one, state, more)
    place = {"organisation": offer.organisation_id, "entity": offer_id}
    await record(session, actor, "offers.decisions_made", **place, number=len(found))
    await tell_each(session, actor, [(one.person_id, one.id) for one in found], state, offer.title)
    await tell_moved_up(session, actor, offer_id, offer.title)
    return len(found)


async def _decide_one(
    session: AsyncSession,
    actor: Actor,
    offer: OfferOut,
    one: ApplicantOut,
    state: ApplicationState,
    more: Mapping[str, Any],
) -> None:
    try:
        key = Key(one.person_id, one.id)
        await add_state(session, actor, key, one.version + 1, state, offer.organisation_id, **more)
    except IntegrityError as error:
        if constraint_of(error) in {"ck_offer_cohorts_never_oversold", "ck_offer_seats_never_oversold"}:
            raise Conflict(FULL) from None
        raise


async def _picked(session: AsyncSession, actor: Actor, offer: OfferOut, given: DecisionsIn) -> list[ApplicantOut]:
    """The applications chosen, each at the version that was read. Raises what `decide` raises."""
    problems = decision_problems(given.decision, given.reason)
    if given.cohort_id and given.cohort_id not in {cohort.id for cohort in offer.cohorts}:
        problems.append(Problem("cohort_id", "Choose one of the dates of this offer."))
    if given.cohort_id and given.decision not in {Decision.PLACED, Decision.WAITING}:
        problems.append(Problem("cohort_id", "A date goes with a place or the waiting list alone."))
    versions = {pick.application_id: pick.version for pick in given.picks}
    found = await find_applicants(session, offer.id, versions)
    if len(found) < len(versions):
        problems.append(Problem("picks", GONE))
    problems += [Problem("picks", words) for words in _out_of_order(found, given)]
    if given.reason is DecisionReason.TIE_BREAK:
        problems += await _tie_problems(session, offer, versions)
    if problems:
        raise Invalid(*problems)
    if any(one.person_id == actor.person_id for one in found):
        raise NotAllowed(OWN)
    if any(one.version != versions[one.id] for one in found):
        raise Stale
    return found


async def _was_it_fair(
    session: AsyncSession, offer: OfferOut, found: Sequence[ApplicantOut], decision: Decision
) -> None:
    """Before a choice between people is told, its inclusion checks are answered. Raises Invalid until they are."""
    if offer.place_rule is PlaceRule.IN_ORDER or decision not in CHOICES:
        return
    stages = [CheckStage.DECISIONS_MADE]
    if any(one.state is ApplicationState.SHORTLISTED for one in found):
        stages.insert(0, CheckStage.SHORTLIST_CLOSED)
    for stage in stages:
        await must_be_answered(session, offer.organisation_id, Subject.OFFER, offer.id, stage)


def _out_of_order(found: Sequence[ApplicantOut], given: DecisionsIn) -> list[str]:
    """Each reason why one of them cannot come to this, once."""
    state = ApplicationState(given.decision.value)
    words = {problem for one in found if (problem := order_problem(one.state, state))}
    taken_back = state is ApplicationState.UNSUCCESSFUL and given.reason is not DecisionReason.OFFER_WITHDRAWN
    if taken_back and any(one.state is ApplicationState.PLACED for one in found):
        words.add("A place that was given is taken back only when the offer does not take place. Choose that reason.")
    return sorted(words)


async def _tie_problems(session: AsyncSession, offer: OfferOut, versions: dict[UUID, int]) -> list[Problem]:
    about = await get_about(session, Subject.OFFER, offer.id)
    record_of = await find_standing(session, offer.organisation_id, Subject.OFFER, offer.id)
    equal = for_tie(await list_equal(session, about), set(versions))
    problem = may_break_tie(record_of, equal, list(versions), today())
    return [problem] if problem else []
