"""Critical roles and their cover, posts whose end is known, and somebody's own year of retirement."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Conflict, Invalid, Problem
from service.kit.ids import new_id
from service.people.places import places_for
from service.talent.actions.members import speaking_for_themselves
from service.talent.actions.pipelines import CHANGED, EDIT
from service.talent.queries.cover import find_holder, get_role, list_known_ends
from service.talent.queries.names import family_and_level
from service.talent.queries.pipelines import list_cover
from service.talent.rules.dates import review_problems, year_problems
from service.talent.schemas.cover import CoverOut, EndOut, RetirementIn, RoleChange, RoleIn, RoleOut
from service.talent.tables import CriticalRole, RetirementYear


async def add_role(session: AsyncSession, actor: Actor, given: RoleIn) -> RoleOut:
    """Raises Invalid for a post of nobody here, a day that cannot be, or a family that is none."""
    actor.must(EDIT, given.organisation_id)
    found = await family_and_level(session, given.profile_id, given.family_code, given.level)
    await _check(session, given.organisation_id, given)
    row: dict[str, Any] = given.model_dump() | dict(found) | {"id": new_id()}
    await session.execute(insert(CriticalRole).values(**row))
    await record(session, actor, "talent.role_added", organisation=given.organisation_id, entity=row["id"])
    return await get_role(session, row["id"], [given.organisation_id], actor.person_id)


async def change_role(session: AsyncSession, actor: Actor, role_id: UUID, given: RoleChange, version: int) -> RoleOut:
    """Raises what add_role does, and Conflict when somebody changed it meanwhile."""
    held = await get_role(session, role_id, places_for(actor, EDIT), actor.person_id)
    await _check(session, held.organisation_id, given)
    values = given.model_dump(exclude={"is_closed"}) | {"closed_on": today() if given.is_closed else None}
    key = (CriticalRole.organisation_id == held.organisation_id, CriticalRole.id == role_id)
    change = update(CriticalRole).where(*key, CriticalRole.version == version)
    done = await session.execute(change.values(**values, version=version + 1))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict(CHANGED)
    await record(session, actor, "talent.role_changed", organisation=held.organisation_id, entity=role_id)
    return await get_role(session, role_id, [held.organisation_id], actor.person_id)


async def read_cover(session: AsyncSession, actor: Actor, role_id: UUID) -> CoverOut:
    """Who could step up into a critical role, as far as the reader may see them."""
    role = await get_role(session, role_id, places_for(actor, EDIT), actor.person_id)
    members = await list_cover(session, role.family_code, role.level, actor.person_id)
    holder = await find_holder(session, role.organisation_id, role.assignment_id) if role.assignment_id else None
    who = holder[0] if holder else None
    told: dict[str, Any] = {"organisation": role.organisation_id, "entity": role_id, "number": len(members)}
    await record(session, actor, "talent.cover_read", subject=who, **told)
    return CoverOut(role, who, holder[1] if holder else "", members)


async def read_known_ends(session: AsyncSession, actor: Actor, years: int) -> list[EndOut]:
    """Of the reader's own organisations. That it was read is written down, once for a page."""
    where = places_for(actor, EDIT)
    ends = await list_known_ends(session, where, years)
    await record(session, actor, "talent.ends_read", organisation=min(where), number=len(ends))
    return ends


async def say_retirement(session: AsyncSession, actor: Actor, given: RetirementIn) -> None:
    """Kept for the person alone; None takes it back. Raises Invalid for a year that cannot be."""
    me = speaking_for_themselves(actor)
    if given.year is None:
        await session.execute(delete(RetirementYear).where(RetirementYear.person_id == me))
    elif problems := year_problems(given.year, today()):
        raise Invalid(*problems)
    else:
        said = upsert(RetirementYear).values(person_id=me, year=given.year)
        changed = {"year": given.year, "said_at": now()}
        await session.execute(said.on_conflict_do_update(index_elements=["person_id"], set_=changed))
    await record(session, actor, "talent.retirement_said", subject=me)


async def _check(session: AsyncSession, organisation_id: UUID, given: RoleIn | RoleChange) -> None:
    problems = review_problems(given.review_on, today())
    if given.assignment_id and await find_holder(session, organisation_id, given.assignment_id) is None:
        problems.append(Problem("assignment_id", "Choose a post that somebody holds here today."))
    if problems:
        raise Invalid(*problems)
