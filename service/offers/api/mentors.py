from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.offers.actions.mentors import answer_request, ask_mentor, offer_mentoring
from service.offers.asked_support import KindAsked, TopicAsked, WayAsked
from service.offers.queries.mentors import find_mentors, get_mentor, list_requests
from service.offers.schemas.mentors import (
    AnswerIn,
    AskIn,
    FoundMentorOut,
    MentorFilter,
    MentorIn,
    MentorOut,
    RequestOut,
)
from service.pathways.queries.evidence import list_dimensions
from service.web.asked import CursorText, Size

TAGS = ["Mentoring"]


@get("/api/mentors", tags=TAGS, summary="Find a mentor or coach")
async def mentors(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    topic: TopicAsked = None,
    kind: KindAsked = None,
    way: WayAsked = None,
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[FoundMentorOut]:
    """Those who have room, of every employer, each with why they are shown. The order is drawn for each reader and says
    nothing about anybody."""
    wanted = MentorFilter(topic=topic, kind=kind, way=way)
    return await find_mentors(session, actor.myself("me.plan"), wanted, await list_dimensions(session), cursor, size)


@get("/api/me/mentor", tags=TAGS, summary="Read what you offer as a mentor or coach")
async def my_offer(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> MentorOut:
    """404 while you offer nothing."""
    return await get_mentor(session, actor.myself("me.plan"))


@put("/api/me/mentor", tags=TAGS, summary="Offer to be a mentor or coach")
async def offer(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[MentorIn]
) -> MentorOut:
    """From then on everybody who works in the system finds you, with your name and post, until you pause."""
    return await offer_mentoring(session, actor, data)


@get("/api/me/mentoring", tags=TAGS, summary="List your requests")
async def mentoring(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[RequestOut]:
    """What you asked and what you were asked, newest first, each with its history. The two of you see it alone."""
    return await list_requests(session, actor.myself("me.plan"))


@post("/api/me/mentoring", tags=TAGS, summary="Ask a mentor or coach")
async def ask(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[AskIn]
) -> RequestOut:
    """They are told, and nobody else is."""
    return await ask_mentor(session, actor, data)


@post("/api/me/mentoring/{request_id:uuid}", tags=TAGS, summary="Answer or end a request", status_code=200)
async def answer(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    request_id: FromPath[UUID],
    data: JSONBody[AnswerIn],
) -> RequestOut:
    """The mentor or coach accepts or declines; either of you ends it. 409 when there is no room."""
    return await answer_request(session, actor, request_id, data)


routes: list[ControllerRouterHandler] = [mentors, my_offer, offer, mentoring, ask, answer]
