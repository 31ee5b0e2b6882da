"""Opening transitions, arranging support, and answering how it goes."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotFound
from service.kit.ids import new_id
from service.notices.actions import tell
from service.pathways.actions.choosing import plans_for
from service.pathways.queries.transitions import get_mine, get_transition
from service.pathways.rules.telling import SUPPORT
from service.pathways.rules.transitions import (
    CHECK_IN_DAYS,
    NEXT,
    RECENT,
    TransitionState,
    check_in_due,
    problem_with_answering,
    problems_with_arranging,
)
from service.pathways.schemas.transitions import AnswerIn, SupportIn, TransitionOut
from service.pathways.tables import CheckInAnswer, Transition, TransitionCheckIn, TransitionSupport

PERMISSION = "transitions.arrange"
_CROSSINGS = text("SELECT * FROM private.crossings_in(:organisation, :since)")


async def open_transitions(session: AsyncSession, actor: Actor, organisation_id: UUID) -> int:
    """Opens a transition for every post here that began in the last 180 days, or will begin, and is its holder's first
    in a leadership tier. Run again, it opens only what is new. How many were opened.

    Whoever may record posts here sets it off; it is no decision of theirs.
    """
    given = {"organisation": organisation_id, "since": today() - RECENT}
    crossings = (await session.execute(_CROSSINGS, given)).all()
    known = await _known(session, organisation_id)
    new = [
        {
            "person_id": row.person_id,
            "id": new_id(),
            "organisation_id": organisation_id,
            "assignment_id": row.assignment_id,
            "from_tier": row.from_tier,
            "to_tier": row.to_tier,
            "started_on": row.started,
        }
        for row in crossings
        if row.assignment_id not in known
    ]
    if new:
        await session.execute(insert(Transition), new)
        await session.execute(insert(TransitionCheckIn), [check for row in new for check in _check_ins(row)])
        await record(session, actor, "pathways.transitions_opened", organisation=organisation_id, number=len(new))
    return len(new)


async def arrange_support(session: AsyncSession, actor: Actor, transition_id: UUID, given: SupportIn) -> TransitionOut:
    """Raises NotFound outside the actor's places, Conflict when the transition is over."""
    where = actor.where(PERMISSION)
    found = await get_transition(session, transition_id, where)
    day = given.arranged_on or today()
    if problems := problems_with_arranging(day, found.started_on, today()):
        raise Invalid(*problems)
    if TransitionState.ENDED_EARLY not in NEXT[found.state]:
        raise Conflict("This transition is over. No more support can be arranged for it.")
    row = {"person_id": found.person_id, "transition_id": found.id, "id": new_id(), "kind": given.kind}
    more = {"organisation_id": found.organisation_id, "who": given.who, "arranged_on": day}
    await session.execute(insert(TransitionSupport), row | more)
    if found.state is TransitionState.OPEN:
        await _reach(session, found, TransitionState.SUPPORTED)
    await tell(session, actor, [found.person_id], SUPPORT, about="", link="/me/transition")
    await _told(session, actor, "pathways.support_arranged", found, kind=given.kind)
    return await get_transition(session, transition_id, where)


async def end_transition(
    session: AsyncSession, actor: Actor, transition_id: UUID, state: TransitionState
) -> TransitionOut:
    """Complete, or ended early. Raises Conflict when it cannot follow the state that it is in."""
    where = actor.where(PERMISSION)
    found = await get_transition(session, transition_id, where)
    if state not in NEXT[found.state] or state is TransitionState.SUPPORTED:
        raise Conflict("Reload the page: this transition is no longer in a state that this can follow.")
    await _reach(session, found, state, ended_on=today())
    await _told(session, actor, "pathways.transition_ended", found, state=state)
    return await get_transition(session, transition_id, where)


async def end_with_post(
    session: AsyncSession, actor: Actor, organisation_id: UUID, assignment_id: UUID, ended: date
) -> None:
    """A post has ended, and the transition into it with it, unless it was complete. One that will end changes nothing
    yet: nobody is asked about it from that day on.
    """
    if ended > today():
        return
    asked = select(Transition.id).where(
        Transition.organisation_id == organisation_id,
        Transition.assignment_id == assignment_id,
        Transition.state.in_([TransitionState.OPEN, TransitionState.SUPPORTED]),
    )
    for transition_id in (await session.execute(asked)).scalars():
        found = await get_transition(session, transition_id, [organisation_id])
        await _reach(session, found, TransitionState.ENDED_EARLY, ended_on=ended)
        await _told(session, actor, "pathways.transition_ended", found, state=TransitionState.ENDED_EARLY)


async def answer_check_in(
    session: AsyncSession, actor: Actor, transition_id: UUID, day: int, given: AnswerIn
) -> TransitionOut:
    """The reader's own answer, in place of one given before. Nobody else reads it; the perception is counted among
    many. Raises NotFound for another's, Conflict before the check-in is open."""
    me = plans_for(actor)
    found = await get_mine(session, me, transition_id)
    check_in = next((one for one in found.check_ins if one.day == day), None)
    if check_in is None:
        raise NotFound("check-in")
    if problem := problem_with_answering(check_in.due_on, today()):
        raise Conflict(problem)
    key = {"person_id": me, "transition_id": transition_id, "day": day}
    answer = given.model_dump()
    row = insert_new(CheckInAnswer).values(key | answer)
    await session.execute(row.on_conflict_do_update(index_elements=[*key], set_=answer))
    asked = update(TransitionCheckIn).where(
        TransitionCheckIn.person_id == me,
        TransitionCheckIn.transition_id == transition_id,
        TransitionCheckIn.day == day,
    )
    await session.execute(asked.values(answered_at=func.clock_timestamp()))
    await record(session, actor, "pathways.checkin_answered", subject=me, entity=transition_id, day=day)
    return await get_mine(session, me, transition_id)


async def _known(session: AsyncSession, organisation_id: UUID) -> set[UUID]:
    asked = select(Transition.assignment_id).where(Transition.organisation_id == organisation_id)
    return set((await session.execute(asked)).scalars())


def _check_ins(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    started: date = row["started_on"]
    key = {"person_id": row["person_id"], "transition_id": row["id"], "organisation_id": row["organisation_id"]}
    return [{**key, "day": day, "due_on": check_in_due(started, day)} for day in CHECK_IN_DAYS]


async def _reach(
    session: AsyncSession, found: TransitionOut, state: TransitionState, ended_on: date | None = None
) -> None:
    kept = update(Transition).where(
        Transition.person_id == found.person_id, Transition.id == found.id, Transition.state == found.state
    )
    if not (await session.execute(kept.values(state=state, ended_on=ended_on))).rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict("Somebody else changed this transition at the same moment. Reload the page.")


async def _told(session: AsyncSession, actor: Actor, action: str, found: TransitionOut, **facts: str) -> None:
    await record(
        session,
        actor,
        action,
        subject=found.person_id,
        organisation=found.organisation_id,
        entity=found.id,
        **facts,
    )
