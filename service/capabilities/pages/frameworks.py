from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities import actions, queries
from service.capabilities.asked import After, VersionNumber
from service.capabilities.checking import EDIT
from service.capabilities.files.writing import framework_file
from service.capabilities.presenters import FrameworkPage
from service.kit.actor import Actor
from service.web.files import CSV
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PAGE = 50


@get("/frameworks", include_in_schema=False)
async def frameworks(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    found = await queries.list_frameworks(session)
    return shown(request, "capabilities/frameworks.html", found, may_edit=actor.may(EDIT))


@get("/frameworks/{code:str}", include_in_schema=False)
async def framework(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    code: FromPath[str],
    version: VersionNumber = None,
    after: After = 0,
) -> Response[str]:
    found = await queries.get_framework(session, code, version)
    dimensions = await queries.list_dimensions(session, code, found.framework.version, PAGE, after)
    page = FrameworkPage(found, dimensions.items, dimensions.next_cursor, after > 0)
    return shown(request, "capabilities/framework.html", page, may_edit=actor.may(EDIT))


@get("/frameworks/{code:str}/file.csv", include_in_schema=False, media_type=CSV)
async def framework_as_file(
    session: NamedDependency[AsyncSession], code: FromPath[str], version: VersionNumber = None
) -> Response[bytes]:
    found = await queries.get_framework(session, code, version)
    content = await queries.content_of(session, code, found.framework.version)
    return Response(framework_file(content), media_type=CSV, headers=download(f"{found.framework.code}.csv"))


@post("/frameworks/{code:str}/{version:int}/retire", include_in_schema=False)
async def retire(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    code: FromPath[str],
    version: FromPath[int],
) -> Redirect:
    await actions.retire_framework(session, actor, code, version)
    return Redirect(f"/frameworks/{code}?version={version}", status_code=303)


def download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


routes: list[ControllerRouterHandler] = [frameworks, framework, framework_as_file, retire]
