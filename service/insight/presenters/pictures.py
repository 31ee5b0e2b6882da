"""The pictures of a part: which there are, in which order, where they are, and each in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from analytics.frames import LABELS
from service.insight.charts import NARROW, described_dots, described_organisations
from service.insight.charts.trends import drawn
from service.insight.presenters import pipelines, retention
from service.insight.rules import Measure
from service.insight.shapes import Sheet
from service.insight.words import attention, each, trends

Row = Mapping[str, Any]
Asked = Mapping[str, object]
NOTES: Final[Mapping[Measure, str]] = {
    Measure.COVERAGE: "Share of people with an agreed conversation in the year up to the day, in per cent. Lines"
    " through the dots are 95% ranges. The broken line is everybody. Filled dots clearly differ from it; hollow ones"
    " could be chance or rounding. * is withheld.",
    Measure.EQUITY: "Ratio of the group to its reference, like for like where that is told, in alphabetical order."
    " Lines through the dots are 95% ranges. The grey band, 0.8 to 1.25, is where a gap is not material. The broken"
    " line is the whole system. Filled dots are flagged. * is withheld. Ranges beyond 0.25 and 4 end at the edge.",
    Measure.ATTENTION: "Share of people, with its 95% range. The upright mark is elsewhere, and a filled dot clearly"
    " differs from it. Groups that more people left than expected are in bold and stand first; the others follow in"
    " alphabetical order, never by value. * is withheld.",
    Measure.TRENDS: "Share in per cent, by the day of the facts; groups at level 8. Upright lines are 95% ranges. Every"
    " picture spans the same number of percentage points.",
}


@dataclass(frozen=True, slots=True)
class Picture:
    label: str
    href: str
    narrow: str
    description: str


def chart_note(sheet: Sheet) -> str:
    """What is to be known of the pictures of a part."""
    if sheet.measure is Measure.RETENTION:
        return retention.NOTES.get(sheet.part, "")
    if sheet.measure is Measure.PIPELINES:
        return pipelines.NOTES.get(sheet.part, "")
    return NOTES.get(sheet.measure, "")


def is_small(sheet: Sheet) -> bool:
    """Whether its pictures stand side by side."""
    if sheet.measure is Measure.PIPELINES:
        return sheet.part == "stages"
    return sheet.measure is Measure.TRENDS or (sheet.measure, sheet.part) == (Measure.RETENTION, "supply")


def is_paired(sheet: Sheet) -> bool:
    """Whether its pictures stand two in a line, where there is room."""
    return sheet.measure is Measure.ATTENTION


def pictures(sheet: Sheet, asked: Asked) -> list[Picture]:
    """All of them, in the order in which they stand. `asked` names release and organisation."""
    here = {**asked, "part": sheet.part}
    return [_picture(sheet, name, here) for name in _names(sheet)]


def picture_words(sheet: Sheet, asked: Asked) -> list[tuple[str, str, str, str]]:
    """Each picture of the part: its name, label, address and words."""
    named = zip(_names(sheet), pictures(sheet, asked), strict=True)
    return [(name, picture.label, picture.href, picture.description) for name, picture in named]


def part_picture(sheet: Sheet, name: str, release_id: UUID) -> tuple[Picture, str] | None:
    """One picture of a part of the system's, with the note that belongs to it; none where it was not drawn."""
    if name not in sheet.charts:
        return None
    asked = {"release": release_id, "organisation": sheet.organisation, "part": sheet.part}
    picture = _picture(sheet, name, asked)
    return replace(picture, label=picture.label or sheet.title), chart_note(sheet)


def _names(sheet: Sheet) -> list[str]:
    if sheet.measure is Measure.RETENTION:
        return retention.names_of(sheet)
    if sheet.measure is Measure.PIPELINES:
        return pipelines.names_of(sheet)
    if sheet.part == "each":
        return [name for name in dict.fromkeys(each.picture(row) for row in sheet.rows) if name in sheet.charts]
    if sheet.measure is Measure.ATTENTION:
        return [name for name in attention.DRIVER_NAMES if name in sheet.charts]
    return sorted((name for name in sheet.charts if not name.endswith(NARROW)), key=_place)


def _place(name: str) -> int:
    return list(LABELS).index(name) if name in LABELS else -1


def _picture(sheet: Sheet, name: str, here: Asked) -> Picture:
    address = f"/reports/{sheet.measure}/chart.svg?"
    wide = f"{address}{urlencode({**here, 'chart': name})}"
    # A release from before pictures were drawn twice has one for all screens.
    narrow = f"{address}{urlencode({**here, 'chart': name + NARROW})}" if name + NARROW in sheet.charts else ""
    return Picture(*_told(sheet, name, wide, narrow))


def _told(sheet: Sheet, name: str, wide: str, narrow: str) -> tuple[str, str, str, str]:
    if sheet.measure is Measure.TRENDS:
        rows = drawn(sheet.rows, name)
        label = LABELS.get(name, "") if sheet.part != Measure.RETENTION else rows[0]["name"]
        return label, wide, narrow, trends.described(rows)
    if sheet.part == "each":
        rows = [row for row in sheet.rows if each.picture(row) == name]
        return each.comparison(rows[0]), wide, narrow, described_organisations(rows, None)
    if sheet.measure is Measure.RETENTION:
        return retention.label(sheet, name), wide, narrow, retention.described(sheet, name)
    if sheet.measure is Measure.PIPELINES:
        return pipelines.label(sheet, name), wide, narrow, pipelines.described(sheet, name)
    if sheet.measure is Measure.ATTENTION:
        rows = [row for row in sheet.rows if row["driver"] == name]
        return attention.DRIVER_NAMES[name], wide, narrow, attention.described(rows, name)
    return LABELS.get(name, ""), wide, narrow, described_dots(_drawn(sheet, name), _whole(sheet.rows))


def _whole(rows: Sequence[Row]) -> Row:
    return next((row for row in rows if row.get("slice") == "all"), {"share": None})


def _drawn(sheet: Sheet, name: str) -> list[Row]:
    """The rows of a picture of the report on conversations."""
    if sheet.measure is not Measure.COVERAGE:
        return []
    wanted = {"levels": "level:", "staff_groups": "staff_group:", "organisations": ""}.get(name, f"{name}:")
    return [row for row in sheet.rows if row["slice"].startswith(wanted) and row["slice"] not in {"all", "new"}]
