"""Threads of potential: opened by anybody, about a person only with their yes, and added to by their parties."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotAllowed, Problem
from service.kit.ids import new_id
from service.notices.actions import tell_if_there
from service.people.places import places_for
from service.talent.actions.members import MEANWHILE, MINE, SENT, speaking_for_themselves
from service.talent.actions.pipelines import EDIT
from service.talent.queries.names import employers_of
from service.talent.queries.threads import get_thread
from service.talent.rules.codes import Subject, ThreadState
from service.talent.rules.dates import seen_problems
from service.talent.rules.news import THREAD
from service.talent.schemas.threads import ObservationIn, OpenedOut, ThreadAnswerIn, ThreadIn, ThreadOut
from service.talent.tables import PotentialThread, ThreadObservation

BECOMES = {"agreed": ThreadState.OPEN, "declined": ThreadState.WITHDRAWN, "ended": ThreadState.WITHDRAWN}


async def open_thread(session: AsyncSession, actor: Actor, given: ThreadIn) -> OpenedOut:
    """A thread about somebody else waits for their yes; the answer is the same whether there is such a person. Raises
    Invalid for an email address where it is about no person, NotAllowed where the reader does not work."""
    me = speaking_for_themselves(actor)
    if given.email is None:
        key = await _open(session, actor, me, given)
        await record(session, actor, "talent.thread_opened", entity=key, about=given.subject.value)
        return OpenedOut(key, "It is open.")
    if given.subject is not Subject.PERSON:
        raise Invalid(Problem("email", "Leave the email address empty: this is not about one person."))
    asked = text("SELECT private.open_thread_for(:key, :mail, :named)")
    about = {"key": new_id(), "mail": given.email, "named": given.title}
    found: UUID | None = (await session.execute(asked, about)).scalar_one()
    await tell_if_there(session, actor, found, THREAD, about=given.title, link=MINE)
    await record(session, actor, "talent.thread_opened", subject=found, about=given.subject.value)
    return OpenedOut(None, SENT)


async def read_thread(session: AsyncSession, actor: Actor, thread_id: UUID) -> ThreadOut:
    """A person can see that a thread about them was read."""
    actor.must("me.read")
    held = await get_thread(session, thread_id)
    told: dict[str, Any] = {"subject": held.person_id, "organisation": held.organisation_id, "entity": held.id}
    await record(session, actor, "talent.thread_read", **told)
    return held


async def observe(session: AsyncSession, actor: Actor, thread_id: UUID, given: ObservationIn) -> ThreadOut:
    """Adds what happened. Raises Conflict when the thread is closed, or somebody else wrote in the same moment."""
    me = speaking_for_themselves(actor)
    held = await get_thread(session, thread_id)
    if held.state is not ThreadState.OPEN:
        raise Conflict("This thread is closed. Nothing can be added to it.")
    if problems := seen_problems(given.seen_on, today()):
        raise Invalid(*problems)
    number = max((one.number for one in held.observations), default=0) + 1
    row: dict[str, Any] = given.model_dump(mode="python") | {
        "conditions": sorted({one.value for one in given.conditions})
    }
    try:
        await session.execute(insert(ThreadObservation).values(**row, thread_id=thread_id, number=number, by_id=me))
    except IntegrityError:
        raise Conflict(MEANWHILE) from None
    told: dict[str, Any] = {"subject": held.person_id, "organisation": held.organisation_id, "entity": held.id}
    await record(session, actor, "talent.observed", **told)
    return await get_thread(session, thread_id)


async def answer_thread(session: AsyncSession, actor: Actor, thread_id: UUID, given: ThreadAnswerIn) -> ThreadOut:
    """The person agrees, declines, or ends a thread about themselves: then nobody else sees it. A partner ends one of
    their organisation. Raises Conflict for what cannot follow."""
    held = await get_thread(session, thread_id)
    is_mine = held.person_id is not None and held.person_id == actor.person_id
    if is_mine:
        speaking_for_themselves(actor)
    elif held.organisation_id not in places_for(actor, EDIT) or given.answer != "ended":
        raise NotAllowed
    needed = ThreadState.OPEN if given.answer == "ended" else ThreadState.ASKED
    becomes = BECOMES[given.answer] if is_mine else ThreadState.CLOSED
    same = (PotentialThread.id == thread_id, PotentialThread.state == needed)
    done = await session.execute(update(PotentialThread).where(*same).values(state=becomes, version=held.version + 1))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict(MEANWHILE)
    await record(session, actor, "talent.thread_answered", subject=held.person_id, entity=held.id)
    return await get_thread(session, thread_id)


async def _open(session: AsyncSession, actor: Actor, me: UUID, given: ThreadIn) -> UUID:
    employers = await employers_of(session, me)
    place = given.organisation_id or next(iter(employers), None)
    if place is None or not (place in employers or actor.may(EDIT, place)):
        raise NotAllowed("You can open a thread in an organisation that employs you.")
    about = me if given.subject is Subject.PERSON else None
    row: dict[str, Any] = {
        "id": new_id(),
        "organisation_id": place,
        "subject": given.subject,
        "person_id": about,
        "title": given.title,
    }
    await session.execute(insert(PotentialThread).values(**row, opened_by_id=me, state=ThreadState.OPEN))
    return row["id"]
