"""Taking up a post and ending one."""

from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.events import announce
from service.kit.ids import new_id
from service.people.queries import employed_in
from service.people.tables import Employment
from service.posts.events import AssignmentEnded, AssignmentStarted
from service.posts.queries import get_assignment, list_places, list_schemes, list_terms
from service.posts.rules import (
    DESTINATIONS,
    END_REASONS,
    FURTHEST,
    Term,
    ends_employment,
    overlap,
    overlap_words,
    problems_with,
)
from service.posts.schemas import AssignmentIn, AssignmentOut, EndIn
from service.posts.tables import Assignment

ONE_FULL_TIME_JOB = "ex_assignments_one_full_time_job"


async def add_assignment(session: AsyncSession, actor: Actor, person_id: UUID, given: AssignmentIn) -> AssignmentOut:
    """Raises NotFound unless the organisation employs the person now, Invalid for what the rules refuse, Conflict
    when another full-time post was taken up at the same moment."""
    actor.must("posts.edit", given.organisation_id)
    name = (await employed_in(session, given.organisation_id, [person_id])).get(person_id)
    if name is None:
        raise NotFound("person")
    await _check(session, person_id, name, given)
    row = {"id": new_id(), "person_id": person_id, **given.model_dump()}
    try:
        await session.execute(insert(Assignment), row)
    except IntegrityError as error:
        raise _said(error, name) from None
    await record(session, actor, "posts.added", subject=person_id, organisation=given.organisation_id, entity=row["id"])
    await announce(session, actor, AssignmentStarted(given.organisation_id, person_id, row["id"], given.started))
    return await get_assignment(session, row["id"], [given.organisation_id])


async def end_assignment(session: AsyncSession, actor: Actor, assignment_id: UUID, given: EndIn) -> AssignmentOut:
    """The last day, and why. When nothing else is held beyond it and the person does not stay, their employment ends
    that day too, and with it the organisation's sight of them. Raises Conflict when the post has ended already."""
    held = await get_assignment(session, assignment_id, actor.where("posts.edit"))
    await _check_end(session, held, given)
    kept = update(Assignment).where(
        Assignment.organisation_id == held.organisation_id, Assignment.id == held.id, Assignment.end_reason.is_(None)
    )
    if not (await session.execute(kept.values(**given.model_dump()))).rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict("The end of this post is already recorded. Reload the page to see it.")
    others = await list_terms(session, held.organisation_id, held.person_id, but=held.id)
    leaves = ends_employment(given.ended, given.end_reason, (term for _, term in others))
    ended = await get_assignment(session, held.id, [held.organisation_id])
    facts = {"reason": given.end_reason, "left": leaves}
    await record(
        session,
        actor,
        "posts.ended",
        subject=held.person_id,
        organisation=held.organisation_id,
        entity=held.id,
        **facts,
    )
    await announce(session, actor, AssignmentEnded(held.organisation_id, held.person_id, held.id, given.ended))
    if leaves:
        employment = (Employment.organisation_id == held.organisation_id, Employment.person_id == held.person_id)
        await session.execute(update(Employment).where(*employment).values(ended=given.ended))
    return ended


async def _check(session: AsyncSession, person_id: UUID, name: str, given: AssignmentIn) -> None:
    new = Term(given.kind, given.fte, given.started, given.ended)
    problems = problems_with(new, today())
    schemes = await list_schemes(session)
    if given.grade_scheme not in schemes:
        problems.append(Problem("grade_scheme", f"Choose a grade scheme that the system knows: {', '.join(schemes)}."))
    terms = await list_terms(session, given.organisation_id, person_id)
    if old := overlap(new, (term for _, term in terms)):
        title = next(title for title, term in terms if term is old)
        problems.append(Problem("started", overlap_words(name, title, old)))
    if problems:
        raise Invalid(*problems)


async def _check_end(session: AsyncSession, held: AssignmentOut, given: EndIn) -> None:
    if held.end_reason is not None:
        raise Conflict("The end of this post is already recorded. Reload the page to see it.")
    problems: list[Problem] = []
    if not held.started <= given.ended <= today() + FURTHEST:
        words = (
            f"The last day must be on or after the first day, {held.started:%-d %B %Y}, and within two years from now."
        )
        problems.append(Problem("ended", words))
    if given.end_reason not in END_REASONS:
        problems.append(Problem("end_reason", f"Choose one of: {', '.join(END_REASONS)}."))
    if given.destination not in DESTINATIONS and not await list_places(session, [given.destination]):
        words = f"Choose one of: {', '.join(DESTINATIONS)}; or give the code of an organisation of the system."
        problems.append(Problem("destination", words))
    if problems:
        raise Invalid(*problems)


def _said(error: IntegrityError, name: str) -> Exception:
    if constraint_of(error) == ONE_FULL_TIME_JOB:
        return Conflict(
            f"Somebody has just recorded another full-time substantive post for {name}. Check their posts first."
        )
    return error
