"""Career conversations over JSON. Each is there for its parties alone; to anybody else its address finds nothing."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.record import log_conversation, read_about, read_conversation
from service.conversations.queries.record import get_conversation, list_about
from service.conversations.schemas.record import ConversationIn, ConversationOut, Held
from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.kit.paging import Page
from service.people.queries import find_employments
from service.web.asked import CursorText, Size

TAGS = ["Conversations"]


@post("/api/conversations", tags=TAGS, summary="Log a career conversation")
async def log(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[ConversationIn]
) -> ConversationOut:
    """Records a conversation that was held with somebody whom the organisation employs now. The person, whoever held it
    and you can read it from then on; nobody else can."""
    return await get_conversation(session, await log_conversation(session, actor, data))


@get("/api/conversations/{conversation_id:uuid}", tags=TAGS, summary="Read a conversation")
async def read(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], conversation_id: FromPath[UUID]
) -> ConversationOut:
    """For its parties. Reading one that is about somebody else is recorded, and the person can see it."""
    return await read_conversation(session, actor, conversation_id)


@get("/api/people/{person_id:uuid}/conversations", tags=TAGS, summary="List your conversations with a person")
async def about(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[Held]:
    """Those that you held or wrote down, newest first, without what was said. 404 for somebody whom none of your
    organisations employs."""
    page = await read_about(session, actor, person_id, cursor, size)
    if not page.items and not await find_employments(session, person_id, actor.where("people.find")):
        raise NotFound("person")
    return page


@get("/api/me/conversations", tags=["Me"], summary="List your own conversations")
async def mine(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[Held]:
    """Every career conversation that is about you, newest first, with whoever held it. Read each for what was said."""
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    return await list_about(session, actor.person_id, cursor, size)


routes: list[ControllerRouterHandler] = [log, read, about, mine]
