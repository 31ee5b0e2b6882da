"""What was supplied, when and by whom: never the counts themselves, which are read in a release."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.schemas.supplied import SuppliedOut
from service.insight.tables import SuppliedFigure
from service.kit.actor import EVERYWHERE
from service.organisations.tables import Organisation


async def list_codes(session: AsyncSession, where: Collection[UUID]) -> Mapping[str, UUID]:
    """Code -> organisation, of those given; every organisation for EVERYWHERE."""
    asked = select(Organisation.code, Organisation.id).order_by(Organisation.code)
    if EVERYWHERE not in where:
        asked = asked.where(Organisation.id.in_(where))
    return {row.code: row.id for row in await session.execute(asked)}


async def list_supplied(session: AsyncSession, *, limit: int = 60) -> Sequence[SuppliedOut]:
    """The lines that the reader may see, the newest first."""
    told = (Organisation.name, SuppliedFigure.measure, SuppliedFigure.period_end, SuppliedFigure.by_name)
    last = func.max(SuppliedFigure.at).label("last")
    asked = select(*told, last).join(Organisation, Organisation.id == SuppliedFigure.organisation_id).group_by(*told)
    rows = await session.execute(asked.order_by(last.desc(), *told).limit(limit))
    return [SuppliedOut(*row) for row in rows]
