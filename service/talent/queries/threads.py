"""Threads of potential, as their parties see them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.clock import today
from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.organisations.tables import Organisation
from service.talent.queries.names import names_in_talent
from service.talent.rules.codes import Condition, ThreadState
from service.talent.rules.members import QUIET_AFTER
from service.talent.schemas.threads import ObservationOut, ThreadOut
from service.talent.tables import PotentialThread, ThreadObservation

_LAST = (
    select(func.max(ThreadObservation.seen_on))
    .where(ThreadObservation.thread_id == PotentialThread.id)
    .scalar_subquery()
)
_THREAD = (
    select(PotentialThread, Organisation.name.label("organisation"), _LAST.label("last_on"))
    .join(Organisation, Organisation.id == PotentialThread.organisation_id)
    .execution_options(populate_existing=True)
)
_SEEN = PotentialThread.state.in_([ThreadState.OPEN, ThreadState.CLOSED])


async def list_threads(
    session: AsyncSession, me: UUID | None, where: Collection[UUID], cursor: str | None = None, size: int = 50
) -> Page[ThreadOut]:
    """Those about the reader, opened by them, or of their organisations, the newest first."""
    mine = or_(PotentialThread.person_id == me, PotentialThread.opened_by_id == me)
    asked = _THREAD.where(_SEEN, or_(mine, PotentialThread.organisation_id.in_(where)))
    key = (PotentialThread.opened_on, PotentialThread.id)
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(*key) < tuple_(after.day, after.id))
    rows = (await session.execute(asked.order_by(*(column.desc() for column in key)).limit(size + 1))).all()
    found = await _threads(session, rows[:size])
    more = str(Cursor(found[-1].opened_on.isoformat(), found[-1].id)) if len(rows) > size else None
    return Page(found, more)


async def list_quiet(session: AsyncSession, where: Collection[UUID]) -> list[ThreadOut]:
    """Open ones of these employers in which nobody has written for 90 days; 20 at most."""
    quiet = func.coalesce(_LAST, PotentialThread.opened_on) < today() - QUIET_AFTER
    here = PotentialThread.organisation_id.in_(where)
    asked = _THREAD.where(here, PotentialThread.state == ThreadState.OPEN, quiet)
    rows = (await session.execute(asked.order_by(PotentialThread.opened_on, PotentialThread.id).limit(20))).all()
    return await _threads(session, rows)


async def get_thread(session: AsyncSession, thread_id: UUID) -> ThreadOut:
    """With what was observed, in order. Raises NotFound for one that the reader is no party to."""
    found = await _threads(session, (await session.execute(_THREAD.where(PotentialThread.id == thread_id))).all(), True)
    if not found:
        raise NotFound("thread")
    return found[0]


async def list_my_threads(session: AsyncSession, me: UUID, size: int = 20) -> list[ThreadOut]:
    """Those about the reader, asked ones too, with what was observed."""
    asked: Select[*tuple[Any, ...]] = _THREAD.where(PotentialThread.person_id == me)
    rows = (await session.execute(asked.order_by(PotentialThread.id.desc()).limit(size))).all()
    return await _threads(session, rows, True)


async def _threads(
    session: AsyncSession, rows: Sequence[Row[*tuple[Any, ...]]], with_observations: bool = False
) -> list[ThreadOut]:
    seen: Sequence[ThreadObservation] = []
    if with_observations and rows:
        asked = select(ThreadObservation).where(ThreadObservation.thread_id.in_([row[0].id for row in rows]))
        ordered = asked.order_by(ThreadObservation.thread_id, ThreadObservation.number).limit(max(200, 20 * len(rows)))
        seen = (await session.execute(ordered)).scalars().all()
    people = {key for row in rows for key in (row[0].person_id, row[0].opened_by_id)} | {one.by_id for one in seen}
    names = await names_in_talent(session, people)
    return [_thread(row, names, [_observation(o, names) for o in seen if o.thread_id == row[0].id]) for row in rows]


def _observation(row: ThreadObservation, names: dict[UUID, str]) -> ObservationOut:
    conditions = [Condition(code) for code in row.conditions]
    by = names.get(row.by_id, "")
    return ObservationOut(row.number, row.what, row.place, row.why, conditions, row.seen_on, by, row.at)


def _thread(row: Row[*tuple[Any, ...]], names: dict[UUID, str], seen: list[ObservationOut]) -> ThreadOut:
    held: PotentialThread = row[0]
    return ThreadOut(
        held.id,
        held.organisation_id,
        row.organisation,
        held.subject,
        held.person_id,
        names.get(held.person_id, "") if held.person_id else "",
        held.title,
        held.opened_by_id,
        names.get(held.opened_by_id, ""),
        held.opened_on,
        held.state,
        held.version,
        row.last_on,
        seen,
    )
