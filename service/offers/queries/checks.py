from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.offers.rules.checks import CheckStage
from service.offers.rules.subjects import Subject
from service.offers.schemas.checks import CheckOut
from service.offers.tables import InclusionCheck

_CHECK = select(*(getattr(InclusionCheck, name) for name in CheckOut.__struct_fields__))


async def list_checks(
    session: AsyncSession, organisation_id: UUID, subject: Subject, subject_id: UUID, size: int = 50
) -> list[CheckOut]:
    """Every answer, newest first: for the partners of the organisation."""
    asked = _CHECK.where(
        InclusionCheck.organisation_id == organisation_id,
        InclusionCheck.subject == subject,
        InclusionCheck.subject_id == subject_id,
    )
    rows = await session.execute(asked.order_by(InclusionCheck.at.desc(), InclusionCheck.id.desc()).limit(size))
    return [CheckOut(*row) for row in rows]


async def stages_answered(
    session: AsyncSession, organisation_id: UUID, subject: Subject, subject_id: UUID
) -> Sequence[CheckStage]:
    asked = select(InclusionCheck.stage).where(
        InclusionCheck.organisation_id == organisation_id,
        InclusionCheck.subject == subject,
        InclusionCheck.subject_id == subject_id,
    )
    return (await session.execute(asked.distinct())).scalars().all()
