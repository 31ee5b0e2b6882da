"""What may follow what when somebody applies, and why a decision was made."""

from collections.abc import Mapping
from enum import StrEnum

from service.kit.errors import Problem
from service.notices.rules import Kind


class Route(StrEnum):
    """Who had the idea: the person, somebody who leads or supports them, or a colleague."""

    SELF = "self"
    MANAGER = "manager"
    PEER = "peer"


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SHORTLISTED = "shortlisted"
    WAITING = "waiting"
    PLACED = "placed"
    UNSUCCESSFUL = "unsuccessful"
    WITHDRAWN = "withdrawn"
    ATTENDED = "attended"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"


class Decision(StrEnum):
    """What the provider can say of an application."""

    SHORTLISTED = "shortlisted"
    PLACED = "placed"
    WAITING = "waiting"
    UNSUCCESSFUL = "unsuccessful"
    ATTENDED = "attended"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"


class DecisionReason(StrEnum):
    MEETS_WHAT_WAS_ASKED = "meets_what_was_asked"
    IN_ORDER = "in_order"
    MORE_APPLICANTS_THAN_PLACES = "more_applicants_than_places"
    EXPERIENCE_STILL_TO_COME = "experience_still_to_come"
    NOT_RELEASED = "not_released"
    NOT_ELIGIBLE = "not_eligible"
    BETTER_SUITED_ELSEWHERE = "better_suited_elsewhere"
    TIE_BREAK = "tie_break"
    OFFER_WITHDRAWN = "offer_withdrawn"
    TOOK_PART = "took_part"
    DID_NOT_TAKE_PART = "did_not_take_part"
    STOPPED_EARLY = "stopped_early"


S = ApplicationState
FOLLOWS: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.SHORTLISTED, S.PLACED, S.WAITING, S.UNSUCCESSFUL, S.WITHDRAWN}),
    S.SHORTLISTED: frozenset({S.PLACED, S.WAITING, S.UNSUCCESSFUL, S.WITHDRAWN}),
    S.WAITING: frozenset({S.PLACED, S.UNSUCCESSFUL, S.WITHDRAWN}),
    S.PLACED: frozenset({S.ATTENDED, S.NOT_COMPLETED, S.UNSUCCESSFUL, S.WITHDRAWN}),
    S.ATTENDED: frozenset({S.COMPLETED, S.NOT_COMPLETED}),
    S.UNSUCCESSFUL: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.COMPLETED: frozenset(),
    S.NOT_COMPLETED: frozenset(),
}
LIVE = frozenset(state for state, after in FOLLOWS.items() if after)
# While a decision is still to come the provider reads what the person wrote.
OPEN = frozenset({S.SUBMITTED, S.SHORTLISTED, S.WAITING})
HOLDS_A_PLACE = frozenset({S.PLACED, S.ATTENDED})
THEIRS_TO_SAY = frozenset({S.SUBMITTED, S.WITHDRAWN})

R = DecisionReason
REASONS: Mapping[Decision, tuple[DecisionReason, ...]] = {
    Decision.SHORTLISTED: (R.MEETS_WHAT_WAS_ASKED,),
    Decision.PLACED: (R.MEETS_WHAT_WAS_ASKED, R.IN_ORDER, R.TIE_BREAK),
    Decision.WAITING: (R.MORE_APPLICANTS_THAN_PLACES, R.IN_ORDER),
    Decision.UNSUCCESSFUL: (
        R.MORE_APPLICANTS_THAN_PLACES,
        R.EXPERIENCE_STILL_TO_COME,
        R.NOT_RELEASED,
        R.NOT_ELIGIBLE,
        R.BETTER_SUITED_ELSEWHERE,
        R.TIE_BREAK,
        R.OFFER_WITHDRAWN,
    ),
    Decision.ATTENDED: (R.TOOK_PART,),
    Decision.COMPLETED: (R.TOOK_PART,),
    Decision.NOT_COMPLETED: (R.DID_NOT_TAKE_PART, R.STOPPED_EARLY),
}
REASON_NAMES: Mapping[DecisionReason, str] = {
    R.MEETS_WHAT_WAS_ASKED: "Meets what the offer asks",
    R.IN_ORDER: "In the order that people applied",
    R.MORE_APPLICANTS_THAN_PLACES: "More people applied than there are places",
    R.EXPERIENCE_STILL_TO_COME: "Some of the experience that the offer asks is still to come",
    R.NOT_RELEASED: "The employer could not release them on these dates",
    R.NOT_ELIGIBLE: "The offer is for other levels, groups or employers",
    R.BETTER_SUITED_ELSEWHERE: "Another offer suits better what they want",
    R.TIE_BREAK: "Equally qualified, and a recorded tie-break decided",
    R.OFFER_WITHDRAWN: "The offer does not take place",
    R.TOOK_PART: "Took part",
    R.DID_NOT_TAKE_PART: "Did not take part",
    R.STOPPED_EARLY: "Stopped before the end",
}
STATE_NAMES: Mapping[ApplicationState, str] = {
    S.DRAFT: "Not sent yet",
    S.SUBMITTED: "Sent",
    S.SHORTLISTED: "Shortlisted",
    S.WAITING: "On the waiting list",
    S.PLACED: "You have a place",
    S.UNSUCCESSFUL: "Not this time",
    S.WITHDRAWN: "Withdrawn",
    S.ATTENDED: "Taking part",
    S.COMPLETED: "Completed",
    S.NOT_COMPLETED: "Not completed",
}
DECISION_NAMES: Mapping[Decision, str] = {
    Decision.SHORTLISTED: "Shortlist",
    Decision.PLACED: "Give a place",
    Decision.WAITING: "Put on the waiting list",
    Decision.UNSUCCESSFUL: "Say not this time",
    Decision.ATTENDED: "Record that they came",
    Decision.COMPLETED: "Record that they completed it",
    Decision.NOT_COMPLETED: "Record that they did not complete it",
}
ROUTE_NAMES: Mapping[Route, str] = {
    Route.SELF: "Applied",
    Route.MANAGER: "Nominated by a manager or HR partner",
    Route.PEER: "Nominated by a colleague",
}

NOMINATED = Kind("offers.nominated", "You were nominated for {about}", "Somebody has nominated you for an offer.")
TOLD: Mapping[ApplicationState, Kind] = {
    S.SHORTLISTED: Kind("offers.shortlisted", "You are shortlisted for {about}", "There is news of your application."),
    S.PLACED: Kind("offers.placed", "You have a place on {about}", "There is news of your application."),
    S.WAITING: Kind("offers.waiting", "You are on the waiting list for {about}", "There is news of your application."),
    S.UNSUCCESSFUL: Kind(
        "offers.unsuccessful",
        "You were not given a place on {about}. See why, and what you can do next",
        "There is news of your application.",
    ),
    S.ATTENDED: Kind("offers.attended", "You are recorded as taking part in {about}", "There is news of your offer."),
    S.COMPLETED: Kind(
        "offers.completed", "You completed {about}. Say how useful it was", "There is news of your offer."
    ),
    S.NOT_COMPLETED: Kind(
        "offers.not_completed", "You are recorded as not completing {about}", "There is news of your offer."
    ),
}


def may_follow(state: ApplicationState, to: ApplicationState) -> bool:
    return to in FOLLOWS[state]


def decision_problems(to: Decision, reason: DecisionReason | None) -> list[Problem]:
    """A decision has a reason, and one that explains it."""
    if reason is None:
        return [Problem("reason", "Choose the reason for this decision. The person will see it.")]
    if reason not in REASONS[to]:
        allowed = ", ".join(f'"{REASON_NAMES[one].lower()}"' for one in REASONS[to])
        return [Problem("reason", f"That reason does not explain this decision. Choose one of: {allowed}.")]
    return []


def order_problem(state: ApplicationState, to: ApplicationState) -> str | None:
    """Why this cannot follow; None where it can."""
    if may_follow(state, to):
        return None
    now, then = STATE_NAMES[state].lower(), to.value.replace("_", " ")
    return f'This application stands at "{now}": "{then}" cannot follow. Reload the page to see how it stands.'
