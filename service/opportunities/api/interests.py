from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.vault import Vault
from service.opportunities.actions.deciding import choose_again, decide, mark_started, read_candidates
from service.opportunities.actions.interests import express, take_step
from service.opportunities.ours import DECIDE, own_opportunity
from service.opportunities.queries.interests import get_interest, list_interests_of, list_referrals
from service.opportunities.schemas.interests import (
    CandidateOut,
    DecisionIn,
    InterestIn,
    InterestLine,
    InterestOut,
    ReferralOut,
    ReserveIn,
    StepIn,
)
from service.opportunities.schemas.opportunities import OpportunityOut
from service.web.idempotency import KeyText, once
from service.web.versions import IfMatch, etag, named_version

TAGS, MINE = ["Interest in opportunities"], ["Me"]
ONE = "/api/opportunities/{opportunity_id:uuid}"
Asked = Request[Any, Any, Any]


@post(ONE + "/interest", tags=TAGS, summary="Say that you are interested")
async def say(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    opportunity_id: FromPath[UUID],
    data: JSONBody[InterestIn],
    idempotency_key: KeyText = None,
) -> Response[InterestOut]:
    """Sent, or kept as a draft that the next call changes or sends. Only the organisation that decides reads it."""

    async def work() -> Response[InterestOut]:
        made = await express(session, actor, opportunity_id, data)
        answer = _tagged(made, 201)
        answer.headers["Location"] = f"/api/me/interests/{made.id}"
        return answer

    return await once(request, session, actor, vault, idempotency_key, work)


@get("/api/me/interests", tags=MINE, summary="List what you are interested in")
async def mine(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[InterestLine]:
    """The newest first, with where each stands."""
    return await list_interests_of(session, actor.myself())


@get("/api/me/referrals", tags=MINE, summary="List who thought of you")
async def referrals(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[ReferralOut]:
    """Those you have not answered. Nothing is sent unless you send it."""
    return await list_referrals(session, actor.myself())


@get("/api/me/interests/{interest_id:uuid}", tags=MINE, summary="Read one of your interests")
async def one_of_mine(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], interest_id: FromPath[UUID]
) -> Response[InterestOut]:
    """With all that happened, the reasons given, and what is owed to you if you were not chosen."""
    return _tagged(await get_interest(session, actor.myself(), interest_id))


@post("/api/me/interests/{interest_id:uuid}/state", tags=MINE, summary="Withdraw, accept or decline", status_code=200)
async def step(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    interest_id: FromPath[UUID],
    data: JSONBody[StepIn],
    if_match: IfMatch = None,
) -> Response[InterestOut]:
    """Or say that you want no conversation after you were not chosen. Send If-Match with the ETag that you read."""
    await get_interest(session, actor.myself("me.plan"), interest_id)
    version = named_version(if_match)
    return _tagged(await take_step(session, actor, interest_id, data, version))


@get(ONE + "/interests", tags=TAGS, summary="List who is interested")
async def candidates(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], opportunity_id: FromPath[UUID]
) -> list[CandidateOut]:
    """What each of them chose to show, in the order in which they sent it. Each can see that you read it."""
    return (await read_candidates(session, actor, opportunity_id))[1]


@post(ONE + "/decisions", tags=TAGS, summary="Decide on everybody who waits", status_code=200)
async def decisions(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
    data: JSONBody[DecisionIn],
    if_match: IfMatch = None,
) -> Response[OpportunityOut]:
    """The shortlist and then the choice, after the closing date. A reason for everybody who is not; all are told at
    once. Send If-Match with the ETag of the opportunity."""
    await own_opportunity(session, actor, opportunity_id, DECIDE)
    version = named_version(if_match)
    held = await decide(session, actor, opportunity_id, data, version)
    return Response(held, headers={"ETag": etag(held.version)})


@post(ONE + "/interests/{interest_id:uuid}/chosen", tags=TAGS, summary="Choose somebody else", status_code=200)
async def chosen(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
    interest_id: FromPath[UUID],
    data: JSONBody[ReserveIn],
    if_match: IfMatch = None,
) -> Response[OpportunityOut]:
    """Of the shortlist, once somebody who was chosen declined or withdrew. Send If-Match with the ETag of the
    opportunity."""
    await own_opportunity(session, actor, opportunity_id, DECIDE)
    held = await choose_again(session, actor, opportunity_id, interest_id, data, named_version(if_match))
    return Response(held, headers={"ETag": etag(held.version)})


@post(ONE + "/interests/{interest_id:uuid}/started", tags=TAGS, summary="Say that somebody began", status_code=204)
async def started(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
    interest_id: FromPath[UUID],
) -> None:
    """Somebody who was chosen and accepted has begun."""
    await mark_started(session, actor, opportunity_id, interest_id)


def _tagged(held: InterestOut, status: int = 200) -> Response[InterestOut]:
    return Response(held, status_code=status, headers={"ETag": etag(held.version)})


routes: list[ControllerRouterHandler] = [
    say,
    mine,
    referrals,
    one_of_mine,
    step,
    candidates,
    decisions,
    chosen,
    started,
]
