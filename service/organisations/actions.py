from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, Problem
from service.kit.ids import new_id
from service.organisations import queries
from service.organisations.rules import Grade, next_edition, problem_with_parent, problems_with_edition
from service.organisations.schemas import CrosswalkIn, OrganisationCorrection, OrganisationIn
from service.organisations.tables import CrosswalkEntry, CrosswalkVersion, GradeScheme, Organisation

EDIT = "organisations.edit"


async def add_organisation(session: AsyncSession, actor: Actor, given: OrganisationIn) -> UUID:
    """Raises Invalid when the code is taken or the parent is not one of ours."""
    actor.must(EDIT)
    problems: list[Problem] = []
    if await queries.find_organisation_by_code(session, given.code):
        problems.append(Problem("code", "Another organisation has this short code. Choose a different one."))
    if problem := problem_with_parent(None, given.parent_id, await queries.parents(session)):
        problems.append(problem)
    if problems:
        raise Invalid(*problems)
    organisation_id = new_id()
    await session.execute(insert(Organisation), {"id": organisation_id, **given.model_dump()})
    await record(session, actor, "organisations.added", organisation=organisation_id, code=given.code)
    return organisation_id


async def correct_organisation(
    session: AsyncSession, actor: Actor, organisation_id: UUID, given: OrganisationCorrection
) -> None:
    """Raises Conflict when somebody else corrected it since `given.version` was read."""
    actor.must(EDIT)
    await queries.get_organisation(session, organisation_id)
    await _alone(session)
    if problem := problem_with_parent(organisation_id, given.parent_id, await queries.parents(session)):
        raise Invalid(problem)
    changed = update(Organisation).where(Organisation.id == organisation_id, Organisation.version == given.version)
    values = given.model_dump(exclude={"version"}) | {"version": given.version + 1}
    if not (await session.execute(changed.values(values).returning(Organisation.id))).all():
        raise Conflict("Somebody else changed this organisation meanwhile. Check what it says now, then try again.")
    await record(session, actor, "organisations.corrected", organisation=organisation_id, version=given.version + 1)


async def publish_crosswalk(session: AsyncSession, actor: Actor, given: CrosswalkIn) -> int:
    """Publishes a whole new edition and returns its number. Raises Conflict when `based_on` is no longer current."""
    actor.must(EDIT)
    changes = [Grade(**grade.model_dump()) for grade in given.grades]
    if problems := problems_with_edition(changes, given.approved_on, today()):
        raise Invalid(*problems)
    await _alone(session)
    current = await queries.find_crosswalk(session)
    if (current.version if current else 0) != given.based_on:
        raise Conflict("Another edition was published while you were working on this one. Look at it, then try again.")
    version = given.based_on + 1
    rows = next_edition(await queries.current_grades(session), changes)
    await _add_schemes(session, changes)
    approval = {"version": version, **given.model_dump(include={"approved_by", "approved_on", "note"})}
    await session.execute(insert(CrosswalkVersion), approval)
    await session.execute(insert(CrosswalkEntry), [_row(version, grade) for grade in rows])
    await record(
        session, actor, "organisations.crosswalk_published", version=version, grades=len(rows), changed=len(changes)
    )
    return version


async def _add_schemes(session: AsyncSession, changes: list[Grade]) -> None:
    """A scheme that nobody named before is called by its code."""
    codes = sorted({grade.scheme for grade in changes})
    await session.execute(
        insert_new(GradeScheme).on_conflict_do_nothing(), [{"code": code, "name": code} for code in codes]
    )


async def _alone(session: AsyncSession) -> None:
    """One such change at a time: two, each right alone, could make a circle of parents, or one edition twice."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("ridgeway.organisations"))))


def _row(version: int, grade: Grade) -> dict[str, object]:
    return {
        "version": version,
        "scheme": grade.scheme,
        "grade": grade.grade,
        "label": grade.label,
        "level": grade.level,
    }
