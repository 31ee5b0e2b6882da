"""Where people really went, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service.insight.words.phrases import within
from service.web.presenters import count_of, number, percent

Row = Mapping[str, Any]
MOST: Final = 5


def reading(total: Row | None, rows: Sequence[Row]) -> list[str]:
    """The sentences above the report on routes."""
    if total is None or total["people"] is None:
        return ["Too few people have moved between role profiles in the last five years to show any route."]
    across = ""
    if total["across_share"] is not None:
        across = f" {percent(total['across_share'])} of these steps led to another organisation."
    taken = f"People took about {number(total['people'])} steps between role profiles in the five years up to the day."
    shown = f"{count_of(len(rows), 'route')} can be shown, steps to the side beside steps up: both are ways forward."
    return [f"{taken}{across}", shown, *(went(*pair) for pair in _most_taken(rows))]


def went(row: Row, back: Row | None) -> str:
    """ "About 490 people went from administrator to receptionist, and about 455 the other way." """
    names = f"{within(row['from_name'])} to {within(row['to_name'])}"
    other = f", and about {number(back['people'])} the other way" if back else ""
    return f"About {number(row['people'])} people went from {names}{other}."


def _most_taken(rows: Sequence[Row]) -> list[tuple[Row, Row | None]]:
    """The routes that most people took, each with the one the other way, if that can be shown."""
    found = {(row["from_profile"], row["to_profile"]): row for row in rows}
    pairs: list[tuple[Row, Row | None]] = []
    for row in sorted(rows, key=lambda row: -row["people"]):
        ends = row["from_profile"], row["to_profile"]
        if ends in found:
            del found[ends]
            pairs.append((row, found.pop(ends[::-1], None)))
    return pairs[:MOST]
