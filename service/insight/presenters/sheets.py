"""Any report but representation, from the catalogue of its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from analytics.frames import LABELS
from service.insight.charts import NARROW, described_dots
from service.insight.definitions import meaning_of
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
from service.web.presenters import day

Row = Mapping[str, Any]
# What stands open below the figures; the rest of their meaning is folded beneath it.
_FIRST = {"Measure", "Numerator", "Denominator", "Left out", "What it does not say", "Date of the facts"}


@dataclass(frozen=True, slots=True)
class Picture:
    label: str
    href: str
    narrow: str
    description: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is said, drawn and tabled of one part. `first`: its most asked for rows, where it is long."""

    key: str
    heading: str
    about: str
    chart_title: str
    sentences: Sequence[str]
    pictures: Sequence[Picture]
    first: Table | None
    tables: Sequence[Table]
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
    method: Mapping[str, str]
    xlsx: str


def sheets_page(row: ReleaseRow, measure: Measure, sheets: Sequence[Sheet], *, newest: bool) -> SheetsPage:
    """The report as a page. The first part's sentences are the report's own, and stand at the top."""
    asked = {"release": row.id, "organisation": row.organisation}
    meanings = {**meaning_of(measure, row.rule), **stamp_of(row, measure)}
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
        definition={term: meaning for term, meaning in meanings.items() if term in _FIRST},
        method={term: meaning for term, meaning in meanings.items() if term not in _FIRST},
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
    here = {**asked, "part": sheet.part}
    return Part(
        key=sheet.part,
        heading=shape.heading,
        about=shape.about,
        chart_title=sheet.title,
        sentences=() if is_first else sheet.sentences,
        pictures=_pictures(sheet, here),
        first=first_table(sheet),
        tables=all_tables(sheet),
        reason=next((row["reason"] for row in sheet.rows if row.get("reason")), ""),
        csv=f"/reports/{sheet.measure}/figures.csv?{urlencode(here)}",
    )


def _pictures(sheet: Sheet, here: Mapping[str, object]) -> list[Picture]:
    drawn = [name for name in sheet.charts if not name.endswith(NARROW)]
    return [_picture(sheet, name, here) for name in sorted(drawn, key=_place)]


def _place(name: str) -> int:
    return list(LABELS).index(name) if name in LABELS else -1


def _picture(sheet: Sheet, name: str, here: Mapping[str, object]) -> Picture:
    drawn = [row for row in sheet.rows if _is_drawn(row, name)]
    whole = next((row for row in sheet.rows if row["slice"] == "all"), {"share": None})
    hrefs = [f"/reports/{sheet.measure}/chart.svg?{urlencode({**here, 'chart': name + end})}" for end in ("", NARROW)]
    # A release from before pictures were drawn twice has one for all screens.
    narrow = hrefs[1] if name + NARROW in sheet.charts else ""
    return Picture(LABELS.get(name, ""), hrefs[0], narrow, described_dots(drawn, whole))


def _is_drawn(row: Row, name: str) -> bool:
    wanted = {"levels": "level:", "staff_groups": "staff_group:", "organisations": ""}.get(name, f"{name}:")
    return row["slice"].startswith(wanted) and row["slice"] not in {"all", "new"}
