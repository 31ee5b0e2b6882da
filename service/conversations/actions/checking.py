"""What only the database can say about a date."""

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import Problem


async def time_problems(session: AsyncSession, organisation_id: UUID, person_id: UUID, held_on: date) -> list[Problem]:
    """A conversation cannot have arisen where somebody did not work yet. Nobody is told since when they do."""
    asked = select(func.private.worked_here_by(organisation_id, person_id, held_on, type_=Boolean))
    if (await session.execute(asked)).scalar_one():
        return []
    return [Problem("held_on", "The date is before the person's first post in this organisation. Check the date.")]
