"""The flags board, and looking after one flag."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.actions.flags import ACT, change_flag
from service.insight.presenters.flags import BoardPage, FlagPage, as_form
from service.insight.presenters.pictures import part_picture
from service.insight.queries import find_part
from service.insight.queries.flags import get_flag, list_changes, list_flags
from service.insight.schemas.flags import ChangeIn
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
READ = "reports.read"


@get("/reports/flags", include_in_schema=False)
async def board(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    actor.must(READ)
    return shown(request, "insight/flags.html", BoardPage(await list_flags(session)))


@get("/reports/flags/{flag_id:uuid}", include_in_schema=False)
async def one_flag(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], flag_id: FromPath[UUID]
) -> Response[str]:
    actor.must(READ)
    return await _page(request, session, actor, flag_id)


@post("/reports/flags/{flag_id:uuid}", include_in_schema=False, status_code=303)
async def change(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], flag_id: FromPath[UUID]
) -> Response[str] | Redirect:
    actor.must(ACT)
    form = await posted(request)
    try:
        async with attempt(session):
            await change_flag(session, actor, flag_id, read(ChangeIn, form))
    except Invalid as refusal:
        return await _page(request, session, actor, flag_id, form.refused(refusal), status=422)
    except Conflict as refusal:
        return await _page(request, session, actor, flag_id, form, refusal.message, status=409)
    return Redirect(f"/reports/flags/{flag_id}", status_code=303)


async def _page(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    flag_id: UUID,
    form: Form | None = None,
    refusal: str = "",
    status: int = 200,
) -> Response[str]:
    flag = await get_flag(session, flag_id)
    page = FlagPage(flag, await list_changes(session, flag_id), form or as_form(flag), actor.may(ACT), refusal)
    measure, part, name = page.line.drawn_in
    every = await find_part(session, measure, part, flag.release_id)
    picture = part_picture(every, name, flag.release_id) if every else None
    return shown(request, "insight/flag.html", page, status, picture=picture)


routes: list[ControllerRouterHandler] = [board, one_flag, change]
