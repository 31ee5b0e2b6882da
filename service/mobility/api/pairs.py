from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.paging import Page
from service.mobility.actions.pairs import EDIT, decide_pair, list_queue, read_pair
from service.mobility.asked import Where
from service.mobility.queries.pairs import count_remainder, list_unmet
from service.mobility.schemas.pairs import DecisionIn, PairOut, Remainder, Unmet
from service.people.places import places_for
from service.web.asked import CursorText, Size

TAGS = ["Mobility"]


@get("/api/mobility/pairs", tags=TAGS, summary="List pairs to decide")
async def pairs(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: Where = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[PairOut]:
    """A leaver of one organisation and a joiner of another who may be one person, the oldest proposal first. The name
    in the other organisation is told when one pair is opened."""
    return await list_queue(session, actor, places_for(actor, EDIT, organisation_id), cursor, size)


@get("/api/mobility/pairs/{pair_id:uuid}", tags=TAGS, summary="Read a pair")
async def pair(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], pair_id: FromPath[UUID]
) -> PairOut:
    """Both names, whether the dates of birth are the same, and the days in between: no more of the other organisation's
    record than that. Both people can see that they were compared."""
    return await read_pair(session, actor, pair_id)


@post("/api/mobility/pairs/{pair_id:uuid}/decision", tags=TAGS, summary="Decide a pair", status_code=200)
async def decide(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    pair_id: FromPath[UUID],
    data: JSONBody[DecisionIn],
) -> PairOut:
    """`pair` counts the two as one move inside the system, `not_same` never proposes them again, `later` asks again in
    two weeks. The two records stay two. A leaver, and a joiner, is used once: 409 otherwise."""
    return await decide_pair(session, actor, pair_id, data)


@get("/api/mobility/remainder", tags=TAGS, summary="Count what is not paired")
async def remainder(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], organisation_id: Where = None
) -> Remainder:
    """Of twelve months in your organisations: leavers and joiners, and how many are part of no move inside the system.
    A count of your own list of work, not a published figure."""
    return await count_remainder(session, places_for(actor, EDIT, organisation_id), today())


@get("/api/mobility/unmet", tags=TAGS, summary="List secondments with one leg")
async def unmet(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], organisation_id: Where = None
) -> list[Unmet]:
    """`no_home`: no post in another organisation is known. `no_agreement`: the two organisations have recorded none.
    `no_host_post`: the agreement has begun and the host has recorded no post. 50 of each kind at most."""
    return await list_unmet(session, places_for(actor, EDIT, organisation_id), today())


routes: list[ControllerRouterHandler] = [pairs, pair, decide, remainder, unmet]
