"""The administrator's pages: the organisations of the system, and the crosswalk from their grades to system levels."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid
from service.kit.paging import Cursor, page_of
from service.organisations import actions, queries
from service.organisations.presenters import Choices, crosswalk_page, edition_in, row_of
from service.organisations.schemas import OrganisationCorrection, OrganisationIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PAGE = 50


@get("/organisations", include_in_schema=False)
async def organisations(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    actor.must(actions.EDIT)
    cursor = Cursor.read(request.query_params.get("cursor"))
    page = page_of(await queries.list_organisations(session, PAGE, cursor), PAGE, ("name", "id"))
    names = await queries.organisation_names(session)
    rows = [row_of(found, names) for found in page.items]
    return shown(request, "organisations/list.html", rows, total=len(names), next_cursor=page.next_cursor)


@get("/organisations/new", include_in_schema=False)
async def new_organisation(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    actor.must(actions.EDIT)
    return await _adding(request, session, Form())


@post("/organisations", include_in_schema=False)
async def add_organisation(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[Any]:
    actor.must(actions.EDIT)
    form = await posted(request)
    try:
        async with attempt(session):
            organisation_id = await actions.add_organisation(session, actor, read(OrganisationIn, form))
    except Invalid as refusal:
        return await _adding(request, session, form.refused(refusal), 422)
    return Redirect(f"/organisations/{organisation_id}", status_code=303)


@get("/organisations/{organisation_id:uuid}", include_in_schema=False)
async def organisation(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: FromPath[UUID],
) -> Response[str]:
    actor.must(actions.EDIT)
    found = await queries.get_organisation(session, organisation_id)
    held = {name: str(getattr(found, name) or "") for name in OrganisationCorrection.model_fields}
    return await _correcting(request, session, found, Form(held))


@post("/organisations/{organisation_id:uuid}", include_in_schema=False)
async def correct_organisation(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: FromPath[UUID],
) -> Response[Any]:
    actor.must(actions.EDIT)
    found = await queries.get_organisation(session, organisation_id)
    form = await posted(request)
    try:
        async with attempt(session):
            await actions.correct_organisation(session, actor, organisation_id, read(OrganisationCorrection, form))
    except Invalid as refusal:
        return await _correcting(request, session, found, form.refused(refusal), 422)
    except Conflict as refusal:
        fresh = Form({**form.values, "version": str(found.version)})
        return await _correcting(request, session, found, fresh, 409, conflict=refusal.message)
    return Redirect("/organisations", status_code=303)


@get("/grades", include_in_schema=False)
async def grades(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    actor.must(actions.EDIT)
    return shown(request, "organisations/grades.html", await crosswalk_page(session))


@get("/grades/new", include_in_schema=False)
async def new_edition(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    actor.must(actions.EDIT)
    return await _mapping(request, session, Form())


@post("/grades", include_in_schema=False)
async def publish(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[Any]:
    actor.must(actions.EDIT)
    form = await posted(request)
    try:
        async with attempt(session):
            await actions.publish_crosswalk(session, actor, edition_in(form))
    except Invalid as refusal:
        return await _mapping(request, session, form.refused(refusal), 422)
    except Conflict as refusal:
        return await _mapping(request, session, form, 409, conflict=refusal.message)
    return Redirect("/grades", status_code=303)


async def _adding(request: Asked, session: AsyncSession, form: Form, status: int = 200) -> Response[str]:
    choices = Choices(await queries.organisation_names(session))
    return shown(request, "organisations/form.html", choices, status, form=form, adding=True)


async def _correcting(
    request: Asked, session: AsyncSession, found: queries.Found, form: Form, status: int = 200, conflict: str = ""
) -> Response[str]:
    names = await queries.organisation_names(session)
    page = Choices(names, without=found.id)
    return shown(
        request, "organisations/form.html", page, status, form=form, now=row_of(found, names), conflict=conflict
    )


async def _mapping(
    request: Asked, session: AsyncSession, form: Form, status: int = 200, conflict: str = ""
) -> Response[str]:
    page = await crosswalk_page(session)
    return shown(request, "organisations/new_edition.html", page, status, form=form, conflict=conflict)


routes: list[ControllerRouterHandler] = [
    organisations,
    new_organisation,
    add_organisation,
    organisation,
    correct_organisation,
    grades,
    new_edition,
    publish,
]
