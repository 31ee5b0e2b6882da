from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.insight.released import kept
from service.insight.rules import SYSTEM, Characteristic, Measure, ReleaseState, ReportTable
from service.insight.shapes import Sheet, in_order
from service.insight.tables import Release, ReleaseTable
from service.kit.errors import NotFound

ReleaseRow = Row[*tuple[Any, ...]]
STATED = (
    Release.id,
    Release.number,
    Release.made_at,
    Release.made_by,
    Release.state,
    Release.snapshot_on,
    Release.snapshot,
    Release.crosswalk_version,
    Release.method_version,
    Release.rule_version,
    Release.code_version,
    Release.rule,
)
_TABLE = (ReleaseTable.organisation, ReleaseTable.part, ReleaseTable.rows, ReleaseTable.words)
# The pictures themselves are fetched one by one.
_CHART_NAMES = func.jsonb_path_query_array(ReleaseTable.charts, literal_column("'$.keyvalue().key'")).label("charts")
_PUBLISHED = Release.state == ReleaseState.PUBLISHED
_other = aliased(Release)
# Figures of earlier releases stand in a trend: one that was withdrawn since takes it off every page.
_ALL_STAND = ~exists().where(
    _other.state == ReleaseState.WITHDRAWN, ReleaseTable.words["releases"].contains(func.to_jsonb(_other.number))
)


async def find_newest(session: AsyncSession, but: int = 0) -> ReleaseRow | None:
    """The newest release that stands, with its headlines and organisations; not the one of number `but`."""
    asked = select(*STATED, Release.organisations, Release.headlines).where(_PUBLISHED, Release.number != but)
    return (await session.execute(asked.order_by(Release.number.desc()).limit(1))).one_or_none()


async def find_near(session: AsyncSession, on: date, days: int, but: int = 0) -> ReleaseRow | None:
    """The newest release that stands with facts less than `days` days before or after; not that of number `but`."""
    asked = select(Release.number, Release.snapshot_on).where(
        _PUBLISHED, Release.number != but, func.abs(Release.snapshot_on - on) < days
    )
    return (await session.execute(asked.order_by(Release.number.desc()).limit(1))).one_or_none()


async def get_release(session: AsyncSession, release_id: UUID) -> ReleaseRow:
    """One release, withdrawn or not: that it was withdrawn is no secret, its figures are gone."""
    asked = select(*STATED, Release.organisations, Release.headlines).where(Release.id == release_id)
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound("release")
    return row


async def list_releases(session: AsyncSession, size: int, before: int | None = None) -> Sequence[ReleaseRow]:
    """The newest first, `size` of them, older than number `before`."""
    asked = select(*STATED).order_by(Release.number.desc()).limit(size)
    if before is not None:
        asked = asked.where(Release.number < before)
    return (await session.execute(asked)).all()


async def get_report(
    session: AsyncSession, organisation: str, characteristic: Characteristic, release_id: UUID | None = None
) -> ReleaseRow:
    """A release (the newest unless named) beside one of its tables of representation, in one statement. Raises
    NotFound.
    """
    asked = select(*STATED, Release.organisations, *_TABLE).join(ReleaseTable, ReleaseTable.release_id == Release.id)
    row = (
        await session.execute(asked.where(_chosen(Measure.REPRESENTATION, organisation, release_id, characteristic)))
    ).one_or_none()
    if row is None:
        raise NotFound("report")
    return row


async def get_sheets(
    session: AsyncSession, measure: Measure, organisation: str, release_id: UUID | None = None
) -> tuple[ReleaseRow, Sequence[Sheet]]:
    """A release (the newest unless named) and the parts of one of its reports, in the order in which they are read.
    Raises NotFound.
    """
    asked = select(*STATED, Release.organisations, *_TABLE, _CHART_NAMES)
    joined = asked.join(ReleaseTable, ReleaseTable.release_id == Release.id)
    rows = (await session.execute(joined.where(_chosen(measure, organisation, release_id)))).all()
    if not rows:
        raise NotFound("report")
    return rows[0], in_order(measure, [sheet_of(measure, row) for row in rows])


async def list_sheets(session: AsyncSession, release_id: UUID, measure: Measure) -> Sequence[Sheet]:
    """The system's parts of a report in a release that stands; none where it has no such report."""
    asked = select(*_TABLE, _CHART_NAMES).join(Release, ReleaseTable.release_id == Release.id)
    rows = await session.execute(asked.where(_chosen(measure, SYSTEM, release_id)))
    return in_order(measure, [sheet_of(measure, row) for row in rows])


async def list_trends(session: AsyncSession, release_id: UUID) -> Sequence[Sheet]:
    """The trends of a release, of the system and of every organisation, without pictures; none of a part that shows a
    release which was withdrawn since.
    """
    asked = select(*_TABLE, literal_column("'{}'").label("charts")).where(
        ReleaseTable.release_id == release_id, ReleaseTable.measure == Measure.TRENDS, _ALL_STAND
    )
    return [sheet_of(Measure.TRENDS, row) for row in await session.execute(asked)]


async def find_trend(session: AsyncSession, organisation: str, part: str, release_id: UUID) -> Sheet | None:
    """One part of the trends of a release, if it may be shown."""
    asked = select(*_TABLE, _CHART_NAMES).join(Release, ReleaseTable.release_id == Release.id)
    row = (await session.execute(asked.where(_chosen(Measure.TRENDS, organisation, release_id, part)))).one_or_none()
    return None if row is None else sheet_of(Measure.TRENDS, row)


async def find_part(session: AsyncSession, measure: Measure, part: str, release_id: UUID) -> Sheet | None:
    """One part of a report on the whole system, if it may be shown."""
    asked = select(*_TABLE, _CHART_NAMES).join(Release, ReleaseTable.release_id == Release.id)
    row = (await session.execute(asked.where(_chosen(measure, SYSTEM, release_id, part)))).one_or_none()
    return None if row is None else sheet_of(measure, row)


async def get_chart(
    session: AsyncSession, organisation: str, characteristic: Characteristic, group: str, release_id: UUID
) -> str:
    """One group's picture, as SVG. Raises NotFound, also for a group that has none."""
    return await get_picture(session, Measure.REPRESENTATION, organisation, characteristic, group, release_id)


async def get_picture(
    session: AsyncSession, measure: Measure, organisation: str, part: str, name: str, release_id: UUID
) -> str:
    """A picture of one part of a report, as SVG. Raises NotFound."""
    asked = select(ReleaseTable.charts[name].astext).join(Release, ReleaseTable.release_id == Release.id)
    chosen = _chosen(measure, organisation, release_id, part)
    svg = (await session.execute(asked.where(chosen))).scalar_one_or_none()
    if svg is None:
        raise NotFound("chart")
    return svg


async def list_tables(session: AsyncSession, release_id: UUID, organisation: str) -> Sequence[ReportTable]:
    """All the tables of one organisation in a release that stands, in the order of the characteristics."""
    asked = select(*_TABLE).join(Release, ReleaseTable.release_id == Release.id)
    found = await session.execute(asked.where(_chosen(Measure.REPRESENTATION, organisation, release_id)))
    order = list(Characteristic)
    return sorted((table_of(row) for row in found), key=lambda table: order.index(table.characteristic))


async def find_same(
    session: AsyncSession, snapshot: str, method_version: str, rule_version: str, code_version: str
) -> ReleaseRow | None:
    """The release that the same code made from the same snapshot under the same rule: its figures are the same."""
    asked = select(Release.id, Release.number, Release.state).where(
        Release.snapshot == snapshot,
        Release.method_version == method_version,
        Release.rule_version == rule_version,
        Release.code_version == code_version,
    )
    return (await session.execute(asked)).one_or_none()


async def highest_number(session: AsyncSession) -> int:
    return (await session.execute(select(func.coalesce(func.max(Release.number), 0)))).scalar_one()


def table_of(row: ReleaseRow) -> ReportTable:
    return kept(row.organisation, Characteristic(row.part), row.rows)


def sheet_of(measure: Measure, row: ReleaseRow) -> Sheet:
    words = row.words
    return Sheet(
        measure, row.organisation, row.part, row.rows, words["title"], words["sentences"], dict.fromkeys(row.charts, "")
    )


def _chosen(
    measure: Measure, organisation: str, release_id: UUID | None, part: str | None = None
) -> ColumnElement[bool]:
    newest = select(Release.id).where(_PUBLISHED).order_by(Release.number.desc()).limit(1).scalar_subquery()
    chosen = and_(
        Release.id == (release_id or newest),
        _PUBLISHED,
        ReleaseTable.measure == measure,
        ReleaseTable.organisation == organisation,
        _ALL_STAND,
    )
    return chosen if part is None else and_(chosen, ReleaseTable.part == part)
