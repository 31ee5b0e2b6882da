"""Positive action as the law has it: section 158 of the Equality Act 2010 for a targeted offer or a priority window,
section 159 for a choice between people who are equally qualified. It rests on a record, and ends on its review date.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from service.kit.errors import Problem
from service.notices.rules import Kind

LONGEST = 12  # months until the case must be looked at again
REMIND = timedelta(days=30)
REVIEW_SOON = Kind(
    "positive_action_review",
    "Review the positive action record for {about} within 30 days",
    "A positive action record of yours must be reviewed within 30 days. Sign in to see it.",
)


# Told by the database, when a release is withdrawn.
EVIDENCE_GONE = Kind(
    "positive_action_ended",
    "The positive action record for {about} has ended: the release of its figure was withdrawn",
    "A positive action record of yours has ended. Sign in to see it.",
)


class RecordState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    ENDED = "ended"


STATE_NAMES: Mapping[RecordState, str] = {
    RecordState.DRAFT: "Draft",
    RecordState.APPROVED: "Approved",
    RecordState.ENDED: "Ended",
}
# What a record must say, in the order in which it is asked for.
PARTS: Mapping[str, str] = {
    "group_described": "who the group is, in words",
    "figure": "the released figure that shows that the group is under-represented",
    "comparator": "who the group is compared with",
    "rationale": "why section 158 applies",
    "proportionality": "why this is no more than is needed",
    "alternatives": "what else was considered",
    "owner_id": "who owns the record",
    "review_on": "when it is reviewed",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a record amounts to on a day: `missing` has the parts of PARTS that it does not say."""

    state: RecordState
    review_on: date | None
    missing: tuple[str, ...] = ()

    def on(self, day: date) -> bool:
        """Whether positive action may rest on it: approved, and not past its review date."""
        return self.state is RecordState.APPROVED and self.review_on is not None and day <= self.review_on


@dataclass(frozen=True, slots=True)
class EqualQualification:
    """That these candidates are equally qualified was written down, by somebody, on a day."""

    candidates: frozenset[UUID]
    words: str
    recorded_by: str
    on: date


def may_approve(me: UUID | None, account: UUID | None, owner: UUID | None, writer: UUID | None) -> bool:
    """Somebody who neither owns the record nor wrote its last words: two people stand behind it."""
    return me is not None and me != owner and account != writer


def a_year_after(day: date) -> date:
    """The last review date of what is approved on that day."""
    return (day.replace(day=28) if (day.month, day.day) == (2, 29) else day).replace(year=day.year + 1)


def missing_parts(said: Mapping[str, object]) -> list[str]:
    """The parts of PARTS that are not said."""
    return [part for part in PARTS if not str(said.get(part) or "").strip()]


def approval_problems(said: Mapping[str, object], review_on: date | None, today: date) -> list[Problem]:
    """What stands in the way of approving a record, each by its field."""
    found = [Problem(part, f"Add {PARTS[part]}.") for part in missing_parts(said)]
    return found + ([] if review_on is None else review_problems(review_on, today))


def review_problems(review_on: date, today: date) -> list[Problem]:
    if review_on <= today:
        return [Problem("review_on", "The review date must be after today.")]
    if review_on > a_year_after(today):
        return [Problem("review_on", f"The review date must be within {LONGEST} months.")]
    return []


def refusal(*, is_targeted: bool, priority_until: date | None, record: Standing | None, today: date) -> list[Problem]:
    """Why it may not be published; nothing where it is open to all alike, or its record stands."""
    if not is_targeted and priority_until is None:
        return []
    what = "is_targeted" if is_targeted else "priority_until"
    if record is None:
        return [Problem(what, "Write the positive action record first: without it, this must be open to all alike.")]
    if record.missing:
        return [Problem(part, f"The positive action record does not say {PARTS[part]}.") for part in record.missing]
    return _not_standing(record, what, priority_until, today)


def _not_standing(record: Standing, what: str, priority_until: date | None, today: date) -> list[Problem]:
    if record.state is not RecordState.APPROVED:
        return [Problem(what, "The positive action record has not been approved yet.")]
    if not record.on(today):
        return [
            Problem("review_on", "The positive action record is past its review date. Write and approve a new one.")
        ]
    if priority_until and record.review_on and priority_until > record.review_on:
        return [Problem("priority_until", "The priority window must end by the review date of its record.")]
    return []


def is_window_open(priority_until: date | None, record: Standing | None, today: date) -> bool:
    """Until its last day, and never without a record that stands: afterwards everyone may apply alike."""
    return priority_until is not None and today <= priority_until and record is not None and record.on(today)


def entry_problem(*, is_targeted: bool, is_open: bool, has_declared: bool) -> Problem | None:
    """Why somebody may not apply today. `is_open`: the priority window is."""
    if has_declared or not (is_targeted or is_open):
        return None
    if is_targeted:
        words = "This is for one group of people. If you belong to it, say so on its page before you apply."
    else:
        words = "Until the priority window ends, this is for one group first. If you belong to it, say so on its page."
    return Problem("declaration", words)


def names_somebody(words: str, names: Collection[str]) -> bool:
    """Whether a part of one of these names stands in the words, written as a name is."""
    parts = {re.escape(part) for name in names for part in name.split() if len(part) > 1}
    return bool(parts) and re.search(rf"\b(?:{'|'.join(parts)})\b", words) is not None


def may_break_tie(
    record: Standing | None, equal: EqualQualification | None, candidates: Collection[UUID], today: date
) -> Problem | None:
    """Why positive action may not decide between these candidates; None where it may. It is offered as a reason only
    then: it never stands in for a difference in merit, and it is decided anew each time."""
    if record is None or not record.on(today):
        return Problem("reason", "A tie can be broken only under an approved positive action record.")
    if equal is None or not equal.words.strip() or not equal.recorded_by.strip():
        return Problem("reason", "Record first that these candidates are equally qualified, and how you know.")
    if len(set(candidates)) < 2 or not set(candidates) <= equal.candidates:
        return Problem("reason", "The record of equal qualification does not name all of these candidates.")
    return None
