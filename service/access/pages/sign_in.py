"""Signing in, through the organisation's provider or as a persona of the demo, and signing out."""

import logging
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.access import actions, personas
from service.access.attempt import SECONDS, Attempt
from service.access.doors import COOKIE, ended_cookie, session_cookie
from service.access.oidc import NotVouchedForError, Provider, ProviderDownError
from service.kit.actor import Actor
from service.kit.errors import Invalid, NotFound, Problem
from service.settings import Settings
from service.web.forms import posted
from service.web.templating import shown

log = logging.getLogger(__name__)
Asked = Request[Any, Any, Any]
ATTEMPT_COOKIE = "__Host-ridgeway-sign-in"
CALLBACK = "/sign-in/callback"
PATIENCE_SECONDS = 5.0


@get("/sign-in", include_in_schema=False)
async def sign_in(request: Asked) -> Response[str]:
    """How to sign in: through the organisation's own provider; in the demo, as one of its made-up people."""
    onward = safe_path(request.query_params.get("next", "/"))
    provider = bool(request.app.state.settings.oidc_issuer)
    return shown(request, "access/sign_in.html", personas=personas.offered(request), onward=onward, provider=provider)


@post("/sign-in/provider", include_in_schema=False, status_code=200)
async def leave_for_provider(request: Asked) -> Response[str]:
    """A page that moves on at once: browsers hold our form-action against the redirects of a posted form."""
    form = await posted(request)
    attempt = Attempt.begin(safe_path(form.value("next") or "/"))
    try:
        address = await provider_of(request).address_for(attempt)
    except ProviderDownError as reason:
        return _provider_down(request, reason)
    page = shown(request, "access/leave.html", address=address)
    page.set_cookie(_attempt_cookie(str(attempt), SECONDS))
    return page


@get(CALLBACK, include_in_schema=False)
async def come_back(request: Asked) -> Response[Any]:
    """The browser is back from the provider. Whatever comes of it, this attempt is over."""
    answer = await _signed_in(request)
    answer.set_cookie(_attempt_cookie("", 0))
    return answer


@post("/sign-in/demo", include_in_schema=False, status_code=303)
async def sign_in_as_persona(request: Asked) -> Redirect:
    form = await posted(request)
    try:
        account_id = UUID(form.value("account_id"))
    except ValueError:
        raise Invalid(Problem("account_id", "Choose one of the people on the page.")) from None
    persona = personas.chosen(request, account_id)
    limits, old_token = request.app.state.limits, request.cookies.get(COOKIE)
    async with request.app.state.sessions() as session, session.begin():
        token = await actions.start_session(session, account_id, persona.name, device_of(request), limits, old_token)
    onward = safe_path(form.value("next") or "/")
    return Redirect(onward, status_code=303, cookies=[session_cookie(token)])


@post("/sign-out", include_in_schema=False, status_code=303)
async def sign_out(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Redirect:
    await actions.end_session(session, actor, request.cookies[COOKIE])
    return Redirect("/sign-in", status_code=303, cookies=[ended_cookie()])


@post("/sign-out/everywhere", include_in_schema=False, status_code=303)
async def sign_out_everywhere(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Redirect:
    await actions.end_all_sessions(session, actor)
    return Redirect("/sign-in", status_code=303, cookies=[ended_cookie()])


def provider_of(request: Asked) -> Provider:
    """The one provider, made once and kept for its metadata and keys. Raises NotFound where none is named."""
    settings: Settings = request.app.state.settings
    if not settings.oidc_issuer:
        raise NotFound
    made: Provider | None = request.app.state.get("provider")
    if made is None:
        secret = settings.oidc_client_secret.get_secret_value()
        http = httpx.AsyncClient(timeout=PATIENCE_SECONDS)
        made = Provider(settings.oidc_issuer, settings.oidc_client_id, secret, settings.address + CALLBACK, http)
        request.app.state["provider"] = made
    return made


async def _signed_in(request: Asked) -> Response[Any]:
    attempt = Attempt.read(request.cookies.get(ATTEMPT_COOKIE))
    if attempt is None:
        return shown(request, "access/not_signed_in.html", status=400)
    try:
        identity = await provider_of(request).identity(attempt, request.query_params)
    except ProviderDownError as reason:
        return _provider_down(request, reason)
    except NotVouchedForError as reason:
        log.warning("sign-in refused: %s", reason)
        return shown(request, "access/not_signed_in.html", status=400)
    limits, old_token = request.app.state.limits, request.cookies.get(COOKIE)
    async with request.app.state.sessions() as session, session.begin():
        token = await actions.sign_in(session, identity, device_of(request), limits, old_token)
    if token is None:
        return shown(request, "access/unknown.html", status=403, email=identity.email)
    return Redirect(safe_path(attempt.onward), status_code=303, cookies=[session_cookie(token)])


def _provider_down(request: Asked, reason: ProviderDownError) -> Response[str]:
    log.error("the sign-in provider cannot be used: %s", reason)
    page = shown(request, "access/provider_down.html", status=503)
    page.headers["Retry-After"] = "30"
    return page


def _attempt_cookie(value: str, seconds: int) -> Cookie:
    return Cookie(ATTEMPT_COOKIE, value=value, path="/", secure=True, httponly=True, samesite="lax", max_age=seconds)


def safe_path(given: str) -> str:
    """Only a path of our own may be gone to after signing in."""
    parts = urlsplit(given)
    ours = given.startswith("/") and not given.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return given if ours and "\\" not in given and given.isprintable() else "/"


def device_of(request: Asked) -> str:
    return "".join(filter(str.isprintable, request.headers.get("user-agent", "")))[:200] or "Unknown device"


routes: list[ControllerRouterHandler] = [
    sign_in,
    leave_for_provider,
    come_back,
    sign_in_as_persona,
    sign_out,
    sign_out_everywhere,
]
