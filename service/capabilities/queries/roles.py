from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.rules import ProfileState, Requirement, Role, plain_title
from service.capabilities.schemas import FamilyOut, RequirementOut, RoleDetail, RoleOut
from service.capabilities.tables import CapabilityDimension, CapabilityLevel, JobFamily, RoleProfile, RoleRequirement
from service.kit.errors import NotFound
from service.kit.levels import level_name
from service.kit.paging import Cursor, Page, page_of

ROLE = (
    RoleProfile.id,
    RoleProfile.code,
    RoleProfile.version,
    RoleProfile.title,
    RoleProfile.family_code,
    JobFamily.name.label("family"),
    RoleProfile.level,
    RoleProfile.tier,
    RoleProfile.state,
    RoleProfile.replaced_by_id,
    RoleProfile.is_default,
    RoleProfile.summary,
    RoleProfile.titles,
)
_PUBLISHED = RoleProfile.state == ProfileState.PUBLISHED
_ROLES = select(*ROLE).join(JobFamily, JobFamily.code == RoleProfile.family_code)
_DIMENSION = and_(
    CapabilityDimension.framework_code == RoleRequirement.framework_code,
    CapabilityDimension.framework_version == RoleRequirement.framework_version,
    CapabilityDimension.code == RoleRequirement.dimension_code,
)
_LEVEL = and_(
    CapabilityLevel.framework_code == RoleRequirement.framework_code,
    CapabilityLevel.framework_version == RoleRequirement.framework_version,
    CapabilityLevel.level == RoleRequirement.level,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of roles is narrowed to; `search` is part of a title, of the role or one that means it."""

    search: str = ""
    family: str | None = None
    level: int | None = None
    tier: str | None = None


async def list_families(session: AsyncSession) -> list[FamilyOut]:
    asked = select(JobFamily.code, JobFamily.name, JobFamily.staff_group).order_by(JobFamily.name)
    return [FamilyOut(*row) for row in await session.execute(asked)]


async def list_roles(session: AsyncSession, wanted: Wanted, size: int, cursor: Cursor | None = None) -> Page[RoleOut]:
    """Published roles, by title."""
    asked = _ROLES.where(_PUBLISHED, *_narrowed(wanted))
    if cursor:
        asked = asked.where(tuple_(RoleProfile.title, RoleProfile.id) > (cursor.text, cursor.id))
    ordered = asked.order_by(RoleProfile.title, RoleProfile.id).limit(size + 1)
    return page_of(await _roles(session, ordered), size, ("title", "id"))


async def get_role(session: AsyncSession, role_id: UUID) -> RoleDetail:
    """Of any version, retired or not. Raises NotFound."""
    found = await _roles(session, _ROLES.where(RoleProfile.id == role_id))
    if not found:
        raise NotFound("role")
    family = _ROLES.where(RoleProfile.family_code == found[0].family_code, _PUBLISHED)
    around = await _roles(session, family.order_by(RoleProfile.level, RoleProfile.title))
    return RoleDetail(found[0], await list_requirements(session, role_id), around)


async def list_requirements(session: AsyncSession, role_id: UUID) -> list[RequirementOut]:
    """What one role asks, in its own order."""
    asked = (
        select(
            RoleRequirement.kind,
            RoleRequirement.is_essential,
            RoleRequirement.text,
            RoleRequirement.framework_code,
            RoleRequirement.framework_version,
            RoleRequirement.dimension_code,
            CapabilityDimension.name.label("dimension"),
            RoleRequirement.level,
            CapabilityLevel.name.label("level_name"),
        )
        .outerjoin(CapabilityDimension, _DIMENSION)
        .outerjoin(CapabilityLevel, _LEVEL)
        .where(RoleRequirement.profile_id == role_id)
        .order_by(RoleRequirement.place)
    )
    return [RequirementOut(*row) for row in await session.execute(asked)]


async def published(session: AsyncSession) -> dict[str, tuple[UUID, int, Role]]:
    """code -> (id, version, role) of every published role, as a file would say it; by family, level and code."""
    asked = select(RoleProfile).where(_PUBLISHED)
    ordered = asked.order_by(RoleProfile.family_code, RoleProfile.level, RoleProfile.code)
    rows = (await session.execute(ordered)).scalars().all()
    requirements = await _all_requirements(session)
    return {row.code: (row.id, row.version, _as_written(row, requirements[row.id])) for row in rows}


async def _all_requirements(session: AsyncSession) -> dict[UUID, list[Requirement]]:
    columns = (
        RoleRequirement.profile_id,
        RoleRequirement.kind,
        RoleRequirement.is_essential,
        RoleRequirement.text,
        RoleRequirement.framework_code,
        RoleRequirement.framework_version,
        RoleRequirement.dimension_code,
        RoleRequirement.level,
    )
    asked = select(*columns).join(RoleProfile, RoleProfile.id == RoleRequirement.profile_id).where(_PUBLISHED)
    found: defaultdict[UUID, list[Requirement]] = defaultdict(list)
    for row in await session.execute(asked.order_by(RoleRequirement.profile_id, RoleRequirement.place)):
        found[row.profile_id].append(Requirement(*row[1:]))
    return found


def _as_written(row: RoleProfile, asks: Iterable[Requirement]) -> Role:
    named = (row.code, row.family_code, row.level, row.title, tuple(row.titles))
    return Role(*named, row.tier, row.is_default, row.summary, tuple(asks))


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    text = plain_title(wanted.search)
    # The role's own title is among those that mean it.
    found = func.array_to_string(RoleProfile.titles, "|").contains(text, autoescape=True)
    chosen: dict[Any, object] = {
        RoleProfile.family_code: wanted.family,
        RoleProfile.level: wanted.level,
        RoleProfile.tier: wanted.tier,
    }
    return [*([found] if text else []), *(column == value for column, value in chosen.items() if value is not None)]


async def _roles(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[RoleOut]:
    return [role_of(row) for row in (await session.execute(asked)).all()]


def role_of(row: Sequence[Any]) -> RoleOut:
    """From a row of ROLE: its columns stand in the order of the fields, but for the level's name after the level."""
    values: list[Any] = [*row[:7], level_name(row[6]), *row[7:]]
    return RoleOut(*values)
