"""Caring for whoever was not chosen: a conversation and a next step in time."""

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import UK, now, today
from service.kit.errors import Conflict, Invalid
from service.notices.actions import tell
from service.opportunities.ours import DECIDE
from service.opportunities.queries.aftercare import get_care
from service.opportunities.rules.aftercare import talk_problems
from service.opportunities.rules.notices import NEXT_STEP
from service.opportunities.schemas.aftercare import CareIn, CareOut
from service.opportunities.tables import Aftercare


async def read_care(session: AsyncSession, actor: Actor, interest_id: UUID) -> CareOut:
    """Raises NotFound unless an organisation of theirs owes it. The person can see that it was read."""
    found = await get_care(session, interest_id, actor.where(DECIDE), today())
    await _told(session, actor, "opportunities.aftercare_read", found)
    return found


async def care(session: AsyncSession, actor: Actor, interest_id: UUID, given: CareIn) -> CareOut:
    """Records the next step, the day they talked, or both: the person is told of a next step. Raises NotFound, Invalid
    for a day that cannot be, Conflict once it is closed."""
    found = await get_care(session, interest_id, actor.where(DECIDE), today())
    if found.closed_at:
        raise Conflict("This is closed already: there was a conversation and a next step, or they want none.")
    opened = found.opened_at.astimezone(UK).date()
    if problems := talk_problems(given.talked_on, opened, today()):
        raise Invalid(*problems)
    values: dict[str, Any] = {}
    if given.talked_on:
        values |= {"talked_on": given.talked_on, "talked_at": now()}
    if given.next_step:
        values |= {"next_step": given.next_step, "next_step_at": now()}
        await tell(session, actor, [found.person_id], NEXT_STEP, about=found.title, link="/me/opportunities")
    row = (Aftercare.person_id == found.person_id, Aftercare.interest_id == interest_id, Aftercare.closed_at.is_(None))
    await session.execute(update(Aftercare).where(*row).values(**values))
    await _told(session, actor, "opportunities.aftercare_given", found, fields=sorted(values))
    return await get_care(session, interest_id, actor.where(DECIDE), today())


async def note_talk(session: AsyncSession, actor: Actor, person_id: UUID, conversation_id: UUID) -> None:
    """A career conversation was held: where its organisation owes the person one, that part is done."""
    done = (
        await session.execute(select(func.private.talked_after(person_id, conversation_id, type_=Integer)))
    ).scalar()
    if done:
        await record(session, actor, "opportunities.talk_noted", subject=person_id, entity=conversation_id)


async def _told(session: AsyncSession, actor: Actor, action: str, found: CareOut, **detail: Any) -> None:
    who, place = found.person_id, found.organisation_id
    await record(session, actor, action, subject=who, organisation=place, entity=found.interest_id, **detail)
