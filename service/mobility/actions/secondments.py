"""Agreeing a secondment, asking for it to last longer, and seeing to it that there is something to come back to.

The home organisation edits, the host reads and may ask.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from service.kit.ids import new_id
from service.mobility.queries.secondments import find_overlapping, find_substantive, get_secondment
from service.mobility.rules.secondments import (
    Dates,
    ExtensionState,
    date_problems,
    end_problems,
    extension_problems,
)
from service.mobility.schemas.secondments import AnswerIn, EndedIn, ExtensionIn, ReturnIn, SecondmentIn, SecondmentOut
from service.mobility.tables import Secondment, SecondmentExtension
from service.organisations.queries import organisation_names
from service.people.queries import employed_in

EDIT, READ = "mobility.reconcile", "mobility.read"
ONE_AT_A_TIME = "ex_secondments_one_at_a_time"
ANOTHER = "This person has another secondment in that time. End that one first, or give other dates."
CHANGED = "Somebody else has changed this secondment since you opened it. Reload the page and try again."
ONLY_HOME = "The home organisation changes a secondment. Ask its HR partner."


async def read_secondment(session: AsyncSession, actor: Actor, secondment_id: UUID) -> SecondmentOut:
    """Raises NotFound unless one of the two employers is theirs."""
    found = await get_secondment(session, secondment_id, actor.where(READ), today())
    await _told(session, actor, "mobility.secondment_read", found)
    return found


async def agree_secondment(session: AsyncSession, actor: Actor, given: SecondmentIn) -> SecondmentOut:
    """Raises NotFound unless the home organisation employs the person now, Invalid for dates that cannot be or when
    there is no substantive post to keep, Conflict when the person is seconded elsewhere in that time."""
    actor.must(EDIT, given.home_organisation_id)
    if given.person_id not in await employed_in(session, given.home_organisation_id, [given.person_id]):
        raise NotFound("person")
    post = await find_substantive(session, given.home_organisation_id, given.person_id, given.starts)
    problems = await _problems(session, given)
    if post is None:
        problems.append(Problem("starts", "The person has no substantive post here on the first day to come back to."))
    if problems:
        raise Invalid(*problems)
    if await find_overlapping(session, given.person_id, given.starts, given.ends):
        raise Conflict(ANOTHER)
    key = new_id()
    row = {**given.model_dump(), "id": key, "first_end": given.ends, "home_assignment_id": post}
    await _write(session, insert(Secondment).values(**row))
    found = await get_secondment(session, key, [given.home_organisation_id], today())
    await _told(session, actor, "mobility.secondment_agreed", found)
    return found


async def check_return(session: AsyncSession, actor: Actor, secondment_id: UUID, given: ReturnIn) -> SecondmentOut:
    """Says whether there is a post to return to, and that it was asked today."""
    found = await _at_home(session, actor, secondment_id)
    await _change(session, found, given.version, return_role=given.return_role, return_checked_on=today())
    await _told(session, actor, "mobility.return_checked", found, return_role=given.return_role)
    return await get_secondment(session, secondment_id, actor.where(EDIT), today())


async def end_secondment(session: AsyncSession, actor: Actor, secondment_id: UUID, given: EndedIn) -> SecondmentOut:
    """Cuts it short. Raises Invalid for a day outside of it."""
    found = await _at_home(session, actor, secondment_id)
    if problems := end_problems(_dates(found), given.ended_on, today()):
        raise Invalid(*problems)
    await _change(session, found, given.version, ended_on=given.ended_on)
    await _told(session, actor, "mobility.secondment_ended", found, on=given.ended_on.isoformat())
    return await get_secondment(session, secondment_id, actor.where(EDIT), today())


async def ask_extension(session: AsyncSession, actor: Actor, secondment_id: UUID, given: ExtensionIn) -> SecondmentOut:
    """Either employer asks, the other answers. Raises Conflict while another request waits."""
    actor.must(EDIT, given.organisation_id)
    found = await get_secondment(session, secondment_id, [given.organisation_id], today())
    if problems := extension_problems(_dates(found), given.until, today()):
        raise Invalid(*problems)
    if any(one.state is ExtensionState.ASKED for one in found.extensions):
        raise Conflict("A longer time has been asked for already. It must be answered or withdrawn first.")
    key = {"person_id": found.person_id, "secondment_id": found.id, "number": len(found.extensions) + 1}
    asked = {"asked_by_organisation_id": given.organisation_id, "until": given.until}
    await _write(session, insert(SecondmentExtension).values(**key, **asked))
    await _told(session, actor, "mobility.extension_asked", found, until=given.until.isoformat())
    return await get_secondment(session, secondment_id, [given.organisation_id], today())


async def answer_extension(
    session: AsyncSession, actor: Actor, secondment_id: UUID, number: int, given: AnswerIn
) -> SecondmentOut:
    """Agreed, the secondment lasts until the new day. Raises NotAllowed for whoever asked, who may only withdraw."""
    found = await get_secondment(session, secondment_id, actor.where(EDIT), today())
    asked = next((one for one in found.extensions if one.number == number), None)
    if asked is None:
        raise NotFound("request")
    _may_answer(actor, found, asked.asked_by_id, given)
    row = (SecondmentExtension.person_id == found.person_id, SecondmentExtension.secondment_id == found.id)
    change = update(SecondmentExtension).where(*row, SecondmentExtension.number == number)
    waiting = change.where(SecondmentExtension.state == ExtensionState.ASKED)
    values = {"state": given.answer, "refusal": given.refusal, "decided_at": now()}
    if not await _write(session, waiting.values(**values)):
        raise Conflict("This request has been answered already. Reload the page to see how it stands.")
    await _told(session, actor, "mobility.extension_answered", found, answer=given.answer)
    return await get_secondment(session, secondment_id, actor.where(EDIT), today())


def _may_answer(actor: Actor, found: SecondmentOut, asked_by: UUID, given: AnswerIn) -> None:
    other = found.host_organisation_id if asked_by == found.home_organisation_id else found.home_organisation_id
    answering = asked_by if given.answer is ExtensionState.WITHDRAWN else other
    if not actor.may(EDIT, answering):
        raise NotAllowed("Whoever asked may withdraw; the other organisation agrees or refuses.")


async def _problems(session: AsyncSession, given: SecondmentIn) -> list[Problem]:
    found = date_problems(given.starts, given.ends, given.agreed_on, today())
    if given.host_organisation_id == given.home_organisation_id:
        found.append(Problem("host_organisation_id", "Choose another organisation. Inside one, record it as a post."))
    elif given.host_organisation_id not in await organisation_names(session):
        found.append(Problem("host_organisation_id", "Choose the host organisation from the list."))
    return found


async def _at_home(session: AsyncSession, actor: Actor, secondment_id: UUID) -> SecondmentOut:
    """Raises NotFound out of sight of both, NotAllowed for a partner of the host alone."""
    found = await get_secondment(session, secondment_id, actor.where(READ), today())
    if not actor.may(EDIT, found.home_organisation_id):
        raise NotAllowed(ONLY_HOME)
    return found


async def _change(session: AsyncSession, found: SecondmentOut, version: int, **values: Any) -> None:
    row = (Secondment.person_id == found.person_id, Secondment.id == found.id, Secondment.version == version)
    if not await _write(session, update(Secondment).where(*row).values(**values, version=version + 1)):
        raise Conflict(CHANGED)


async def _write(session: AsyncSession, statement: Any) -> int:
    """How many rows were changed. Raises Conflict when another secondment is in the way."""
    try:
        return (await session.execute(statement)).rowcount  # pyright: ignore[reportAttributeAccessIssue]
    except IntegrityError as error:
        if constraint_of(error) == ONE_AT_A_TIME:
            raise Conflict(ANOTHER) from None
        if constraint_of(error) == "pk_secondment_extensions":
            raise Conflict("A longer time has just been asked for. Reload the page to see it.") from None
        raise


async def _told(session: AsyncSession, actor: Actor, action: str, found: SecondmentOut, **detail: Any) -> None:
    place = found.home_organisation_id if actor.may(READ, found.home_organisation_id) else found.host_organisation_id
    await record(session, actor, action, subject=found.person_id, organisation=place, entity=found.id, **detail)


def _dates(found: SecondmentOut) -> Dates:
    return Dates(found.starts, found.ends, found.first_end, found.ended_on)
