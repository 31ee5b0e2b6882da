"""What an account can see of itself: its roles, and where it is signed in."""

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.access import actions, queries
from service.access.doors import COOKIE, signed_in_as
from service.access.presenters import role_rows, session_rows
from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/account", include_in_schema=False)
async def account(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    mine = await queries.get_account(session, signed_in_as(actor))
    limits: actions.Limits = request.app.state.limits
    live = await queries.live_sessions(session, mine.id, limits.idle, limits.longest)
    grants = await queries.grants_of(session, [mine.id])
    return shown(
        request,
        "access/account.html",
        mine,
        roles=role_rows(grants, is_person=mine.person_id is not None),
        sessions=session_rows(live, actions.session_key(request.cookies[COOKIE])),
    )


@post("/account/sessions/{key:str}/end", include_in_schema=False, status_code=303)
async def end_session(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], key: FromPath[str]
) -> Redirect:
    if not re.fullmatch("[0-9a-f]{64}", key):
        raise NotFound("session")
    await actions.end_one_session(session, actor, key)
    return Redirect("/account", status_code=303)


routes: list[ControllerRouterHandler] = [account, end_session]
