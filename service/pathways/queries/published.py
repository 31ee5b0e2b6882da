"""Every published step, as a file would say it: for those who publish them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.capabilities.rules import ProfileState
from service.capabilities.tables import RoleProfile
from service.pathways.rules.files import Kept, Pair
from service.pathways.rules.steps import StepRow, StepState
from service.pathways.tables import PathwayStep

_From, _To = aliased(RoleProfile), aliased(RoleProfile)


async def roles_by_code(session: AsyncSession) -> tuple[dict[str, int], dict[str, UUID]]:
    """code -> level, and code -> id, of every published role; of the newest where there are two."""
    asked = select(RoleProfile.code, RoleProfile.level, RoleProfile.id)
    asked = asked.where(RoleProfile.state == ProfileState.PUBLISHED).order_by(RoleProfile.version)
    rows = (await session.execute(asked)).all()
    return {row.code: row.level for row in rows}, {row.code: row.id for row in rows}


async def published_steps(session: AsyncSession) -> dict[Pair, Kept]:
    """(from code, to code) -> the step that is in force."""
    asked = (
        select(
            _From.code,
            _To.code,
            PathwayStep.kind,
            PathwayStep.typical_months,
            PathwayStep.what_helps,
            PathwayStep.id,
            PathwayStep.version,
        )
        .join(_From, _From.id == PathwayStep.from_profile_id)
        .join(_To, _To.id == PathwayStep.to_profile_id)
        .where(PathwayStep.state == StepState.PUBLISHED)
        .order_by(PathwayStep.version)
    )
    return {
        (first, then): Kept(key, version, StepRow(first, then, kind.value, str(months), helps))
        for first, then, kind, months, helps, key, version in (await session.execute(asked)).all()
    }
