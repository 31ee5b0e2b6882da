"""Plans, to those whom they concern: the person, whoever owns an action, and whoever held the conversation it came
from. Row security leaves nothing else to be read here.
"""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.queries.record import names_of
from service.conversations.queries.terms import current_terms
from service.conversations.rules import SOON, ActionState, State, Topic
from service.conversations.schemas.plan import ActionOut, ActionStateOut
from service.conversations.schemas.record import Party
from service.conversations.tables import Conversation, PlanAction, PlanActionState
from service.kit.errors import NotFound
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment

MOST = 200

_WHY = (
    select(PlanActionState.reason)
    .where(
        PlanActionState.person_id == PlanAction.person_id,
        PlanActionState.action_id == PlanAction.id,
        PlanActionState.state == ActionState.DROPPED,
        PlanAction.state == ActionState.DROPPED,
    )
    .order_by(PlanActionState.number.desc())
    .limit(1)
    .scalar_subquery()
)
_ACTION = select(
    PlanAction.person_id,
    PlanAction.owner_id,
    PlanAction.facilitator_id,
    PlanAction.id,
    PlanAction.organisation_id,
    PlanAction.conversation_id,
    PlanAction.text,
    PlanAction.support,
    PlanAction.due_on,
    PlanAction.opened_on,
    PlanAction.state,
    PlanAction.closed_on,
    _WHY.label("reason"),
    PlanAction.carried_from_id,
    PlanAction.version,
)
# What is open comes first, the most pressing of it on top; then what was closed, the latest first.
_IN_ORDER = (
    PlanAction.closed_on.desc().nulls_first(),
    PlanAction.due_on.asc().nulls_last(),
    PlanAction.opened_on,
    PlanAction.id,
)


class Talk(NamedTuple):
    """Between whom a conversation is, and where it stands."""

    person_id: UUID
    facilitator_id: UUID
    organisation_id: UUID
    state: State


async def list_plan(session: AsyncSession, person_id: UUID) -> list[ActionOut]:
    """The plan of one person as the reader may see it (all of it for the person): open actions first, by due date."""
    return await _actions(session, _ACTION.where(PlanAction.person_id == person_id))


async def list_nudges(session: AsyncSession, me: UUID, today: date) -> list[ActionOut]:
    """What the reader has to do that is overdue or due in the next 14 days, for their own plan or somebody else's."""
    due = (PlanAction.owner_id == me, PlanAction.state == ActionState.OPEN, PlanAction.due_on <= today + SOON)
    return await _actions(session, _ACTION.where(*due))


async def get_action(session: AsyncSession, action_id: UUID) -> ActionOut:
    """Raises NotFound for anybody whom the action does not concern."""
    found = await _actions(session, _ACTION.where(PlanAction.id == action_id))
    if not found:
        raise NotFound("action")
    return found[0]


async def list_states(session: AsyncSession, person_id: UUID, action_id: UUID) -> list[ActionStateOut]:
    """What happened to an action, in order."""
    columns = (PlanActionState.number, PlanActionState.state, PlanActionState.at, PlanActionState.by_id)
    asked = select(*columns, PlanActionState.reason).where(
        PlanActionState.person_id == person_id, PlanActionState.action_id == action_id
    )
    rows = (await session.execute(asked.order_by(PlanActionState.number))).all()
    names = await names_of(session, {row.by_id for row in rows})
    return [ActionStateOut(row.number, row.state, row.at, _party(row.by_id, names), row.reason) for row in rows]


async def get_talk(session: AsyncSession, conversation_id: UUID) -> Talk:
    """Raises NotFound for anybody who may not see the conversation."""
    columns = (Conversation.person_id, Conversation.facilitator_id, Conversation.organisation_id, Conversation.state)
    found = (await session.execute(select(*columns).where(Conversation.id == conversation_id))).one_or_none()
    if found is None:
        raise NotFound("conversation")
    return Talk(*found)


async def get_employer(session: AsyncSession, me: UUID) -> UUID:
    """Where the reader works now; of several, where they have worked longest. Raises NotFound where nobody does."""
    asked = select(Employment.organisation_id).where(Employment.person_id == me, EMPLOYED_NOW)
    found = (await session.execute(asked.order_by(Employment.organisation_id).limit(1))).scalar_one_or_none()
    if found is None:
        raise NotFound("employer for this account")
    return found


async def list_supports(session: AsyncSession) -> dict[str, str]:
    """code -> label of each kind of support that can be asked for, in order, in the current edition of the terms."""
    return {term.code: term.label for term in (await current_terms(session)).of(Topic.SUPPORT)}


async def _actions(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[ActionOut]:
    """Two statements: the rows, and the names of everybody in them."""
    rows = (await session.execute(asked.order_by(*_IN_ORDER).limit(MOST))).all()
    people = {person for row in rows for person in row[:3] if person}
    names = await names_of(session, people) if rows else {}
    return [_action(row, names) for row in rows]


def _action(row: Any, names: dict[UUID, str]) -> ActionOut:
    person, owner, facilitator = row[:3]
    held_by = _party(facilitator, names) if facilitator else None
    return ActionOut(row.id, _party(person, names), _party(owner, names), held_by, *row[4:])


def _party(person_id: UUID, names: dict[UUID, str]) -> Party:
    return Party(person_id, names.get(person_id, "Somebody who has left"))
