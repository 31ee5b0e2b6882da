"""What might help somebody now: reasons that follow from what is recorded, each with a day. Nothing here is predicted,
weighed or added up, and no reason is worth more than another.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

# For this long a reason that somebody put off is shown to nobody.
NOT_NOW = timedelta(days=30)
# Somebody who shows their reasons to HR partners is asked again after a year.
SHOWN_FOR = timedelta(days=365)
# For this long after a partner did something about a reason it waits for none of them.
SETTLED_FOR = timedelta(days=30)


class ReasonKind(StrEnum):
    """In the order in which they are shown: what has an end date of its own comes first."""

    RETURN = "return_role"
    AFTERCARE = "aftercare"
    SUPPORT = "support"
    PLAN = "plan"
    CONVERSATION = "conversation"


class Answer(StrEnum):
    """What somebody says about a reason of their own."""

    NOT_NOW = "not_now"
    NO_MORE = "no_more"
    AGAIN = "again"


class Done(StrEnum):
    """What a partner did: the service decides nothing, and keeps who did."""

    TALKED = "talked"
    ARRANGED = "arranged"
    NOTHING_NEEDED = "nothing_needed"
    PASSED_ON = "passed_on"


KIND_NAMES: Mapping[ReasonKind, str] = {
    ReasonKind.RETURN: "A secondment that ends, and no post to return to",
    ReasonKind.AFTERCARE: "A conversation that is owed after an application",
    ReasonKind.SUPPORT: "Support in a new leadership role",
    ReasonKind.PLAN: "Actions of the plan that are past their day",
    ReasonKind.CONVERSATION: "No career conversation for a year",
}
DONE_NAMES: Mapping[Done, str] = {
    Done.TALKED: "I talked with them",
    Done.ARRANGED: "I arranged it",
    Done.NOTHING_NEEDED: "We agreed that nothing is needed",
    Done.PASSED_ON: "I passed it on to a colleague",
}
_ORDER = [*ReasonKind]


def in_order(kind: ReasonKind, since: date | None) -> tuple[int, date]:
    """Sorts reasons by kind and then by day: by nothing about the person."""
    return _ORDER.index(kind), since or date.min
