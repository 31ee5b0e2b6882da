"""Importing a checked file, and putting everything back."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now
from service.kit.errors import Conflict, Invalid, Problem
from service.transfer.copying import forget_plans
from service.transfer.kinds import KINDS
from service.transfer.planning import STALE, plan_as_shown
from service.transfer.plans import Place, Tell, not_told
from service.transfer.rules import State
from service.transfer.schemas import Applied, Undone
from service.transfer.staging import Staging
from service.transfer.steps import one_at_a_time, ready_for, step

_SAY_SO = (
    "Some rows have problems. Correct them and upload the file again, or say that the other rows are to be imported"
    " without them."
)
_TOO_LATE = "An import can be undone for 24 hours. That time is over: import a file that puts things right."
_IN_THE_WAY = "Something recorded since this import contradicts what was there before it. Take that out, then undo."


async def apply_import(
    session: AsyncSession,
    actor: Actor,
    import_id: UUID,
    staging: Staging,
    *,
    without_problem_rows: bool = False,
    tell: Tell = not_told,
) -> Applied:
    """Imports the checked file, whole or not at all. Raises Conflict when it would not do what was shown."""
    found = await ready_for(session, actor, import_id, State.APPLIED)
    if found.summary and found.summary.problems and not without_problem_rows:
        raise Invalid(Problem("without_problem_rows", _SAY_SO))
    here, kind = found.organisation_id, KINDS[found.kind]
    kind.fit(actor, None)
    await one_at_a_time(session, here)
    plan = await plan_as_shown(session, found, staging)
    await forget_plans(session)
    try:
        applied = await kind.apply(session, actor, Place(here, import_id), plan, tell)
    except IntegrityError:
        raise Conflict(STALE) from None
    await step(session, actor, found, State.APPLIED, **applied.model_dump(mode="json"))
    await record(session, actor, "transfer.applied", organisation=here, entity=import_id, **applied.model_dump())
    return applied


async def undo_import(session: AsyncSession, actor: Actor, import_id: UUID) -> Undone:
    """Puts back what was there before, within a day. Raises Conflict when it is too late or cannot be done."""
    found = await ready_for(session, actor, import_id, State.UNDONE)
    if not found.undo_until or now() > found.undo_until:
        raise Conflict(_TOO_LATE)
    here = found.organisation_id
    await one_at_a_time(session, here)
    await forget_plans(session)
    try:
        undone = await KINDS[found.kind].undo(session, actor, Place(here, import_id))
    except IntegrityError:
        raise Conflict(_IN_THE_WAY) from None
    await step(session, actor, found, State.UNDONE, **undone.model_dump(mode="json"))
    counts: dict[str, Any] = {"restored": undone.restored, "left": len(undone.left)}
    await record(session, actor, "transfer.undone", organisation=here, entity=import_id, **counts)
    return undone
