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


# what a trend of who stays follows: group, name, the rate and the ends of its range
_STAYS: Final = (
    ("left", "Left the system", "leaver_rate", "low", "high"),
    ("gone", "Left the employer", "exit_rate", "exit_low", "exit_high"),
    ("stayed", "Still with the employer", "stability", "stability_low", "stability_high"),
)


def drafted(
    tables: Sequence[ReportTable], reports: Sequence[Page], bases: Mapping[Measure, Basis], past: Past, rule: Rule
) -> list[Page]:
    """For the system and each organisation. `reports`: the pages on conversations and on who stays; `past`: the trends
    of the newest release that stands."""
    now = [
        *_conversations(reports, bases[Measure.COVERAGE]),
        *_stays(reports, bases[Measure.RETENTION]),
        *_groups(tables, bases[Measure.REPRESENTATION]),
    ]
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
    drawn = page.organisation == SYSTEM or page.part == Measure.COVERAGE
    charts = draw_trends(rows) if drawn else {}
    return replace(page, rows=rows, sentences=reading(rows), charts=charts, releases=numbers)


def _conversations(pages: Sequence[Page], basis: Basis) -> Iterator[Page]:
    for page in pages:
        whole = next((row for row in page.rows if row.get("slice") == "all"), None)
        if page.measure is Measure.COVERAGE and page.part == "levels" and whole:
            figure = {name: whole[name] for name in ("share", "low", "high", "reason")} | {"known": whole["eligible"]}
            row = _row(basis, "all", "Had a conversation", ALL_LEVELS) | figure | {"level_name": "Everybody"}
            yield Page(Measure.TRENDS, page.organisation, "coverage", [row], PART_TITLES["coverage"])


def _stays(pages: Sequence[Page], basis: Basis) -> Iterator[Page]:
    for page in pages:
        whole = next((row for row in page.rows if row.get("slice") == ALL_LEVELS), None)
        if page.measure is Measure.RETENTION and page.part == "rates" and whole:
            # From the system nobody goes who does not leave it.
            told = [one for one in _STAYS if page.organisation or one[0] != "gone"]
            rows = [_row(basis, group, name, ALL_LEVELS) | _rate(whole, *names) for group, name, *names in told]
            part = Measure.RETENTION.value
            yield Page(Measure.TRENDS, page.organisation, part, rows, PART_TITLES[part])


def _rate(whole: Mapping[str, Any], rate: str, low: str, high: str) -> Row:
    """The rate of everybody with its range, and about how many people it is of: as many as make a range so wide."""
    share, ends = whole[rate], {"low": whole[low], "high": whole[high]}
    if share is None:
        return {"share": None, **ends, "known": None, "reason": whole.get("reason"), "level_name": "Everybody"}
    wide = max(ends["high"] - ends["low"], 1e-6) / 2
    known = max(round(share * (1 - share) * (1.96 / wide) ** 2), 1)
    return {"share": share, **ends, "known": known, "reason": None, "level_name": "Everybody"}


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
