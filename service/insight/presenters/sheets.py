"""Any report but representation, from the catalogue of its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from service.insight.definitions import meaning_of
from service.insight.presenters import pipelines, retention
from service.insight.presenters.attention import MOST, Place, attention_tables, is_drawn_open, places_of
from service.insight.presenters.chain import chain_tables
from service.insight.presenters.pictures import Picture, chart_note, is_paired, is_small, pictures
from service.insight.presenters.representation import (
    FIRST,
    LINKS,
    WHOLE_SYSTEM,
    Choice,
    organisation_name,
    stamp_of,
)
from service.insight.presenters.tables import Table, all_tables, first_table, little
from service.insight.queries import ReleaseRow
from service.insight.rules import SYSTEM, Measure
from service.insight.shapes import Sheet
from service.insight.words.retention import apart
from service.web.presenters import day

Row = Mapping[str, Any]
Asked = Mapping[str, object]
# Reports of which a leader reads what stands open, and opens what they ask for: their meaning is folded whole.
_BRIEF: Final = frozenset({Measure.RETENTION, Measure.ATTENTION, Measure.PIPELINES})
# Of many parts, those of one kind stand under one heading.
_GROUPS: Final[Mapping[Measure, Sequence[tuple[str, str, Sequence[str], str]]]] = {Measure.RETENTION: retention.GROUPS}


@dataclass(frozen=True, slots=True)
class Part:
    """What is said, drawn and tabled of one part. `first`: its most asked for rows, where it is long. `fold`: behind
    which words its tables stand, if they do, with the pictures that are `folded`. `card`: that of its model. `look`:
    how much of the page it takes beside others of its group.
    """

    key: str
    heading: str
    about: str
    chart_title: str
    chart_note: str
    is_small: bool
    is_paired: bool
    sentences: Sequence[str]
    pictures: Sequence[Picture]
    first: Table | None
    tables: Sequence[Table]
    reason: str
    csv: str
    places: Sequence[Place] = ()
    links: Sequence[tuple[str, str]] = ()
    fold: str = ""
    folded: Sequence[Picture] = ()
    card: Sequence[str] = ()
    look: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Parts under one heading; without one, the parts of a report that has no groups. `look`: how much of the page's
    width it takes."""

    key: str
    heading: str
    parts: Sequence[Part]
    look: str = ""


@dataclass(frozen=True, slots=True)
class SheetsPage:
    """`little`: how much of a small employer's report can be shown, where that is little. `contents`: (where on the
    page, what stands there)."""

    title: str
    organisation: str
    address: str
    release: str
    snapshot_on: str
    newest: bool
    sentences: Sequence[str]
    little: str
    groups: Sequence[Group]
    contents: Sequence[tuple[str, str]]
    organisations: Sequence[Choice]
    definition: Mapping[str, str]
    method: Mapping[str, str]
    xlsx: str

    @property
    def is_brief(self) -> bool:
        """Whether most of it is folded."""
        return not self.definition


def sheets_page(row: ReleaseRow, measure: Measure, sheets: Sequence[Sheet], *, newest: bool) -> SheetsPage:
    """The report as a page. The first part's sentences are the report's own, and stand at the top."""
    asked = {"release": row.id, "organisation": row.organisation}
    meanings = {**meaning_of(measure, row.rule), **stamp_of(row, measure)}
    open_ = frozenset[str]() if measure in _BRIEF else FIRST
    groups = _groups(measure, [_on_page(row, sheet, asked, sheets[0]) for sheet in _told(sheets)])
    return SheetsPage(
        title=LINKS[measure],
        organisation=organisation_name(row),
        address=f"/reports/{measure}",
        release=f"Release {row.number}",
        snapshot_on=day(row.snapshot_on),
        newest=newest,
        sentences=sheets[0].sentences,
        little=little(sheets, organisation_name(row), row.rule["floor"]) if row.organisation else "",
        groups=groups,
        contents=_contents(groups),
        organisations=_organisations(row, measure),
        definition={term: meaning for term, meaning in meanings.items() if term in open_},
        method={term: meaning for term, meaning in meanings.items() if term not in open_},
        xlsx=f"/reports/{measure}/figures.xlsx?{urlencode(asked)}",
    )


def _told(sheets: Sequence[Sheet]) -> list[Sheet]:
    """A list of groups without a group is told in the sentence above."""
    return [sheet for sheet in sheets if sheet.rows or sheet.measure is not Measure.ATTENTION]


def _groups(measure: Measure, parts: Sequence[Part]) -> list[Group]:
    if measure not in _GROUPS:
        return [Group("", "", parts)]
    found = [
        Group(key, heading, [part for part in parts if part.key in names], look)
        for key, heading, names, look in _GROUPS[measure]
    ]
    return [group for group in found if group.parts]


def _contents(groups: Sequence[Group]) -> list[tuple[str, str]]:
    """What is on the page: its groups or, without them, its parts; nothing where there is but one."""
    meaning = ("meaning", "What these figures mean")
    if groups[0].heading:
        return [*((group.key, group.heading) for group in groups), ("known-locally", "What is known locally"), meaning]
    parts = [(part.key, part.heading) for part in groups[0].parts]
    return [*parts, meaning] if len(parts) > 1 else []


def _organisations(row: ReleaseRow, measure: Measure) -> list[Choice]:
    """Whom the report can be read for: routes and aspirations are told of the whole system alone."""
    if measure in {Measure.ROUTES, Measure.ASPIRATIONS}:
        return []
    whole = Choice(SYSTEM, WHOLE_SYSTEM, row.organisation == SYSTEM)
    return [whole, *(Choice(o["code"], o["name"], o["code"] == row.organisation) for o in row.organisations)]


def _part(sheet: Sheet, asked: Asked, *, is_first: bool) -> Part:
    shape = sheet.shape
    return Part(
        key=sheet.part,
        heading=shape.heading,
        about=shape.about,
        chart_title=sheet.title,
        chart_note=chart_note(sheet),
        is_small=is_small(sheet),
        is_paired=is_paired(sheet),
        sentences=() if is_first else sheet.sentences,
        pictures=pictures(sheet, asked),
        first=first_table(sheet),
        tables=tables_of(sheet),
        reason=next((row["reason"] for row in sheet.rows if row.get("reason")), ""),
        csv=f"/reports/{sheet.measure}/figures.csv?{urlencode({**asked, 'part': sheet.part})}",
        places=_places(sheet),
    )


def _places(sheet: Sheet) -> Sequence[Place]:
    """What can be done about a part, in the reports that tell it."""
    told = {Measure.ATTENTION: places_of, Measure.PIPELINES: pipelines.places_of}
    return told[sheet.measure](sheet) if sheet.measure in told else ()


def _on_page(row: ReleaseRow, sheet: Sheet, asked: Asked, first: Sheet) -> Part:
    """A part with where it leads to; of a report in groups, folded but for the pictures that carry its sentences."""
    part = _part(sheet, asked, is_first=sheet is first)
    if sheet.measure is Measure.ATTENTION:
        return _folded(part, MOST if is_drawn_open(sheet) else 0)
    if sheet.measure is Measure.PIPELINES:
        told = [" ".join(part.sentences)] if part.sentences else []
        here = replace(part, sentences=told, links=pipelines.links(row, sheet))
        return _folded(here, pipelines.MOST_OPEN.get(sheet.part, 0))
    if sheet.measure is not Measure.RETENTION:
        return part
    told, card = apart(part.sentences)
    said = replace(part, sentences=[" ".join(told)] if told else [], card=card, links=retention.links(row, sheet))
    shown = replace(_folded(said, retention.MOST_OPEN.get(sheet.part, 0)), look=retention.look_of(sheet))
    if not retention.is_beside(sheet):
        # One picture alone is named by its title.
        return replace(shown, pictures=[replace(one, label="") for one in shown.pictures])
    return replace(shown, pictures=[replace(one, href=one.narrow, narrow="") for one in shown.pictures])


def _folded(part: Part, most: int) -> Part:
    """The part with `most` of its pictures open, and the rest behind the fold with its tables."""
    fold = "Pictures and tables" if part.pictures[most:] else "Figures as a table"
    return replace(part, pictures=part.pictures[:most], folded=part.pictures[most:], fold=fold)


def tables_of(sheet: Sheet) -> Sequence[Table]:
    if sheet.measure is Measure.ATTENTION:
        return attention_tables(sheet)
    return chain_tables(sheet) if sheet.measure is Measure.EQUITY and sheet.part == "chain" else all_tables(sheet)


def trend_part(sheet: Sheet, asked: Asked) -> Part:
    """The trend of one report, to stand below its figures."""
    part = _part(sheet, asked, is_first=False)
    shown = replace(part, key="releases", heading="Release by release")
    return replace(_folded(shown, 0), look="rw-third") if sheet.part in _BRIEF else shown
