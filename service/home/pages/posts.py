"""Recording a post and the end of one, from a person's page."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.home.presenters.posts import EndPage, PostPage
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, Problem
from service.people.queries import find_employments, get_person
from service.posts.actions import add_assignment, end_assignment
from service.posts.queries import get_assignment, list_places, list_schemes
from service.posts.schemas import AssignmentIn, EndIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PERMISSION = "posts.edit"


@get("/people/{person_id:uuid}/posts/new", include_in_schema=False)
async def new(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str]:
    page = await _post_page(session, actor, person_id, Form({"fte": "1"}))
    return shown(request, "posts/new.html", page)


@post("/people/{person_id:uuid}/posts", include_in_schema=False, status_code=303)
async def add(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await add_assignment(session, actor, person_id, read(AssignmentIn, form))
    except (Invalid, Conflict) as refusal:
        page = await _post_page(session, actor, person_id, form.refused(_told_at("started", refusal)))
        return shown(request, "posts/new.html", page, status=422)
    return Redirect(f"/people/{person_id}", status_code=303)


@get("/assignments/{assignment_id:uuid}/end", include_in_schema=False)
async def ask_end(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], assignment_id: FromPath[UUID]
) -> Response[str]:
    return shown(request, "posts/end.html", await _end_page(session, actor, assignment_id, Form()))


@post("/assignments/{assignment_id:uuid}/end", include_in_schema=False, status_code=303)
async def end(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], assignment_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            ended = await end_assignment(session, actor, assignment_id, read(EndIn, form))
            still_here = await find_employments(session, ended.person_id, actor.where("people.read"))
    except (Invalid, Conflict) as refusal:
        page = await _end_page(session, actor, assignment_id, form.refused(_told_at("ended", refusal)))
        return shown(request, "posts/end.html", page, status=422)
    # Whoever has left is out of sight from now on.
    back = f"/people/{ended.person_id}" if still_here else f"/people?organisation={ended.organisation_id}"
    return Redirect(back, status_code=303)


async def _post_page(session: AsyncSession, actor: Actor, person_id: UUID, form: Form) -> PostPage:
    person = await get_person(session, person_id, actor.where(PERMISSION))
    places = {str(employed.organisation_id): employed.organisation for employed in person.employments}
    return PostPage(person, form, await list_schemes(session), places)


async def _end_page(session: AsyncSession, actor: Actor, assignment_id: UUID, form: Form) -> EndPage:
    held = await get_assignment(session, assignment_id, actor.where(PERMISSION))
    return EndPage(held, form, await list_places(session))


def _told_at(field: str, refusal: Invalid | Conflict) -> Invalid:
    return refusal if isinstance(refusal, Invalid) else Invalid(Problem(field, refusal.message))


routes: list[ControllerRouterHandler] = [new, add, ask_end, end]
