from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities import actions, queries
from service.capabilities.asked import Search
from service.capabilities.checking import EDIT
from service.capabilities.files.writing import roles_file
from service.capabilities.pages.frameworks import download
from service.capabilities.presenters import RolePage, RolesPage, wanted_in
from service.capabilities.schemas import RetireIn
from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.kit.paging import Cursor
from service.web.asked import CursorText
from service.web.files import CSV
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PAGE = 50


@get("/roles", include_in_schema=False)
async def roles(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    search: Search = "",
    cursor: CursorText = None,
) -> Response[str]:
    families = await queries.list_families(session)
    wanted = wanted_in(search, request.query_params, families)
    found = await queries.list_roles(session, wanted, PAGE, Cursor.read(cursor))
    page = RolesPage(families, wanted, found.items, found.next_cursor, is_first=not cursor)
    return shown(request, "capabilities/roles.html", page, may_edit=actor.may(EDIT))


@get("/roles/file.csv", include_in_schema=False, media_type=CSV)
async def roles_as_file(session: NamedDependency[AsyncSession]) -> Response[bytes]:
    found = await queries.published(session)
    content = roles_file(role for _, _, role in found.values())
    return Response(content, media_type=CSV, headers=download("roles.csv"))


@get("/roles/{role_id:uuid}", include_in_schema=False)
async def role(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], role_id: FromPath[UUID]
) -> Response[str]:
    return await _role_page(request, session, actor, role_id, Form())


@post("/roles/{role_id:uuid}/retire", include_in_schema=False)
async def retire(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], role_id: FromPath[UUID]
) -> Response[Any]:
    actor.must(EDIT)
    form = await posted(request)
    try:
        async with attempt(session):
            await actions.retire_role(session, actor, role_id, read(RetireIn, form))
    except Invalid as refusal:
        return await _role_page(request, session, actor, role_id, form.refused(refusal), 422)
    return Redirect(f"/roles/{role_id}", status_code=303)


async def _role_page(
    request: Asked, session: AsyncSession, actor: Actor, role_id: UUID, form: Form, status: int = 200
) -> Response[str]:
    page = RolePage(await queries.get_role(session, role_id))
    return shown(request, "capabilities/role.html", page, status, form=form, may_edit=actor.may(EDIT))


routes: list[ControllerRouterHandler] = [roles, roles_as_file, role, retire]
