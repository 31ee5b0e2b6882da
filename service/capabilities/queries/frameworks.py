from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.files.roles import Known
from service.capabilities.rules import Behaviour, Content, Dimension, FrameworkState, Level
from service.capabilities.schemas import BehaviourOut, DimensionOut, FrameworkDetail, FrameworkOut, LevelOut
from service.capabilities.tables import (
    CapabilityBehaviour,
    CapabilityDimension,
    CapabilityFramework,
    CapabilityLevel,
    JobFamily,
)
from service.kit.errors import NotFound
from service.kit.paging import Page

_Part = type[CapabilityLevel | CapabilityDimension | CapabilityBehaviour]


def _count(part: _Part) -> ScalarSelect[int]:
    of_this = (part.framework_code == CapabilityFramework.code, part.framework_version == CapabilityFramework.version)
    return select(func.count()).select_from(part).where(*of_this).scalar_subquery()


_FRAMEWORK = select(
    CapabilityFramework.code,
    CapabilityFramework.version,
    CapabilityFramework.name,
    CapabilityFramework.kind,
    CapabilityFramework.state,
    CapabilityFramework.source_note,
    CapabilityFramework.licence_note,
    CapabilityFramework.approved_by,
    CapabilityFramework.approved_on,
    _count(CapabilityDimension),
    _count(CapabilityBehaviour),
)
# (code, version) of the newest published version of each framework.
CURRENT = (
    select(CapabilityFramework.code, func.max(CapabilityFramework.version).label("version"))
    .where(CapabilityFramework.state == FrameworkState.PUBLISHED)
    .group_by(CapabilityFramework.code)
    .subquery("current_frameworks")
)


async def list_frameworks(session: AsyncSession) -> list[FrameworkOut]:
    """The current version of each framework, by name; a framework that was retired whole is not among them."""
    asked = _FRAMEWORK.join(
        CURRENT, (CURRENT.c.code == CapabilityFramework.code) & (CURRENT.c.version == CapabilityFramework.version)
    )
    return [FrameworkOut(*row) for row in await session.execute(asked.order_by(CapabilityFramework.name))]


async def get_framework(session: AsyncSession, code: str, version: int | None = None) -> FrameworkDetail:
    """The newest version, published before retired, unless one is named. Raises NotFound."""
    asked = _FRAMEWORK.where(CapabilityFramework.code == code).order_by(
        CapabilityFramework.state == FrameworkState.PUBLISHED, CapabilityFramework.version
    )
    all_versions = [FrameworkOut(*row) for row in await session.execute(asked)]
    found = [one for one in all_versions if version in {None, one.version}]
    if not found:
        raise NotFound("framework")
    levels = await _levels(session, code, found[-1].version)
    shown = [LevelOut(level.level, level.name, level.description) for level in levels]
    return FrameworkDetail(found[-1], sorted((one.version for one in all_versions), reverse=True), shown)


async def newest_version(session: AsyncSession, code: str) -> int:
    """0 before there is one. A retired version keeps its number."""
    asked = select(func.coalesce(func.max(CapabilityFramework.version), 0)).where(CapabilityFramework.code == code)
    return (await session.execute(asked)).scalar_one()


async def list_dimensions(
    session: AsyncSession, code: str, version: int, size: int, after: int = 0
) -> Page[DimensionOut]:
    """In the framework's order, each with what others can see; from the one in place `after` + 1."""
    columns = (CapabilityDimension.code, CapabilityDimension.name, CapabilityDimension.description)
    asked = _of(CapabilityDimension, code, version, *columns, CapabilityDimension.place)
    asked = asked.where(CapabilityDimension.place > after).order_by(CapabilityDimension.place).limit(size + 1)
    rows = (await session.execute(asked)).all()
    seen = await _behaviours(session, code, version, [row.code for row in rows[:size]])
    items = [
        DimensionOut(row.code, row.name, row.description, [_shown(one) for one in seen if one.dimension == row.code])
        for row in rows[:size]
    ]
    return Page(items, str(rows[size - 1].place) if len(rows) > size else None)


async def content_of(session: AsyncSession, code: str, version: int) -> Content:
    """All that one version says."""
    columns = (CapabilityDimension.code, CapabilityDimension.name, CapabilityDimension.description)
    asked = _of(CapabilityDimension, code, version, *columns).order_by(CapabilityDimension.place)
    dimensions = tuple(Dimension(*row) for row in await session.execute(asked))
    levels = await _levels(session, code, version)
    return Content(tuple(levels), dimensions, tuple(await _behaviours(session, code, version)))


async def known(session: AsyncSession) -> Known:
    """What role profiles may name today."""
    families = (await session.execute(select(JobFamily.code, JobFamily.staff_group))).all()
    versions = (await session.execute(select(CURRENT.c.code, CURRENT.c.version))).all()
    dimensions = await session.execute(_current(CapabilityDimension, CapabilityDimension.code))
    levels = await session.execute(_current(CapabilityLevel, CapabilityLevel.level))
    return Known(
        families={row.code: row.staff_group for row in families},
        versions={row.code: row.version for row in versions},
        dimensions=frozenset((row[0], row[1]) for row in dimensions),
        levels=frozenset((row[0], row[1]) for row in levels),
    )


async def _levels(session: AsyncSession, code: str, version: int) -> list[Level]:
    columns = (CapabilityLevel.level, CapabilityLevel.name, CapabilityLevel.description)
    asked = _of(CapabilityLevel, code, version, *columns).order_by(CapabilityLevel.level)
    return [Level(*row) for row in await session.execute(asked)]


async def _behaviours(
    session: AsyncSession, code: str, version: int, dimensions: Iterable[str] | None = None
) -> list[Behaviour]:
    columns = (
        CapabilityBehaviour.dimension_code,
        CapabilityBehaviour.code,
        CapabilityBehaviour.text,
        CapabilityBehaviour.level,
    )
    asked = _of(CapabilityBehaviour, code, version, *columns).order_by(CapabilityBehaviour.place)
    if dimensions is not None:
        asked = asked.where(CapabilityBehaviour.dimension_code.in_(dimensions))
    return [Behaviour(*row) for row in await session.execute(asked)]


def _of(part: _Part, code: str, version: int, *columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).where(part.framework_code == code, part.framework_version == version)


def _current(part: _Part, *columns: Any) -> Select[*tuple[Any, ...]]:
    return select(part.framework_code, *columns).join(CURRENT, _is_current(part))


def _is_current(part: _Part) -> ColumnElement[bool]:
    """To join CURRENT with: the part belongs to the version in force."""
    return (CURRENT.c.code == part.framework_code) & (CURRENT.c.version == part.framework_version)


def _shown(behaviour: Behaviour) -> BehaviourOut:
    return BehaviourOut(behaviour.code, behaviour.text, behaviour.level)
