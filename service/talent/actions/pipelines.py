"""Opening a pipeline with published criteria, changing it, and reading who is in it."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotAllowed, Problem
from service.kit.ids import new_id
from service.organisations.queries import organisation_names
from service.people.places import places_for
from service.talent.queries.names import family_and_level
from service.talent.queries.pipelines import get_pipeline, list_board
from service.talent.schemas.pipelines import BoardOut, PipelineChange, PipelineIn, PipelineOut
from service.talent.tables import Pipeline

EDIT = "talent.edit"
CHANGED = "Somebody else has changed this since you opened it. Reload the page and try again."


async def open_pipeline(session: AsyncSession, actor: Actor, given: PipelineIn) -> PipelineOut:
    """Raises Invalid for a family or an organisation that is none."""
    actor.must(EDIT, given.organisation_id)
    await family_and_level(session, None, given.family_code, given.level)
    if set(given.in_scope) - set(await organisation_names(session)):
        raise Invalid(Problem("in_scope", "Choose the organisations from the list."))
    row: dict[str, Any] = given.model_dump() | {"id": new_id(), "in_scope": sorted(set(given.in_scope))}
    await session.execute(insert(Pipeline).values(**row))
    await record(session, actor, "talent.pipeline_opened", organisation=given.organisation_id, entity=row["id"])
    return await get_pipeline(session, row["id"])


async def change_pipeline(
    session: AsyncSession, actor: Actor, pipeline_id: UUID, given: PipelineChange, version: int
) -> PipelineOut:
    """Raises NotAllowed for another organisation's, Conflict when somebody changed it meanwhile."""
    where = places_for(actor, EDIT)
    held = await get_pipeline(session, pipeline_id)
    if held.organisation_id not in where:
        raise NotAllowed("The organisation that looks after this changes it. Ask its HR partner.")
    same = (Pipeline.id == pipeline_id, Pipeline.version == version)
    change = update(Pipeline).where(*same).values(**given.model_dump(), version=version + 1)
    if not (await session.execute(change)).rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict(CHANGED)
    told: dict[str, Any] = {"organisation": held.organisation_id, "entity": pipeline_id, "state": given.state}
    await record(session, actor, "talent.pipeline_changed", **told)
    return await get_pipeline(session, pipeline_id)


async def read_board(
    session: AsyncSession, actor: Actor, pipeline_id: UUID, cursor: str | None = None, size: int = 100
) -> BoardOut:
    """Whom the reader may see in it. That it was read is written down, once for a page."""
    where = places_for(actor, EDIT)
    await get_pipeline(session, pipeline_id)
    page = await list_board(session, pipeline_id, actor.person_id, cursor, size)
    await record(
        session, actor, "talent.board_read", organisation=min(where), entity=pipeline_id, number=len(page.items)
    )
    return BoardOut(list(page.items), page.next_cursor)
