"""Where somebody is, by their own word or by their job title, and which steps they chose."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.pathways.queries.steps import find_steps
from service.pathways.schemas.steps import ChosenOut
from service.pathways.tables import ChosenStep, StatedRole


async def list_stated(session: AsyncSession, person_id: UUID) -> dict[UUID | None, UUID | None]:
    """assignment (None for none) -> the role that the person last said is theirs (None: as the job title says)."""
    asked = select(StatedRole.assignment_id, StatedRole.profile_id).where(StatedRole.person_id == person_id)
    rows = (await session.execute(asked.order_by(StatedRole.stated_at))).all()
    return {row.assignment_id: row.profile_id for row in rows}


async def list_chosen(session: AsyncSession, person_id: UUID) -> list[ChosenOut]:
    """The steps that the reader works towards, retired ones too, the newest choice first."""
    asked = select(ChosenStep.step_id, ChosenStep.chosen_at).where(
        ChosenStep.person_id == person_id, ChosenStep.set_aside_at.is_(None)
    )
    rows = (await session.execute(asked.order_by(ChosenStep.chosen_at.desc()))).all()
    steps = {step.id: step for step in await find_steps(session, [row.step_id for row in rows])} if rows else {}
    return [ChosenOut(steps[row.step_id], row.chosen_at) for row in rows]


async def has_chosen(session: AsyncSession, person_id: UUID, step_id: UUID) -> bool:
    asked = select(ChosenStep.id).where(
        ChosenStep.person_id == person_id, ChosenStep.step_id == step_id, ChosenStep.set_aside_at.is_(None)
    )
    return (await session.execute(asked)).first() is not None
