"""Where people really went, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.web.presenters import count_of, number, percent

Row = Mapping[str, Any]


def reading(total: Row | None, rows: Sequence[Row]) -> list[str]:
    """The sentences above the report on routes."""
    if total is None or total["people"] is None:
        return ["Too few people have moved between role profiles in the last five years to show any route."]
    across = ""
    if total["across_share"] is not None:
        across = f" {percent(total['across_share'])} of these steps led to another organisation."
    taken = f"People took about {number(total['people'])} steps between role profiles in the five years up to the day."
    shown = f"{count_of(len(rows), 'route')} can be shown, steps to the side beside steps up: both are ways forward."
    return [f"{taken}{across}", shown]
