"""Saying which role is mine, and choosing a step or setting it aside."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.pathways.actions.choosing import choose_step, set_step_aside, state_role
from service.pathways.myself import myself, pathway_of
from service.pathways.presenters.choosing import RolePage
from service.pathways.queries.steps import find_roles
from service.pathways.schemas.steps import RoleIn
from service.people.asked import Search
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/me/role", include_in_schema=False)
async def ask_role(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    assignment: FromQuery[UUID | None] = None,
    search: Search = "",
) -> Response[str]:
    return await _role_page(request, session, actor, Form({"search": search}), assignment)


@post("/me/role", include_in_schema=False, status_code=303)
async def say_role(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await state_role(session, actor, read(RoleIn, form))
    except Invalid as refusal:
        return await _role_page(request, session, actor, form.refused(refusal), None, status=422)
    return Redirect("/me", status_code=303)


@post("/me/steps/{step_id:uuid}/choose", include_in_schema=False, status_code=303)
async def choose(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], step_id: FromPath[UUID]
) -> Redirect:
    await choose_step(session, actor, step_id)
    return Redirect(f"/me/steps/{step_id}", status_code=303)


@post("/me/steps/{step_id:uuid}/set-aside", include_in_schema=False, status_code=303)
async def set_aside(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], step_id: FromPath[UUID]
) -> Redirect:
    await set_step_aside(session, actor, step_id)
    return Redirect("/me#towards", status_code=303)


async def _role_page(
    request: Asked, session: AsyncSession, actor: Actor, form: Form, assignment: UUID | None, status: int = 200
) -> Response[str]:
    place = (await pathway_of(session, myself(actor), assignment)).place
    search = form.value("search").strip() or place.job_title
    roles = await find_roles(session, search) if search else []
    return shown(request, "pathways/role.html", RolePage(place, form, search, roles), status=status)


routes: list[ControllerRouterHandler] = [ask_role, say_role, choose, set_aside]
