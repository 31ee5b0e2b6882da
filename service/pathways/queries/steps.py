"""Steps and roles: reference that everybody may read. Only the neighbourhood of a role is ever fetched."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.capabilities.rules import ProfileState, RequirementKind, Tier
from service.capabilities.tables import (
    CapabilityDimension,
    CapabilityFramework,
    JobFamily,
    RoleProfile,
    RoleRequirement,
)
from service.kit.errors import NotFound
from service.pathways.rules.steps import StepState
from service.pathways.rules.transitions import ExpectationKind
from service.pathways.schemas.steps import RequirementOut, RoleOut, StepOut, TierOut
from service.pathways.tables import LeadershipTier, PathwayStep, TierExpectation

MOST = 60

_From, _To = aliased(RoleProfile, name="come_from"), aliased(RoleProfile, name="lead_to")
# A step means the newest profile of the code it was drawn to, and begins at every version of the code it starts from.
_Newest = aliased(RoleProfile, name="newest")
_ROLE = (_Newest.id, _Newest.code, _Newest.title, _Newest.family_code, JobFamily.name, _Newest.level, _Newest.tier)
_ASKS = (
    select(
        func.array_agg(
            aggregate_order_by(
                RoleRequirement.framework_code + "." + RoleRequirement.dimension_code, RoleRequirement.place
            )
        )
    )
    .where(RoleRequirement.profile_id == _Newest.id, RoleRequirement.kind == RequirementKind.CAPABILITY)
    .correlate(_Newest)
    .scalar_subquery()
)
_STEP = (
    select(
        PathwayStep.id,
        PathwayStep.kind,
        PathwayStep.state,
        PathwayStep.typical_months,
        PathwayStep.what_helps,
        *_ROLE,
        _ASKS.label("asks"),
        _From.title.label("from_title"),
        _From.code.label("from_code"),
    )
    .join(_From, _From.id == PathwayStep.from_profile_id)
    .join(_To, _To.id == PathwayStep.to_profile_id)
    .join(
        _Newest,
        _Newest.id
        == select(RoleProfile.id)
        .where(RoleProfile.code == _To.code)
        .order_by((RoleProfile.state == ProfileState.PUBLISHED).desc(), RoleProfile.version.desc())
        .limit(1)
        .scalar_subquery(),
    )
    .join(JobFamily, JobFamily.code == _Newest.family_code)
)


async def list_steps_from(session: AsyncSession, code: str, *, size: int = MOST) -> list[StepOut]:
    """The published steps from a role, whatever the version it was drawn from; by kind and title."""
    ids = select(RoleProfile.id).where(RoleProfile.code == code)
    asked = _STEP.where(PathwayStep.from_profile_id.in_(ids), *_open())
    return await _steps(session, asked.order_by(PathwayStep.kind, _Newest.title, PathwayStep.id).limit(size))


async def list_steps_to(session: AsyncSession, code: str, *, size: int = MOST) -> list[StepOut]:
    """The published steps that lead to a role; by the title of where they come from."""
    ids = select(RoleProfile.id).where(RoleProfile.code == code)
    asked = _STEP.where(PathwayStep.to_profile_id.in_(ids), *_open())
    return await _steps(session, asked.order_by(_From.title, PathwayStep.id).limit(size))


async def get_step(session: AsyncSession, step_id: UUID) -> StepOut:
    """A step, retired or not. Raises NotFound."""
    found = await find_steps(session, [step_id])
    if not found:
        raise NotFound("step")
    return found[0]


async def find_steps(session: AsyncSession, steps: Iterable[UUID]) -> list[StepOut]:
    return await _steps(session, _STEP.where(PathwayStep.id.in_(steps)))


async def list_requirements(session: AsyncSession, profile_id: UUID) -> list[RequirementOut]:
    """What a role asks for, in its order, with the names of the capabilities."""
    asked = (
        select(RoleRequirement, CapabilityDimension.name, CapabilityFramework.name)
        .outerjoin(
            CapabilityDimension,
            (CapabilityDimension.framework_code == RoleRequirement.framework_code)
            & (CapabilityDimension.framework_version == RoleRequirement.framework_version)
            & (CapabilityDimension.code == RoleRequirement.dimension_code),
        )
        .outerjoin(
            CapabilityFramework,
            (CapabilityFramework.code == RoleRequirement.framework_code)
            & (CapabilityFramework.version == RoleRequirement.framework_version),
        )
        .where(RoleRequirement.profile_id == profile_id)
        .order_by(RoleRequirement.place)
    )
    return [_requirement(*row) for row in (await session.execute(asked)).all()]


async def get_role(session: AsyncSession, profile_id: UUID) -> RoleOut:
    """Raises NotFound."""
    asked = select(*_ROLE).join(JobFamily, JobFamily.code == _Newest.family_code).where(_Newest.id == profile_id)
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound("role")
    return RoleOut(*row)


async def find_roles(session: AsyncSession, search: str, size: int = 20) -> list[RoleOut]:
    """Published roles with these words in their title or among the job titles that mean them; by title and level."""
    asked = select(*_ROLE).join(JobFamily, JobFamily.code == _Newest.family_code)
    asked = asked.where(_Newest.state == ProfileState.PUBLISHED)
    for word in search.lower().split():
        said = func.lower(_Newest.title) + " " + func.array_to_string(_Newest.titles, " ")
        asked = asked.where(said.contains(word, autoescape=True))
    rows = await session.execute(asked.order_by(_Newest.title, _Newest.level, _Newest.id).limit(size))
    return [RoleOut(*row) for row in rows]


async def list_tiers(session: AsyncSession) -> list[TierOut]:
    """The three tiers in their order, each with what is expected and what support there is."""
    tiers = (await session.execute(select(LeadershipTier).order_by(LeadershipTier.place))).scalars().all()
    texts = (await session.execute(select(TierExpectation).order_by(TierExpectation.place))).scalars().all()

    def told(tier: Tier, kind: ExpectationKind) -> list[str]:
        return [one.text for one in texts if one.tier == tier and one.kind == kind]

    return [
        TierOut(
            one.code,
            one.name,
            one.summary,
            one.from_level,
            one.to_level,
            told(one.code, ExpectationKind.EXPECTED),
            told(one.code, ExpectationKind.SUPPORTED),
        )
        for one in tiers
    ]


async def list_families(session: AsyncSession) -> dict[str, str]:
    """code -> name of every job family, by name."""
    asked = select(JobFamily.code, JobFamily.name).order_by(JobFamily.name)
    return {row.code: row.name for row in await session.execute(asked)}


def _open() -> tuple[ColumnElement[bool], ...]:
    return PathwayStep.state == StepState.PUBLISHED, _Newest.state == ProfileState.PUBLISHED


async def _steps(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[StepOut]:
    rows: Any = (await session.execute(asked)).all()
    return [_step(row) for row in rows]


def _step(row: Any) -> StepOut:
    values: list[Any] = [*row[:5], RoleOut(*row[5:12]), list(row[12] or ()), *row[13:]]
    return StepOut(*values)


def _requirement(one: RoleRequirement, name: str | None, framework: str | None) -> RequirementOut:
    dimension = f"{one.framework_code}.{one.dimension_code}" if one.dimension_code else None
    return RequirementOut(one.kind, one.is_essential, one.text, dimension, name or "", framework or "")
