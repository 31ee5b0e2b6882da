"""Any report but representation, from the catalogue of its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from analytics.frames import LABELS
from service.insight.charts import described_dots
from service.insight.definitions import meaning_of
from service.insight.presenters.representation import (
    LINKS,
    WHOLE_SYSTEM,
    WITHHELD,
    Choice,
    organisation_name,
    stamp_of,
)
from service.insight.queries import ReleaseRow
from service.insight.rules import SYSTEM, Measure
from service.insight.shapes import Column, Kind, Sheet
from service.web.presenters import day, number, percent

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Picture:
    label: str
    href: str
    description: str
    height: int


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One table with what is said and drawn above it. The first cell of each line is its heading."""

    key: str
    heading: str
    about: str
    chart_title: str
    sentences: Sequence[str]
    pictures: Sequence[Picture]
    heads: Sequence[Cell]
    lines: Sequence[Sequence[Cell]]
    reason: str
    csv: str


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
    stamp: Mapping[str, str]
    xlsx: str


def sheets_page(row: ReleaseRow, measure: Measure, sheets: Sequence[Sheet], *, newest: bool) -> SheetsPage:
    """The report as a page. The first part's sentences are the report's own, and stand at the top."""
    asked = {"release": row.id, "organisation": row.organisation}
    return SheetsPage(
        title=LINKS[measure],
        organisation=organisation_name(row),
        address=f"/reports/{measure}",
        release=f"Release {row.number}",
        snapshot_on=day(row.snapshot_on),
        newest=newest,
        sentences=sheets[0].sentences,
        parts=[_part(sheet, asked, is_first=sheet is sheets[0]) for sheet in sheets],
        organisations=_organisations(row, measure),
        definition=meaning_of(measure, row.rule),
        stamp=stamp_of(row, measure),
        xlsx=f"/reports/{measure}/figures.xlsx?{urlencode(asked)}",
    )


def _organisations(row: ReleaseRow, measure: Measure) -> list[Choice]:
    """Whom the report can be read for: only conversations are told by employer."""
    if measure is not Measure.COVERAGE:
        return []
    whole = Choice(SYSTEM, WHOLE_SYSTEM, row.organisation == SYSTEM)
    return [whole, *(Choice(o["code"], o["name"], o["code"] == row.organisation) for o in row.organisations)]


def _part(sheet: Sheet, asked: Mapping[str, object], *, is_first: bool) -> Part:
    shape = sheet.shape
    columns = [column for column in shape.columns if column.kind is not Kind.CODE]
    here = {**asked, "part": sheet.part}
    return Part(
        key=sheet.part,
        heading=shape.heading,
        about=shape.about,
        chart_title=sheet.title,
        sentences=() if is_first else sheet.sentences,
        pictures=_pictures(sheet, here),
        heads=[Cell(column.label, column.kind is not Kind.TEXT) for column in columns],
        lines=[[Cell(_text(row, column), column.kind is not Kind.TEXT) for column in columns] for row in sheet.rows],
        reason=next((row["reason"] for row in sheet.rows if row.get("reason")), ""),
        csv=f"/reports/{sheet.measure}/figures.csv?{urlencode(here)}",
    )


def _pictures(sheet: Sheet, here: Mapping[str, object]) -> list[Picture]:
    return [_picture(sheet, name, here) for name in sorted(sheet.charts, key=_place)]


def _place(name: str) -> int:
    return list(LABELS).index(name) if name in LABELS else -1


def _picture(sheet: Sheet, name: str, here: Mapping[str, object]) -> Picture:
    drawn = [row for row in sheet.rows if _is_drawn(row, name)]
    whole = next((row for row in sheet.rows if row["slice"] == "all"), {"share": None})
    href = f"/reports/{sheet.measure}/chart.svg?{urlencode({**here, 'chart': name})}"
    return Picture(LABELS.get(name, ""), href, described_dots(drawn, whole), 26 * len(drawn) + 40)


def _is_drawn(row: Row, name: str) -> bool:
    wanted = {"levels": "level:", "staff_groups": "staff_group:", "organisations": ""}.get(name, f"{name}:")
    return row["slice"].startswith(wanted) and row["slice"] not in {"all", "new"}


def _text(row: Row, column: Column) -> str:
    value = row.get(column.name)
    if column.kind is Kind.TEXT:
        return value or ""
    if value is None or (column.high and row.get(column.high) is None):
        return column.rare if column.rare and row.get("reason") is None else WITHHELD
    shown = percent if column.kind is Kind.SHARE else number
    return f"{shown(value)} to {shown(row[column.high])}" if column.high else shown(value)
