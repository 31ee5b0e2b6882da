"""What may be asked for in an address, the same at every door of this room; and how its answers carry a version."""

from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from litestar import Request, Response
from litestar.params import QueryParameter

from service.kit.actor import Actor
from service.kit.errors import NotAllowed
from service.talent.rules.codes import RequestState
from service.web.forms import Form
from service.web.versions import etag, named_version

Asked = Request[Any, Any, Any]
Body = TypeVar("Body")
Years = Annotated[Literal[1, 3, 5], QueryParameter(description="How many years ahead: 1, 3 or 5.")]
Standing = Annotated[RequestState, QueryParameter(description="How the request stands.")]
Words = Annotated[
    str, QueryParameter(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", description="Words of a job title.")
]


def tagged(made: Body, version: int, status: int = 200, location: str = "") -> Response[Body]:
    """An answer with the version to send back with a change."""
    headers = {"ETag": etag(version)} | ({"Location": location} if location else {})
    return Response(made, status_code=status, headers=headers)


def version_sent(actor: Actor, permission: str, if_match: str | None) -> int:
    """Raises NotAllowed first, for whoever may not do this at all."""
    if not actor.where(permission):
        raise NotAllowed
    return named_version(if_match)


def chosen(form: Form, name: str) -> list[UUID]:
    """Of fields called "name.ID", those that are ticked."""
    found: list[UUID] = []
    for field, value in form.values.items():
        start, _, key = field.partition(".")
        if start == name and value and _is_id(key):
            found.append(UUID(key))
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
