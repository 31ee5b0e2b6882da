"""What must be true of a conversation that somebody asks for or arranges: times that exist, fit in a day, and do not
clash.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from service.conversations.rules.codes import NoneReason
from service.kit.clock import UK
from service.kit.errors import Problem

MOST_AT_ONCE = 20
SHORTEST, LONGEST_MINUTES, LONGEST_GAP = 15, 240, 120
PLAN_AHEAD = timedelta(days=366)
# Workload looks back a year and three months ahead.
YEAR, QUARTER = timedelta(days=365), timedelta(days=91)

Slot = tuple[datetime, int]


class Show(StrEnum):
    """Which people of a list of dues are shown."""

    OVERDUE = "overdue"
    SOON = "soon"
    ASKED = "asked"
    NONE_YET = "none_yet"
    NO_DATE = "no_date"
    PLANNED = "planned"
    REASON = "reason"


SHOW_NAMES: Mapping[Show, str] = {
    Show.OVERDUE: "Overdue",
    Show.SOON: "Due in the next 14 days",
    Show.ASKED: "Asked for one",
    Show.NONE_YET: "None yet",
    Show.NO_DATE: "No next date",
    Show.PLANNED: "Planned",
    Show.REASON: "Not now, with a reason",
}
NONE_REASON_NAMES: Mapping[NoneReason, str] = {
    NoneReason.NEW_IN_POST: "New in post",
    NoneReason.AWAY: "Away from work",
    NoneReason.NO_FACILITATOR: "Nobody to hold it yet",
    NoneReason.CHOSE_NOT_TO: "They would rather not have one now",
    NoneReason.LEAVING_SOON: "Leaving soon",
}


def moment_of(day: date, at: time) -> datetime | None:
    """The UTC moment of a UK day and time; None where the clocks go forward past it."""
    local = datetime.combine(day, at, UK)
    moment = local.astimezone(UTC)
    return moment if moment.astimezone(UK).replace(tzinfo=None) == local.replace(tzinfo=None) else None


def slots_from(first: datetime, minutes: Sequence[int], gap: int) -> list[Slot]:
    """(start, minutes) for each conversation, one after the other with `gap` minutes between."""
    made: list[Slot] = []
    start = first
    for length in minutes:
        made.append((start, length))
        start += timedelta(minutes=length + gap)
    return made


def slot_problems(slots: Sequence[Slot], now: datetime) -> list[Problem]:
    """What stands in the way of these times: they are in order, and the first speaks for the day."""
    first, (last, minutes) = slots[0][0], slots[-1]
    if first < now:
        return [Problem("first_on", "The first conversation must be in the future. To log one that was held, log it.")]
    if first > now + PLAN_AHEAD:
        return [Problem("first_on", "The first conversation must be within the next year.")]
    if _day(first) != _day(last + timedelta(minutes=minutes)):
        words = "These conversations run past midnight. Choose fewer people, an earlier start or a shorter time."
        return [Problem("first_at", words)]
    return []


def _day(moment: datetime) -> date:
    return moment.astimezone(UK).date()


_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap]\.?m\.?)?", re.ASCII | re.IGNORECASE)


def time_of(text: str) -> time | None:
    """A time as people write it: 14:30, 9.30, 2pm, 2:30 pm. None where it is not one."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
