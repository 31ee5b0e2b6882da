"""The nine system levels, which let the grades of different employers be put side by side."""

from collections.abc import Mapping

LEVELS = range(1, 10)
LEVEL_NAMES: Mapping[int, str] = {
    1: "Entry",
    2: "Entry, experienced",
    3: "Skilled",
    4: "Skilled, experienced",
    5: "Professional",
    6: "Senior professional",
    7: "Lead or manager",
    8: "Senior manager or system leader",
    9: "Executive",
}


def level_name(level: int | None) -> str:
    """ "Level 7, lead or manager", or words that say no level is known."""
    if level is None:
        return "Grade not mapped to a level"
    return f"Level {level}, {LEVEL_NAMES[level].lower()}"
