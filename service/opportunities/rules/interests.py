"""The way of an interest, from a draft to the first day; who takes which step; and the reasons that go with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from service.kit.errors import Conflict, NotAllowed, Problem
from service.opportunities.rules.kinds import INTEREST_NAMES, InterestState, Reason

State = InterestState


class Part(StrEnum):
    PERSON = "person"
    PARTNER = "partner"


# (from, to) -> who takes the step
STEPS: Mapping[tuple[State, State], Part] = {
    (State.DRAFT, State.SUBMITTED): Part.PERSON,
    (State.DRAFT, State.WITHDRAWN): Part.PERSON,
    (State.SUBMITTED, State.SHORTLISTED): Part.PARTNER,
    (State.SUBMITTED, State.NOT_SHORTLISTED): Part.PARTNER,
    (State.SUBMITTED, State.WITHDRAWN): Part.PERSON,
    (State.SHORTLISTED, State.SELECTED): Part.PARTNER,
    (State.SHORTLISTED, State.NOT_SELECTED): Part.PARTNER,
    (State.SHORTLISTED, State.WITHDRAWN): Part.PERSON,
    # After all, once somebody who was chosen says no.
    (State.NOT_SELECTED, State.SELECTED): Part.PARTNER,
    (State.SELECTED, State.ACCEPTED): Part.PERSON,
    (State.SELECTED, State.DECLINED): Part.PERSON,
    (State.ACCEPTED, State.STARTED): Part.PARTNER,
    (State.ACCEPTED, State.WITHDRAWN): Part.PERSON,
}
# Over for the person, as things stand.
CLOSED = frozenset({State.NOT_SHORTLISTED, State.NOT_SELECTED, State.DECLINED, State.STARTED, State.WITHDRAWN})
NOT_CHOSEN = frozenset({State.NOT_SHORTLISTED, State.NOT_SELECTED})
# While there is something to decide, those who decide read what the person says for themselves.
DECIDING = frozenset({State.SUBMITTED, State.SHORTLISTED, State.SELECTED})
CHOSEN_FOR = frozenset({Reason.MERIT, Reason.TIE_BREAK})
NOT_CHOSEN_FOR = frozenset(Reason) - CHOSEN_FOR


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one round says about one interest. `note` is for the person."""

    interest_id: UUID
    is_on: bool
    reason: Reason | None = None
    note: str = ""


def must_step(old: State, new: State, part: Part) -> None:
    """Raises Conflict for a state that cannot follow, NotAllowed for a step that somebody else takes."""
    taker = STEPS.get((old, new))
    if taker is None:
        was, will = INTEREST_NAMES[old].lower(), INTEREST_NAMES[new].lower()
        raise Conflict(f"This interest is “{was}” now, so it cannot become “{will}”. Reload the page.")
    if taker is not part:
        raise NotAllowed("This step is not yours to take.")


def next_for(state: State, part: Part) -> list[State]:
    """What this side can do next, in the order of the table."""
    return [new for (old, new), taker in STEPS.items() if old is state and taker is part]


def verdict_problems(verdicts: Mapping[UUID, Verdict], waiting: frozenset[UUID], *, is_last: bool) -> list[Problem]:
    """All who wait are told at once, so all are decided at once, and each non-selection has its reason.

    `is_last` is the selection, in which somebody chosen has a reason too.
    """
    found = [
        Problem(f"outcome-{one}", "Decide this one too: everybody is told at the same time.")
        for one in sorted(waiting - set(verdicts))
    ]
    found += [
        Problem(f"outcome-{one}", "This one does not wait for a decision any more. Reload the page.")
        for one in sorted(set(verdicts) - waiting)
    ]
    return found + [problem for one in verdicts.values() if (problem := _reason_problem(one, is_last=is_last))]


def tied(verdicts: Mapping[UUID, Verdict]) -> list[UUID]:
    """Between whom a tie is broken (Equality Act 2010, section 159), by either reason."""
    return [one.interest_id for one in verdicts.values() if one.reason in {Reason.TIE_BREAK, Reason.TIE_BROKEN}]


def tie_problems(verdicts: Mapping[UUID, Verdict], refusal: Problem | None) -> list[Problem]:
    """`refusal` is why positive action may not decide between those who are tied."""
    between = tied(verdicts)
    if between and refusal:
        return [Problem(f"reason-{one}", refusal.message) for one in between]
    reasons = {verdicts[one].reason for one in between}
    if len(reasons) == 1:
        words = "A tie is broken between two: give the reason to the one chosen and to the other."
        return [Problem(f"reason-{one}", words) for one in between]
    return []


def may_express(*, is_open: bool, closes_on: date, is_open_to_system: bool, works_here: bool) -> list[Problem]:
    if not is_open:
        words = f"It closed on {closes_on:%-d %B %Y}, or is not open any more. Nothing was sent."
        return [Problem("opportunity_id", words)]
    if not is_open_to_system and not works_here:
        return [Problem("opportunity_id", "It is for people who work in that organisation now.")]
    return []


def _reason_problem(verdict: Verdict, *, is_last: bool) -> Problem | None:
    field = f"reason-{verdict.interest_id}"
    if not verdict.is_on and verdict.reason not in NOT_CHOSEN_FOR:
        return Problem(field, "Choose a reason: nobody is turned down without one.")
    if verdict.is_on and is_last and verdict.reason not in CHOSEN_FOR:
        return Problem(field, "Choose why this person was chosen.")
    if verdict.is_on and not is_last and verdict.reason is not None:
        return Problem(field, "A reason belongs to those who are not shortlisted. Leave it empty here.")
    return None
