"""When a leaver in one organisation and a joiner in another may be the same person, and what a person may decide."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from service.kit.errors import Problem


class PairState(StrEnum):
    WAITING = "waiting"
    LATER = "later"
    PAIRED = "paired"
    NOT_SAME = "not_same"
    UNDONE = "undone"


class Basis(StrEnum):
    """One record of a person in both organisations, or two records that are alike."""

    SAME_RECORD = "same_record"
    LIKENESS = "likeness"


class BirthDates(StrEnum):
    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"
    MISSING = "missing"


class Decision(StrEnum):
    PAIR = "pair"
    NOT_SAME = "not_same"
    LATER = "later"


OPEN_STATES = (PairState.WAITING, PairState.LATER)
STATE_OF: Mapping[Decision, PairState] = {
    Decision.PAIR: PairState.PAIRED,
    Decision.NOT_SAME: PairState.NOT_SAME,
    Decision.LATER: PairState.LATER,
}
# Days between two posts of one person that are no break: notice, leave or a summer between two jobs. The report on who
# stays counts the same (`analytics.retention.stays.GAP`).
NO_BREAK = 31
# Notice is worked in one organisation while the next post has begun: longer than this, two posts were held.
LONGEST_OVERLAP = 31
LATER_AFTER = timedelta(days=14)

STATE_NAMES: Mapping[PairState, str] = {
    PairState.WAITING: "To decide",
    PairState.LATER: "Put off",
    PairState.PAIRED: "One move",
    PairState.NOT_SAME: "Two people",
    PairState.UNDONE: "Undone: one side was corrected",
}
BIRTH_WORDS: Mapping[BirthDates, str] = {
    BirthDates.SAME: "Yes",
    BirthDates.NEAR: "Nearly: one figure differs, or day and month have changed places",
    BirthDates.DIFFERENT: "No",
    BirthDates.MISSING: "One of the two records has no date of birth",
}
DECISION_NAMES: Mapping[Decision, str] = {
    Decision.PAIR: "Yes, count it as one move inside the system",
    Decision.NOT_SAME: "No, these are two different people",
    Decision.LATER: "I cannot tell yet, ask me again in two weeks",
}


def gap_words(days: int) -> str:
    """The days between the two posts: nothing in between is 0."""
    if days < 0:
        return f"the new post began {-days} {'day' if days == -1 else 'days'} before the last day of the old one"
    if days == 0:
        return "the new post began the day after"
    return f"{days} {'day' if days == 1 else 'days'} in between"


def overlap_problems(gap_days: int) -> list[Problem]:
    """A pair that would leave a person with two substantive posts at once is refused."""
    if gap_days >= -LONGEST_OVERLAP:
        return []
    words = (
        f"The two posts overlap by {-gap_days} days, more than the {LONGEST_OVERLAP} that a notice period explains."
        " Check the dates of both posts first."
    )
    return [Problem("decision", words)]


def asked_again_on(today: date) -> date:
    return today + LATER_AFTER
