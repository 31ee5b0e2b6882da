"""Career conversations over JSON: planning, logging, reading. Each is there for its parties, and for those whom the
person lets; to anybody else its address finds nothing.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.record import log_conversation, plan_conversation, read_about, read_conversation
from service.conversations.actions.states import hold_conversation, undo_conversation
from service.conversations.queries.record import get_conversation, list_about, list_held_by
from service.conversations.schemas.record import ConversationIn, ConversationOut, Held, HeldIn, PlannedIn
from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.kit.paging import Page
from service.kit.vault import Vault
from service.people.queries import find_employments
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once
from service.web.versions import IfMatch, etag, named_version

TAGS = ["Conversations"]
Asked = Request[Any, Any, Any]


def told(talk: ConversationOut, status: int = 200) -> Response[ConversationOut]:
    """With its version as the ETag, for If-Match."""
    return Response(talk, status_code=status, headers={"ETag": etag(talk.version)})


async def version_of(session: AsyncSession, conversation_id: UUID, if_match: str | None) -> int:
    """The version that was read, of a conversation that is there at all: what is not is 404 before it is 428."""
    await get_conversation(session, conversation_id)
    return named_version(if_match)


@post("/api/conversations", tags=TAGS, summary="Log a career conversation")
async def log(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[ConversationIn],
    idempotency_key: KeyText = None,
) -> Response[ConversationOut]:
    """Records a conversation that was held with somebody whom the organisation employs now. The person, whoever held it
    and you can read it from then on; nobody else can. It counts once the person agrees."""

    async def work() -> Response[ConversationOut]:
        return told(await get_conversation(session, await log_conversation(session, actor, data)), 201)

    return await once(request, session, actor, vault, idempotency_key, work)


@post("/api/conversations/planned", tags=TAGS, summary="Plan a career conversation")
async def plan(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[PlannedIn],
    idempotency_key: KeyText = None,
) -> Response[ConversationOut]:
    """Records that one is to be held. If somebody else holds it, you see its date and never what is said."""

    async def work() -> Response[ConversationOut]:
        return told(await get_conversation(session, await plan_conversation(session, actor, data)), 201)

    return await once(request, session, actor, vault, idempotency_key, work)


@post("/api/conversations/{conversation_id:uuid}/held", tags=TAGS, summary="Write down a planned conversation")
async def hold(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
    data: JSONBody[HeldIn],
    if_match: IfMatch = None,
) -> Response[ConversationOut]:
    """For whoever held or arranged it. Takes If-Match with the ETag that you read."""
    version = await version_of(session, conversation_id, if_match)
    return told(await hold_conversation(session, actor, conversation_id, data, version), 201)


@get("/api/conversations/{conversation_id:uuid}", tags=TAGS, summary="Read a conversation")
async def read(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], conversation_id: FromPath[UUID]
) -> Response[ConversationOut]:
    """For its parties, and for those whom the person lets read what was agreed. Reading one that is about somebody else
    is recorded, and the person can see it."""
    return told(await read_conversation(session, actor, conversation_id))


@delete("/api/conversations/{conversation_id:uuid}", tags=TAGS, summary="Undo a conversation", status_code=204)
async def undo(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], conversation_id: FromPath[UUID]
) -> None:
    """Takes back what you logged or planned at most 15 minutes ago, as long as nobody has answered it."""
    await undo_conversation(session, actor, conversation_id)


@get("/api/people/{person_id:uuid}/conversations", tags=TAGS, summary="List your conversations with a person")
async def about(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[Held]:
    """Those that you hold, held, arranged or wrote down, and those that the person lets you read; newest first, without
    what was said. 404 for somebody whom none of your organisations employs."""
    page = await read_about(session, actor, person_id, cursor, size)
    if not page.items and not await find_employments(session, person_id, actor.where("people.find")):
        raise NotFound("person")
    return page


@get("/api/conversations", tags=TAGS, summary="List the conversations that you held")
async def held(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[Held]:
    """Those that you held or wrote down, newest first, without what was said."""
    if actor.person_id is None:
        raise NotFound("person for this account")
    return await list_held_by(session, actor.person_id, cursor, size)


@get("/api/me/conversations", tags=["Me"], summary="List your own conversations")
async def mine(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[Held]:
    """Every career conversation that is about you, planned or held, newest first. Read each for what was said."""
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    return await list_about(session, actor.person_id, cursor, size)


routes: list[ControllerRouterHandler] = [log, plan, hold, read, undo, about, held, mine]
