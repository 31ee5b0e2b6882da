"""Where the reader is, what is around them, and what they work towards."""

from uuid import UUID

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.pathways.actions.choosing import choose_step, set_step_aside, state_role
from service.pathways.myself import myself, pathway_of
from service.pathways.queries.choosing import list_chosen
from service.pathways.schemas.steps import ChosenOut, PathwayOut, PlaceOut, RoleIn

TAGS = ["My pathway"]


@get("/api/me/pathway", tags=TAGS, summary="Your next steps")
async def my_pathway(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    assignment_id: FromQuery[UUID | None] = None,
) -> PathwayOut:
    """Where you are, with how that is known, and up to seven steps around you, each with its reasons; `is_next` marks
    the three to look at first. Reasons come from your role, your evidence and what you say you want: never from your
    equality answers. `assignment_id` looks from another of your posts."""
    return await pathway_of(session, myself(actor), assignment_id)


@put("/api/me/role", tags=TAGS, summary="Say which role is yours")
async def my_role(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[RoleIn]
) -> PlaceOut:
    """For one of your posts, or without `assignment_id` for when you have none. Without `profile_id`, your job title
    says it again."""
    await state_role(session, actor, data)
    return (await pathway_of(session, myself(actor), data.assignment_id)).place


@get("/api/me/steps", tags=TAGS, summary="The steps you work towards")
async def my_steps(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[ChosenOut]:
    """The newest choice first. A step that was retired since stays until you set it aside."""
    return await list_chosen(session, myself(actor))


@put("/api/me/steps/{step_id:uuid}", tags=TAGS, summary="Work towards a step", status_code=204)
async def choose(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], step_id: FromPath[UUID]
) -> None:
    """Up to ten at once. Nobody else can see it. Chosen again, it changes nothing."""
    await choose_step(session, actor, step_id)


@delete("/api/me/steps/{step_id:uuid}", tags=TAGS, summary="Set a step aside")
async def set_aside(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], step_id: FromPath[UUID]
) -> None:
    """You can choose it again at any time."""
    await set_step_aside(session, actor, step_id)


routes: list[ControllerRouterHandler] = [my_pathway, my_role, my_steps, choose, set_aside]
