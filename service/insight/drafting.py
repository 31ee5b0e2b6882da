"""A snapshot becomes a draft: facts -> released figures -> tables, words and charts. Nothing here touches the
database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from analytics.disclosure import DEFAULT, Released, Rule
from analytics.frames import Facts
from analytics.reports import METHOD_VERSION, representation_report
from service.insight.charts import draw
from service.insight.released import tables_of
from service.insight.rules import SYSTEM, ReportTable
from service.insight.snapshots import Manifest, Snapshot, code_version
from service.insight.words import Basis, Headline, chart_title, headlines, reading

WHOLE_SYSTEM: Final = "the whole system"
Say = Callable[[str], None]
Before = tuple[Basis, Sequence[ReportTable]]


@dataclass(frozen=True, slots=True)
class Page:
    """One report, ready to keep: its table, the sentences and title above it, and a picture for each group."""

    table: ReportTable
    title: str
    sentences: Sequence[str]
    charts: Mapping[str, str]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [asdict(figure) for figure in self.table.figures]


@dataclass(frozen=True, slots=True)
class Draft:
    """A release that is not kept yet. Every figure in it went through disclosure control (`released.tables_of`)."""

    basis: Basis
    snapshot: str
    code_version: str
    rule: Rule
    organisations: Sequence[dict[str, str]]
    headlines: Sequence[Headline]
    pages: Sequence[Page]


def rule_with(floor: int) -> Rule:
    """The disclosure rule with the floor that the settings ask for; another floor is another version."""
    return (
        DEFAULT
        if floor == DEFAULT.floor
        else Rule(f"{DEFAULT.version}-floor-{floor}", floor, DEFAULT.base, DEFAULT.width)
    )


def measured(folder: Path, manifest: Manifest, rule: Rule) -> Released:
    """The representation report of a whole snapshot, after disclosure control."""
    return representation_report(Facts.read(folder), manifest.on, rule)


def draft(snapshot: Snapshot, rule: Rule, number: int, before: Before | None, say: Say) -> Draft:
    """Everything that the release will hold. `before` is the release to compare with, if there is one."""
    manifest = snapshot.manifest
    say(f"Counting {manifest.rows('people'):,} people in {len(manifest.organisations)} organisations")
    tables = tables_of(measured(snapshot.folder, manifest, rule))
    basis = Basis(number, manifest.on, manifest.crosswalk_version, METHOD_VERSION, rule.version)
    say(f"Writing and drawing {len(tables)} reports")
    names = {organisation.code: organisation.name for organisation in manifest.organisations}
    system = [table for table in tables if table.organisation == SYSTEM]
    at_work = len({table.organisation for table in tables} - {SYSTEM})
    return Draft(
        basis=basis,
        snapshot=snapshot.id,
        code_version=code_version(),
        rule=rule,
        organisations=_alphabetical({table.organisation: names.get(table.organisation, "") for table in tables}),
        headlines=headlines(system, basis, at_work, rule.base, before),
        pages=[_page(table, names, manifest, rule) for table in tables],
    )


def _page(table: ReportTable, names: Mapping[str, str], manifest: Manifest, rule: Rule) -> Page:
    name = names.get(table.organisation, WHOLE_SYSTEM)
    return Page(
        table, chart_title(table, rule.base), reading(table, name, manifest.on, rule.base), draw(table, rule.base)
    )


def _alphabetical(names: Mapping[str, str]) -> list[dict[str, str]]:
    """Employers by name; the system is not one of them."""
    found = [{"code": code, "name": name} for code, name in names.items() if code != SYSTEM]
    return sorted(found, key=lambda organisation: (organisation["name"].casefold(), organisation["code"]))
