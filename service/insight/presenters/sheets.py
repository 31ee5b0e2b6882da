"""Any report but representation, from the catalogue of its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from analytics.frames import LABELS
from service.insight.charts import NARROW, described_dots, described_organisations
from service.insight.charts.trends import drawn
from service.insight.definitions import meaning_of
from service.insight.presenters import retention
from service.insight.presenters.attention import Place, attention_tables, places_of
from service.insight.presenters.chain import chain_tables
from service.insight.presenters.representation import (
    LINKS,
    WHOLE_SYSTEM,
    Choice,
    organisation_name,
    stamp_of,
)
from service.insight.presenters.tables import Table, all_tables, first_table
from service.insight.queries import ReleaseRow
from service.insight.rules import SYSTEM, Measure
from service.insight.shapes import Sheet
from service.insight.words import each, trends
from service.insight.words.retention import apart
from service.web.presenters import day

Row = Mapping[str, Any]
# What stands open below the figures; the rest of their meaning is folded beneath it.
_FIRST = {"Measure", "Numerator", "Denominator", "Left out", "What it does not say", "Date of the facts"}
_BRIEF = {"Measure", "Denominator", "Date of the facts"}


CHART_NOTES: Final[Mapping[Measure, str]] = {
    Measure.COVERAGE: "Share of people with an agreed conversation in the year up to the day, in per cent. Lines"
    " through the dots are 95% ranges. The broken line is everybody. Filled dots clearly differ from it; hollow ones"
    " could be chance or rounding. * is withheld.",
    Measure.EQUITY: "Ratio of the group to its reference, like for like where that is told, in alphabetical order."
    " Lines through the dots are 95% ranges. The grey band, 0.8 to 1.25, is where a gap is not material. The broken"
    " line is the whole system. Filled dots are flagged. * is withheld. Ranges beyond 0.25 and 4 end at the edge.",
    Measure.TRENDS: "Share in per cent, by the day of the facts; groups at level 8. Upright lines are 95% ranges. Every"
    " picture spans the same number of percentage points.",
}


@dataclass(frozen=True, slots=True)
class Picture:
    label: str
    href: str
    narrow: str
    description: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is said, drawn and tabled of one part. `first`: its most asked for rows, where it is long. `fold`: behind
    which words its tables stand, if they do, and its pictures too where `folds_pictures`. `card`: that of its model.
    """

    key: str
    heading: str
    about: str
    chart_title: str
    chart_note: str
    is_small: bool
    sentences: Sequence[str]
    pictures: Sequence[Picture]
    first: Table | None
    tables: Sequence[Table]
    reason: str
    csv: str
    places: Sequence[Place] = ()
    links: Sequence[tuple[str, str]] = ()
    fold: str = ""
    folds_pictures: bool = False
    card: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SheetsPage:
    title: str
    organisation: str
    address: str
    release: str
    snapshot_on: str
    newest: bool
    sentences: Sequence[str]
    parts: Sequence[Part]
    organisations: Sequence[Choice]
    definition: Mapping[str, str]
    method: Mapping[str, str]
    xlsx: str


def sheets_page(row: ReleaseRow, measure: Measure, sheets: Sequence[Sheet], *, newest: bool) -> SheetsPage:
    """The report as a page. The first part's sentences are the report's own, and stand at the top."""
    asked = {"release": row.id, "organisation": row.organisation}
    meanings = {**meaning_of(measure, row.rule), **stamp_of(row, measure)}
    first = _BRIEF if measure is Measure.RETENTION else _FIRST
    return SheetsPage(
        title=LINKS[measure],
        organisation=organisation_name(row),
        address=f"/reports/{measure}",
        release=f"Release {row.number}",
        snapshot_on=day(row.snapshot_on),
        newest=newest,
        sentences=sheets[0].sentences,
        parts=[_on_page(row, sheet, _part(sheet, asked, is_first=sheet is sheets[0])) for sheet in _told(sheets)],
        organisations=_organisations(row, measure),
        definition={term: meaning for term, meaning in meanings.items() if term in first},
        method={term: meaning for term, meaning in meanings.items() if term not in first},
        xlsx=f"/reports/{measure}/figures.xlsx?{urlencode(asked)}",
    )


def _told(sheets: Sequence[Sheet]) -> list[Sheet]:
    """A list of groups without a group is told in the sentence above."""
    return [sheet for sheet in sheets if sheet.rows or sheet.measure is not Measure.ATTENTION]


def _organisations(row: ReleaseRow, measure: Measure) -> list[Choice]:
    """Whom the report can be read for: routes and aspirations are told of the whole system alone."""
    if measure in {Measure.ROUTES, Measure.ASPIRATIONS}:
        return []
    whole = Choice(SYSTEM, WHOLE_SYSTEM, row.organisation == SYSTEM)
    return [whole, *(Choice(o["code"], o["name"], o["code"] == row.organisation) for o in row.organisations)]


def _part(sheet: Sheet, asked: Mapping[str, object], *, is_first: bool) -> Part:
    shape = sheet.shape
    here = {**asked, "part": sheet.part}
    return Part(
        key=sheet.part,
        heading=shape.heading,
        about=shape.about,
        chart_title=sheet.title,
        chart_note=chart_note(sheet),
        is_small=is_small(sheet),
        sentences=() if is_first else sheet.sentences,
        pictures=_pictures(sheet, here),
        first=first_table(sheet),
        tables=tables_of(sheet),
        reason=next((row["reason"] for row in sheet.rows if row.get("reason")), ""),
        csv=f"/reports/{sheet.measure}/figures.csv?{urlencode(here)}",
        places=places_of(sheet) if sheet.measure is Measure.ATTENTION else (),
    )


def _on_page(row: ReleaseRow, sheet: Sheet, part: Part) -> Part:
    """A part with where it leads to; of a report of many parts, folded."""
    if sheet.measure is not Measure.RETENTION:
        return part
    hidden = sheet.part not in retention.DRAWN_OPEN
    fold = "Show as pictures and tables" if hidden and part.pictures else "Show these figures as a table"
    told, card = apart(part.sentences)
    said = [" ".join(told)] if told else []
    return replace(part, sentences=said, card=card, links=retention.links(row, sheet), fold=fold, folds_pictures=hidden)


def chart_note(sheet: Sheet) -> str:
    """What is to be known of the pictures of a part."""
    if sheet.measure is Measure.RETENTION:
        return retention.NOTES.get(sheet.part, "")
    return CHART_NOTES.get(sheet.measure, "")


def is_small(sheet: Sheet) -> bool:
    """Whether its pictures stand side by side."""
    return sheet.measure is Measure.TRENDS or (sheet.measure, sheet.part) == (Measure.RETENTION, "supply")


def tables_of(sheet: Sheet) -> Sequence[Table]:
    if sheet.measure is Measure.ATTENTION:
        return attention_tables(sheet)
    return chain_tables(sheet) if sheet.measure is Measure.EQUITY and sheet.part == "chain" else all_tables(sheet)


def trend_part(sheet: Sheet, asked: Mapping[str, object]) -> Part:
    """The trend of one report, to stand below its figures."""
    return replace(_part(sheet, asked, is_first=False), key="trend", heading="Release by release")


def picture_words(sheet: Sheet, asked: Mapping[str, object]) -> list[tuple[str, str, str, str]]:
    """Each picture of the part: its name, label, address and words."""
    made = ((name, _picture(sheet, name, {**asked, "part": sheet.part})) for name in _names(sheet))
    return [(name, picture.label, picture.href, picture.description) for name, picture in made]


def _pictures(sheet: Sheet, here: Mapping[str, object]) -> list[Picture]:
    return [_picture(sheet, name, here) for name in _names(sheet)]


def _names(sheet: Sheet) -> list[str]:
    if sheet.measure is Measure.RETENTION:
        return retention.names_of(sheet)
    if sheet.part == "each":
        return [name for name in dict.fromkeys(each.picture(row) for row in sheet.rows) if name in sheet.charts]
    return sorted((name for name in sheet.charts if not name.endswith(NARROW)), key=_place)


def _place(name: str) -> int:
    return list(LABELS).index(name) if name in LABELS else -1


def _picture(sheet: Sheet, name: str, here: Mapping[str, object]) -> Picture:
    rows = [row for row in sheet.rows if _is_drawn(row, name)] if sheet.measure is Measure.COVERAGE else []
    whole = next((row for row in sheet.rows if row.get("slice") == "all"), {"share": None})
    if sheet.measure is Measure.TRENDS:
        href = f"/reports/trends/chart.svg?{urlencode({**here, 'chart': name})}"
        return Picture(LABELS.get(name, ""), href, "", trends.described(drawn(sheet.rows, name)))
    hrefs = [f"/reports/{sheet.measure}/chart.svg?{urlencode({**here, 'chart': name + end})}" for end in ("", NARROW)]
    if sheet.part == "each":
        return _of_organisations(sheet, name, (hrefs[0], hrefs[1]))
    # A release from before pictures were drawn twice has one for all screens.
    narrow = hrefs[1] if name + NARROW in sheet.charts else ""
    if sheet.measure is Measure.RETENTION:
        return Picture(retention.label(sheet, name), hrefs[0], narrow, retention.described(sheet, name))
    return Picture(LABELS.get(name, ""), hrefs[0], narrow, described_dots(rows, whole))


def _of_organisations(sheet: Sheet, name: str, hrefs: tuple[str, str]) -> Picture:
    rows = [row for row in sheet.rows if each.picture(row) == name]
    return Picture(each.comparison(rows[0]), *hrefs, described_organisations(rows, None))


def part_picture(sheet: Sheet, name: str, release_id: UUID) -> tuple[Picture, str] | None:
    """One picture of a part of the system's, with the note that belongs to it; none where it was not drawn."""
    if name not in sheet.charts:
        return None
    asked = {"release": release_id, "organisation": sheet.organisation, "part": sheet.part}
    picture = _picture(sheet, name, asked)
    return replace(picture, label=picture.label or sheet.title), chart_note(sheet)


def _is_drawn(row: Row, name: str) -> bool:
    wanted = {"levels": "level:", "staff_groups": "staff_group:", "organisations": ""}.get(name, f"{name}:")
    return row["slice"].startswith(wanted) and row["slice"] not in {"all", "new"}
