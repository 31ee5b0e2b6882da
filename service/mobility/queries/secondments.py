"""Agreements between two employers, as both of them and the person see them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.mobility.queries.ledger import names_in_moves
from service.mobility.rules.secondments import RETURN_CHECK, WELCOME, Dates, ReturnRole, needs_return_role, state_on
from service.mobility.schemas.secondments import ExtensionOut, ReturnDue, SecondmentOut
from service.mobility.tables import Secondment, SecondmentExtension
from service.organisations.tables import Organisation
from service.posts.rules import AssignmentKind
from service.posts.tables import Assignment

_HOME, _HOST = aliased(Organisation), aliased(Organisation)
_last_day = func.coalesce(Secondment.ended_on, Secondment.ends)
_SECONDMENT = (
    select(Secondment, _HOME.name.label("home"), _HOST.name.label("host"))
    .join(_HOME, _HOME.id == Secondment.home_organisation_id)
    .join(_HOST, _HOST.id == Secondment.host_organisation_id)
)
_SETTLED = (ReturnRole.KNOWN, ReturnRole.NOT_NEEDED)


def _either(where: Iterable[UUID]) -> ColumnElement[bool]:
    return or_(Secondment.home_organisation_id.in_(where), Secondment.host_organisation_id.in_(where))


async def list_secondments(
    session: AsyncSession, where: Collection[UUID], today: date, cursor: str | None = None, size: int = 50
) -> Page[SecondmentOut]:
    """Those that two employers agreed, home or host among these, the one that ends first at the top; ended ones of
    long ago are left out."""
    asked = _SECONDMENT.where(_either(where), _last_day >= today - WELCOME)
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(Secondment.ends, Secondment.id) > tuple_(after.day, after.id))
    found = await _secondments(session, asked.order_by(Secondment.ends, Secondment.id).limit(size + 1), today)
    more = str(Cursor(found[size - 1].ends.isoformat(), found[size - 1].id)) if len(found) > size else None
    return Page(found[:size], more)


async def list_without_return(session: AsyncSession, where: Collection[UUID], today: date) -> list[SecondmentOut]:
    """Those that end within 90 days and have no post to return to, for both employers."""
    near = and_(_last_day.between(today, today + RETURN_CHECK), Secondment.starts <= today)
    open_question = or_(Secondment.return_role.is_(None), Secondment.return_role.not_in(_SETTLED))
    asked = _SECONDMENT.where(_either(where), near, open_question).order_by(Secondment.ends, Secondment.id)
    return await _secondments(session, asked.limit(100), today)


async def get_secondment(
    session: AsyncSession, secondment_id: UUID, where: Iterable[UUID], today: date
) -> SecondmentOut:
    """Raises NotFound unless one of the two employers is among these."""
    found = await _secondments(session, _SECONDMENT.where(Secondment.id == secondment_id, _either(where)), today)
    if not found:
        raise NotFound("secondment")
    return found[0]


async def list_secondments_of(session: AsyncSession, person_id: UUID, today: date) -> list[SecondmentOut]:
    """Of one person, the newest first."""
    asked = _SECONDMENT.where(Secondment.person_id == person_id).order_by(Secondment.starts.desc(), Secondment.id)
    return await _secondments(session, asked.limit(50), today)


async def returns_due(session: AsyncSession, where: Collection[UUID], today: date, size: int = 50) -> list[ReturnDue]:
    """For the list of work of the home organisations: who comes back within 90 days to no known post, and who is back
    since not more than 60 days and should be welcomed, the earliest first."""
    ahead = and_(
        _last_day.between(today, today + RETURN_CHECK),
        or_(Secondment.return_role.is_(None), Secondment.return_role.not_in(_SETTLED)),
    )
    back = and_(
        _last_day < today,
        _last_day >= today - WELCOME,
        Secondment.return_role.is_distinct_from(ReturnRole.NOT_NEEDED),
    )
    columns = (Secondment.id, Secondment.person_id, Secondment.home_organisation_id, _last_day.label("last_day"))
    asked = select(*columns).where(
        Secondment.home_organisation_id.in_(where), Secondment.starts <= today, or_(ahead, back)
    )
    rows = (await session.execute(asked.order_by(_last_day, Secondment.id).limit(size))).all()
    names = await names_in_moves(session, {row.person_id for row in rows}) if rows else {}
    return [
        ReturnDue(row.id, row.person_id, names.get(row.person_id, ""), row.home_organisation_id, row.last_day, is_back)
        for row in rows
        for is_back in [row.last_day < today]
    ]


async def find_substantive(session: AsyncSession, organisation_id: UUID, person_id: UUID, on: date) -> UUID | None:
    """The post that the person keeps at home, held on that day."""
    held = or_(Assignment.ended.is_(None), Assignment.ended >= on)
    asked = select(Assignment.id).where(
        Assignment.organisation_id == organisation_id,
        Assignment.person_id == person_id,
        Assignment.kind == AssignmentKind.SUBSTANTIVE,
        Assignment.started <= on,
        held,
    )
    return (await session.execute(asked.order_by(Assignment.started.desc()).limit(1))).scalar_one_or_none()


async def find_overlapping(session: AsyncSession, person_id: UUID, starts: date, ends: date) -> Secondment | None:
    """Another secondment of this person in that time, as far as the reader may see it."""
    asked = select(Secondment).where(Secondment.person_id == person_id, Secondment.starts <= ends, _last_day >= starts)
    return (await session.execute(asked.order_by(Secondment.starts).limit(1))).scalar_one_or_none()


async def _secondments(session: AsyncSession, asked: Select[*tuple[Any, ...]], today: date) -> list[SecondmentOut]:
    rows = (await session.execute(asked)).all()
    if not rows:
        return []
    names = await names_in_moves(session, {row[0].person_id for row in rows})
    extensions = await _extensions(session, [row[0].id for row in rows])
    return [_secondment(row, names, extensions.get(row[0].id, []), today) for row in rows]


async def _extensions(session: AsyncSession, secondments: Sequence[UUID]) -> dict[UUID, list[ExtensionOut]]:
    asked = (
        select(SecondmentExtension, Organisation.name)
        .join(Organisation, Organisation.id == SecondmentExtension.asked_by_organisation_id)
        .where(SecondmentExtension.secondment_id.in_(secondments))
        .order_by(SecondmentExtension.number)
    )
    found: dict[UUID, list[ExtensionOut]] = {}
    for row, name in (await session.execute(asked)).all():
        found.setdefault(row.secondment_id, []).append(
            ExtensionOut(
                row.number,
                row.asked_by_organisation_id,
                name,
                row.until,
                row.asked_at,
                row.state,
                row.refusal,
                row.decided_at,
            )
        )
    return found


def _secondment(
    row: Row[*tuple[Any, ...]], names: dict[UUID, str], extensions: list[ExtensionOut], today: date
) -> SecondmentOut:
    held: Secondment = row[0]
    dates = Dates(held.starts, held.ends, held.first_end, held.ended_on)
    return SecondmentOut(
        held.id,
        held.person_id,
        names.get(held.person_id, ""),
        held.home_organisation_id,
        row.home,
        held.host_organisation_id,
        row.host,
        held.agreed_on,
        held.starts,
        held.ends,
        held.first_end,
        held.ended_on,
        held.home_pays,
        held.backfill,
        held.return_role,
        held.return_checked_on,
        held.version,
        state=state_on(dates, today),
        needs_return_role=needs_return_role(dates, held.return_role, today),
        extensions=extensions,
    )
