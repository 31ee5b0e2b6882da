"""Writing the trail, in the same transaction as the change or the reading it tells of; and reading it."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.queries import Entry, Filter, latest
from service.audit.schemas import AuditFilter
from service.audit.tables import AuditEntry
from service.kit.actor import Actor
from service.kit.paging import Cursor, Page, not_ours

_ENTRIES = cast(Table, AuditEntry.__table__)


async def record(
    session: AsyncSession,
    actor: Actor,
    action: str,
    *,
    subject: UUID | None = None,
    organisation: UUID | None = None,
    entity: object = None,
    **detail: Any,
) -> None:
    """Adds one entry. `action` is "room.verb" in the past tense; `detail` holds counts, codes and dates only."""
    entry = {
        "account_id": actor.account_id,
        "actor": actor.name,
        "action": action,
        "subject_person_id": subject,
        "organisation_id": organisation,
        "entity_id": None if entity is None else str(entity),
        "detail": detail,
    }
    # inline: nothing is read back, so the writer needs no right to read the trail.
    await session.execute(insert(_ENTRIES).inline(), entry)


async def read_trail(
    session: AsyncSession, actor: Actor, given: AuditFilter, size: int, cursor: Cursor | None = None
) -> Page[Entry]:
    """A page of the trail, newest first. It tells who looked at whose record, so looking at it is written down too:
    afterwards, so that a page does not open with itself."""
    actor.must("audit.read")
    wanted = Filter(given.action or "", given.first_day, given.last_day)
    rows = await latest(session, wanted, size + 1, _place_of(cursor))
    await record(session, actor, "audit.read", looked_for=given.model_dump(mode="json", exclude_none=True))
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], str(Cursor(last.at.isoformat(), UUID(int=last.id))))


def _place_of(cursor: Cursor | None) -> tuple[datetime, int] | None:
    if cursor is None:
        return None
    # Only what read_trail itself wrote: a moment with its time zone, and a number that the database can hold.
    if cursor.id.int >= 2**63:
        raise not_ours()
    return cursor.moment, cursor.id.int
