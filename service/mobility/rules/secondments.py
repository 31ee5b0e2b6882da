"""What a secondment between two employers must have, where it stands on a day, and when its end must be thought of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service.kit.errors import Problem


class SecondmentState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    EXTENDED = "extended"
    ENDED = "ended"


class ReturnRole(StrEnum):
    KNOWN = "known"
    NONE = "none"
    NOT_NEEDED = "not_needed"


class Backfill(StrEnum):
    FIXED_TERM = "fixed_term"
    ACTING_UP = "acting_up"
    SECONDED_IN = "seconded_in"
    BANK_OR_AGENCY = "bank_or_agency"
    SHARED_OUT = "shared_out"
    NONE = "none"


class ExtensionState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RefusalReason(StrEnum):
    NEEDED_BACK = "needed_back"
    NO_FUNDING = "no_funding"
    WORK_IS_DONE = "work_is_done"
    PERSON_SAID_NO = "person_said_no"


STATE_NAMES: Mapping[SecondmentState, str] = {
    SecondmentState.PLANNED: "Planned",
    SecondmentState.RUNNING: "Running",
    SecondmentState.EXTENDED: "Running, extended",
    SecondmentState.ENDED: "Ended",
}
RETURN_NAMES: Mapping[ReturnRole, str] = {
    ReturnRole.KNOWN: "Yes, the post to return to is known",
    ReturnRole.NONE: "No, there is no post to return to",
    ReturnRole.NOT_NEEDED: "Not needed, the person will not return here",
}
BACKFILL_NAMES: Mapping[Backfill, str] = {
    Backfill.FIXED_TERM: "Somebody on a fixed term",
    Backfill.ACTING_UP: "Somebody acting up",
    Backfill.SECONDED_IN: "Somebody seconded in",
    Backfill.BANK_OR_AGENCY: "Bank or agency staff",
    Backfill.SHARED_OUT: "The work is shared out",
    Backfill.NONE: "The post is not filled",
}
EXTENSION_NAMES: Mapping[ExtensionState, str] = {
    ExtensionState.ASKED: "Asked for",
    ExtensionState.AGREED: "Agreed",
    ExtensionState.REFUSED: "Refused",
    ExtensionState.WITHDRAWN: "Withdrawn",
}
REFUSAL_NAMES: Mapping[RefusalReason, str] = {
    RefusalReason.NEEDED_BACK: "The person is needed back",
    RefusalReason.NO_FUNDING: "There is no money for it",
    RefusalReason.WORK_IS_DONE: "The work will be done by then",
    RefusalReason.PERSON_SAID_NO: "The person does not want to stay longer",
}

# Long enough to find a post to return to; the person and both employers are asked then.
RETURN_CHECK = timedelta(days=90)
# For this long after the end, a welcome-back conversation is still one.
WELCOME = timedelta(days=60)
LONGEST = timedelta(days=366 * 3)
OLDEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Dates:
    """`first_end` is the last day as it was first agreed, `ends` as it is agreed now; `ended_on` where it was cut
    short."""

    starts: date
    ends: date
    first_end: date
    ended_on: date | None = None

    @property
    def last_day(self) -> date:
        return self.ended_on or self.ends


def state_on(dates: Dates, today: date) -> SecondmentState:
    """Follows from the dates, so that it is never out of date itself."""
    if today > dates.last_day:
        return SecondmentState.ENDED
    if today < dates.starts:
        return SecondmentState.PLANNED
    return SecondmentState.EXTENDED if dates.ends > dates.first_end else SecondmentState.RUNNING


def date_problems(starts: date, ends: date, agreed_on: date, today: date) -> list[Problem]:
    found: list[Problem] = []
    if starts < OLDEST:
        found.append(Problem("starts", "The first day must be 1 January 1990 or later."))
    if ends < starts:
        found.append(Problem("ends", f"The last day must be on or after the first day, {starts:%-d %B %Y}."))
    elif ends - starts > LONGEST:
        found.append(Problem("ends", "A secondment lasts three years at most. Give an earlier last day."))
    if agreed_on > today:
        found.append(Problem("agreed_on", "The day it was agreed must be today or in the past."))
    return found


def extension_problems(dates: Dates, until: date, today: date) -> list[Problem]:
    if state_on(dates, today) is SecondmentState.ENDED:
        return [Problem("until", "This secondment has ended. Record a new one instead.")]
    if until <= dates.ends:
        return [Problem("until", f"The new last day must be after the one agreed now, {dates.ends:%-d %B %Y}.")]
    if until - dates.starts > LONGEST:
        return [Problem("until", "A secondment lasts three years at most. Give an earlier last day.")]
    return []


def end_problems(dates: Dates, ended_on: date, today: date) -> list[Problem]:
    if state_on(dates, today) is SecondmentState.ENDED:
        return [Problem("ended_on", "This secondment has ended already.")]
    if not dates.starts <= ended_on <= dates.ends:
        words = f"The last day must be between {dates.starts:%-d %B %Y} and {dates.ends:%-d %B %Y}."
        return [Problem("ended_on", words)]
    return []


def check_due_on(dates: Dates) -> date:
    """The day from which the return must be thought of."""
    return dates.last_day - RETURN_CHECK


def needs_return_role(dates: Dates, role: ReturnRole | None, today: date) -> bool:
    """Within 90 days of its end, and nobody has said that there is a post to return to, or that none is needed."""
    is_near = check_due_on(dates) <= today <= dates.last_day
    return is_near and role not in {ReturnRole.KNOWN, ReturnRole.NOT_NEEDED}


UNMET_WORDS: Mapping[str, str] = {
    "no_home": "Seconded in, but we know no post in another organisation of the system that they keep",
    "no_agreement": "A secondment is recorded as a post, but no agreement between the two organisations",
    "no_host_post": "The agreement has begun, but the host organisation has recorded no post",
}
# A post is recorded within this many days of the first day that was agreed.
LEGS_MEET = timedelta(days=31)
