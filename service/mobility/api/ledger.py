from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.kit.paging import Page
from service.mobility.actions.ledger import change_limits, correct_move, enter_move, read_move, read_moves
from service.mobility.asked import FirstDay, Kind, LastDay, Place
from service.mobility.queries.ledger import get_limits, list_moves_of
from service.mobility.schemas.ledger import CorrectionIn, LimitsIn, LimitsOut, MoveFilter, MoveIn, MoveOut
from service.web.asked import CursorText, Size

TAGS = ["Mobility"]


@get("/api/mobility/moves", tags=TAGS, summary="List an organisation's moves")
async def moves(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: Place,
    kind: Kind = None,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[MoveOut]:
    """What counts now, newest first. A move inside the system is one `transfer`, no leaver and joiner. The grade in
    the other organisation is there only while you employ the person."""
    given = MoveFilter(kind=kind, first_day=first_day, last_day=last_day)
    return await read_moves(session, actor, organisation_id, given, cursor, size)


@get("/api/mobility/moves/{move_id:uuid}", tags=TAGS, summary="Read a move with its corrections")
async def move(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], move_id: FromPath[UUID]
) -> list[MoveOut]:
    """The first as it was recorded, then each correction. The person can see that it was read."""
    return await read_move(session, actor, move_id)


@post("/api/people/{person_id:uuid}/moves", tags=TAGS, summary="Enter what posts cannot say")
async def enter(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    data: JSONBody[MoveIn],
) -> MoveOut:
    """A career break, a return from one, or a rotation. Everything else follows from the record of posts."""
    return await enter_move(session, actor, person_id, data)


@post("/api/mobility/moves/{move_id:uuid}/correct", tags=TAGS, summary="Correct a move")
async def correct(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    move_id: FromPath[UUID],
    data: JSONBody[CorrectionIn],
) -> MoveOut:
    """Adds a row that takes its place; the old one stays to be seen. Days of what posts say are put right there."""
    return await correct_move(session, actor, move_id, data)


@get("/api/me/moves", tags=["Me"], summary="List your moves")
async def my_moves(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[MoveOut]:
    """In every organisation, newest first, 100 at most."""
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    return await list_moves_of(session, actor.person_id)


@get("/api/mobility/limits", tags=TAGS, summary="Read how long a break may be")
async def limits(session: NamedDependency[AsyncSession]) -> LimitsOut:
    """Up to `gap_days` between two posts of one person are no break; up to `review_days`, a person decides."""
    return await get_limits(session)


@put("/api/mobility/limits", tags=TAGS, summary="Change how long a break may be")
async def new_limits(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[LimitsIn]
) -> LimitsOut:
    """For records that are looked at from now on. What is no break, `gap_days`, is fixed: give the value it has."""
    return await change_limits(session, actor, data)


routes: list[ControllerRouterHandler] = [moves, move, enter, correct, my_moves, limits, new_limits]
