from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.kit.vault import Vault
from service.talent.actions.threads import answer_thread, observe, open_thread, read_thread
from service.talent.actions.work import read_threads
from service.talent.asked import Asked, tagged
from service.talent.schemas.threads import ObservationIn, OpenedOut, ThreadAnswerIn, ThreadIn, ThreadOut
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once

TAGS = ["Threads of potential"]
ONE = "/api/threads/{thread_id:uuid}"


@get("/api/threads", tags=TAGS, summary="List threads")
async def threads(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[ThreadOut]:
    """Those about you, opened by you, or of the organisations whose HR partner you are; the newest first."""
    return await read_threads(session, actor, cursor, size)


@post("/api/threads", tags=TAGS, summary="Open a thread")
async def begin(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[ThreadIn],
    idempotency_key: KeyText = None,
) -> Response[OpenedOut]:
    """About yourself, a team, a way of doing things or a connection; about a colleague, who is asked first. The answer
    about a colleague is the same whether there is such a person."""

    async def work() -> Response[OpenedOut]:
        return Response(await open_thread(session, actor, data), status_code=201)

    return await once(request, session, actor, vault, idempotency_key, work)


@get(ONE, tags=TAGS, summary="Read a thread")
async def thread(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], thread_id: FromPath[UUID]
) -> Response[ThreadOut]:
    """With everything that was seen, in order. A person can see that a thread about them was read."""
    found = await read_thread(session, actor, thread_id)
    return tagged(found, found.version)


@post(ONE + "/observations", tags=TAGS, summary="Add what happened")
async def add(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    thread_id: FromPath[UUID],
    data: JSONBody[ObservationIn],
    idempotency_key: KeyText = None,
) -> Response[ThreadOut]:
    """What, where, why it flourished and what helped. Nothing is changed afterwards; the next one comes below it."""

    async def work() -> Response[ThreadOut]:
        made = await observe(session, actor, thread_id, data)
        return tagged(made, made.version, 201)

    return await once(request, session, actor, vault, idempotency_key, work)


@post(ONE + "/answer", tags=TAGS, summary="Agree to, decline or end a thread", status_code=200)
async def answer(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    thread_id: FromPath[UUID],
    data: JSONBody[ThreadAnswerIn],
) -> ThreadOut:
    """`agreed` and `declined` are the person's whom it is about. Once they decline or end it, nobody else sees it. A
    partner may end, for everybody to read on, one of their organisation."""
    return await answer_thread(session, actor, thread_id, data)


routes: list[ControllerRouterHandler] = [threads, begin, thread, add, answer]
