"""Writing the trail. Called in the same breath as the change or the reading it tells of, in the same transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.tables import AuditEntry
from service.kit.actor import Actor


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
    # A plain insert: no RETURNING, so the writer needs no right to read the trail.
    await session.execute(insert(AuditEntry.__table__), entry)
