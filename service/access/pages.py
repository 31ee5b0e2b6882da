"""Signing in and out, and what an account can see of itself."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.access import personas
from service.access.actions import end_all_sessions, end_session, start_session
from service.access.doors import COOKIE, ended_cookie, session_cookie
from service.kit.actor import Actor
from service.kit.errors import Invalid, Problem
from service.web.forms import posted
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/sign-in", include_in_schema=False)
async def sign_in(request: Asked) -> Response[str]:
    """How to sign in: through the organisation's own provider; in the demo, as one of its made-up people."""
    onward = safe_path(request.query_params.get("next", "/"))
    provider = bool(request.app.state.settings.oidc_issuer)
    return shown(request, "access/sign_in.html", personas=personas.offered(request), onward=onward, provider=provider)


@post("/sign-in/demo", include_in_schema=False, status_code=303)
async def sign_in_as_persona(request: Asked) -> Redirect:
    form = await posted(request)
    try:
        account_id = UUID(form.value("account_id"))
    except ValueError:
        raise Invalid(Problem("account_id", "Choose one of the people on the page.")) from None
    persona = personas.chosen(request, account_id)
    async with request.app.state.sessions() as session, session.begin():
        token = await start_session(session, account_id, persona.name, device_of(request))
    onward = safe_path(form.value("next") or "/")
    return Redirect(onward, status_code=303, cookies=[session_cookie(token)])


@post("/sign-out", include_in_schema=False, status_code=303)
async def sign_out(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Redirect:
    await end_session(session, actor, request.cookies[COOKIE])
    return Redirect("/sign-in", status_code=303, cookies=[ended_cookie()])


@post("/sign-out/everywhere", include_in_schema=False, status_code=303)
async def sign_out_everywhere(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Redirect:
    await end_all_sessions(session, actor)
    return Redirect("/sign-in", status_code=303, cookies=[ended_cookie()])


def safe_path(given: str) -> str:
    """Only a path of our own may be gone to after signing in."""
    parts = urlsplit(given)
    ours = given.startswith("/") and not given.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return given if ours and "\\" not in given and given.isprintable() else "/"


def device_of(request: Asked) -> str:
    return request.headers.get("user-agent", "Unknown device")[:200]


routes: list[ControllerRouterHandler] = [sign_in, sign_in_as_persona, sign_out, sign_out_everywhere]
