"""What may become of a flag: somebody looks after it, and only a person closes it."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from service.kit.errors import Problem


class FlagState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ACTION = "action"
    CLOSED = "closed"


STATE_NAMES: Mapping[FlagState, str] = {
    FlagState.OPEN: "Open",
    FlagState.ACKNOWLEDGED: "Acknowledged",
    FlagState.ACTION: "Action under way",
    FlagState.CLOSED: "Closed with evidence",
}
# A flag that nobody has touched is open. A closed one can be opened again, by a person, when it is found again.
NEXT: Mapping[FlagState, tuple[FlagState, ...]] = {
    FlagState.OPEN: (FlagState.ACKNOWLEDGED, FlagState.ACTION, FlagState.CLOSED),
    FlagState.ACKNOWLEDGED: (FlagState.ACKNOWLEDGED, FlagState.ACTION, FlagState.CLOSED),
    FlagState.ACTION: (FlagState.ACTION, FlagState.ACKNOWLEDGED, FlagState.CLOSED),
    FlagState.CLOSED: (FlagState.OPEN,),
}
LOOKED_AFTER = frozenset({FlagState.ACKNOWLEDGED, FlagState.ACTION})


def problems_with(
    now: FlagState, to: FlagState, owner: str | None, next_on: date | None, evidence: str | None, today: date
) -> Sequence[Problem]:
    """What is missing or wrong before a flag goes from one state to another; nothing where it may."""
    found: list[Problem] = []
    if to not in NEXT[now]:
        known = " or ".join(STATE_NAMES[state].lower() for state in NEXT[now])
        found.append(Problem("state", f"From {STATE_NAMES[now].lower()} a flag goes to {known}."))
    if to in LOOKED_AFTER and not owner:
        found.append(Problem("owner", "Enter the role or team that looks after this."))
    if to is FlagState.CLOSED and not evidence:
        found.append(Problem("evidence", "Enter what shows that this can be closed."))
    return [*found, *_date_problems(to, next_on, today)]


def _date_problems(to: FlagState, next_on: date | None, today: date) -> list[Problem]:
    if next_on is not None and not today <= next_on <= today.replace(year=today.year + 5, day=min(today.day, 28)):
        return [Problem("next_on", "The next date must be today or in the next five years.")]
    if next_on is None and to in LOOKED_AFTER:
        return [Problem("next_on", "Enter when this will be looked at again.")]
    if next_on is None and to is FlagState.CLOSED:
        return [Problem("next_on", "Enter when to check that it stays closed.")]
    return []


class Standing(StrEnum):
    """What the newest release says of a flag."""

    NEW = "new"
    STILL = "still"
    GONE = "gone"


def waits_for_a_person(state: FlagState, standing: Standing) -> bool:
    """The newest release says otherwise than people did: a flag gone that is open, or a closed one found again."""
    return (state is FlagState.CLOSED) != (standing is Standing.GONE)
