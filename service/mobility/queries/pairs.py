"""Leavers and joiners that may be one move: the queue, and what is left over."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, and_, case, cast, exists, func, not_, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.mobility.queries.ledger import names_in_moves
from service.mobility.rules.kinds import MoveKind
from service.mobility.rules.pairing import OPEN_STATES, PairState
from service.mobility.rules.secondments import LEGS_MEET
from service.mobility.schemas.pairs import PairOut, Remainder, Unmet
from service.mobility.tables import MobilityEvent, MobilitySide, MovePair, Secondment
from service.organisations.tables import Organisation

_FROM, _TO = aliased(Organisation), aliased(Organisation)
_LEFT, _CAME = aliased(MobilityEvent), aliased(MobilityEvent)
# Only the reader's own leg is there to be read; the other's day follows from the gap.
_PAIR = (
    select(
        MovePair,
        _FROM.name.label("leaver_organisation"),
        _TO.name.label("joiner_organisation"),
        func.coalesce(_LEFT.effective_on, _CAME.effective_on - MovePair.gap_days).label("gone_on"),
    )
    .join(_FROM, _FROM.id == MovePair.leaver_organisation_id)
    .join(_TO, _TO.id == MovePair.joiner_organisation_id)
    .outerjoin(_LEFT, and_(_LEFT.person_id == MovePair.leaver_person_id, _LEFT.id == MovePair.leaver_event_id))
    .outerjoin(_CAME, and_(_CAME.person_id == MovePair.joiner_person_id, _CAME.id == MovePair.joiner_event_id))
)
LEAVING = (MoveKind.LEAVER, MoveKind.RETIREMENT)
ARRIVING = (MoveKind.JOINER, MoveKind.RETURN)


def _either(where: Iterable[UUID]) -> ColumnElement[bool]:
    return or_(MovePair.leaver_organisation_id.in_(where), MovePair.joiner_organisation_id.in_(where))


async def list_pairs(
    session: AsyncSession, where: Collection[UUID], today: date, cursor: str | None = None, size: int = 50
) -> Page[PairOut]:
    """The pairs to decide now, the oldest first; those put off come back when their time is over."""
    asked = _PAIR.where(_either(where), _to_decide(today))
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(MovePair.found_at, MovePair.id) > tuple_(after.moment, after.id))
    ordered = asked.order_by(MovePair.found_at, MovePair.id).limit(size + 1)
    rows = (await session.execute(ordered)).all()
    pairs = await _pairs(session, rows[:size])
    last: MovePair | None = rows[size - 1][0] if len(rows) > size else None
    return Page(pairs, str(Cursor(last.found_at.isoformat(), last.id)) if last else None)


async def get_pair(session: AsyncSession, pair_id: UUID, where: Iterable[UUID]) -> PairOut:
    """Raises NotFound unless one of the two organisations is among these."""
    rows = (await session.execute(_PAIR.where(MovePair.id == pair_id, _either(where)))).all()
    if not rows:
        raise NotFound("pair")
    return (await _pairs(session, rows))[0]


async def count_remainder(session: AsyncSession, where: Collection[UUID], today: date) -> Remainder:
    """Of the last twelve months, in these organisations. Moves that posts already show as one are no leavers."""
    event, used = MobilityEvent, aliased(MovePair)
    one_of = {
        side: exists().where(column == event.id, used.state == PairState.PAIRED)
        for side, column in (("left", used.leaver_event_id), ("came", used.joiner_event_id))
    }
    is_leaver, is_joiner = event.kind.in_(LEAVING), event.kind.in_(ARRIVING)
    asked = select(
        func.count().filter(is_leaver),
        func.count().filter(is_leaver, not_(one_of["left"])),
        func.count().filter(is_joiner),
        func.count().filter(is_joiner, not_(one_of["came"])),
    ).join(MobilitySide, and_(MobilitySide.person_id == event.person_id, MobilitySide.event_id == event.id))
    year = MobilitySide.effective_on.between(today - timedelta(days=365), today)
    counted = and_(event.superseded_at.is_(None), not_(event.is_withdrawn), MobilitySide.change != 0)
    found = (await session.execute(asked.where(MobilitySide.organisation_id.in_(where), year, counted))).one()
    waiting = select(func.count()).select_from(MovePair).where(_either(where), _to_decide(today))
    return Remainder(found[0], found[1], found[2], found[3], (await session.execute(waiting)).scalar_one())


async def list_unmet(session: AsyncSession, where: Collection[UUID], today: date, size: int = 50) -> list[Unmet]:
    """Secondments of which one leg has no other: both must meet, and none is guessed."""
    rows = (await session.execute(_unmet_posts(where, today).limit(size))).all()
    rows = [*rows, *(await session.execute(_unmet_agreements(where, today).limit(size))).all()]
    names = await names_in_moves(session, {row.person_id for row in rows}) if rows else {}
    return [Unmet(row.person_id, names.get(row.person_id, ""), row.why, row.since, row.organisation) for row in rows]


async def list_known(session: AsyncSession) -> Sequence[Row[*tuple[Any, ...]]]:
    """(leaver's move, joiner's move, is it waiting) of every pair: for the search, which proposes none twice."""
    waiting = MovePair.state.in_(OPEN_STATES)
    asked = select(cast(MovePair.leaver_event_id, Text), cast(MovePair.joiner_event_id, Text), waiting)
    return (await session.execute(asked)).all()


async def fetch_legs(session: AsyncSession, since: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Whoever left or came since then and is no part of a pair; nothing unless these eyes are the service's own."""
    asked = text(
        "SELECT event_id::text, person_id::text, organisation_id::text, is_leaver, day, given_name, family_name,"
        " birth_date, employee_number FROM private.legs_of_moves(:since)"
    )
    return (await session.execute(asked, {"since": since})).all()


def _to_decide(today: date) -> ColumnElement[bool]:
    return and_(MovePair.state.in_(OPEN_STATES), or_(MovePair.later_until.is_(None), MovePair.later_until <= today))


def _unmet_posts(where: Collection[UUID], today: date) -> Select[*tuple[Any, ...]]:
    event = MobilityEvent
    host = aliased(Organisation)
    agreed = exists().where(
        Secondment.person_id == event.person_id,
        Secondment.host_organisation_id == event.to_organisation_id,
        event.effective_on.between(Secondment.starts - LEGS_MEET.days, Secondment.ends),
    )
    why = case((event.from_organisation_id.is_(None), "no_home"), else_="no_agreement").label("why")
    return (
        select(event.person_id, why, event.effective_on.label("since"), host.name.label("organisation"))
        .join(host, host.id == event.to_organisation_id)
        .where(
            event.kind == MoveKind.SECONDMENT_START,
            event.superseded_at.is_(None),
            not_(event.is_withdrawn),
            event.effective_on.between(today - timedelta(days=365), today),
            event.to_organisation_id.is_distinct_from(event.from_organisation_id),
            or_(event.from_organisation_id.in_(where), event.to_organisation_id.in_(where)),
            not_(agreed),
        )
        .order_by(event.effective_on.desc(), event.person_id)
    )


def _unmet_agreements(where: Collection[UUID], today: date) -> Select[*tuple[Any, ...]]:
    event, host = MobilityEvent, aliased(Organisation)
    began = exists().where(
        event.person_id == Secondment.person_id,
        event.kind == MoveKind.SECONDMENT_START,
        event.to_organisation_id == Secondment.host_organisation_id,
        event.superseded_at.is_(None),
        event.effective_on.between(Secondment.starts - LEGS_MEET.days, Secondment.ends),
    )
    return (
        select(
            Secondment.person_id,
            func.concat("no_host_post").label("why"),
            Secondment.starts.label("since"),
            host.name.label("organisation"),
        )
        .join(host, host.id == Secondment.host_organisation_id)
        .where(
            or_(Secondment.home_organisation_id.in_(where), Secondment.host_organisation_id.in_(where)),
            Secondment.starts <= today,
            func.coalesce(Secondment.ended_on, Secondment.ends) >= today,
            not_(began),
        )
        .order_by(Secondment.starts.desc(), Secondment.person_id)
    )


async def _pairs(session: AsyncSession, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[PairOut]:
    people = {person for row in rows for person in (row[0].leaver_person_id, row[0].joiner_person_id)}
    names = await names_in_moves(session, people) if people else {}
    return [_pair(row, names) for row in rows]


def _pair(row: Row[*tuple[Any, ...]], names: dict[UUID, str]) -> PairOut:
    pair: MovePair = row[0]
    gone: date | None = row.gone_on
    return PairOut(
        pair.id,
        pair.leaver_person_id,
        names.get(pair.leaver_person_id, ""),
        pair.leaver_organisation_id,
        row.leaver_organisation,
        pair.joiner_person_id,
        names.get(pair.joiner_person_id, ""),
        pair.joiner_organisation_id,
        row.joiner_organisation,
        pair.basis,
        pair.gap_days,
        left_on=gone - timedelta(days=1) if gone else None,
        joined_on=gone + timedelta(days=pair.gap_days) if gone else None,
        name_is_same=pair.name_likeness == 100,
        birth_dates=pair.birth_dates,
        same_number=pair.same_number,
        has_rival=pair.has_rival,
        state=pair.state,
        later_until=pair.later_until,
    )
