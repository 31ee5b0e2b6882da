from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from analytics.frames import LABELS
from service.insight.charts import described, drawn
from service.insight.definitions import definition_of
from service.insight.queries import ReleaseRow, table_of
from service.insight.rules import SYSTEM, Characteristic, Figure, Measure, ReleaseState, ReportTable, method_of
from service.insight.words import ABOUT, REPORT_NAMES, TITLES, level_words, range_words
from service.web.presenters import count_of, day, moment, number, percent

WITHHELD = "*"
LINKS = REPORT_NAMES
WHOLE_SYSTEM = "Whole system"
# What stands open below the figures of a report; the rest of their meaning is folded beneath it.
FIRST = frozenset({"Measure", "Numerator", "Denominator", "Left out", "What it does not say", "Date of the facts"})


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Panel:
    label: str
    whole: str
    href: str
    description: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A group at a level, as it is read; all but the first are empty where the figure is withheld."""

    share: str
    range: str
    people: str


@dataclass(frozen=True, slots=True)
class Level:
    code: str
    name: str
    people: str
    declared: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Selector:
    organisations: Sequence[Choice]
    characteristics: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class ReportPage:
    organisation: str
    title: str
    about: str
    release: str
    snapshot_on: str
    newest: bool
    chart_title: str
    sentences: Sequence[str]
    panels: Sequence[Panel]
    not_drawn: str
    groups: Sequence[str]
    levels: Sequence[Level]
    withheld: str
    reason: str
    definition: Mapping[str, str]
    method: Mapping[str, str]
    selector: Selector
    csv: str
    xlsx: str


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    number: int
    snapshot_on: str
    made: str
    withdrawn: bool
    method: str
    rule: str
    href: str


def report_page(row: ReleaseRow, *, newest: bool) -> ReportPage:
    table = table_of(row)
    asked = {"release": row.id, "organisation": table.organisation, "characteristic": table.characteristic.value}
    meanings = {**definition_of(ABOUT[table.characteristic], row.rule), **stamp_of(row)}
    return ReportPage(
        organisation=organisation_name(row),
        title=f"{TITLES[table.characteristic]} by level",
        about=ABOUT[table.characteristic],
        release=f"Release {row.number}",
        snapshot_on=day(row.snapshot_on),
        newest=newest,
        chart_title=row.words["title"],
        sentences=row.words["sentences"],
        panels=[_panel(table, group, asked) for group in drawn(table)],
        not_drawn=_not_drawn(table),
        groups=[LABELS[group] for group in table.groups],
        levels=levels_of(table),
        withheld=_withheld(table),
        reason=next((figure.reason for figure in table.figures if figure.reason), ""),
        definition={term: meaning for term, meaning in meanings.items() if term in FIRST},
        method={term: meaning for term, meaning in meanings.items() if term not in FIRST},
        selector=selector(row.organisations, table.organisation, table.characteristic),
        csv=f"/reports/representation.csv?{urlencode(asked)}",
        xlsx=f"/reports/representation.xlsx?{urlencode({'release': row.id, 'organisation': table.organisation})}",
    )


def stamp_of(row: ReleaseRow, measure: Measure = Measure.REPRESENTATION) -> Mapping[str, str]:
    """What must stand beside every figure that is passed on."""
    return {
        "Release": f"{row.number}, made {moment(row.made_at)}",
        "Date of the facts": day(row.snapshot_on),
        "Snapshot": row.snapshot,
        "Method": method_of(row.method_version, measure) or row.method_version,
        "Disclosure rule": row.rule_version,
        "Grade crosswalk": "None" if row.crosswalk_version is None else f"Edition {row.crosswalk_version}",
        "Code": row.code_version,
    }


def release_line(row: ReleaseRow) -> ReleaseLine:
    return ReleaseLine(
        number=row.number,
        snapshot_on=day(row.snapshot_on),
        made=moment(row.made_at),
        withdrawn=row.state == ReleaseState.WITHDRAWN,
        method=row.method_version,
        rule=row.rule_version,
        href=f"/reports/representation?{urlencode({'release': row.id})}",
    )


def organisation_name(row: ReleaseRow) -> str:
    return next((o["name"] for o in row.organisations if o["code"] == row.organisation), WHOLE_SYSTEM)


def selector(organisations: Sequence[Mapping[str, str]], chosen: str, characteristic: Characteristic) -> Selector:
    whole = Choice(SYSTEM, WHOLE_SYSTEM, chosen == SYSTEM)
    return Selector(
        [whole, *(Choice(o["code"], o["name"], o["code"] == chosen) for o in organisations)],
        [Choice(c.value, TITLES[c], c is characteristic) for c in Characteristic],
    )


def address(organisation: str, characteristic: Characteristic | str) -> str:
    return f"/reports/representation?{urlencode({'organisation': organisation, 'characteristic': str(characteristic)})}"


def shown(value: Any, words: str) -> str:
    """A figure as it is read, or the mark for one that is withheld."""
    return WITHHELD if value is None else words


def panel_label(table: ReportTable, group: str) -> str:
    """ "Disabled (whole workforce: 13.7%)" """
    return f"{LABELS[group]} ({_whole(table, group)[:1].lower()}{_whole(table, group)[1:]})"


def _whole(table: ReportTable, group: str) -> str:
    whole = table.whole(group)
    return f"Whole workforce: {'withheld' if whole is None or whole.share is None else percent(whole.share)}"


def _panel(table: ReportTable, group: str, asked: Mapping[str, object]) -> Panel:
    href = f"/reports/representation.svg?{urlencode({**asked, 'group': group})}"
    return Panel(LABELS[group], _whole(table, group), href, described(table, group))


def _withheld(table: ReportTable) -> str:
    """What the table is folded behind, if nothing of it can be shown."""
    if any(figure.share is not None or figure.in_scope is not None for figure in table.figures):
        return ""
    return f"{count_of(len(levels_of(table)), 'line')}, all withheld"


def _not_drawn(table: ReportTable) -> str:
    missing = [LABELS[group] for group in table.groups if group not in drawn(table)]
    return f"Not drawn, because every level is withheld: {', '.join(missing)}." if missing else ""


def levels_of(table: ReportTable) -> list[Level]:
    """The whole workforce first, then levels from the highest down, then grades without a level."""
    names = list(dict.fromkeys(figure.level for figure in table.figures))
    order = sorted(names, key=lambda name: (name != "all", name == "unmapped", -int(name) if name.isdigit() else 0))
    return [_level(name, table.at(name)) for name in order]


def _level(name: str, figures: Sequence[Figure]) -> Level:
    first = figures[0]
    return Level(
        code=name,
        name=level_words(name),
        people=shown(first.in_scope, number(first.in_scope)),
        declared=shown(first.declaration_rate, percent(first.declaration_rate)),
        cells=[_cell(figure) for figure in figures],
    )


def _cell(figure: Figure) -> Cell:
    if figure.share is None:
        return Cell(WITHHELD, "", "")
    return Cell(percent(figure.share), range_words(figure), f"{number(figure.n)} people")
