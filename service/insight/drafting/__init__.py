"""A snapshot becomes a draft: facts -> released figures -> tables, words and charts. Nothing here touches the
database.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from analytics.disclosure import DEFAULT, Rule
from analytics.equity import METHOD_VERSION as EQUITY_METHOD
from analytics.flags import DEFAULT as FLAG_RULE
from analytics.frames import Facts
from analytics.released import aspirations as aspirations_of
from analytics.released import attention as attention_of
from analytics.released import coverage as coverage_of
from analytics.released import intersections as intersections_of
from analytics.released import routes as routes_of
from analytics.released.pipelines import METHOD_VERSION as PIPELINES_METHOD
from analytics.released.representation import METHOD_VERSION, representation_report
from analytics.released.retention.report import METHOD_VERSION as RETENTION_METHOD
from service.insight.drafting import (
    aspirations,
    attention,
    coverage,
    flags,
    pipelines,
    representation,
    retention,
    routes,
    statutory,
    trends,
)
from service.insight.drafting.flags import FlagFound, Key
from service.insight.drafting.page import Page
from service.insight.released import tables_of
from service.insight.rules import SYSTEM, Measure, ReportTable, method_of
from service.insight.shapes import Sheet
from service.insight.snapshots import Manifest, Snapshot, code_version
from service.insight.words import Basis, Headline, headlines

Say = Callable[[str], None]
METHODS: Final = ", ".join(
    (
        *(METHOD_VERSION, coverage_of.METHOD_VERSION, routes_of.METHOD_VERSION, aspirations_of.METHOD_VERSION),
        *(f"{EQUITY_METHOD}+{FLAG_RULE.version}", *statutory.METHOD_VERSIONS, trends.METHOD_VERSION),
        *(attention_of.METHOD_VERSION, f"{RETENTION_METHOD}+{FLAG_RULE.version}", intersections_of.METHOD_VERSION),
        PIPELINES_METHOD,
    )
)

__all__ = ["METHODS", "Before", "Draft", "Page", "Say", "draft", "rule_with"]


class Before(NamedTuple):
    """The release that a draft is compared with: the system's tables, and what they stand on."""

    basis: Basis
    tables: Sequence[ReportTable]
    coverage_basis: Basis
    coverage: Sequence[Sheet]
    flags: tuple[int, Collection[Key]] | None = None
    trends: Sequence[Sheet] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A release that is not kept yet. Every figure in it went through disclosure control (`released`)."""

    basis: Basis
    methods: str
    snapshot: str
    code_version: str
    rule: Rule
    organisations: Sequence[dict[str, str]]
    headlines: Sequence[Headline]
    pages: Sequence[Page]
    routes: Sequence[Mapping[str, Any]]
    flags: Sequence[FlagFound] = ()


def rule_with(floor: int) -> Rule:
    """The disclosure rule with the floor that the settings ask for; another floor is another version."""
    return (
        DEFAULT if floor == DEFAULT.floor else replace(DEFAULT, version=f"{DEFAULT.version}-floor-{floor}", floor=floor)
    )


def draft(snapshot: Snapshot, rule: Rule, number: int, before: Before | None, say: Say) -> Draft:
    """Everything that the release will hold. `before` is the release to compare with, if there is one."""
    manifest = snapshot.manifest
    say(f"Counting {manifest.rows('people'):,} people in {len(manifest.organisations)} organisations")
    facts, names = Facts.read(snapshot.folder), {named.code: named.name for named in manifest.organisations}
    bases = {measure: _basis(number, manifest, rule, method_of(METHODS, measure)) for measure in Measure}
    basis, talked = bases[Measure.REPRESENTATION], bases[Measure.COVERAGE]
    shares = representation_report(facts, manifest.on, rule)
    tables = tables_of(shares)
    covered = coverage_of.coverage_report(facts, manifest.on, rule)
    talks = coverage.drafted(facts, covered, names, talked, before and (before.coverage_basis, before.coverage))
    moves = routes.drafted(facts, manifest, rule)
    wishes = aspirations.drafted(facts, manifest, rule)
    say("Comparing how people fare, step by step")
    stays = retention.drafted(facts, rule, names, bases[Measure.RETENTION], shares)
    fair = flags.drafted(facts, manifest, rule, shares, before and before.flags, stays.flags)
    returns = statutory.drafted(facts, manifest.on, rule, shares, tables, manifest.supplied)
    first = attention.drafted(facts, manifest, rule, covered, stays.expected)
    coming = pipelines.drafted(facts, manifest, rule, shares)
    told = [*talks.pages, *stays.drafted.pages]
    past = trends.drafted(tables, told, bases, before.trends if before else (), rule)
    say(f"Writing and drawing {len(tables)} tables of representation and the other reports")
    system = [table for table in tables if table.organisation == SYSTEM]
    codes = {table.organisation for table in tables} - {SYSTEM}
    more = [*coming.headlines, *talks.headlines, *wishes.headlines]
    return Draft(
        basis=basis,
        methods=METHODS,
        snapshot=snapshot.id,
        code_version=code_version(),
        rule=rule,
        organisations=_alphabetical({code: names.get(code, "") for code in codes}),
        headlines=headlines(
            system,
            basis,
            len(codes),
            rule.base,
            before and (before.basis, before.tables),
            more,
            [*fair.drafted.headlines, *stays.drafted.headlines, *first.headlines],
        ),
        pages=[
            *representation.pages(tables, names, manifest.on, rule),
            *talks.pages,
            *moves,
            *wishes.pages,
            *fair.drafted.pages,
            *returns,
            *past,
            *stays.drafted.pages,
            *first.pages,
            *coming.pages,
        ],
        routes=next(page.rows for page in moves),
        flags=[*fair.flags, *stays.flags],
    )


def _basis(number: int, manifest: Manifest, rule: Rule, method: str) -> Basis:
    return Basis(number, manifest.on, manifest.crosswalk_version, method, rule.version)


def _alphabetical(names: Mapping[str, str]) -> list[dict[str, str]]:
    """Employers by name; the system is not one of them."""
    found = [{"code": code, "name": name} for code, name in names.items()]
    return sorted(found, key=lambda organisation: (organisation["name"].casefold(), organisation["code"]))
