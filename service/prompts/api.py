from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.people.places import places_for
from service.prompts.actions import HELP, answer, decide, read_help, share
from service.prompts.queries import get_help, get_mine, list_waiting
from service.prompts.schemas import AnswerIn, DoneIn, HelpOut, MineOut, ShareIn, WaitingOut
from service.web.asked import CursorText, Size

MINE, THEIRS = ["Me"], ["What might help"]


@get("/api/me/prompts", tags=MINE, summary="Read what might help you now")
async def mine(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> MineOut:
    """Reasons that follow from what is recorded, who else may see them, what you object to, and what was done. No
    score, and nothing about what anybody might do."""
    return await get_mine(session, actor.myself())


@put("/api/me/prompts/answers", tags=MINE, summary="Put a reason off, or object to a kind of reason")
async def give_answer(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[AnswerIn]
) -> MineOut:
    """`not_now` is for 30 days and one reason; `no_more` is for a kind of them; `again` takes both back. Nobody else is
    shown either."""
    await answer(session, actor, data)
    return await get_mine(session, actor.myself())


@put("/api/me/prompts/shares", tags=MINE, summary="Choose whether HR partners of an employer see your reasons")
async def give_share(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[ShareIn]
) -> MineOut:
    """Off until you choose it; for a year, or until you stop it, which works at once. They see what arises there."""
    await share(session, actor, data)
    return await get_mine(session, actor.myself())


@get("/api/prompts", tags=THEIRS, summary="List the people who let you see what might help them")
async def waiting(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[WaitingOut]:
    """By name: those for whom a reason stands about which no partner has done anything for 30 days."""
    return await list_waiting(session, places_for(actor, HELP), cursor, size)


@get("/api/prompts/{person_id:uuid}", tags=THEIRS, summary="Read what might help one of them")
async def one(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> HelpOut:
    """The person sees that you read it. Not found unless they chose to show it."""
    return await read_help(session, actor, person_id)


@post("/api/prompts/{person_id:uuid}/decisions", tags=THEIRS, summary="Say what you did about a reason")
async def did(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[DoneIn],
) -> HelpOut:
    """Kept with your name and the moment, for the person to read. It cannot be changed."""
    await decide(session, actor, person_id, data)
    return await get_help(session, person_id, places_for(actor, HELP))


routes: list[ControllerRouterHandler] = [mine, give_answer, give_share, waiting, one, did]
