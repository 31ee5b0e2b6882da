"""What can be done to a plan. The words of an action never reach the trail: only that there is one, and its dates."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.queries.plan import (
    Talk,
    get_action,
    get_employer,
    get_talk,
    list_plan,
    list_states,
    list_supports,
)
from service.conversations.rules import ActionState, State
from service.conversations.rules.plan import REMIND_AFTER, REMINDED, action_problems, must_follow, reason_problems
from service.conversations.rules.telling import REMINDED as TOLD_AGAIN
from service.conversations.schemas.plan import ActionChange, ActionIn, ActionOut, ActionStateIn, ActionStateOut
from service.conversations.tables import PlanAction, PlanActionState
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, Stale
from service.kit.ids import new_id
from service.notices.actions import tell

PERMISSION = "me.plan"
CHANGED = "Somebody else changed this action after you opened it. Check what it says now, then save again."
_NOT_TO_COME = frozenset({State.DECLINED, State.MISSED, State.LAPSED})


async def read_agreed(
    session: AsyncSession, actor: Actor, conversation_id: UUID
) -> tuple[Talk, list[ActionOut], list[ActionOut]]:
    """A conversation, the actions it led to, and those still open from before. Raises NotFound for anybody but the two
    who talk: whoever only arranged it has no part in the plan."""
    me, talk = actor.myself("me.plan"), await get_talk(session, conversation_id)
    if me not in {talk.person_id, talk.facilitator_id}:
        raise NotFound("conversation")
    plan = await list_plan(session, talk.person_id)
    if me != talk.person_id:
        who, place = talk.person_id, talk.organisation_id
        await record(session, actor, "conversations.plan_read", subject=who, organisation=place, entity=conversation_id)
    here = [action for action in plan if action.conversation_id == conversation_id]
    return talk, here, [action for action in plan if action.is_open and action.conversation_id != conversation_id]


async def open_action(session: AsyncSession, actor: Actor, action_id: UUID) -> tuple[ActionOut, list[ActionStateOut]]:
    """An action and what happened to it. Raises NotFound for anybody whom it does not concern."""
    actor.myself("me.plan")
    found = await get_action(session, action_id)
    if found.person.id != actor.person_id:
        await _tell(session, actor, "conversations.action_read", found)
    return found, await list_states(session, found.person.id, found.id)


async def add_action(session: AsyncSession, actor: Actor, given: ActionIn) -> UUID:
    """To the plan that a conversation led to, by the two who talked; else to the actor's own. Raises NotFound, Invalid,
    or Conflict where the conversation never came about. Given an id that is there already, adds nothing."""
    me = actor.myself("me.plan")
    if given.id and await _exists(session, given.id):
        return given.id
    talk = await _talk_of(session, me, given.conversation_id)
    await _check(session, given, me, {talk.person_id, talk.facilitator_id})
    holder = talk.facilitator_id if given.conversation_id else None
    key = given.id or new_id()
    row = {**given.model_dump(), "id": key, "person_id": talk.person_id, "facilitator_id": holder}
    await _insert(session, me, row | {"owner_id": given.owner_id or me, "organisation_id": talk.organisation_id})
    found = await get_action(session, key)
    await _tell(session, actor, "conversations.action_added", found)
    return found.id


async def change_action(
    session: AsyncSession, actor: Actor, action_id: UUID, version: int, given: ActionChange
) -> ActionOut:
    """Raises Stale when the action is no longer at the version that was read, Conflict when it is not open any more."""
    me = actor.myself("me.plan")
    found = await get_action(session, action_id)
    if not found.is_open:
        raise Conflict("This action is no longer open. Open it again before you change it.")
    await _check(session, given, me, found.parties, before=found)
    await _update(session, found, version, **given.model_dump() | {"owner_id": given.owner_id or me})
    await _tell(session, actor, "conversations.action_changed", found)
    return await get_action(session, action_id)


async def close_action(
    session: AsyncSession, actor: Actor, action_id: UUID, version: int, given: ActionStateIn
) -> ActionOut:
    """Done, set aside, or open again. Raises Conflict for a state that cannot follow, Stale for another version."""
    me = actor.myself("me.plan")
    found = await get_action(session, action_id)
    must_follow(found.state, given.state)
    if problems := reason_problems(given.state, given.reason):
        raise Invalid(*problems)
    await _come_to(session, me, found, version, given.state, given.reason)
    await _tell(session, actor, "conversations.action_closed", found, state=given.state)
    return await get_action(session, action_id)


async def carry_over(session: AsyncSession, actor: Actor, action_id: UUID, conversation_id: UUID) -> UUID:
    """The action goes on as a new one of a later conversation with the same person. Raises Conflict unless it is open,
    and Invalid for a conversation with somebody else."""
    me = actor.myself("me.plan")
    found, talk = await get_action(session, action_id), await get_talk(session, conversation_id)
    must_follow(found.state, ActionState.CARRIED)
    if talk.person_id != found.person.id or conversation_id == found.conversation_id:
        raise Invalid(Problem("conversation_id", "Choose a later conversation with the same person."))
    await _may_add(me, talk)
    await _come_to(session, me, found, found.version, ActionState.CARRIED)
    owner = found.owner.id if found.owner.id in {talk.person_id, talk.facilitator_id} else talk.facilitator_id
    goes_on: dict[str, Any] = {"text": found.text, "support": found.support, "due_on": found.due_on, "owner_id": owner}
    arose: dict[str, Any] = {"conversation_id": conversation_id, "facilitator_id": talk.facilitator_id}
    arose |= {"id": new_id(), "person_id": talk.person_id, "organisation_id": talk.organisation_id}
    await _insert(session, me, {**goes_on, **arose, "carried_from_id": found.id})
    await _tell(session, actor, "conversations.action_carried", found)
    return arose["id"]


async def remind(session: AsyncSession, actor: Actor, action_id: UUID) -> None:
    """Puts the action at the top of its owner's list, and says who asked. Raises Conflict within a week of the last
    reminder, or where there is nobody else to remind."""
    me = actor.myself("me.plan")
    found = await get_action(session, action_id)
    if not found.is_open or found.owner.id == me:
        raise Conflict("Only an open action that somebody else will do can be reminded of.")
    states = await list_states(session, found.person.id, found.id)
    if any(one.reason == REMINDED and one.at > now() - REMIND_AFTER for one in states):
        raise Conflict(f"{found.owner.name} was reminded in the last 7 days. Talk to them, or try again later.")
    await _add_state(session, me, found.person.id, found.id, ActionState.OPEN, REMINDED)
    await tell(session, actor, [found.owner.id], TOLD_AGAIN, about="", link=f"/plan/{found.id}")
    await _tell(session, actor, "conversations.action_reminded", found)


async def _talk_of(session: AsyncSession, me: UUID, conversation_id: UUID | None) -> Talk:
    if conversation_id is None:
        return Talk(me, me, await get_employer(session, me), State.HELD)
    talk = await get_talk(session, conversation_id)
    await _may_add(me, talk)
    return talk


async def _may_add(me: UUID, talk: Talk) -> None:
    if me not in {talk.person_id, talk.facilitator_id}:
        raise NotAllowed("Only the two who talk can add to the plan.")
    if talk.state in _NOT_TO_COME:
        raise Conflict("This conversation did not take place, so nothing can be added to it.")


async def _check(
    session: AsyncSession, given: ActionChange, me: UUID, parties: Any, before: ActionOut | None = None
) -> None:
    owner, due_before = given.owner_id or me, before.due_on if before else None
    problems = action_problems(owner, parties, given.due_on, due_before, today())
    known = await list_supports(session) if given.support else {}
    if given.support and given.support not in known and given.support != (before.support if before else None):
        problems.append(Problem("support", f"Choose one of: {', '.join(known) or 'nothing yet'}."))
    if problems:
        raise Invalid(*problems)


async def _exists(session: AsyncSession, action_id: UUID) -> bool:
    return (await session.execute(select(PlanAction.id).where(PlanAction.id == action_id))).first() is not None


async def _insert(session: AsyncSession, me: UUID, row: dict[str, Any]) -> None:
    await session.execute(insert(PlanAction), row)
    await _add_state(session, me, row["person_id"], row["id"], ActionState.OPEN)


async def _come_to(
    session: AsyncSession, me: UUID, found: ActionOut, version: int, state: ActionState, reason: str | None = None
) -> None:
    closed_on = None if state is ActionState.OPEN else today()
    await _update(session, found, version, state=state, closed_on=closed_on)
    await _add_state(session, me, found.person.id, found.id, state, reason)


async def _update(session: AsyncSession, found: ActionOut, version: int, **values: Any) -> None:
    kept = update(PlanAction).where(
        PlanAction.person_id == found.person.id, PlanAction.id == found.id, PlanAction.version == version
    )
    done = await session.execute(kept.values(**values, version=PlanAction.version + 1))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Stale(CHANGED)


async def _add_state(
    session: AsyncSession, me: UUID, person_id: UUID, action_id: UUID, state: ActionState, reason: str | None = None
) -> None:
    last = select(func.coalesce(func.max(PlanActionState.number), 0) + 1).where(
        PlanActionState.person_id == person_id, PlanActionState.action_id == action_id
    )
    # The number is the lock: of two who close an action at once, one is refused.
    row = {"person_id": person_id, "action_id": action_id, "number": (await session.execute(last)).scalar_one()}
    await session.execute(insert(PlanActionState), row | {"state": state, "by_id": me, "reason": reason})


async def _tell(session: AsyncSession, actor: Actor, action: str, found: ActionOut, **detail: Any) -> None:
    await record(
        session,
        actor,
        action,
        subject=found.person.id,
        organisation=found.organisation_id,
        entity=found.id,
        **detail,
    )
