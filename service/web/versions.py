"""Nobody overwrites what they have not read: the version of a thing as its ETag, and If-Match on the way back."""

from typing import Annotated, Any

from litestar import Request
from litestar.params import HeaderParameter

from service.kit.errors import NotRead, Stale

IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=100, description="The ETag of what you read.")
]


def etag(version: int) -> str:
    """3 -> '"3"'"""
    return f'"{version}"'


def if_match(request: Request[Any, Any, Any], version: int) -> None:
    """Raises NotRead (428) without If-Match or for `*`, which names what nobody read; Stale (412) unless it names this
    version."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        raise NotRead
    named = {part.strip().removeprefix("W/") for part in given.split(",")}
    if etag(version) not in named:
        raise Stale


def named_version(given: str | None) -> int:
    """'"3"' -> 3. Raises NotRead (428) when nothing is named, Stale (412) for what never was one of our versions."""
    if given is None or given.strip() == "*":
        raise NotRead
    number = given.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Stale
    return int(number)
