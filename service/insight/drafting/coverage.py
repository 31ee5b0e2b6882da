from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from analytics.disclosure import Released, Rule
from analytics.frames import CHARACTERISTICS, Facts
from analytics.released.coverage import NOT_SAID, REASONS, follow_up_report
from service.insight.charts import draw_dots
from service.insight.drafting.page import WHOLE_SYSTEM, Drafted, Page, page_of
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.shapes import Sheet
from service.insight.words import Basis, coverage

Row = Mapping[str, Any]
# The picture of each way to divide people in the part that has several.
CHARTS = CHARACTERISTICS
_page = partial(page_of, Measure.COVERAGE)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The released rows, those about one place each."""

    slices: Mapping[str, Sequence[Row]]
    plans: Mapping[str, Row]
    names: Mapping[str, str]

    def whole(self, organisation: str) -> Row:
        return next(row for row in self.slices[organisation] if row["slice"] == "all")


def drafted(
    facts: Facts,
    covered: Released,
    names: Mapping[str, str],
    basis: Basis,
    before: tuple[Basis, Sequence[Sheet]] | None,
) -> Drafted:
    """The report on career conversations, for the system and each organisation in which somebody works. `covered`:
    `coverage_report` of the facts.
    """
    rule = covered.rule
    slices: dict[str, list[Row]] = {}
    for row in rows_of(covered):
        name = coverage.slice_name(row["slice"])
        slices.setdefault(row["organisation"], []).append({**row, "name": name})
    plans = {row["organisation"]: row for row in rows_of(follow_up_report(facts, basis.snapshot_on, rule))}
    rows = _Rows(slices, plans, names)
    pages = [page for organisation in slices for page in _pages(rows, organisation, basis, rule)]
    return Drafted(pages, coverage.headline(slices[SYSTEM], basis, before and (before[0], _levels_of(before[1]))))


def _levels_of(sheets: Sequence[Sheet]) -> Sequence[Row]:
    return next((sheet.rows for sheet in sheets if sheet.part == "levels"), ())


def _pages(rows: _Rows, organisation: str, basis: Basis, rule: Rule) -> Iterator[Page]:
    where = rows.names.get(organisation, WHOLE_SYSTEM)
    levels, whole = _by_level(rows.slices[organisation]), rows.whole(organisation)
    sentences = coverage.reading(rows.slices[organisation], rows.plans.get(organisation), where, basis)
    upwards = [row for row in levels if row["slice"].startswith("level:")]
    yield _page(
        organisation, "levels", levels, coverage.title(levels), sentences, _chart("levels", upwards, whole, rule)
    )
    groups = [row for row in rows.slices[organisation] if row["slice"].startswith("staff_group:")]
    title = "Conversations by staff group"
    yield _page(organisation, "staff_groups", groups, title, (), _chart("staff_groups", groups, whole, rule))
    reasons = _reasons(whole)
    yield _page(organisation, "reasons", reasons, sentences=coverage.reasons(reasons))
    yield _page(organisation, "follow_up", _follow_up(rows, organisation))
    if organisation == SYSTEM:
        yield from _system_pages(rows, rule)


def _system_pages(rows: _Rows, rule: Rule) -> Iterator[Page]:
    whole = rows.whole(SYSTEM)
    employers = [
        {**rows.whole(code), "slice": code, "name": rows.names.get(code, code)} for code in rows.slices if code
    ]
    employers.sort(key=lambda row: (row["name"].casefold(), row["slice"]))
    title = "Conversations by organisation"
    yield _page(SYSTEM, "organisations", employers, title, (), _chart("organisations", employers, whole, rule))
    groups = [row for row in rows.slices[SYSTEM] if row["slice"].partition(":")[0] in CHARACTERISTICS]
    pictures = {
        drawing: svg
        for name in CHARTS
        for drawing, svg in _chart(
            name, [row for row in groups if row["slice"].startswith(f"{name}:")], whole, rule
        ).items()
    }
    yield _page(SYSTEM, "groups", groups, "Conversations by group", coverage.groups(groups, whole), pictures)


def _chart(name: str, rows: Sequence[Row], whole: Row, rule: Rule) -> dict[str, str]:
    return draw_dots(name, rows, whole, rule.base) if rows else {}


def _by_level(rows: Sequence[Row]) -> list[Row]:
    """Everybody, those who came within the year, then levels from the highest down, then grades without one."""
    levels = [row for row in rows if row["slice"].startswith("level:")]
    levels.sort(key=lambda row: (row["slice"] == "level:unmapped", "".join(chr(255 - ord(c)) for c in row["slice"])))
    return [*(row for row in rows if row["slice"] in {"all", "new"}), *levels]


def _reasons(whole: Row) -> list[Row]:
    return [
        {
            "code": reason,
            "name": coverage.REASON_NAMES[reason],
            "people": whole[f"why_{reason}"],
            "reason": whole["reason"] if whole[f"why_{reason}"] is None else None,
        }
        for reason in (*REASONS, NOT_SAID)
    ]


def _follow_up(rows: _Rows, organisation: str) -> list[Row]:
    """The organisation's row with the system's beside it; for the system, every organisation's, by name."""
    names = {SYSTEM: "Whole system"} | dict(rows.names)
    wanted = sorted(rows.plans, key=lambda code: (code != SYSTEM, names.get(code, code).casefold(), code))
    shown = [code for code in wanted if organisation == SYSTEM or code in {SYSTEM, organisation}]
    return [{**rows.plans[code], "name": names.get(code, code)} for code in shown]
