"""Nobody overwrites what they have not read: the version of a thing as its ETag, and If-Match on the way back."""

from typing import Any

from litestar import Request

from service.kit.errors import NotRead, Stale


def etag(version: int) -> str:
    """3 -> '"3"'"""
    return f'"{version}"'


def if_match(request: Request[Any, Any, Any], version: int) -> None:
    """Raises NotRead (428) without If-Match, Stale (412) unless it names this version. `*` names any."""
    given = request.headers.get("if-match")
    if given is None:
        raise NotRead
    named = {part.strip().removeprefix("W/") for part in given.split(",")}
    if not named & {"*", etag(version)}:
        raise Stale
