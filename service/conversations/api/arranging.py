"""Over JSON: asking for a conversation, who should have one, and planning several at once."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.arranging import ARRANGE, arrange, give_reason, read_dues, read_workload
from service.conversations.actions.asking import ask, withdraw
from service.conversations.queries.arranging import get_request, list_my_requests, list_requests
from service.conversations.rules.arranging import Show
from service.conversations.schemas.arranging import ArrangeIn, AskIn, DueOut, Load, Planned, ReasonIn, RequestOut
from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.kit.paging import Page
from service.kit.vault import Vault
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once

Asked = Request[Any, Any, Any]
TAGS = ["Arranging conversations"]
MINE = ["Me"]


@get("/api/me/requests", tags=MINE, summary="The conversations you asked for")
async def my_requests(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[RequestOut]:
    """The last 20, newest first, with what became of each."""
    return await list_my_requests(session, actor.myself("me.plan"))


@post("/api/me/requests", tags=MINE, summary="Ask for a conversation")
async def send(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[AskIn],
    idempotency_key: KeyText = None,
) -> Response[RequestOut]:
    """Of whoever holds your conversations, or of whoever arranges them where you work. They see your name, the day and
    the kind. It is answered by the next conversation that is planned for you there. 409 where one is open already."""

    async def work() -> Response[RequestOut]:
        made = await ask(session, actor, data)
        return Response(await get_request(session, made, actor.myself("me.plan")), status_code=201)

    return await once(request, session, actor, vault, idempotency_key, work)


@post("/api/me/requests/{request_id:uuid}/withdraw", tags=MINE, summary="Take a request back", status_code=200)
async def take_back(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], request_id: FromPath[UUID]
) -> RequestOut:
    """As long as nothing has been planned. 409 once it has."""
    return await withdraw(session, actor, request_id)


@get("/api/conversations/requests", tags=TAGS, summary="Who asked for a conversation")
async def requests(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[RequestOut]:
    """Open requests, the oldest first: those asked of you, and all of the organisations where you arrange
    conversations."""
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    return await list_requests(session, actor.person_id, actor.where(ARRANGE))


@get("/api/conversations/due", tags=TAGS, summary="Who should have a conversation")
async def dues(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID],
    show: FromQuery[Show] = Show.OVERDUE,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[DueOut]:
    """One list of one organisation's people, the longest waiting first: dates alone, wherever one was held.
    That you read it is recorded."""
    return await read_dues(session, actor, organisation_id, show, cursor, size)


@put("/api/conversations/due/{person_id:uuid}/reason", tags=TAGS, summary="Say why somebody has none", status_code=204)
async def reason(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[ReasonIn],
) -> None:
    """It takes them out of the lists of who is due until they have a conversation, and is not held against them. null
    takes the reason away."""
    await give_reason(session, actor, person_id, data)


@post("/api/conversations/arranged", tags=TAGS, summary="Plan several conversations at once")
async def plan(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[ArrangeIn],
    idempotency_key: KeyText = None,
) -> Response[list[Planned]]:
    """One after the other on one day, held by you or, where you arrange conversations, by somebody else who is employed
    there. All are planned or none: 422 when a time clashes with another conversation of whoever holds them."""

    async def work() -> Response[list[Planned]]:
        return Response(await arrange(session, actor, data), status_code=201)

    return await once(request, session, actor, vault, idempotency_key, work)


@get("/api/conversations/workload", tags=TAGS, summary="Who holds how many conversations")
async def workload(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], organisation_id: FromQuery[UUID]
) -> list[Load]:
    """For each person who holds conversations in the organisation, by name: held in 12 months, planned, and due in the
    next 3 months or before without a date. To share the work out."""
    return await read_workload(session, actor, organisation_id)


routes: list[ControllerRouterHandler] = [
    my_requests,
    send,
    take_back,
    requests,
    dues,
    reason,
    plan,
    workload,
]
