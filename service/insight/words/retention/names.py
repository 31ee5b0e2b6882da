from collections.abc import Mapping
from typing import Any, Final

from service.insight.words.coverage import slice_name as division_name
from service.insight.words.phrases import within
from service.insight.words.representation import level_words
from service.posts.rules import DESTINATIONS, END_REASONS, STAFF_GROUP_NAMES, StaffGroup

Row = Mapping[str, Any]
ALL: Final = "all"
UNKNOWN: Final = "unknown"
OF_NAMES: Final[Mapping[str, str]] = {"end_reason": "Why", "destination": "Where to"}
SCENARIO_NAMES: Final[Mapping[str, str]] = {
    "as now": "Rates stay as they are",
    "a fifth fewer leave": "A fifth fewer leave",
    "a fifth more rise": "A fifth more rise",
}
_ANSWERS: Final[Mapping[str, Mapping[str, str]]] = {
    "end_reason": END_REASONS,
    "destination": {**DESTINATIONS, "in_the_system": "Said to be inside the system, not found there"},
}
_KINDS: Final[Mapping[str, str]] = {
    "all": "Everybody",
    "level": "Level",
    "staff_group": "Staff group",
    "age_band": "Age band",
    "service": "Length of service",
    "ethnicity": "Ethnicity",
    "sex": "Sex",
    "disability": "Disability",
}
_YEARS: Final = ("", "one year", "two years", "three years", "four years", "five years")


def slice_name(slice_: str) -> str:
    """ "Everybody", "Nursing and midwifery", "Under 1 year", "White" """
    kind, _, value = slice_.partition(":")
    if kind == ALL:
        return "Everybody"
    if kind == "service":
        return f"{value[:1].upper()}{value[1:]}"
    name = division_name(slice_)
    return name.partition(": ")[2] or name


def kind_name(slice_: str) -> str:
    """What the slice is a part of: "Level", "Age band" """
    return _KINDS[slice_.partition(":")[0]]


def focus_name(focus: str) -> str:
    """ "All staff", "Nursing and midwifery" """
    return "All staff" if focus == ALL else STAFF_GROUP_NAMES[StaffGroup(focus)]


def place_words(row: Row) -> str:
    """ "St Elm's Trust, nursing and midwifery" """
    staff = "" if row["focus"] == ALL else f", {within(focus_name(row['focus']))}"
    return f"{row['organisation_name']}{staff}"


def answer_name(of: str, code: str) -> str:
    """What was recorded about a leaver, in words."""
    return "Nothing recorded" if code == UNKNOWN else _ANSWERS[of].get(code, code.replace("_", " ").capitalize())


def short_level(level: str) -> str:
    """ "Level 8", "Levels 5 to 6", "All levels" """
    low, _, high = level.partition("-")
    if level == ALL:
        return "All levels"
    return f"Levels {low} to {high}" if high else level_words(level).partition(",")[0]


def years_words(years: int) -> str:
    """ "one year", "four years" """
    return _YEARS[years] if years < len(_YEARS) else f"{years} years"


def months_words(months: int) -> str:
    """ "one year", "18 months" """
    years, rest = divmod(months, 12)
    return years_words(years) if not rest and years < len(_YEARS) else f"{months} months"


def whole_hundred(shares: list[float]) -> list[int]:
    """Shares that add up to 1 as whole numbers that add up to 100: the largest remainders are rounded up.

    >>> whole_hundred([0.885, 0.0351, 0.0799])
    [88, 4, 8]
    """
    parts = [round(100 * share, 6) for share in shares]
    found = [int(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda at: found[at] - parts[at])
    for at in order[: 100 - sum(found)]:
        found[at] += 1
    return found
