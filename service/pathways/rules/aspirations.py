"""What somebody wants next, in codes: the person's own, and nobody else's to read."""

from collections.abc import Mapping
from enum import StrEnum

from service.kit.errors import Problem


class Timeframe(StrEnum):
    NOW = "now"
    WITHIN_A_YEAR = "within_a_year"
    ONE_TO_THREE_YEARS = "one_to_three_years"
    LATER = "later"
    NOT_SURE = "not_sure"


class WorkingPattern(StrEnum):
    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    JOB_SHARE = "job_share"
    FLEXIBLE = "flexible"
    NO_PREFERENCE = "no_preference"


class WillingToMove(StrEnum):
    SAME_ORGANISATION = "same_organisation"
    NEARBY = "nearby"
    ANYWHERE_IN_SYSTEM = "anywhere_in_system"
    REMOTE = "remote"
    NOT_SURE = "not_sure"


TIMEFRAMES: Mapping[Timeframe, str] = {
    Timeframe.NOW: "As soon as I can",
    Timeframe.WITHIN_A_YEAR: "Within a year",
    Timeframe.ONE_TO_THREE_YEARS: "In one to three years",
    Timeframe.LATER: "Later",
    Timeframe.NOT_SURE: "I am not sure yet",
}
PATTERNS: Mapping[WorkingPattern, str] = {
    WorkingPattern.FULL_TIME: "Full time",
    WorkingPattern.PART_TIME: "Part time",
    WorkingPattern.JOB_SHARE: "Job share",
    WorkingPattern.FLEXIBLE: "Flexible or compressed hours",
    WorkingPattern.NO_PREFERENCE: "I have no preference",
}
MOVES: Mapping[WillingToMove, str] = {
    WillingToMove.SAME_ORGANISATION: "Only where I work now",
    WillingToMove.NEARBY: "To another organisation nearby",
    WillingToMove.ANYWHERE_IN_SYSTEM: "To any organisation of the system",
    WillingToMove.REMOTE: "Only if I can work remotely",
    WillingToMove.NOT_SURE: "I am not sure yet",
}
MOST_HIDDEN = 50


def problems_with(*, level: int | None, tier: str | None, specialist: bool) -> list[Problem]:
    """What contradicts itself in what was said."""
    if specialist and tier is not None:
        words = "You chose both a kind of leadership and the specialist track. Choose one of them."
        return [Problem("target_tier", words)]
    if level is not None and not 1 <= level <= 9:
        return [Problem("target_level", "Choose a level from 1 to 9.")]
    return []


def sentence(family: str | None, level: str | None, tier: str | None, timeframe: Timeframe, *, specialist: bool) -> str:
    """One sentence of where somebody said they want to be."""
    where = f" in {family}" if family else ""
    lead = f"to lead as {'an' if tier[0] in 'AEIOU' else 'a'} {tier[0].lower()}{tier[1:]}" if tier else ""
    at = f"a role at {level[0].lower()}{level[1:]}" if level else ""
    what = lead or at or ("a specialist role" if specialist else "work" if family else "")
    role = f"{what}{where}" if what else ""
    when = {
        Timeframe.NOW: "as soon as you can",
        Timeframe.WITHIN_A_YEAR: "within a year",
        Timeframe.ONE_TO_THREE_YEARS: "in one to three years",
        Timeframe.LATER: "later on",
        Timeframe.NOT_SURE: "at a time you have not decided yet",
    }[timeframe]
    if not role:
        return f"You have not said what you want next, only when: {when}."
    return f"You said you want {role}, {when}."
