from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from service.insight.rules import Characteristic, Figure, Measure, ReleaseState
from service.insight.shapes import Kind, Sheet

Share = Annotated[float, Meta(ge=0, le=1, description="A fraction of 1, worked out from rounded counts.")]
People = Annotated[int, Meta(ge=0, description="People, rounded as the rule says.")]


class ReleaseOut(Struct, frozen=True):
    """A release: when its facts were true, and the method, rule and code that made its figures."""

    id: UUID
    number: int
    state: ReleaseState
    made_at: datetime
    snapshot_on: date
    snapshot: str
    crosswalk_version: int | None
    method_version: str
    rule_version: str
    rule: dict[str, Any]
    code_version: str


class ReleasesOut(Struct, frozen=True):
    items: list[ReleaseOut]
    next_cursor: str | None


class OrganisationOut(Struct, frozen=True):
    code: str
    name: str


class HeadlineOut(Struct, frozen=True, omit_defaults=True):
    text: str
    characteristic: Characteristic | None = None
    measure: Measure | None = None


class OneReleaseOut(Struct, frozen=True):
    release: ReleaseOut
    organisations: Annotated[list[OrganisationOut], Meta(description="Alphabetical. There is a report for each.")]
    headlines: list[HeadlineOut]


class FigureOut(Struct, frozen=True):
    """One group at one level. A withheld figure is null, and `reason` says why."""

    level: Annotated[
        str, Meta(description='"1" to "9", "unmapped" for grades without a level, "all" for the whole workforce.')
    ]
    group: str
    n: Annotated[People | None, Meta(description="People of the group at the level.")]
    known: Annotated[
        People | None, Meta(description="People at the level with an answer, the denominator of share unless withheld.")
    ]
    in_scope: Annotated[People | None, Meta(description="Everybody at the level: the denominator of declaration_rate.")]
    share: Share | None
    low: Annotated[Share | None, Meta(description="Lower end of the 95% range (Wilson).")]
    high: Annotated[Share | None, Meta(description="Upper end of the 95% range (Wilson).")]
    whole_share: Annotated[
        Share | None, Meta(description="The group's share of the same organisation's whole workforce.")
    ]
    declaration_rate: Share | None
    reason: str | None


class ReportOut(Struct, frozen=True):
    release: ReleaseOut
    organisation: Annotated[str, Meta(description='Its code; "" is the whole system.')]
    characteristic: Characteristic
    title: str
    sentences: list[str]
    definition: dict[str, str]
    figures: list[FigureOut]


class ColumnOut(Struct, frozen=True):
    """One value of each row: `high` names the upper end of a range that begins here."""

    name: str
    label: str
    kind: Kind
    high: str


class SheetOut(Struct, frozen=True):
    """One table of a report. A withheld figure is null, and the row's `reason` says why."""

    part: str
    heading: str
    about: str
    title: str
    sentences: list[str]
    columns: list[ColumnOut]
    rows: list[dict[str, str | int | float | bool | None]]


class SheetsOut(Struct, frozen=True):
    release: ReleaseOut
    measure: Measure
    organisation: Annotated[str, Meta(description='Its code; "" is the whole system.')]
    definition: dict[str, str]
    parts: list[SheetOut]


def sheet_out(sheet: Sheet) -> SheetOut:
    shape = sheet.shape
    return SheetOut(
        part=sheet.part,
        heading=shape.heading,
        about=shape.about,
        title=sheet.title,
        sentences=list(sheet.sentences),
        columns=[ColumnOut(column.name, column.label, column.kind, column.high) for column in shape.columns],
        rows=[dict(row) for row in sheet.rows],
    )


def release_out(row: Any) -> ReleaseOut:
    return ReleaseOut(**{name: getattr(row, name) for name in ReleaseOut.__struct_fields__})


def figure_out(figure: Figure) -> FigureOut:
    return FigureOut(**{name: getattr(figure, name) for name in FigureOut.__struct_fields__})
