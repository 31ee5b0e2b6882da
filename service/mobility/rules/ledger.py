"""What may be entered into the ledger by hand, and what a correction may say."""

from datetime import date, timedelta

from service.kit.errors import Problem
from service.mobility.rules.kinds import ENTERED, KIND_NAMES, MoveKind, may_become

OLDEST = date(1950, 1, 1)
FURTHEST = timedelta(days=366 * 2)


def day_problems(effective_on: date, today: date) -> list[Problem]:
    if OLDEST <= effective_on <= today + FURTHEST:
        return []
    return [Problem("effective_on", "The day must be between 1 January 1950 and two years from now.")]


def correction_problems(
    kind: MoveKind, is_evidenced: bool, new_kind: MoveKind | None, effective_on: date | None, is_withdrawn: bool
) -> list[Problem]:
    """What was derived keeps its days and cannot be taken back here: the posts say them, and the ledger follows."""
    if is_evidenced and (effective_on or is_withdrawn):
        field = "effective_on" if effective_on else "is_withdrawn"
        return [Problem(field, "This follows from the record of posts. Put the post right, and the ledger follows.")]
    allowed = may_become(kind) if is_evidenced else [other for other in ENTERED if other is not kind]
    if new_kind is not None and new_kind not in allowed:
        names = ", ".join(KIND_NAMES[other].lower() for other in allowed)
        words = f"This can be corrected to: {names}." if names else "The kind of this move cannot be corrected."
        return [Problem("kind", words)]
    if new_kind is None and effective_on is None and not is_withdrawn:
        return [Problem("kind", "Say what to correct.")]
    return []
