"""The person says which role is theirs, and which steps they work towards. Both are theirs alone."""

from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.capabilities.rules import ProfileState
from service.capabilities.tables import RoleProfile
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.pathways.queries.choosing import list_chosen
from service.pathways.queries.steps import get_step
from service.pathways.rules.steps import StepState
from service.pathways.schemas.steps import RoleIn
from service.pathways.tables import ChosenStep, StatedRole
from service.posts.tables import Assignment

MOST_CHOSEN = 10


async def state_role(session: AsyncSession, actor: Actor, given: RoleIn) -> None:
    """The role of one of the reader's posts, or theirs without a post. Raises NotFound for a post that is not theirs,
    Invalid for a role that is not published."""
    me = plans_for(actor)
    place = await _place_of(session, me, given.assignment_id) if given.assignment_id else None
    code = await _published(session, given.profile_id) if given.profile_id else None
    row = {"person_id": me, "id": new_id(), "organisation_id": place, **given.model_dump()}
    await session.execute(insert(StatedRole), row)
    await record(session, actor, "pathways.role_stated", subject=me, entity=given.assignment_id, role=code)


async def choose_step(session: AsyncSession, actor: Actor, step_id: UUID) -> None:
    """The reader works towards it from now on. Chosen twice, it is chosen once. Raises Conflict for a retired step, or
    when ten are chosen already."""
    me = plans_for(actor)
    step = await get_step(session, step_id)
    if step.state is StepState.RETIRED:
        raise Conflict("This step is no longer offered. Choose another one.")
    chosen = [one.step.id for one in await list_chosen(session, me)]
    if step_id in chosen:
        return
    if len(chosen) >= MOST_CHOSEN:
        raise Conflict(f"You work towards {MOST_CHOSEN} steps already. Set one aside first.")
    # Of two requests at once, one adds it.
    await session.execute(
        insert_new(ChosenStep).on_conflict_do_nothing(), {"person_id": me, "id": new_id(), "step_id": step_id}
    )
    await record(session, actor, "pathways.step_chosen", subject=me, entity=step_id)


async def set_step_aside(session: AsyncSession, actor: Actor, step_id: UUID) -> None:
    """Raises NotFound when the reader has not chosen it."""
    me = plans_for(actor)
    current = (ChosenStep.person_id == me, ChosenStep.step_id == step_id, ChosenStep.set_aside_at.is_(None))
    done = await session.execute(update(ChosenStep).where(*current).values(set_aside_at=func.clock_timestamp()))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise NotFound("chosen step")
    await record(session, actor, "pathways.step_set_aside", subject=me, entity=step_id)


def plans_for(actor: Actor) -> UUID:
    """The person whose own things the actor may change. Raises NotFound for an account that is nobody's."""
    if actor.person_id is None:
        raise NotFound("pathway for this account")
    actor.must("me.plan")
    return actor.person_id


async def _place_of(session: AsyncSession, me: UUID, assignment_id: UUID) -> UUID:
    asked = select(Assignment.organisation_id).where(Assignment.person_id == me, Assignment.id == assignment_id)
    place = (await session.execute(asked)).scalar_one_or_none()
    if place is None:
        raise NotFound("post")
    return place


async def _published(session: AsyncSession, profile_id: UUID) -> str:
    asked = select(RoleProfile.code).where(RoleProfile.id == profile_id, RoleProfile.state == ProfileState.PUBLISHED)
    code = (await session.execute(asked)).scalar_one_or_none()
    if code is None:
        raise Invalid(Problem("profile_id", "Choose a role from the list."))
    return code
