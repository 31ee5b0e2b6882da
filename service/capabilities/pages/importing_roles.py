"""Role profiles from a file: see what it would do, then import it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities import actions, checking, queries
from service.capabilities.checking import EDIT
from service.capabilities.pages.uploading import with_file
from service.capabilities.presenters import ImportPage, RolesChecked
from service.capabilities.schemas import RolesIn
from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/roles/import", include_in_schema=False)
async def start(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    actor.must(EDIT)
    return await _start_page(request, session, Form())


@post("/roles/check", include_in_schema=False)
async def check(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    actor.must(EDIT)
    form = await posted(request)
    try:
        form = await with_file(request, form)
        _, found = await checking.check_roles(session, actor, read(RolesIn, form).csv)
    except Invalid as refusal:
        return await _start_page(request, session, form.refused(refusal), 422)
    return shown(request, "capabilities/check_roles.html", RolesChecked(form, found))


@post("/roles", include_in_schema=False)
async def import_roles(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[Any]:
    actor.must(EDIT)
    form = await posted(request)
    try:
        async with attempt(session):
            await actions.import_roles(session, actor, read(RolesIn, form))
    except Invalid as refusal:
        return await _start_page(request, session, form.refused(refusal), 422)
    return Redirect("/roles", status_code=303)


async def _start_page(request: Asked, session: AsyncSession, form: Form, status: int = 200) -> Response[str]:
    families = await queries.list_families(session)
    return shown(request, "capabilities/import_roles.html", ImportPage(form, families=families), status)


routes: list[ControllerRouterHandler] = [start, check, import_roles]
