from typing import Annotated
from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.pathways.actions.transitions import PERMISSION, answer_check_in, arrange_support, end_transition
from service.pathways.myself import myself
from service.pathways.queries.transitions import list_mine, list_supported, list_unsupported
from service.pathways.rules.transitions import TransitionState
from service.pathways.schemas.transitions import AnswerIn, EndIn, SupportIn, TransitionOut
from service.people.places import places_for
from service.web.asked import CursorText, Size

MINE, THEIRS = ["My transition"], ["Transitions"]
Day = Annotated[int, PathParameter(ge=1, le=1000, description="30, 90 or 180.")]


@get("/api/me/transitions", tags=MINE, summary="Your moves into leadership")
async def mine(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[TransitionOut]:
    """Newest first, with who helps, when you are asked how it goes, and what you answered."""
    return await list_mine(session, myself(actor))


@put("/api/me/transitions/{transition_id:uuid}/check-ins/{day:int}", tags=MINE, summary="Say how it goes")
async def answer(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    transition_id: FromPath[UUID],
    day: Day,
    data: JSONBody[AnswerIn],
) -> TransitionOut:
    """Opens seven days before the date. Your HR partner sees that you answered, and never what. The number from 1 to 5
    is counted among many; your words are for you."""
    return await answer_check_in(session, actor, transition_id, day, data)


@get("/api/transitions", tags=THEIRS, summary="List transitions")
async def transitions(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID | None] = None,
    supported: FromQuery[bool] = False,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[TransitionOut]:
    """People new in a leadership tier here, those who started first. Unless `supported`, those for whom
    nothing is arranged yet: support is due within 14 days of the first day."""
    where = places_for(actor, PERMISSION, organisation_id)
    return await (list_supported if supported else list_unsupported)(session, where, cursor, size)


@post("/api/transitions/{transition_id:uuid}/supports", tags=THEIRS, summary="Arrange support")
async def arrange(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    transition_id: FromPath[UUID],
    data: JSONBody[SupportIn],
) -> TransitionOut:
    """A coach, a mentor, a peer set or a sponsor, by name. The person sees it."""
    return await arrange_support(session, actor, transition_id, data)


@post("/api/transitions/{transition_id:uuid}/end", tags=THEIRS, summary="End a transition", status_code=200)
async def end(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    transition_id: FromPath[UUID],
    data: JSONBody[EndIn],
) -> TransitionOut:
    """Complete, once support was arranged; or ended early. 409 when it is over already."""
    return await end_transition(session, actor, transition_id, TransitionState(data.state))


routes: list[ControllerRouterHandler] = [mine, answer, transitions, arrange, end]
