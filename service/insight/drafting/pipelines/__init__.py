"""Who is coming through: the report for the system and each organisation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from analytics.disclosure import Released, Rule
from analytics.frames import LABELS, Facts
from analytics.released.pipelines import PipelinesReleased, pipelines_report
from service.insight.charts.pipelines import draw_cases, draw_cover, draw_stages
from service.insight.drafting.page import WHOLE_SYSTEM, Drafted, Page, page_of
from service.insight.released import rows_of
from service.insight.rules import SYSTEM, Measure
from service.insight.snapshots import Manifest
from service.insight.words import pipelines as words

Row = dict[str, Any]
_FIGURES: Final = ("ready_now", "ready_soon", "expected_vacancies", "critical")
_page = partial(page_of, Measure.PIPELINES)


@dataclass(frozen=True, slots=True)
class _Told:
    """The released rows of each part, with their names."""

    cover: Sequence[Row]
    stages: Sequence[Row]
    conversion: Sequence[Row]
    support: Sequence[Row]
    has_members: bool

    def of(self, code: str) -> "_Told":
        parts = (self.cover, self.stages, self.conversion, self.support)
        mine = ([row for row in part if row["organisation"] == code] for part in parts)
        return _Told(*mine, has_members=self.has_members)


def drafted(facts: Facts, manifest: Manifest, rule: Rule, shares: Released) -> Drafted:
    """The report as at the day of the snapshot. What `shares` withholds is not told here either."""
    released = pipelines_report(facts, manifest.on, rule, shares)
    families = {named.code: named.name for named in manifest.families}
    told = _named(released, families, has_members=facts.members is not None)
    names = {named.code: named.name for named in manifest.organisations}
    codes = [SYSTEM, *sorted({row["organisation"] for row in told.stages} - {SYSTEM})]
    pages = [page for code in codes for page in _pages(code, told.of(code), names.get(code, WHOLE_SYSTEM), rule)]
    return Drafted(pages, words.headline(told.of(SYSTEM).cover))


def _named(released: PipelinesReleased, families: Mapping[str, str], *, has_members: bool) -> _Told:
    cover: list[Row] = [
        row
        | {"level_name": words.band_name(row["level"]), "name": _family(row["family"], families)}
        | {"shortfall": _short_of(row)}
        for row in rows_of(released.cover)
    ]
    stages = [
        row
        | {"kind": LABELS[row["characteristic"]], "name": words.group_name(row["group"])}
        | {"stage_name": words.STAGE_NAMES[row["stage"]]}
        for row in rows_of(released.stages)
    ]
    conversion = [
        row
        | {"kind": words.focus_kind(row["focus"]), "name": words.focus_name(row["focus"])}
        | {"stage_name": words.CASE_NAMES[row["stage"]]}
        for row in rows_of(released.conversion)
        if row["focus"] != "source:unknown"
    ]
    support = [row | {"name": words.tier_name(row["tier"])} for row in rows_of(released.support)]
    by_name = sorted(
        cover, key=lambda row: (row["level"], row["family"] != words.ALL, row["name"].casefold()), reverse=False
    )
    return _Told([row for row in by_name if _says(row)], stages, conversion, support, has_members)


def _family(code: str, names: Mapping[str, str]) -> str:
    return "All kinds of work" if code == words.ALL else names.get(code, code)


def _short_of(row: Row) -> int | None:
    """Posts of one kind of work that nobody is ready for. People ready for another kind are not there for them, so that
    of all kinds together there is no such number."""
    return None if row["family"] == words.ALL or row["shortfall"] is None else round(row["shortfall"])


def _says(row: Row) -> bool:
    """Of kinds of work in which nothing can be shown there is no row."""
    return row["family"] == words.ALL or any(row[name] is not None for name in _FIGURES)


def _pages(code: str, told: _Told, where: str, rule: Rule) -> Iterator[Page]:
    """What is said of each part stands at its head; the first sentence of each, at the head of the report."""
    stages = words.stages(told.stages, rule.base)
    cases, support = words.conversion(told.conversion), words.support(told.support)
    lead = [*words.cover(told.cover if told.has_members else [], where), *stages[:1], *cases[:1], *support[:1]]
    senior = [row for row in told.cover if row["level"] == "7-9"]
    yield _page(code, "cover", told.cover, "Ready people beside posts that fall free", lead, draw_cover(senior))
    drawn = draw_stages(told.stages) if code == SYSTEM else {}
    yield _page(code, "stages", _by_group(told.stages), "Share of each stage, by group", stages[1:], drawn)
    everybody = [row for row in told.conversion if row["focus"] == words.ALL]
    title = "Where cases are after so many days"
    yield _page(code, "conversion", told.conversion, title, cases[1:], draw_cases(everybody))
    yield _page(code, "support", told.support, sentences=support[1:])


def _by_group(rows: Sequence[Row]) -> list[Row]:
    """Each group's stages one below the other."""
    order = list(dict.fromkeys((row["characteristic"], row["group"]) for row in rows))
    return sorted(rows, key=lambda row: order.index((row["characteristic"], row["group"])))
