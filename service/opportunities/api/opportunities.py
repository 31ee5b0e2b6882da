from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.paging import Page
from service.kit.vault import Vault
from service.opportunities.actions.opportunities import change_opportunity, set_state, write_opportunity
from service.opportunities.actions.referrals import decline_referral, refer
from service.opportunities.asked import Group, Kind, Level, Place, Search, reader_of_opportunities
from service.opportunities.ours import own_opportunity
from service.opportunities.queries.matching import explain, find_reader, matches_for
from service.opportunities.queries.opportunities import get_opportunity, list_open
from service.opportunities.schemas.interests import ReferralIn
from service.opportunities.schemas.opportunities import (
    Explained,
    Listed,
    MatchOut,
    NewOpportunityIn,
    OpportunityFilter,
    OpportunityIn,
    OpportunityOut,
    StateIn,
)
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once
from service.web.versions import IfMatch, etag, named_version

TAGS = ["Opportunities"]
ONE = "/api/opportunities/{opportunity_id:uuid}"
Asked = Request[Any, Any, Any]


@get("/api/opportunities", tags=TAGS, summary="Find opportunities")
async def opportunities(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    search: Search = "",
    kind: Kind = None,
    level: Level = None,
    staff_group: Group = None,
    organisation_id: Place = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[Listed]:
    """Those of every employer that are open now, the first to close at the top."""
    reader_of_opportunities(actor)
    wanted = OpportunityFilter(
        search=search, kind=kind, level=level, staff_group=staff_group, organisation_id=organisation_id
    )
    return await list_open(session, wanted, today(), cursor, size)


@get("/api/me/opportunities", tags=["Me"], summary="List what is open to you, and why")
async def for_me(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[MatchOut]:
    """From your posts, your wishes and your own evidence; nothing else about you is used, and nobody else sees it."""
    reader = await find_reader(session, actor.myself(), today())
    return await matches_for(session, reader, today(), 20)


@post("/api/opportunities", tags=TAGS, summary="Write an opportunity")
async def write(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[NewOpportunityIn],
    idempotency_key: KeyText = None,
) -> Response[OpportunityOut]:
    """A draft, which your organisation's partners alone can read until it is published."""

    async def work() -> Response[OpportunityOut]:
        made = await write_opportunity(session, actor, data)
        answer = _tagged(made, 201)
        answer.headers["Location"] = f"/api/opportunities/{made.id}"
        return answer

    return await once(request, session, actor, vault, idempotency_key, work)


@get(ONE, tags=TAGS, summary="Read an opportunity")
async def read(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], opportunity_id: FromPath[UUID]
) -> Response[OpportunityOut]:
    """The ETag is the version to send back with a change."""
    reader_of_opportunities(actor)
    return _tagged(await get_opportunity(session, opportunity_id, today()))


@get(ONE + "/match", tags=TAGS, summary="Read why an opportunity may be for you")
async def explained(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], opportunity_id: FromPath[UUID]
) -> Explained:
    """Requirement by requirement. Never a number; nobody else sees it, and nobody is chosen by it."""
    me = actor.myself()
    held = await get_opportunity(session, opportunity_id, today())
    return await explain(session, await find_reader(session, me, today()), held)


@put(ONE, tags=TAGS, summary="Change an opportunity")
async def change(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
    data: JSONBody[OpportunityIn],
    if_match: IfMatch = None,
) -> Response[OpportunityOut]:
    """Send If-Match with the ETag that you read. Once published, what people relied on stays as it is."""
    await own_opportunity(session, actor, opportunity_id)
    version = named_version(if_match)
    return _tagged(await change_opportunity(session, actor, opportunity_id, data, version))


@post(ONE + "/state", tags=TAGS, summary="Publish or withdraw an opportunity", status_code=200)
async def state(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
    data: JSONBody[StateIn],
    if_match: IfMatch = None,
) -> Response[OpportunityOut]:
    """Published, it is shown inside the system first. Withdrawn, everybody who waits is told. Send If-Match."""
    await own_opportunity(session, actor, opportunity_id)
    version = named_version(if_match)
    return _tagged(await set_state(session, actor, opportunity_id, data, version))


@post(ONE + "/referrals", tags=TAGS, summary="Think of somebody for an opportunity", status_code=202)
async def think_of(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
    data: JSONBody[ReferralIn],
) -> None:
    """By their work e-mail. They are told and decide alone; the answer is the same whether there is somebody or not."""
    await refer(session, actor, opportunity_id, data)


@post("/api/me/referrals/{referral_id:uuid}/decline", tags=["Me"], summary="Decline a referral", status_code=204)
async def decline(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], referral_id: FromPath[UUID]
) -> None:
    """Whoever thought of you is not told."""
    await decline_referral(session, actor, referral_id)


def _tagged(held: OpportunityOut, status: int = 200) -> Response[OpportunityOut]:
    return Response(held, status_code=status, headers={"ETag": etag(held.version)})


routes: list[ControllerRouterHandler] = [
    opportunities,
    for_me,
    write,
    read,
    explained,
    change,
    state,
    think_of,
    decline,
]
