"""Arranging conversations: the lists of who is due, why somebody has none, and planning several at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.queries.dues import find_clashes, find_planned, list_dues, list_dues_of, list_workload
from service.conversations.rules import MINUTES, USUAL_MINUTES, ConversationKind, State
from service.conversations.rules.arranging import Show, slot_problems, slots_from
from service.conversations.rules.telling import PLANNED, TO_HOLD
from service.conversations.schemas.arranging import ArrangeIn, DueOut, Load, Planned, ReasonIn
from service.conversations.schemas.record import Party
from service.conversations.tables import Conversation, ConversationDue, ConversationState
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Invalid, NotAllowed, NotFound, Problem
from service.kit.ids import new_id
from service.kit.paging import Page
from service.notices.actions import tell
from service.people.queries import employed_in
from service.web.presenters import moment

ARRANGE, LOG = "conversations.arrange", "conversations.log"
NOBODY = "Your account is not linked to a person, so it cannot arrange conversations. Ask an administrator to link it."


async def read_dues(
    session: AsyncSession, actor: Actor, organisation_id: UUID, show: Show, cursor: str | None, size: int
) -> Page[DueOut]:
    """One list of an organisation's people. Raises what `Actor.must` raises."""
    actor.must(ARRANGE, organisation_id)
    page = await list_dues(session, organisation_id, show, today(), cursor, size)
    number = len(page.items)
    await record(
        session, actor, "conversations.due_listed", organisation=organisation_id, shown=show.value, number=number
    )
    return page


async def read_workload(session: AsyncSession, actor: Actor, organisation_id: UUID) -> list[Load]:
    """Who holds how many conversations in one organisation, by name. Raises what `Actor.must` raises."""
    actor.must(ARRANGE, organisation_id)
    await record(session, actor, "conversations.workload_read", organisation=organisation_id)
    return await list_workload(session, organisation_id)


async def give_reason(session: AsyncSession, actor: Actor, person_id: UUID, given: ReasonIn) -> None:
    """Why somebody has no conversation for now; it goes when they have one. Raises NotFound for somebody whom the
    organisation does not employ."""
    actor.must(ARRANGE, given.organisation_id)
    if not await employed_in(session, given.organisation_id, [person_id]):
        raise NotFound("person")
    kept = update(ConversationDue).where(
        ConversationDue.organisation_id == given.organisation_id, ConversationDue.person_id == person_id
    )
    said_on = today() if given.reason else None
    await session.execute(kept.values(none_reason=given.reason, reason_given_on=said_on))
    await record(
        session,
        actor,
        "conversations.reason_given",
        subject=person_id,
        organisation=given.organisation_id,
        reason=given.reason,
    )


async def arrange(session: AsyncSession, actor: Actor, given: ArrangeIn) -> list[Planned]:
    """Plans all of them or none. Raises as `check_arrangement` does. Given an id that is there already, adds
    nothing."""
    if given.id and (made := await find_planned(session, given.id)):
        return [made]
    planned = await check_arrangement(session, actor, given)
    me, holder = actor.person_id, given.facilitator_id or actor.person_id
    arose = {"organisation_id": given.organisation_id, "facilitator_id": holder, "recorded_by_id": me}
    arose |= {"mode": given.mode, "facilitator_kind": given.facilitator_kind}
    rows = [
        {**arose, "id": one.id, "person_id": one.person.id, "kind": one.kind, "scheduled_at": one.scheduled_at}
        | {"minutes": one.minutes}
        for one in planned
    ]
    await session.execute(insert(Conversation).inline(), rows)
    states = [
        {"person_id": one.person.id, "conversation_id": one.id, "number": 1, "state": State.PLANNED, "by_id": me}
        for one in planned
    ]
    await session.execute(insert(ConversationState).inline(), states)
    for one in planned:
        told = {"about": moment(one.scheduled_at), "link": f"/conversations/{one.id}"}
        await tell(session, actor, [one.person.id], PLANNED, **told)
        await tell(session, actor, [holder] if holder and holder != me else [], TO_HOLD, **told)
        await _tell_planned(session, actor, given.organisation_id, one)
    return planned


async def check_arrangement(session: AsyncSession, actor: Actor, given: ArrangeIn) -> list[Planned]:
    """What `arrange` would plan, each with its time; changes nothing. Raises NotFound for somebody whom the
    organisation does not employ, NotAllowed for a facilitator whom the actor may not arrange for, and Invalid for times
    that do not fit."""
    holder = _holder(actor, given)
    names = await employed_in(session, given.organisation_id, {*given.people, holder})
    if not set(given.people) <= set(names):
        raise NotFound("person")
    where = await list_dues_of(session, given.organisation_id, given.people)
    planned = _planned(given, names, where)
    slots = [(one.scheduled_at, one.minutes) for one in planned]
    problems = [*_people_problems(given, holder, names, where, actor), *slot_problems(slots, now())]
    if not problems:
        held_by = "You are" if holder == actor.person_id else f"{names[holder]} is"
        problems = [_clash(held_by, slots[place][0]) for place in (await find_clashes(session, holder, slots))[:1]]
    if problems:
        raise Invalid(*problems)
    return planned


def _holder(actor: Actor, given: ArrangeIn) -> UUID:
    actor.must(LOG, given.organisation_id)
    if actor.person_id is None:
        raise NotAllowed(NOBODY)
    holder = given.facilitator_id or actor.person_id
    if holder != actor.person_id:
        actor.must(ARRANGE, given.organisation_id)
    return holder


def _planned(given: ArrangeIn, names: dict[UUID, str], where: dict[UUID, DueOut]) -> list[Planned]:
    """Each at its time, in the order of the people."""
    kinds = [given.kind or _kind(where.get(person)) for person in given.people]
    minutes = [given.minutes or MINUTES.get(kind, USUAL_MINUTES) for kind in kinds]
    keys = [given.id or new_id(), *(new_id() for _ in given.people[1:])]
    slots = slots_from(given.first_at, minutes, given.gap)
    return [
        Planned(key, Party(person, names[person]), kind, at, length)
        for key, person, kind, (at, length) in zip(keys, given.people, kinds, slots, strict=True)
    ]


def _kind(due: DueOut | None) -> ConversationKind:
    return ConversationKind.FOLLOW_UP if due and due.last_held_on else ConversationKind.INITIAL


def _people_problems(
    given: ArrangeIn, holder: UUID, names: dict[UUID, str], where: dict[UUID, DueOut], actor: Actor
) -> list[Problem]:
    found: list[Problem] = []
    if len(set(given.people)) < len(given.people):
        found.append(Problem("people", "Name each person once."))
    if holder in given.people:
        words = "Choose somebody else: a person cannot hold their own career conversation."
        found.append(Problem("facilitator_id", words))
    # Whoever may hold conversations here may hold them here, wherever they are employed themselves.
    elif holder not in names and holder != actor.person_id:
        found.append(Problem("facilitator_id", "Choose somebody who is employed in this organisation now."))
    return found + [
        Problem("people", f"{due.name} has one planned for {moment(due.planned_for)}. Take them off this list.")
        for due in where.values()
        if due.planned_for and due.planned_for > now()
    ]


def _clash(held_by: str, at: datetime) -> Problem:
    return Problem("first_at", f"{held_by} not free at {moment(at)}. Choose another time or a longer gap.")


async def _tell_planned(session: AsyncSession, actor: Actor, organisation_id: UUID, one: Planned) -> None:
    await record(
        session,
        actor,
        "conversations.arranged",
        subject=one.person.id,
        organisation=organisation_id,
        entity=one.id,
        kind=one.kind,
        scheduled_at=one.scheduled_at.isoformat(),
    )
