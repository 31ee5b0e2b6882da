"""Every failure becomes an answer: problem+json (RFC 9457) for JSON callers, a plain page for people. Never a stack
trace.
"""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound, NotRead, NotSignedIn, Problem, Refusal, Stale
from service.web.forms import problems_of
from service.web.templating import shown

log = logging.getLogger(__name__)
Asked = Request[Any, Any, Any]

STATUS: Mapping[type[Refusal], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Invalid: 422,
    Conflict: 409,
    Stale: 412,
    NotRead: 428,
}
TITLES: Mapping[int, str] = {
    400: "We could not understand that request",
    401: "Sign in to continue",
    403: "You cannot do that",
    404: "Page not found",
    405: "That cannot be done at this address",
    409: "That does not fit what is already recorded",
    412: "Somebody changed it first",
    413: "That is too large",
    415: "We cannot read that kind of content",
    422: "There is a problem with what was given",
    428: "Say which version you read",
    429: "Too many requests",
    500: "Sorry, there is a problem with the service",
    503: "The service is busy",
}


def refused(request: Asked, refusal: Refusal) -> Response[Any]:
    if isinstance(refusal, NotSignedIn) and not wants_json(request):
        return Redirect(f"/sign-in?next={quote(_way_back(request))}", status_code=303)
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    return answer(request, status, refusal.message, problems)


def http_failed(request: Asked, error: HTTPException) -> Response[Any]:
    """What the framework itself refuses: no such route, wrong method, unreadable or oversized body."""
    if isinstance(error, ValidationException):
        return answer(request, 422, TITLES[422] + ".", _framework_problems(error))
    status = min(500, error.status_code)
    details = {404: NotFound().message, 413: "Send less than 20 MB."}
    return answer(request, status, details.get(status, error.detail if status < 500 else ""), headers=error.headers)


def model_failed(request: Asked, error: ValidationError) -> Response[Any]:
    return answer(request, 422, TITLES[422] + ".", tuple(problems_of(error.errors())))


def database_failed(request: Asked, error: DBAPIError) -> Response[Any]:
    """A rule that only the database could check is a conflict; a value it cannot hold is invalid; the rest is our
    fault.
    """
    state = str(getattr(getattr(error.orig, "__cause__", None), "sqlstate", "") or "")
    if isinstance(error, IntegrityError):
        return answer(request, 409, "Somebody may have changed this at the same moment. Go back, check and try again.")
    if state.startswith("22"):
        return answer(request, 422, "One of the values is too long, too large or has characters that cannot be kept.")
    if isinstance(error, OperationalError) or state.startswith(("08", "53", "57")):
        return busy(request, error)
    return crashed(request, error)


def busy(request: Asked, _: Exception) -> Response[Any]:
    return answer(request, 503, "Nothing was lost. Try again in a few seconds.", headers={"Retry-After": "2"})


def too_deep(request: Asked, _: RecursionError) -> Response[Any]:
    return answer(request, 400, "The JSON is nested too deeply.")


def not_utf8(request: Asked, _: UnicodeError) -> Response[Any]:
    return answer(request, 400, "The text is not UTF-8.")


def crashed(request: Asked, error: Exception) -> Response[Any]:
    # The path's template, not the path: identifiers and names stay out of the log.
    log.error("unexpected failure in %s", request.scope.get("path_template", "?"), exc_info=_without_values(error))
    return answer(request, 500, "Nothing was saved. Try again, and tell us if it happens again.")


def answer(
    request: Asked,
    status: int,
    detail: str,
    problems: tuple[Problem, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    title = TITLES.get(status, TITLES[400] if status < 500 else TITLES[500])
    if not wants_json(request):
        page = shown(request, "web/failure.html", status=status, title=title, detail=detail, problems=problems)
        page.headers.update(headers or {})
        return page
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if problems:
        body["errors"] = [{"field": problem.field, "message": problem.message} for problem in problems]
    return Response(body, status_code=status, media_type="application/problem+json", headers=dict(headers or {}))


def wants_json(request: Asked) -> bool:
    return request.url.path.startswith(("/api", "/schema", "/livez", "/readyz"))


def _way_back(request: Asked) -> str:
    return request.url.path if request.method == "GET" else "/"


def _framework_problems(error: ValidationException) -> tuple[Problem, ...]:
    extra = error.extra if isinstance(error.extra, list) else []
    found = tuple(
        Problem(str(item.get("key", "body")), str(item.get("message", ""))) for item in extra if isinstance(item, dict)
    )
    return found or (Problem("body", "Check the format of what was sent."),)


def _without_values(error: Exception) -> BaseException:
    """Where it happened and what kind it was. The message may repeat what somebody typed; the log must not."""
    kind = type(error).__name__
    cause = f" ({type(error.orig).__name__})" if isinstance(error, DBAPIError) else ""
    return RuntimeError(kind + cause).with_traceback(error.__traceback__)


HANDLERS: dict[Any, Any] = {
    Refusal: refused,
    HTTPException: http_failed,
    ValidationError: model_failed,
    DBAPIError: database_failed,
    PoolTimeout: busy,
    RecursionError: too_deep,
    UnicodeError: not_utf8,
    Exception: crashed,
}
