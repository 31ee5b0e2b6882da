"""What every answer carries and every request must pass before a room sees it."""

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.serialization import encode_json
from litestar.types import ASGIApp, BeforeMessageSendHookHandler, Message, Receive, Scope, Send

# What is the same for everybody, and may be kept by a browser. Everything else is somebody's.
OPEN_FILES = ("/static/", "/assets/")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def headers_for(https: bool) -> BeforeMessageSendHookHandler:
    """Adds the security headers to every answer, those to addresses that do not exist among them."""
    headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            given = MutableScopeHeaders.from_message(message)
            for name, value in headers.items():
                given.setdefault(name, value)
            if not scope["path"].startswith(OPEN_FILES):
                given.setdefault("Cache-Control", "no-store")

    return add


class Gate(ASGIMiddleware):
    """Turns away, before anything is read, a write that another site started and an address that no page of ours
    has.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if _from_elsewhere(scope):
            await _turn_away(send, 403, "You cannot do that", "The request came from another site.")
        elif not _readable(scope["path"]):
            await _turn_away(
                send, 400, "We could not understand that request", "The address is too long or has control characters."
            )
        else:
            await next_app(scope, receive, send)


def _from_elsewhere(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
        return False
    headers = dict(scope["headers"])
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in {b"same-origin", b"none"}
    # A browser too old for Sec-Fetch-Site still says where a form came from.
    origin = headers.get(b"origin")
    return origin is not None and origin.split(b"://")[-1] != headers.get(b"host")


def _readable(path: str) -> bool:
    # A segment longer than 255 bytes is no file's name either.
    return path.isprintable() and all(len(part.encode("utf-8", "replace")) <= 255 for part in path.split("/"))


async def _turn_away(send: Send, status: int, title: str, detail: str) -> None:
    body = encode_json({"type": "about:blank", "title": title, "status": status, "detail": detail})
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
