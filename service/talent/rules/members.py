"""What may follow what in a pipeline. A membership is entered by the person or with their yes, and lapses unless it is
reviewed.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from service.talent.rules.codes import MemberState, Step

# A review is asked for this long before a membership lapses.
REVIEW_AHEAD = timedelta(days=60)
# A thread that nobody has written in for so long is one to follow up.
QUIET_AFTER = timedelta(days=90)
# The most that a person sees of their own past.
STEPS_SHOWN = 200

ALLOWED: Mapping[MemberState, frozenset[Step]] = {
    MemberState.ASKED: frozenset({Step.ACCEPTED, Step.DECLINED}),
    MemberState.CURRENT: frozenset({Step.REVIEWED, Step.OBJECTED, Step.LEFT}),
    MemberState.DECLINED: frozenset(),
    MemberState.LEFT: frozenset(),
}


def is_lapsed(state: MemberState, expires_on: date | None, today: date) -> bool:
    return state is MemberState.CURRENT and expires_on is not None and expires_on < today


def may_step(state: MemberState, step: Step, lapsed: bool) -> bool:
    """A lapsed membership is entered again, from the start, or left; nothing else is said about it."""
    if state is MemberState.CURRENT and lapsed:
        return step in {Step.ENTERED, Step.LEFT}
    return step in ALLOWED[state]
