"""Publishing steps from a file: checked first, then all or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, insert, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Invalid, Problem
from service.kit.ids import new_id
from service.pathways.queries.published import published_steps, roles_by_code
from service.pathways.queries.steps import get_step
from service.pathways.rules.files import compare, problems_in
from service.pathways.rules.steps import StepRow, StepState
from service.pathways.schemas.steps import StepsChecked
from service.pathways.tables import PathwayStep

PERMISSION = "frameworks.edit"
# One such change at a time: two at once would each publish the same next version.
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('pathways.steps'))")


async def check_steps(session: AsyncSession, actor: Actor, rows: Sequence[StepRow]) -> StepsChecked:
    """What the file would do. Changes nothing but the trail."""
    actor.must(PERMISSION)
    levels, _ = await roles_by_code(session)
    problems = problems_in(rows, levels)
    await record(session, actor, "pathways.steps_checked", rows=len(rows), problems=len(problems))
    if problems:
        return StepsChecked.refused(problems)
    found = compare(rows, await published_steps(session))
    return StepsChecked(len(found.added), len(found.changed), found.same, [])


async def publish_steps(session: AsyncSession, actor: Actor, rows: Sequence[StepRow]) -> StepsChecked:
    """New steps are added; one that says something else becomes the next version, and the one before is retired. A step
    that the file does not name stays. Raises Invalid when any row has a problem: nothing is published then."""
    actor.must(PERMISSION)
    await session.execute(_ALONE)
    levels, ids = await roles_by_code(session)
    if problems := problems_in(rows, levels):
        raise Invalid(*(Problem(f"row {row}, {one.field}", one.message) for row, one in problems[:20]))
    found = compare(rows, await published_steps(session))
    await _retire(session, [kept.id for _, kept in found.changed])
    made = [_values(row, ids, 1) for row in found.added]
    made += [_values(row, ids, kept.version + 1) for row, kept in found.changed]
    if made:
        await session.execute(insert(PathwayStep), made)
    done = StepsChecked(len(found.added), len(found.changed), found.same, [])
    await record(session, actor, "pathways.steps_published", added=done.added, changed=done.changed, same=done.same)
    return done


async def retire_step(session: AsyncSession, actor: Actor, step_id: UUID) -> None:
    """It is offered to nobody from now on, and stays with those who chose it. Raises NotFound."""
    actor.must(PERMISSION)
    await get_step(session, step_id)
    await _retire(session, [step_id])
    await record(session, actor, "pathways.step_retired", entity=step_id)


async def _retire(session: AsyncSession, steps: Sequence[UUID]) -> None:
    kept = update(PathwayStep).where(PathwayStep.id == any_(bindparam("steps", type_=ARRAY(Uuid))))
    await session.execute(kept.values(state=StepState.RETIRED), {"steps": list(steps)})


def _values(row: StepRow, ids: Mapping[str, UUID], version: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "from_profile_id": ids[row.from_code],
        "to_profile_id": ids[row.to_code],
        "kind": row.kind,
        "typical_months": int(row.typical_months),
        "what_helps": row.what_helps,
        "version": version,
    }
