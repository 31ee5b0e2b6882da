"""Looking at what a file would do, before anything is done."""

import asyncio
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.transfer import queries
from service.transfer.comparing import PLAN
from service.transfer.planning import make_plan, summary_of
from service.transfer.rules import State
from service.transfer.schemas import Counts, Summary
from service.transfer.staging import Staging
from service.transfer.steps import ready_for, step


async def check_import(session: AsyncSession, actor: Actor, import_id: UUID, staging: Staging) -> Summary:
    """Reads every row and compares it with what is held. Changes nothing. Raises Invalid when columns are missing."""
    found = await ready_for(session, actor, import_id, State.CHECKED)
    holds = await queries.held(session, found.organisation_id)
    plan, notes = await make_plan(session, found, holds, staging)
    summary = summary_of(plan, holds.mark, notes)
    await asyncio.to_thread(staging.keep, import_id, **{name: getattr(plan, name) for name in PLAN})
    await step(session, actor, found, State.CHECKED, **summary.model_dump(mode="json"))
    counts = {name: getattr(summary, name) for name in Counts.model_fields}
    await record(session, actor, "transfer.checked", organisation=found.organisation_id, entity=import_id, **counts)
    return summary
