"""Each report's main figures beside those of the releases before, as they were published. Nothing is counted here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from analytics.disclosure import Rule
from analytics.frames import LABELS
from service.insight.charts.trends import draw_trends
from service.insight.drafting.page import Page
from service.insight.rules import ALL_LEVELS, SAID_ONCE, SYSTEM, UPPER_LEVELS, Characteristic, Measure, ReportTable
from service.insight.shapes import Sheet
from service.insight.words import Basis, level_words
from service.insight.words.trends import PART_TITLES, reading, since
from service.web.presenters import day

Row = dict[str, Any]
Past = Sequence[Sheet]
METHOD_VERSION: Final = "trends-1"
MOST_RELEASES: Final = 8
_GROUPED: Final = (Characteristic.ETHNICITY, Characteristic.SEX, Characteristic.DISABILITY)


def drafted(
    tables: Sequence[ReportTable], coverage: Sequence[Page], bases: Mapping[Measure, Basis], past: Past, rule: Rule
) -> list[Page]:
    """For the system and each organisation. `past`: the trends of the newest release that stands."""
    now = [*_conversations(coverage, bases[Measure.COVERAGE]), *_groups(tables, bases[Measure.REPRESENTATION])]
    before = {(sheet.organisation, sheet.part): sheet.rows for sheet in past}
    return [_page(page, before.get((page.organisation, page.part), ()), rule) for page in now]


def _page(page: Page, past: Sequence[Mapping[str, Any]], rule: Rule) -> Page:
    releases = sorted({row["release"] for row in past})[-(MOST_RELEASES - 1) :]
    kept = [dict(row) for row in past if row["release"] in releases]
    newest = {(row["group"], row["level"]): row for row in kept if row["release"] == max(releases)}
    told = [{**row, "since": since(row, newest.get((row["group"], row["level"])), rule.base)} for row in page.rows]
    order = list(dict.fromkeys((row["group"], row["level"]) for row in [*told, *kept]))
    # A line that no release shows has nothing to say yet.
    shown = {(row["group"], row["level"]) for row in [*told, *kept] if row["share"] is not None}
    every: list[Row] = [row for row in [*told, *kept] if (row["group"], row["level"]) in shown]
    rows = sorted(every, key=lambda row: (order.index((row["group"], row["level"])), -row["release"]))
    numbers = sorted({row["release"] for row in rows})
    # An organisation's groups stay a table: their pictures would be most of the time that a release takes.
    charts = draw_trends(rows) if page.organisation == SYSTEM or page.part == "coverage" else {}
    return replace(page, rows=rows, sentences=reading(rows), charts=charts, releases=numbers)


def _conversations(pages: Sequence[Page], basis: Basis) -> Iterator[Page]:
    for page in pages:
        whole = next((row for row in page.rows if row.get("slice") == "all"), None)
        if page.part == "levels" and whole:
            figure = {name: whole[name] for name in ("share", "low", "high", "reason")} | {"known": whole["eligible"]}
            row = _row(basis, "all", "Had a conversation", ALL_LEVELS) | figure | {"level_name": "Everybody"}
            yield Page(Measure.TRENDS, page.organisation, "coverage", [row], PART_TITLES["coverage"])


def _groups(tables: Sequence[ReportTable], basis: Basis) -> Iterator[Page]:
    for table in tables:
        if table.characteristic in _GROUPED:
            rows = [
                _row(basis, figure.group, LABELS[figure.group], level)
                | {name: getattr(figure, name) for name in ("share", "low", "high", "reason")}
                | {"known": figure.known or (round(figure.n / figure.share) if figure.n and figure.share else None)}
                for level in reversed(UPPER_LEVELS)
                for figure in table.at(level)
                if figure.group not in SAID_ONCE
            ]
            part = table.characteristic.value
            yield Page(Measure.TRENDS, table.organisation, part, rows, PART_TITLES[part])


def _row(basis: Basis, group: str, name: str, level: str) -> Row:
    how = f"{basis.crosswalk_version}|{basis.method_version}|{basis.rule_version}"
    return {
        "group": group,
        "level": level,
        "name": name,
        "level_name": level_words(level).partition(",")[0],
        "release": basis.number,
        "facts_on": day(basis.snapshot_on),
        "basis": how,
    }
