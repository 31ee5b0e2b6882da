"""Looking at what a file would do, before anything is done."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.transfer.kinds import KINDS
from service.transfer.planning import make_plan, summary_of
from service.transfer.plans import Plan, Tell
from service.transfer.rules import State
from service.transfer.schemas import Counts, ImportOut, Summary
from service.transfer.staging import Staging
from service.transfer.steps import ready_for, step

_COMPARED = """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    SELECT CAST(:account AS uuid), :actor, 'transfer.compared', person, :organisation, :entity, '{}'
      FROM unnest(CAST(:people AS uuid[])) AS told (person)"""


async def check_import(
    session: AsyncSession, actor: Actor, import_id: UUID, staging: Staging, tell: Tell | None = None
) -> Summary:
    """Reads every row and compares it with what is held. Changes nothing. Raises Invalid when columns are missing."""
    found = await ready_for(session, actor, import_id, State.CHECKED)
    tell = tell or staging.teller(import_id)
    holds = await KINDS[found.kind].held(session, found.organisation_id)
    plan = await make_plan(session, found, holds, staging, tell)
    tell(0.9)
    summary = summary_of(found.kind, plan, holds.mark)
    await asyncio.to_thread(staging.keep, import_id, **plan.frames)
    await step(session, actor, found, State.CHECKED, **summary.model_dump(mode="json"))
    await _say_whom_it_tells_of(session, actor, found, plan)
    counts = {name: getattr(summary, name) for name in Counts.model_fields}
    await record(session, actor, "transfer.checked", organisation=found.organisation_id, entity=import_id, **counts)
    return summary


async def _say_whom_it_tells_of(session: AsyncSession, actor: Actor, found: ImportOut, plan: Plan) -> None:
    """A preview shows something of what is held about these people: each can see that it did."""
    if not plan.told_of:
        return
    who: dict[str, Any] = {"account": actor.account_id, "actor": actor.name, "people": list(plan.told_of)}
    await session.execute(text(_COMPARED), {**who, "organisation": found.organisation_id, "entity": str(found.id)})
