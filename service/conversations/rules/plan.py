"""What must be true of a plan: who may own an action, when it may be due, and what may become of it."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID

from service.conversations.rules.codes import ActionState
from service.conversations.rules.record import FURTHEST
from service.kit.errors import Conflict, Problem

LONGEST = 500
REMIND_AFTER = timedelta(days=7)
# A state that is an "open" said again: somebody was reminded.
REMINDED = "reminded"

DROP_REASONS: Mapping[str, str] = {
    "not_wanted_now": "It is no longer what you want",
    "something_better": "Something better came up",
    "not_offered": "It was not offered or there was no place",
    "no_time": "There was no time or cover for it",
    "no_funding": "There was no money for it",
    "changed_role": "The role or the organisation changed",
    "other": "Another reason",
}
ACTION_STATE_NAMES: Mapping[ActionState, str] = {
    ActionState.OPEN: "Open",
    ActionState.DONE: "Done",
    ActionState.DROPPED: "Set aside",
    ActionState.CARRIED: "Carried over to the next conversation",
}
FOLLOWS: Mapping[ActionState, frozenset[ActionState]] = {
    ActionState.OPEN: frozenset({ActionState.DONE, ActionState.DROPPED, ActionState.CARRIED}),
    ActionState.DONE: frozenset({ActionState.OPEN}),
    ActionState.DROPPED: frozenset({ActionState.OPEN}),
    ActionState.CARRIED: frozenset(),
}


def action_problems(
    owner_id: UUID, parties: Collection[UUID], due_on: date | None, before: date | None, today: date
) -> list[Problem]:
    """What stands in the way of an action. A due date that has passed may stay as it was (`before`), and not be set."""
    found: list[Problem] = []
    if owner_id not in parties:
        words = "Choose the person whose plan it is, or whoever held the conversation with them."
        found.append(Problem("owner_id", words))
    if due_on and due_on != before and not today <= due_on <= today + FURTHEST:
        found.append(Problem("due_on", "The date must be today or later, and within the next 3 years."))
    return found


def must_follow(now: ActionState, then: ActionState) -> None:
    """Raises Conflict where an action in the one state cannot come to the other."""
    if then in FOLLOWS[now]:
        return
    if now is ActionState.CARRIED:
        raise Conflict("This action was carried over to a later conversation. Change it there.")
    raise Conflict(f"This action is already marked: {ACTION_STATE_NAMES[now].lower()}. Reload the page to see it.")


def reason_problems(then: ActionState, reason: str | None) -> list[Problem]:
    """Only setting something aside has a reason, and it needs one: a plan that stops is worth understanding."""
    if then is ActionState.DROPPED and reason not in DROP_REASONS:
        return [Problem("reason", "Choose why it was set aside.")]
    if then is not ActionState.DROPPED and reason is not None:
        return [Problem("reason", "Give a reason only for an action that is set aside.")]
    return []
