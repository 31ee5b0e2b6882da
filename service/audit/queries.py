from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.tables import AuditEntry
from service.kit.clock import UK

Entry = Row[*tuple[Any, ...]]
_SHOWN = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.action,
    AuditEntry.organisation_id,
    AuditEntry.subject_person_id,
    AuditEntry.entity_id,
    AuditEntry.detail,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted; the days are UK days and both are included."""

    action: str = ""
    first_day: date | None = None
    last_day: date | None = None


async def latest(
    session: AsyncSession, wanted: Filter, size: int, before: tuple[datetime, int] | None = None
) -> Sequence[Entry]:
    """The entries these eyes may see, newest first; `before` is the moment and id of the last one shown."""
    asked = select(*_SHOWN).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(size)
    if wanted.action:
        asked = asked.where(AuditEntry.action == wanted.action)
    if wanted.first_day:
        asked = asked.where(AuditEntry.at >= _start_of(wanted.first_day))
    if wanted.last_day:
        asked = asked.where(AuditEntry.at < _start_of(wanted.last_day + timedelta(days=1)))
    if before:
        asked = asked.where(tuple_(AuditEntry.at, AuditEntry.id) < before)
    return (await session.execute(asked)).all()


async def actions_recorded(session: AsyncSession) -> list[str]:
    """Every kind of action in the trail: hops from one to the next along the index, however long the trail."""
    return list((await session.execute(_ACTIONS)).scalars())


async def about(session: AsyncSession, person_id: UUID, size: int) -> Sequence[Entry]:
    """Who read or changed what is held about one person, newest first."""
    asked = select(*_SHOWN).where(AuditEntry.subject_person_id == person_id)
    return (await session.execute(asked.order_by(AuditEntry.id.desc()).limit(size))).all()


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UK)


_ACTIONS = text(
    "WITH RECURSIVE hop AS ("
    " (SELECT action FROM audit_entries ORDER BY action LIMIT 1)"
    " UNION ALL"
    " SELECT (SELECT e.action FROM audit_entries e WHERE e.action > hop.action ORDER BY e.action LIMIT 1) FROM hop"
    " WHERE hop.action IS NOT NULL"
    ") SELECT action FROM hop WHERE action IS NOT NULL"
)

# Organisations are a room above this one, so it cannot be imported; the trail still has to be readable in words.
_ORGANISATION_NAMES = text("SELECT id, name FROM organisations WHERE id = ANY (:ids)")


async def organisation_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    return {row.id: row.name for row in await session.execute(_ORGANISATION_NAMES, {"ids": list(ids)})}
