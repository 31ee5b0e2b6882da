"""Everything of a release that a board pack is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.queries.releases import STATED, ReleaseRow, sheet_of, table_of
from service.insight.rules import SYSTEM, Characteristic, Measure, ReleaseState, ReportTable
from service.insight.shapes import SHAPES, Sheet, in_order
from service.insight.tables import Flag, FlagSighting, Release, ReleaseTable
from service.kit.errors import NotFound

_CHART_NAMES = func.jsonb_path_query_array(ReleaseTable.charts, literal_column("'$.keyvalue().key'")).label("charts")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table of representation with the words and the names of the pictures that were kept with it."""

    table: ReportTable
    title: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """One organisation's parts of a release ("" is the whole system)."""

    representation: Mapping[Characteristic, Drawn]
    sheets: Mapping[Measure, Sequence[Sheet]]


async def get_figures(
    session: AsyncSession, release_id: UUID, organisation: str
) -> tuple[ReleaseRow, Figures, Figures]:
    """A release that stands, the organisation's figures, and the whole system's to stand beside them. Raises
    NotFound."""
    head = select(*STATED, Release.organisations, Release.headlines)
    release = (await session.execute(head.where(Release.id == release_id, _STANDS))).one_or_none()
    columns = (ReleaseTable.measure, ReleaseTable.organisation, ReleaseTable.part, ReleaseTable.rows,
               ReleaseTable.words, _CHART_NAMES)  # fmt: skip
    mine = ReleaseTable.organisation.in_({organisation, SYSTEM})
    rows = (await session.execute(select(*columns).where(ReleaseTable.release_id == release_id, mine))).all()
    if release is None or all(row.organisation != organisation for row in rows):
        raise NotFound("report")
    return release, _figures(rows, organisation), _figures(rows, SYSTEM)


async def list_found(session: AsyncSession, release_id: UUID, organisation: str) -> Sequence[str]:
    """The words of the flags of a release: those across the system first. All of them for the whole system; for an
    organisation, its own and those across the system."""
    asked = select(FlagSighting.words).join(Flag, Flag.id == FlagSighting.flag_id)
    asked = asked.where(FlagSighting.release_id == release_id)
    if organisation:
        asked = asked.where(Flag.organisation.in_({organisation, SYSTEM}))
    order = (Flag.organisation != SYSTEM, Flag.step, Flag.organisation, Flag.focus, Flag.reference)
    return (await session.execute(asked.order_by(*order))).scalars().all()


async def list_pictures(session: AsyncSession, release_id: UUID, organisation: str) -> dict[tuple[str, str, str], str]:
    """(measure, part, name) -> SVG, of one organisation's figures."""
    asked = select(ReleaseTable.measure, ReleaseTable.part, ReleaseTable.charts)
    chosen = asked.where(ReleaseTable.release_id == release_id, ReleaseTable.organisation == organisation)
    rows = await session.execute(chosen)
    return {(row.measure.value, row.part, name): svg for row in rows for name, svg in row.charts.items()}


_STANDS = Release.state == ReleaseState.PUBLISHED


def _figures(rows: Sequence[Any], organisation: str) -> Figures:
    mine = [row for row in rows if row.organisation == organisation]
    groups = [row for row in mine if row.measure is Measure.REPRESENTATION]
    drawn = {
        Characteristic(row.part): Drawn(table_of(row), row.words["title"], row.words["sentences"]) for row in groups
    }
    sheets = {
        measure: in_order(measure, [sheet_of(measure, row) for row in mine if row.measure is measure])
        for measure in SHAPES
    }
    return Figures(
        {c: drawn[c] for c in Characteristic if c in drawn},
        {measure: found for measure, found in sheets.items() if found},
    )
