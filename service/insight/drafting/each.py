"""One comparison in every organisation, drawn: what stands on the board first, then a few that are always asked for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from analytics.equity import SYSTEM
from service.insight.charts import draw_organisations
from service.insight.drafting.page import Page
from service.insight.rules import Measure
from service.insight.words import each as words

Row = Mapping[str, Any]
Pair = tuple[str, str, str]
MOST: Final = 6
FEWEST: Final = 2  # organisations with a ratio: one alone is no picture
ALWAYS: Final = (("appointment", "ethnic_minority", "white"), ("appointment", "disabled", "non_disabled"))
_KEPT: Final = ("step", "group", "reference", "organisation", "organisation_name", "state", "state_name", "ratio",
                "low", "high", "like_ratio", "like_low", "like_high", "reason")  # fmt: skip


def page(rows: Sequence[Row], board: Collection[Pair]) -> Page:
    """`rows`: every comparison as it was released. `board`: those that are flagged, first things first."""
    chosen = [of for pair in dict.fromkeys((*board, *ALWAYS)) if len(_shown(of := _of(rows, pair))) >= FEWEST][:MOST]
    charts = {name: svg for of in chosen for name, svg in draw_organisations(*_drawn(of, rows)).items()}
    told = [{name: row[name] for name in _KEPT} | {"name": words.comparison(row)} for of in chosen for row in of]
    said = [words.sentence(of, _system(rows, of)) for of in chosen]
    return Page(Measure.EQUITY, SYSTEM, "each", told, words.TITLE, said, charts)


def _of(rows: Sequence[Row], pair: Pair) -> list[Row]:
    """One comparison by organisation, in alphabetical order."""
    found = [row for row in rows if (row["step"], row["group"], row["reference"]) == pair and row["organisation"]]
    return sorted(found, key=lambda row: (row["organisation_name"].casefold(), row["organisation"]))


def _shown(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["ratio"] is not None]


def _drawn(of: Sequence[Row], rows: Sequence[Row]) -> tuple[str, Sequence[Row], Row | None]:
    return words.picture(of[0]), of, _system(rows, of)


def _system(rows: Sequence[Row], of: Sequence[Row]) -> Row | None:
    pair = of[0]["step"], of[0]["group"], of[0]["reference"]
    same = (row for row in rows if (row["step"], row["group"], row["reference"]) == pair)
    return next((row for row in same if row["organisation"] == SYSTEM), None)
