from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.rules import ProfileState, Requirement, Role
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


async def list_roles(
    session: AsyncSession, wanted: Wanted, size: int, cursor: Cursor | None = None
) -> Page[RoleOut]:
    """Published roles, by title."""
    asked = _ROLES.where(RoleProfile.state == ProfileState.PUBLISHED, *_narrowed(wanted))
    if cursor:
        asked = asked.where(tuple_(RoleProfile.title, RoleProfile.id) > (cursor.text, cursor.id))
    ordered = asked.order_by(RoleProfile.title, RoleProfile.id).limit(size + 1)
    return page_of(await _roles(session, ordered), size, ("title", "id"))


async def get_role(session: AsyncSession, role_id: UUID) -> RoleDetail:
    """Of any version, retired or not. Raises NotFound."""
    found = await _roles(session, _ROLES.where(RoleProfile.id == role_id))
    if not found:
        raise NotFound("role")
    family = _ROLES.where(RoleProfile.family_code == found[0].family_code, RoleProfile.state == ProfileState.PUBLISHED)
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
    """code -> (id, version, role) of every published role, as a file would say it."""
    rows = (await session.execute(select(RoleProfile).where(RoleProfile.state == ProfileState.PUBLISHED))).scalars().all()
    asked = await _requirements_of(session, [row.id for row in rows])
    return {row.code: (row.id, row.version, _as_written(row, asked[row.id])) for row in rows}


async def _requirements_of(session: AsyncSession, roles: Sequence[UUID]) -> dict[UUID, list[Requirement]]:
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
    asked = select(*columns).where(RoleRequirement.profile_id.in_(roles))
    found: defaultdict[UUID, list[Requirement]] = defaultdict(list)
    for row in await session.execute(asked.order_by(RoleRequirement.profile_id, RoleRequirement.place)):
        found[row.profile_id].append(Requirement(*row[1:]))
    return found


def _as_written(row: RoleProfile, asks: Iterable[Requirement]) -> Role:
    named = (row.code, row.family_code, row.level, row.title, tuple(row.titles))
    return Role(*named, row.tier, row.is_default, row.summary, tuple(asks))


def _narrowed(wanted: Wanted) -> list[Any]:
    narrowed: list[Any] = []
    if wanted.search.strip():
        text = " ".join(wanted.search.lower().split())
        also = select(1).select_from(_titles_of_this()).where(_titles_of_this().c.title.contains(text, autoescape=True))
        narrowed.append(or_(RoleProfile.title.icontains(text, autoescape=True), also.exists()))
    for column, value in (
        (RoleProfile.family_code, wanted.family),
        (RoleProfile.level, wanted.level),
        (RoleProfile.tier, wanted.tier),
    ):
        if value is not None:
            narrowed.append(column == value)
    return narrowed


async def _roles(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[RoleOut]:
    return [role_of(row) for row in (await session.execute(asked)).all()]


def role_of(row: Any) -> RoleOut:
    """From a row of ROLE: its columns stand in the order of the fields, but for the level's name."""
    return RoleOut(*row[:7], level_name(row.level), *row[7:])
