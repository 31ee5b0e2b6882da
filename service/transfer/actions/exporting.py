"""The way out: what an organisation holds, for writing to a file."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.transfer.workforce.holding import held
from service.transfer.workforce.matching import Held

EXPORT = "transfer.export"
_READ_BY = """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id)
    SELECT CAST(:account AS uuid), :actor, 'people.read_in_export', e.person_id, e.organisation_id
      FROM employments e WHERE e.organisation_id = :organisation"""


async def export_workforce(session: AsyncSession, actor: Actor, organisation_id: UUID, file_format: str) -> Held:
    """What the organisation holds, without equality answers. Each person can see in their record that it was read."""
    actor.must(EXPORT, organisation_id)
    holds = await held(session, organisation_id)
    who = {"account": actor.account_id, "actor": actor.name, "organisation": organisation_id}
    await session.execute(text(_READ_BY), who)
    counts: dict[str, Any] = {"people": holds.people.height, "posts": holds.posts.height}
    await record(session, actor, "transfer.exported", organisation=organisation_id, format=file_format, **counts)
    return holds
