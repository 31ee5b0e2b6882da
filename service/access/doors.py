"""What every signed-in request is given, as `session` and `actor`: a transaction that sees with its actor's eyes."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from service.access.actions import Limits, form_token, form_token_fits, who_is
from service.kit.actor import Actor
from service.kit.db import Sessions
from service.kit.errors import NotAllowed, NotSignedIn
from service.web.security import SAFE_METHODS
from service.web.vaults import the_vault

COOKIE = "__Host-ridgeway"
FORM_FIELD = "csrf_token"
FORM_HEADER = "x-csrf-token"


async def signed_in_session(request: Request[Any, Any, Any]) -> AsyncGenerator[AsyncSession, None]:
    """One request, one transaction. Litestar resumes this before it answers, so a failed commit is no false success.

    Raises NotSignedIn without a live session, NotAllowed when a write lacks the session's form token.
    """
    token = request.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    sessions: Sessions = request.app.state.sessions
    limits: Limits = request.app.state.limits
    async with sessions() as session, session.begin():
        actor = await who_is(session, token, limits)
        if actor is None:
            raise NotSignedIn("Your session has ended. Sign in again to continue.")
        request.scope["state"].update(actor=actor, csrf_token=form_token(token), unread=session.info["unread"])
        if request.method not in SAFE_METHODS:
            await _check_form_token(request, token)
        session.info["actor"] = actor
        yield session


async def the_actor(session: NamedDependency[AsyncSession]) -> Actor:
    return session.info["actor"]


def signed_in_as(actor: Actor) -> UUID:
    """The account of an actor who came through this door; the service itself has none and never does."""
    if actor.account_id is None:
        raise NotSignedIn
    return actor.account_id


async def _check_form_token(request: Request[Any, Any, Any], token: str) -> None:
    given = request.headers.get(FORM_HEADER) or await _posted_token(request)
    if not form_token_fits(token, given):
        raise NotAllowed("This form has expired or was not ours. Go back, reload the page and try again.")


async def _posted_token(request: Request[Any, Any, Any]) -> str:
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return ""
    value = (await request.form()).get(FORM_FIELD)
    return value if isinstance(value, str) else ""


def session_cookie(token: str) -> Cookie:
    return Cookie(COOKIE, value=token, path="/", secure=True, httponly=True, samesite="lax")


def ended_cookie() -> Cookie:
    return Cookie(COOKIE, value="", path="/", secure=True, httponly=True, samesite="lax", max_age=0)


DEPENDENCIES = {
    "session": Provide(signed_in_session),
    "actor": Provide(the_actor),
    "vault": Provide(the_vault),
}
