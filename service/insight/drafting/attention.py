"""Where to look first: groups where leaving is raised before all others, and what people in each are waiting for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from analytics.disclosure import Released, Rule
from analytics.frames import Facts
from analytics.released.attention import ALL, attention_report
from service.insight.charts.waiting import draw_waiting
from service.insight.drafting.page import WHOLE_SYSTEM, Drafted, Page, page_of
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.snapshots import Manifest
from service.insight.words import attention as words

Row = dict[str, Any]


_TITLE = "What people are waiting for, beside elsewhere"
_page = partial(page_of, Measure.ATTENTION)


@dataclass(frozen=True, slots=True)
class _Told:
    """Every released row with its names."""

    rows: Sequence[Row]
    names: Mapping[str, str]
    on: date


def drafted(facts: Facts, manifest: Manifest, rule: Rule, coverage: Released, expected: pl.DataFrame | None) -> Drafted:
    """The lists for the system and each organisation, and what they add to the front page. `expected`: the released
    rows on leaving, where there are any."""
    names = {named.code: named.name for named in manifest.organisations}
    released = rows_of(attention_report(facts, manifest.on, coverage, expected, rule))
    told = _Told([_named(row, names) for row in released], names, manifest.on)
    codes = dict.fromkeys(row["organisation"] for row in released)
    pages = [page for code in codes for page in _pages(code, told)]
    raised = [row for row in told.rows if row["organisation"] and row["state"] == words.FLAG]
    everybody = [row for row in told.rows if row["organisation"] == SYSTEM and row["focus"] == ALL]
    return Drafted(pages, words.headline(sorted(raised, key=_alphabetical), everybody))


def _named(row: Row, names: Mapping[str, str]) -> Row:
    return row | {
        "organisation_name": names.get(row["organisation"], row["organisation"]),
        "name": words.focus_name(row["focus"]),
        "driver_name": words.DRIVER_NAMES[row["driver"]],
        "words": words.driver(row),
    }


def _pages(code: str, told: _Told) -> Iterator[Page]:
    mine = [row for row in told.rows if row["organisation"] == code]
    groups = [row for row in told.rows if row["organisation"] and code in {SYSTEM, row["organisation"]}]
    raised = [row for row in groups if row["state"] == words.FLAG]
    is_known = any(row["state"] not in words.SILENT for row in groups)
    everybody = [row for row in mine if row["focus"] == ALL]
    where = told.names.get(code, WHOLE_SYSTEM)
    said = words.reading(raised, everybody, where, told.on, is_known=is_known)
    yield _page(code, "raised", sorted(raised, key=_alphabetical), sentences=said)
    yield _page(code, "groups", mine, _TITLE, words.nowhere(mine), _pictures(mine))
    if code == SYSTEM:
        employers = [
            {**row, "name": row["organisation_name"]}
            for row in told.rows
            if row["organisation"] and row["focus"] == ALL
        ]
        rows = sorted(employers, key=_alphabetical)
        yield _page(code, "organisations", rows, _TITLE, words.nowhere(employers), _pictures(rows))


def _pictures(rows: Sequence[Row]) -> dict[str, str]:
    """One for each driver: everybody, then groups where leaving is raised, then the others as they stand."""
    flagged = {(row["organisation"], row["focus"]) for row in rows if row["state"] == words.FLAG}
    drawn: dict[str, str] = {}
    for driver in words.DRIVER_NAMES:
        told = [
            {**row, "clear": words.differs(row), "flagged": (row["organisation"], row["focus"]) in flagged}
            for row in rows
            if row["driver"] == driver
        ]
        drawn |= draw_waiting(driver, sorted(told, key=lambda row: not row["flagged"]))
    return drawn


def _alphabetical(row: Row) -> tuple[str, str, bool, str]:
    """Organisations by name, everybody before staff groups; drivers stay in their order."""
    return row["organisation_name"].casefold(), row["organisation"], row["focus"] != ALL, row["name"]
