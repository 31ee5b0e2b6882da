from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.tables import JobFamily
from service.organisations.tables import Organisation
from service.pathways.rules.aspirations import Timeframe, WillingToMove, WorkingPattern
from service.pathways.schemas.aspirations import AspirationOut, HiddenOut
from service.pathways.tables import Aspiration, AspirationHidden, LeadershipTier

_SAID = (
    select(
        Aspiration.version,
        Aspiration.target_family,
        Aspiration.target_level,
        Aspiration.target_tier,
        Aspiration.place_id,
        Aspiration.timeframe,
        Aspiration.working_pattern,
        Aspiration.willing_to_move,
        Aspiration.specialist_track,
        Aspiration.is_muted,
        Aspiration.words,
        Aspiration.said_at,
        JobFamily.name,
        Organisation.name,
        LeadershipTier.name,
    )
    .outerjoin(LeadershipTier, LeadershipTier.code == Aspiration.target_tier)
    .outerjoin(JobFamily, JobFamily.code == Aspiration.target_family)
    .outerjoin(Organisation, Organisation.id == Aspiration.place_id)
)
NOTHING_SAID = AspirationOut(
    0,
    None,
    None,
    None,
    None,
    Timeframe.NOT_SURE,
    WorkingPattern.NO_PREFERENCE,
    WillingToMove.NOT_SURE,
    False,
    False,
    "",
    None,
)


async def get_aspiration(session: AsyncSession, person_id: UUID) -> AspirationOut:
    """What the reader last said; version 0 when they have said nothing yet."""
    found = await _said(session, _newest_first(person_id).limit(1))
    return found[0] if found else NOTHING_SAID


async def list_aspirations(session: AsyncSession, person_id: UUID, size: int = 50) -> list[AspirationOut]:
    """All that the reader said, newest first."""
    return await _said(session, _newest_first(person_id).limit(size))


async def list_hidden(session: AsyncSession, person_id: UUID) -> list[HiddenOut]:
    """The organisations from which the reader hides, by name."""
    asked = (
        select(Organisation.id, Organisation.name)
        .join(AspirationHidden, AspirationHidden.organisation_id == Organisation.id)
        .where(AspirationHidden.person_id == person_id)
        .order_by(Organisation.name)
    )
    return [HiddenOut(*row) for row in await session.execute(asked)]


async def count_hidden(session: AsyncSession, person_id: UUID) -> int:
    asked = select(func.count()).select_from(AspirationHidden).where(AspirationHidden.person_id == person_id)
    return (await session.execute(asked)).scalar_one()


def _newest_first(person_id: UUID) -> Select[*tuple[Any, ...]]:
    return _SAID.where(Aspiration.person_id == person_id).order_by(Aspiration.version.desc())


async def _said(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[AspirationOut]:
    return [AspirationOut(*row) for row in (await session.execute(asked)).all()]
