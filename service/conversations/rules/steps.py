"""Which state may follow which, who may take the step, and with what reason: the one table of truth.

planned -> prepared -> held -> agreed -> closed; before it is held it may be declined by the person, missed or lapsed.
Corrected after it was agreed, it is held again until the person agrees to the new words.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service.conversations.rules.codes import State
from service.kit.errors import Conflict, Invalid, NotAllowed, Problem


class Part(StrEnum):
    """What somebody is to a conversation; often several of these at once."""

    PERSON = "person"
    FACILITATOR = "facilitator"
    RECORDER = "recorder"


# None of these says whose fault it was, because it is nobody's.
DECLINED: Mapping[str, str] = {
    "not_now": "Not at the moment",
    "somebody_else": "With somebody else instead",
    "had_one": "I have had one lately",
    "no_reason": "No reason given",
}
MISSED: Mapping[str, str] = {
    "work_came_first": "Work came first that day",
    "away": "Somebody was away",
    "new_date": "Moved to another date",
    "could_not_meet": "It could not go ahead",
}
LAPSED: Mapping[str, str] = {
    "changed_roles": "Somebody has changed roles or left",
    "no_date": "No date was found",
    "arranged_in_error": "It was arranged by mistake",
    "overtaken": "Another conversation took its place",
}
REOPENED: Mapping[str, str] = {
    "person_asked": "The person asked for it",
    "something_missing": "Something is missing",
    "written_in_error": "Something was written by mistake",
}
CORRECTED: Mapping[str, str] = {"corrected": "The words were corrected"}
# One of the two says so; the conversation is prepared when both have.
PREPARED = "prepared"
# Of the first state of a conversation that came without anything that was said.
IMPORTED = "imported"
BROUGHT_IN: Mapping[str, str] = {IMPORTED: "Brought in from a file"}


@dataclass(frozen=True, slots=True)
class Step:
    """`reasons` is empty where none is asked for; else one of them must be given."""

    who: frozenset[Part]
    reasons: Mapping[str, str] = field(default_factory=dict[str, str])


_EVERYBODY = frozenset(Part)
_SPEAKERS = frozenset({Part.PERSON, Part.FACILITATOR})
_WRITERS = frozenset({Part.FACILITATOR, Part.RECORDER})
_PERSON, _FACILITATOR = frozenset({Part.PERSON}), frozenset({Part.FACILITATOR})
_TO_COME = (State.PLANNED, State.PREPARED)

STEPS: Mapping[tuple[State, State], Step] = {
    (State.PLANNED, State.PREPARED): Step(_SPEAKERS),
    **{(before, State.HELD): Step(_WRITERS) for before in _TO_COME},
    **{(before, State.DECLINED): Step(_PERSON, DECLINED) for before in _TO_COME},
    **{(before, State.MISSED): Step(_EVERYBODY, MISSED) for before in _TO_COME},
    **{(before, State.LAPSED): Step(_WRITERS, LAPSED) for before in _TO_COME},
    (State.HELD, State.AGREED): Step(_PERSON),
    (State.AGREED, State.HELD): Step(_EVERYBODY, CORRECTED),
    (State.AGREED, State.CLOSED): Step(_SPEAKERS),
    (State.CLOSED, State.HELD): Step(_FACILITATOR, REOPENED),
}  # fmt: skip

STATE_NAMES: Mapping[State, str] = {
    State.PLANNED: "Planned",
    State.PREPARED: "Prepared by both",
    State.HELD: "Held, not agreed yet",
    State.AGREED: "Agreed",
    State.CLOSED: "Closed",
    State.DECLINED: "Declined",
    State.MISSED: "Did not go ahead",
    State.LAPSED: "Called off",
}
# Those in which something was said.
SPOKEN = frozenset({State.HELD, State.AGREED, State.CLOSED})
REASONS: Mapping[str, str] = {
    **DECLINED,
    **MISSED,
    **LAPSED,
    **REOPENED,
    **CORRECTED,
    **BROUGHT_IN,
    PREPARED: "Has prepared",
}


def may_step(before: State, after: State, parts: Collection[Part]) -> bool:
    """Whether anybody who is these parts may take a conversation from one state to the other."""
    step = STEPS.get((before, after))
    return step is not None and not step.who.isdisjoint(parts)


def must_step(before: State, after: State, parts: Collection[Part], reason: str | None = None) -> None:
    """Raises Conflict when the one state cannot follow the other, NotAllowed when somebody else may take the step, and
    Invalid for a reason that is missing or not one of the step's."""
    step = STEPS.get((before, after))
    if step is None:
        raise Conflict(_words(before, after))
    if step.who.isdisjoint(parts):
        raise NotAllowed(f"Only {_said(step.who)} can do this.")
    if reason not in step.reasons and (step.reasons or reason):
        raise Invalid(Problem("reason", f"Choose a reason: {', '.join(step.reasons) or 'none is needed here'}."))


def must_hold(before: State, parts: Collection[Part]) -> None:
    """Whether what was planned may be written down now: later it is corrected, or reopened. Raises as `must_step`."""
    if before not in _TO_COME:
        raise Conflict(_words(before, State.HELD))
    must_step(before, State.HELD, parts)


def next_states(before: State, parts: Collection[Part]) -> list[State]:
    """Where these parts may take it from here, for the buttons of its page."""
    return [after for (state, after) in STEPS if state is before and may_step(before, after, parts)]


def _words(before: State, after: State) -> str:
    now, wanted = STATE_NAMES[before].lower(), STATE_NAMES[after].lower()
    if before is after:
        return f"This conversation is already in that state: {now}. Reload the page to see it as it is."
    return (
        f"This conversation is now: {now}. From there it cannot become: {wanted}. Reload the page to see it as it is."
    )


def _said(who: frozenset[Part]) -> str:
    names = {
        Part.PERSON: "the person it is about",
        Part.FACILITATOR: "whoever holds it",
        Part.RECORDER: "whoever wrote it down",
    }
    return " or ".join(names[part] for part in Part if part in who)
