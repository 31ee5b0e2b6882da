"""The ledger as its readers see it: a person their own moves, a partner those that touch the organisation."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, not_, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.mobility.rules.kinds import Side
from service.mobility.schemas.ledger import LimitsOut, MoveFilter, MoveOut, SideOut
from service.mobility.tables import MobilityEvent, MobilityLimits, MobilitySide
from service.organisations.rules import level_name
from service.organisations.tables import Organisation

_FROM, _TO = aliased(MobilitySide), aliased(MobilitySide)
_LEFT, _CAME = aliased(Organisation), aliased(Organisation)
_COUNTED = and_(MobilityEvent.superseded_at.is_(None), not_(MobilityEvent.is_withdrawn))


def _side_of(side: type[MobilitySide], which: Side) -> Any:
    return and_(side.person_id == MobilityEvent.person_id, side.event_id == MobilityEvent.id, side.side == which)


# A side that is not the reader's to see is not there; the organisation's name always is.
_MOVE = (
    select(
        MobilityEvent,
        _LEFT.name.label("left"),
        _FROM.grade_scheme.label("f_scheme"),
        _FROM.grade.label("f_grade"),
        _FROM.level.label("f_level"),
        _CAME.name.label("came"),
        _TO.grade_scheme.label("t_scheme"),
        _TO.grade.label("t_grade"),
        _TO.level.label("t_level"),
    )
    .outerjoin(_FROM, _side_of(_FROM, Side.FROM))
    .outerjoin(_TO, _side_of(_TO, Side.TO))
    .outerjoin(_LEFT, _LEFT.id == MobilityEvent.from_organisation_id)
    .outerjoin(_CAME, _CAME.id == MobilityEvent.to_organisation_id)
)


async def list_moves(
    session: AsyncSession, organisation_id: UUID, given: MoveFilter, cursor: str | None = None, size: int = 50
) -> Page[MoveOut]:
    """What counts now in the ledger of one organisation, newest first."""
    here = aliased(MobilitySide)
    one_line = or_(here.side == Side.TO, here.other_organisation_id.is_distinct_from(here.organisation_id))
    own = and_(here.person_id == MobilityEvent.person_id, here.event_id == MobilityEvent.id)
    asked = _MOVE.join(here, own).where(here.organisation_id == organisation_id, one_line, _COUNTED)
    if given.kind:
        asked = asked.where(MobilityEvent.kind == given.kind)
    if given.first_day:
        asked = asked.where(here.effective_on >= given.first_day)
    if given.last_day:
        asked = asked.where(here.effective_on <= given.last_day)
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(here.effective_on, here.event_id) < tuple_(after.day, after.id))
    found = await _moves(session, asked.order_by(here.effective_on.desc(), here.event_id.desc()).limit(size + 1))
    more = str(Cursor(found[size - 1].effective_on.isoformat(), found[size - 1].id)) if len(found) > size else None
    return Page(found[:size], more)


async def list_moves_of(session: AsyncSession, person_id: UUID, size: int = 100) -> list[MoveOut]:
    """What counts now in one person's ledger, newest first, as far as the reader may see it."""
    asked = _MOVE.where(MobilityEvent.person_id == person_id, _COUNTED)
    return await _moves(session, asked.order_by(MobilityEvent.effective_on.desc(), MobilityEvent.id.desc()).limit(size))


async def get_move(session: AsyncSession, move_id: UUID, where: Iterable[UUID]) -> MoveOut:
    """Raises NotFound unless it touches one of these organisations."""
    touches = or_(MobilityEvent.from_organisation_id.in_(where), MobilityEvent.to_organisation_id.in_(where))
    found = await _moves(session, _MOVE.where(MobilityEvent.id == move_id, touches))
    if not found:
        raise NotFound("move")
    return found[0]


async def list_history(session: AsyncSession, move: MoveOut) -> list[MoveOut]:
    """Every row that the ledger has of one move, the first at the top: nothing that was corrected is lost."""
    asked = _MOVE.where(MobilityEvent.person_id == move.person_id).order_by(MobilityEvent.recorded_at)
    rows = {row.id: row for row in await _moves(session, asked)}
    following = {row.corrects_id: row.id for row in rows.values() if row.corrects_id}
    first = move.id
    while (before := rows[first].corrects_id) and before in rows:
        first = before
    chain = [first]
    while chain[-1] in following:
        chain.append(following[chain[-1]])
    return [rows[key] for key in chain]


async def find_same_day(session: AsyncSession, person_id: UUID, kind: str, effective_on: date) -> UUID | None:
    asked = select(MobilityEvent.id).where(
        MobilityEvent.person_id == person_id, MobilityEvent.kind == kind, MobilityEvent.effective_on == effective_on
    )
    return (await session.execute(asked.where(_COUNTED).limit(1))).scalar_one_or_none()


async def list_sides(session: AsyncSession, person_id: UUID, move_id: UUID) -> Sequence[MobilitySide]:
    asked = select(MobilitySide).where(MobilitySide.person_id == person_id, MobilitySide.event_id == move_id)
    return (await session.execute(asked)).scalars().all()


async def get_limits(session: AsyncSession) -> LimitsOut:
    asked = select(MobilityLimits.gap_days, MobilityLimits.review_days)
    return LimitsOut(*(await session.execute(asked)).one())


async def names_in_moves(session: AsyncSession, people: Iterable[UUID]) -> dict[UUID, str]:
    """person -> name, of those whose moves touch the reader's organisations, wherever they work by now."""
    asked = text("SELECT person_id, name FROM private.names_in_moves(:people)")
    rows = await session.execute(asked, {"people": list(people)})
    return {row.person_id: row.name for row in rows}


async def _moves(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[MoveOut]:
    rows = (await session.execute(asked)).all()
    names = await names_in_moves(session, {row[0].person_id for row in rows}) if rows else {}
    return [_move(row, names) for row in rows]


def _move(row: Row[*tuple[Any, ...]], names: dict[UUID, str]) -> MoveOut:
    event: MobilityEvent = row[0]
    left = _side(event.from_organisation_id, row.left, row.f_scheme, row.f_grade, row.f_level)
    came = _side(event.to_organisation_id, row.came, row.t_scheme, row.t_grade, row.t_level)
    return MoveOut(
        event.person_id,
        names.get(event.person_id, ""),
        event.id,
        event.kind,
        event.effective_on,
        event.left_on,
        left,
        came,
        event.source,
        is_evidenced=bool(event.from_assignment_id or event.to_assignment_id),
        is_counted=event.superseded_at is None and not event.is_withdrawn,
        reason=event.reason,
        recorded_at=event.recorded_at,
        corrects_id=event.corrects_id,
        is_withdrawn=event.is_withdrawn,
        crosswalk_version=event.crosswalk_version,
    )


def _side(
    organisation_id: UUID | None, name: str | None, scheme: str | None, grade: str | None, level: int | None
) -> SideOut | None:
    if organisation_id is None:
        return None
    return SideOut(organisation_id, name or "", scheme, grade, level, level_name(level) if grade else "")
