"""Steps and tiers: reference that everybody reads and administrators publish."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Invalid, Problem
from service.pathways.actions.steps import PERMISSION, check_steps, publish_steps, retire_step
from service.pathways.queries.steps import get_step, list_requirements, list_steps_from, list_steps_to, list_tiers
from service.pathways.rules.files import read_steps
from service.pathways.schemas.steps import RequirementOut, StepOut, StepsChecked, TierOut

TAGS = ["Steps"]
RoleCode = Annotated[
    str, QueryParameter(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$", description="Code of a role.")
]


class Around(Struct, frozen=True):
    """The published steps that lead from a role, and to it."""

    leads_to: list[StepOut]
    comes_from: list[StepOut]


class StepInFull(Struct, frozen=True):
    step: StepOut
    requirements: list[RequirementOut]


@get("/api/steps", tags=TAGS, summary="List the steps around a role")
async def steps(session: NamedDependency[AsyncSession], role: RoleCode) -> Around:
    """At most 60 each way. An unknown code has none."""
    return Around(await list_steps_from(session, role), await list_steps_to(session, role))


@get("/api/steps/{step_id:uuid}", tags=TAGS, summary="Read a step")
async def step(session: NamedDependency[AsyncSession], step_id: FromPath[UUID]) -> StepInFull:
    """With what the role that it leads to asks for. Retired steps can still be read."""
    found = await get_step(session, step_id)
    return StepInFull(found, await list_requirements(session, found.to.id))


@get("/api/tiers", tags=TAGS, summary="List the tiers of leadership")
async def tiers(session: NamedDependency[AsyncSession]) -> list[TierOut]:
    """With what is expected of somebody new in each, and what they can expect."""
    return await list_tiers(session)


@post("/api/steps/import", tags=TAGS, summary="Publish steps from a file", status_code=200)
async def import_steps(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    request: Request[Any, Any, Any],
    dry_run: FromQuery[bool] = True,
) -> StepsChecked:
    """Send a form with the file, or the file itself: CSV in UTF-8 with the columns from_code, to_code, kind,
    typical_months what_helps. With `dry_run` it says what it would do and changes nothing. Otherwise all of it is
    published, or nothing. A step that says something else than the published one becomes its next version; steps that
    the file does not name stay."""
    actor.must(PERMISSION)
    rows = read_steps(await _file_in(request))
    return await (check_steps if dry_run else publish_steps)(session, actor, rows)


async def _file_in(request: Request[Any, Any, Any]) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    sent = next((part for part in (await request.form()).values() if isinstance(part, UploadFile)), None)
    if sent is None:
        raise Invalid(Problem("file", "Choose a file to upload."))
    return await sent.read()


@post("/api/steps/{step_id:uuid}/retire", tags=TAGS, summary="Retire a step", status_code=204)
async def retire(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], step_id: FromPath[UUID]
) -> None:
    """It is offered to nobody from now on, and stays on the record of those who chose it."""
    await retire_step(session, actor, step_id)


routes: list[ControllerRouterHandler] = [steps, step, tiers, import_steps, retire]
