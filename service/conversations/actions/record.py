"""Writing a conversation down, and reading one that is about somebody else. What was said never reaches the trail."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.events import ConversationHeld
from service.conversations.history import enter, write
from service.conversations.parties import parts_of
from service.conversations.queries.record import find_conversation, get_conversation, list_about, time_problems
from service.conversations.queries.terms import current_terms, current_version
from service.conversations.rules import MINUTES, USUAL_MINUTES, State, code_problems, problems_with, problems_with_plan
from service.conversations.rules.telling import PLANNED, TO_AGREE, TO_HOLD
from service.conversations.schemas.record import ConversationIn, ConversationOut, Held, PlannedIn, WhomIn
from service.conversations.tables import Conversation
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from service.kit.events import announce
from service.kit.ids import new_id
from service.kit.paging import Page
from service.notices.actions import tell
from service.people.queries import employed_in
from service.web.presenters import moment

NOBODY = "Your account is not linked to a person, so it cannot log conversations. Ask an administrator to link it."


async def log_conversation(session: AsyncSession, actor: Actor, given: ConversationIn) -> UUID:
    """Records a conversation that was held. Raises NotFound unless the organisation employs the person now, Invalid for
    what the rules refuse. Given an id that is recorded already by the same actor, answers with it and adds nothing."""
    me, _ = _parties(actor, given)
    if given.id and await _is_there(session, given.id, given.person_id):
        return given.id
    await check_conversation(session, actor, given)
    talk = given.person_id, given.id or new_id()
    when = {"held_on": given.held_on, "next_due_on": given.next_due_on}
    await _add(session, actor, talk[1], given, terms_version=await current_version(session), **when)
    await write(session, talk, 1, me, given)
    await enter(session, talk, State.HELD, me)
    await tell(session, actor, [given.person_id], TO_AGREE, about="", link=f"/conversations/{talk[1]}")
    await _told(session, actor, "conversations.logged", given, talk[1], held_on=given.held_on.isoformat())
    await announce(session, actor, ConversationHeld(given.organisation_id, *talk, given.held_on))
    return talk[1]


async def plan_conversation(session: AsyncSession, actor: Actor, given: PlannedIn) -> UUID:
    """Records that a conversation is to be held. Raises as `log_conversation` does."""
    me, holder = _parties(actor, given)
    if given.id and await _is_there(session, given.id, given.person_id):
        return given.id
    await check_plan(session, actor, given)
    key = given.id or new_id()
    minutes = given.minutes or MINUTES.get(given.kind, USUAL_MINUTES)
    await _add(session, actor, key, given, scheduled_at=given.scheduled_at, minutes=minutes)
    await enter(session, (given.person_id, key), State.PLANNED, me)
    told = {"about": moment(given.scheduled_at), "link": f"/conversations/{key}"}
    await tell(session, actor, [given.person_id], PLANNED, **told)
    await tell(session, actor, {holder} - {me}, TO_HOLD, **told)
    await _told(session, actor, "conversations.planned", given, key, on=given.scheduled_at.date().isoformat())
    return key


async def check_conversation(session: AsyncSession, actor: Actor, given: ConversationIn) -> dict[UUID, str]:
    """person -> name, of the person and whoever held it. Raises as `log_conversation` does; changes nothing."""
    names, problems = await _whom(session, actor, given)
    _, facilitator_id = _parties(actor, given)
    problems += problems_with(given.person_id, facilitator_id, given.held_on, given.next_due_on, today())
    problems += await time_problems(session, given.organisation_id, given.person_id, given.held_on)
    problems += code_problems(given.codes.by_topic, (await current_terms(session)).labels)
    if problems:
        raise Invalid(*problems)
    return names


async def check_plan(session: AsyncSession, actor: Actor, given: PlannedIn) -> dict[UUID, str]:
    """person -> name, as `check_conversation`; changes nothing."""
    names, problems = await _whom(session, actor, given)
    _, facilitator_id = _parties(actor, given)
    problems += problems_with_plan(given.person_id, facilitator_id, given.scheduled_at, now())
    if problems:
        raise Invalid(*problems)
    return names


async def _whom(session: AsyncSession, actor: Actor, given: WhomIn) -> tuple[dict[UUID, str], list[Problem]]:
    """Raises NotFound unless the organisation employs the person now."""
    me, facilitator_id = _parties(actor, given)
    names = await employed_in(session, given.organisation_id, {given.person_id, facilitator_id})
    if given.person_id not in names:
        raise NotFound("person")
    # Whoever may log conversations here may hold them here, wherever they are employed themselves.
    if facilitator_id in names or facilitator_id == me:
        return {me: actor.name} | names, []
    return names, [Problem("facilitator_id", "Choose somebody who is employed in this organisation now.")]


async def _add(session: AsyncSession, actor: Actor, key: UUID, given: WhomIn, **when: Any) -> None:
    me, facilitator_id = _parties(actor, given)
    whom = given.model_dump(include={"person_id", "organisation_id", "facilitator_kind", "kind", "mode"})
    row = {**whom, "id": key, "facilitator_id": facilitator_id, "recorded_by_id": me, **when}
    await session.execute(insert(Conversation), row)


async def _told(session: AsyncSession, actor: Actor, action: str, given: WhomIn, key: UUID, **detail: Any) -> None:
    place = given.organisation_id
    await record(
        session, actor, action, subject=given.person_id, organisation=place, entity=key, kind=given.kind, **detail
    )


async def read_conversation(session: AsyncSession, actor: Actor, conversation_id: UUID) -> ConversationOut:
    """Raises NotFound for anybody who is not a party to it and whom the person does not let read it."""
    found = await get_conversation(session, conversation_id)
    if found.person.id != actor.person_id:
        action = "conversations.read" if parts_of(actor, found) else "conversations.shared_read"
        place = found.organisation_id
        await record(session, actor, action, subject=found.person.id, organisation=place, entity=found.id)
    return found


async def read_about(session: AsyncSession, actor: Actor, person_id: UUID, cursor: str | None, size: int) -> Page[Held]:
    """The conversations with somebody to which the actor is a party; nothing when there are none."""
    page = await list_about(session, person_id, cursor, size)
    if page.items and person_id != actor.person_id:
        place = page.items[0].organisation_id
        await record(
            session, actor, "conversations.listed", subject=person_id, organisation=place, number=len(page.items)
        )
    return page


def _parties(actor: Actor, given: WhomIn) -> tuple[UUID, UUID]:
    """(whoever writes it down, whoever holds it)"""
    actor.must("conversations.log", given.organisation_id)
    if actor.person_id is None:
        raise NotAllowed(NOBODY)
    return actor.person_id, given.facilitator_id or actor.person_id


async def _is_there(session: AsyncSession, conversation_id: UUID, person_id: UUID) -> bool:
    """Raises Conflict for an identifier that the actor knows as somebody else's conversation."""
    found = await find_conversation(session, conversation_id)
    if found and found.person.id != person_id:
        raise Conflict("This identifier belongs to another conversation. Make a new one, or leave it out.")
    return found is not None
