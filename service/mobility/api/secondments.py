from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import NotFound
from service.kit.paging import Page
from service.mobility.actions.secondments import (
    READ,
    agree_secondment,
    answer_extension,
    ask_extension,
    check_return,
    end_secondment,
    read_secondment,
)
from service.mobility.asked import Number, Where
from service.mobility.queries.secondments import list_secondments, list_secondments_of, list_without_return
from service.mobility.schemas.secondments import AnswerIn, EndedIn, ExtensionIn, ReturnIn, SecondmentIn, SecondmentOut
from service.people.places import places_for
from service.web.asked import CursorText, Size

TAGS = ["Secondments"]
ONE = "/api/secondments/{secondment_id:uuid}"


@get("/api/secondments", tags=TAGS, summary="List secondments")
async def secondments(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: Where = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[SecondmentOut]:
    """Those agreed by your organisations, as home or as host, and ended not more than 60 days ago."""
    return await list_secondments(session, places_for(actor, READ, organisation_id), today(), cursor, size)


@get("/api/secondments/no-return-role", tags=TAGS, summary="List secondments with nothing to return to")
async def without_return(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], organisation_id: Where = None
) -> list[SecondmentOut]:
    """They end within 90 days, and nobody has said that there is a post to return to or that none is needed."""
    return await list_without_return(session, places_for(actor, READ, organisation_id), today())


@get(ONE, tags=TAGS, summary="Read a secondment")
async def secondment(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], secondment_id: FromPath[UUID]
) -> SecondmentOut:
    """With every request for a longer time. The person can see that it was read."""
    return await read_secondment(session, actor, secondment_id)


@post("/api/secondments", tags=TAGS, summary="Record a secondment")
async def agree(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[SecondmentIn]
) -> SecondmentOut:
    """The home organisation records it. It has an end, and the person a substantive post to come back from."""
    return await agree_secondment(session, actor, data)


@post(ONE + "/return-role", tags=TAGS, summary="Say what the person returns to", status_code=200)
async def return_role(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
    data: JSONBody[ReturnIn],
) -> SecondmentOut:
    """Asked 90 days before the end. The home organisation answers."""
    return await check_return(session, actor, secondment_id, data)


@post(ONE + "/end", tags=TAGS, summary="End a secondment early", status_code=200)
async def end(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
    data: JSONBody[EndedIn],
) -> SecondmentOut:
    """The home organisation records an earlier last day."""
    return await end_secondment(session, actor, secondment_id, data)


@post(ONE + "/extensions", tags=TAGS, summary="Ask for a longer time")
async def ask(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
    data: JSONBody[ExtensionIn],
) -> SecondmentOut:
    """Either organisation asks; the other answers."""
    return await ask_extension(session, actor, secondment_id, data)


@post(ONE + "/extensions/{extension:int}", tags=TAGS, summary="Answer a request", status_code=200)
async def answer(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    secondment_id: FromPath[UUID],
    extension: Number,
    data: JSONBody[AnswerIn],
) -> SecondmentOut:
    """Agreed, the secondment lasts until the new day and the return is asked about again."""
    return await answer_extension(session, actor, secondment_id, extension, data)


@get("/api/me/secondments", tags=["Me"], summary="List your secondments")
async def my_secondments(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[SecondmentOut]:
    """What your employers agreed about you, the newest first."""
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    return await list_secondments_of(session, actor.person_id, today())


routes: list[ControllerRouterHandler] = [
    secondments,
    without_return,
    secondment,
    agree,
    return_role,
    end,
    ask,
    answer,
    my_secondments,
]
