"""Writing a conversation down, and reading one that is about somebody else. What was said never reaches the trail."""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.queries.record import find_conversation, get_conversation, list_about
from service.conversations.rules import problems_with
from service.conversations.schemas.record import ConversationIn, ConversationOut, Held
from service.conversations.tables import Conversation
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Invalid, NotAllowed, NotFound, Problem
from service.kit.ids import new_id
from service.kit.paging import Page
from service.people.queries import employed_in

NOBODY = "Your account is not linked to a person, so it cannot log conversations. Ask an administrator to link it."


async def log_conversation(session: AsyncSession, actor: Actor, given: ConversationIn) -> UUID:
    """Records a conversation that was held. Raises NotFound unless the organisation employs the person now, Invalid for
    what the rules refuse. Given an id that is recorded already by the same actor, answers with it and adds nothing."""
    me, facilitator_id = _parties(actor, given)
    if given.id and await find_conversation(session, given.id):
        return given.id
    await check_conversation(session, actor, given)
    row = given.model_dump() | {"id": given.id or new_id(), "facilitator_id": facilitator_id, "recorded_by_id": me}
    await session.execute(insert(Conversation), row)
    await record(
        session,
        actor,
        "conversations.logged",
        subject=given.person_id,
        organisation=given.organisation_id,
        entity=row["id"],
        kind=given.kind,
        held_on=given.held_on.isoformat(),
    )
    return row["id"]


async def check_conversation(session: AsyncSession, actor: Actor, given: ConversationIn) -> dict[UUID, str]:
    """person -> name, of the person and whoever held it. Raises as `log_conversation` does; changes nothing."""
    me, facilitator_id = _parties(actor, given)
    names = await employed_in(session, given.organisation_id, {given.person_id, facilitator_id})
    if given.person_id not in names:
        raise NotFound("person")
    problems = problems_with(given.person_id, facilitator_id, given.held_on, given.next_due_on, today())
    # Whoever may log conversations here may hold them here, wherever they are employed themselves.
    if facilitator_id not in names and facilitator_id != me:
        problems.append(Problem("facilitator_id", "Choose somebody who is employed in this organisation now."))
    if problems:
        raise Invalid(*problems)
    return {me: actor.name} | names


async def read_conversation(session: AsyncSession, actor: Actor, conversation_id: UUID) -> ConversationOut:
    """Raises NotFound for anybody who is not a party to it."""
    found = await get_conversation(session, conversation_id)
    if found.person.id != actor.person_id:
        place = found.organisation_id
        await record(session, actor, "conversations.read", subject=found.person.id, organisation=place, entity=found.id)
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


def _parties(actor: Actor, given: ConversationIn) -> tuple[UUID, UUID]:
    """(whoever writes it down, whoever held it)"""
    actor.must("conversations.log", given.organisation_id)
    if actor.person_id is None:
        raise NotAllowed(NOBODY)
    return actor.person_id, given.facilitator_id or actor.person_id
