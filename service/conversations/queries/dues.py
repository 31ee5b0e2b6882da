"""Who should have a conversation, and who holds them. Dates alone: what was said is not read here."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Uuid,
    and_,
    bindparam,
    column,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from service.conversations.queries.record import names_of
from service.conversations.rules import SOON, USUAL_MINUTES, RequestState, State
from service.conversations.rules.arranging import Show, Slot
from service.conversations.schemas.arranging import DueOut, Load, MyTalk, Planned
from service.conversations.schemas.record import Party
from service.conversations.tables import Conversation, ConversationDue, ConversationRequest
from service.kit.paging import Cursor, Page
from service.people.names import said_as
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment

TO_COME = (State.PLANNED, State.PREPARED)
SOMEBODY = "Somebody who works elsewhere"
_HOLDER = aliased(Employment)
_HERE = and_(
    Employment.organisation_id == ConversationDue.organisation_id,
    Employment.person_id == ConversationDue.person_id,
    EMPLOYED_NOW,
)
_DUE = (
    select(
        ConversationDue.person_id,
        Employment.listed_as,
        ConversationDue.organisation_id,
        ConversationDue.last_held_on,
        ConversationDue.due_on,
        ConversationDue.planned_for,
        ConversationDue.facilitator_id,
        _HOLDER.listed_as.label("holder"),
        ConversationDue.asked_on,
        ConversationDue.none_reason,
        ConversationDue.reason_given_on,
    )
    .join(Employment, _HERE)
    .outerjoin(
        _HOLDER,
        and_(
            _HOLDER.organisation_id == ConversationDue.organisation_id,
            _HOLDER.person_id == ConversationDue.facilitator_id,
        ),
    )
)
_UNPLANNED = and_(ConversationDue.planned_for.is_(None), ConversationDue.none_reason.is_(None))
_WORKLOAD = (
    text("SELECT facilitator_id, held, planned, due FROM private.workload(:organisation)")
    .bindparams(bindparam("organisation", type_=Uuid))
    .columns(
        column("facilitator_id", Uuid), column("held", Integer), column("planned", Integer), column("due", Integer)
    )
)
_CLASHES = text("SELECT * FROM private.clashes(:facilitator, :starts, :lengths)").bindparams(
    bindparam("facilitator", type_=Uuid),
    bindparam("starts", type_=ARRAY(DateTime(timezone=True))),
    bindparam("lengths", type_=ARRAY(Integer)),
)


async def list_dues(
    session: AsyncSession, organisation_id: UUID, show: Show, today: date, cursor: str | None = None, size: int = 50
) -> Page[DueOut]:
    """One organisation's people that `show` names, the longest waiting first."""
    asked, key = _shown(show, organisation_id, today)
    if after := Cursor.read(cursor):
        asked = asked.where(_after(key, after))
    ordered = asked.order_by(*([] if key is None else [key]), ConversationDue.person_id).limit(size + 1)
    found = await _dues(session, ordered)
    return Page(found[:size], _cursor(found[size - 1], key) if len(found) > size else None)


async def list_dues_of(session: AsyncSession, organisation_id: UUID, people: Collection[UUID]) -> dict[UUID, DueOut]:
    """person -> where they stand, for those of these people whom the organisation employs and the reader may see."""
    asked = _DUE.where(ConversationDue.organisation_id == organisation_id, ConversationDue.person_id.in_(people))
    return {due.person_id: due for due in await _dues(session, asked)}


async def list_dues_about(session: AsyncSession, person_id: UUID) -> list[DueOut]:
    """Where one person stands, with each of their employers of whom the reader may know it."""
    return await _dues(session, _DUE.where(ConversationDue.person_id == person_id))


async def list_to_hold(
    session: AsyncSession, me: UUID, where: Iterable[UUID], today: date, size: int = 50
) -> list[DueOut]:
    """What is due by `today` + 14 days with people whose conversations the reader holds, and is not planned yet."""
    mine = (ConversationDue.facilitator_id == me, ConversationDue.organisation_id.in_(where), _UNPLANNED)
    asked = _DUE.where(*mine, ConversationDue.due_on <= today + SOON)
    return await _dues(session, asked.order_by(ConversationDue.due_on, Employment.listed_as).limit(size))


async def list_workload(session: AsyncSession, organisation_id: UUID) -> list[Load]:
    """Everybody who holds conversations in one organisation, by name. For its partners; nothing for anybody else."""
    rows = (await session.execute(_WORKLOAD, {"organisation": organisation_id})).all()
    # In a statement of its own: joined to the function, the whole table of employments would be read.
    here = select(Employment.person_id, Employment.listed_as).where(
        Employment.organisation_id == organisation_id, Employment.person_id.in_([row.facilitator_id for row in rows])
    )
    names = {row.person_id: said_as(row.listed_as) for row in await session.execute(here)}
    names |= await named(session, {row.facilitator_id for row in rows} - set(names))
    loads = [
        Load(Party(row.facilitator_id, names.get(row.facilitator_id, SOMEBODY)), row.held, row.planned, row.due)
        for row in rows
    ]
    return sorted(loads, key=lambda load: load.facilitator.name.casefold())


async def list_my_talks(session: AsyncSession, me: UUID, until: datetime, size: int = 50) -> list[MyTalk]:
    """What the reader was or is to hold until then and is not logged, in order of time; then the last five that they
    held or wrote down, the latest first."""
    columns = (
        Conversation.id,
        Conversation.person_id,
        Conversation.organisation_id,
        Conversation.kind,
        Conversation.held_on,
        Conversation.scheduled_at,
    )
    to_hold = select(*columns).where(
        Conversation.facilitator_id == me,
        Conversation.held_on.is_(None),
        Conversation.state.in_(TO_COME),
        Conversation.scheduled_at < until,
    )
    held = select(*columns).where(
        or_(Conversation.facilitator_id == me, Conversation.recorded_by_id == me), Conversation.held_on.is_not(None)
    )
    both = union_all(
        select(to_hold.order_by(Conversation.scheduled_at).limit(size).subquery()),
        select(held.order_by(Conversation.held_on.desc(), Conversation.id.desc()).limit(5).subquery()),
    ).subquery()
    asked = select(both, Employment.listed_as).outerjoin(
        Employment,
        and_(Employment.organisation_id == both.c.organisation_id, Employment.person_id == both.c.person_id),
    )
    rows = (await session.execute(asked.order_by(both.c.held_on.desc().nulls_first(), both.c.scheduled_at))).all()
    names = await named(session, {row.person_id for row in rows if not row.listed_as})
    names |= {row.person_id: said_as(row.listed_as) for row in rows if row.listed_as}
    return [
        MyTalk(
            row.id, Party(row.person_id, names.get(row.person_id, SOMEBODY)), row.kind, row.held_on, row.scheduled_at
        )
        for row in rows
    ]


async def find_planned(session: AsyncSession, conversation_id: UUID) -> Planned | None:
    """A conversation to come, as far as its parties may know of it."""
    columns = (
        Conversation.id,
        Conversation.person_id,
        Conversation.kind,
        Conversation.scheduled_at,
        Conversation.minutes,
    )
    row = (await session.execute(select(*columns).where(Conversation.id == conversation_id))).one_or_none()
    if row is None or row.scheduled_at is None:
        return None
    names = await named(session, [row.person_id])
    person = Party(row.person_id, names.get(row.person_id, SOMEBODY))
    return Planned(row.id, person, row.kind, row.scheduled_at, row.minutes or USUAL_MINUTES)


async def find_clashes(session: AsyncSession, facilitator_id: UUID, slots: Collection[Slot]) -> list[int]:
    """The places in `slots` (from 0) at which the facilitator holds another conversation. Until the transaction ends
    nobody else arranges anything for them."""
    given = {"facilitator": facilitator_id, "starts": [at for at, _ in slots], "lengths": [n for _, n in slots]}
    return [place - 1 for (place,) in await session.execute(_CLASHES, given)]


def _shown(
    show: Show, organisation_id: UUID, today: date
) -> tuple[Select[*tuple[Any, ...]], InstrumentedAttribute[Any] | None]:
    """The statement for one list, and what it is ordered by before the person (None: nothing)."""
    due = ConversationDue
    lists: Mapping[Show, tuple[ColumnElement[bool], InstrumentedAttribute[Any] | None]] = {
        Show.OVERDUE: (and_(_UNPLANNED, due.due_on < today), due.due_on),
        Show.SOON: (and_(_UNPLANNED, due.due_on.between(today, today + SOON)), due.due_on),
        Show.ASKED: (and_(due.planned_for.is_(None), due.person_id.in_(_asked_in(organisation_id))), due.asked_on),
        Show.NONE_YET: (and_(_UNPLANNED, due.last_held_on.is_(None)), None),
        Show.NO_DATE: (and_(_UNPLANNED, due.last_held_on.is_not(None), due.due_on.is_(None)), due.last_held_on),
        Show.PLANNED: (due.planned_for.is_not(None), due.planned_for),
        Show.REASON: (and_(due.planned_for.is_(None), due.none_reason.is_not(None)), due.reason_given_on),
    }
    which, key = lists[show]
    return _DUE.where(due.organisation_id == organisation_id, which), key


def _asked_in(organisation_id: UUID) -> Select[UUID]:
    return select(ConversationRequest.person_id).where(
        ConversationRequest.organisation_id == organisation_id, ConversationRequest.state == RequestState.OPEN
    )


def _after(key: InstrumentedAttribute[Any] | None, cursor: Cursor) -> ColumnElement[bool]:
    if key is None:
        return ConversationDue.person_id > cursor.id
    return tuple_(key, ConversationDue.person_id) > tuple_(_value(key, cursor), cursor.id)


def _cursor(last: DueOut, key: InstrumentedAttribute[Any] | None) -> str:
    return str(Cursor("" if key is None else getattr(last, key.key).isoformat(), last.person_id))


def _value(key: InstrumentedAttribute[Any], given: Cursor) -> date | datetime:
    return given.moment if key is ConversationDue.planned_for else given.day


async def _dues(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[DueOut]:
    rows = (await session.execute(asked)).all()
    names = await named(session, {row.facilitator_id for row in rows if row.facilitator_id and not row.holder})
    names |= {row.facilitator_id: said_as(row.holder) for row in rows if row.holder}
    return [_due(row, names) for row in rows]


def _due(row: Any, names: Mapping[UUID, str]) -> DueOut:
    values: list[Any] = [*row[:6], party_of(row.facilitator_id, names), *row[8:]]
    values[1] = said_as(row.listed_as)
    return DueOut(*values)


async def named(session: AsyncSession, people: Collection[UUID]) -> dict[UUID, str]:
    return await names_of(session, people) if people else {}


def party_of(person_id: UUID | None, names: Mapping[UUID, str]) -> Party | None:
    return Party(person_id, names.get(person_id, SOMEBODY)) if person_id else None
