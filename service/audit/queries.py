from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.tables import AuditEntry

Entry = Row[tuple[Any, ...]]
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


async def latest(session: AsyncSession, size: int, before: int | None = None) -> Sequence[Entry]:
    """The newest entries that these eyes may see, newest first."""
    asked = select(*_SHOWN).order_by(AuditEntry.id.desc()).limit(size)
    if before is not None:
        asked = asked.where(AuditEntry.id < before)
    return (await session.execute(asked)).all()


async def about(session: AsyncSession, person_id: UUID, size: int) -> Sequence[Entry]:
    """Who read or changed what is held about one person, newest first."""
    asked = select(*_SHOWN).where(AuditEntry.subject_person_id == person_id)
    return (await session.execute(asked.order_by(AuditEntry.id.desc()).limit(size))).all()
