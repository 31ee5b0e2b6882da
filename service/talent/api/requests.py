from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.kit.vault import Vault
from service.people.places import places_for
from service.talent.actions.pipelines import EDIT
from service.talent.actions.requests import ask_person, close_request, decide_referral, open_request, read_request
from service.talent.asked import Asked, Standing, tagged, version_sent
from service.talent.queries.requests import list_requests
from service.talent.rules.codes import RequestState
from service.talent.schemas.requests import (
    AskIn,
    CloseIn,
    DecisionIn,
    ReferralOut,
    RequestDetail,
    RequestIn,
    RequestOut,
)
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once
from service.web.versions import IfMatch

TAGS = ["Talent requests"]
ONE = "/api/talent-requests/{wanted_id:uuid}"


@get("/api/talent-requests", tags=TAGS, summary="List requests")
async def requests(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    standing: Standing = RequestState.OPEN,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[RequestOut]:
    """What every employer looks for, the first to begin at the top."""
    places_for(actor, EDIT)
    return await list_requests(session, standing, cursor, size)


@post("/api/talent-requests", tags=TAGS, summary="Look for somebody")
async def begin(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[RequestIn],
    idempotency_key: KeyText = None,
) -> Response[RequestOut]:
    """Partners of every employer can read it and ask people of theirs."""

    async def work() -> Response[RequestOut]:
        made = await open_request(session, actor, data)
        return tagged(made, made.version, 201, f"/api/talent-requests/{made.id}")

    return await once(request, session, actor, vault, idempotency_key, work)


@get(ONE, tags=TAGS, summary="Read a request")
async def one(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], wanted_id: FromPath[UUID]
) -> Response[RequestDetail]:
    """With those your organisations asked, until they say no; and, where it is yours, those who agreed and were put
    forward. Nobody else is there."""
    found = await read_request(session, actor, wanted_id)
    return tagged(found, found.request.version)


@post(ONE + "/close", tags=TAGS, summary="End a request", status_code=200)
async def close(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    wanted_id: FromPath[UUID],
    data: JSONBody[CloseIn],
    if_match: IfMatch = None,
) -> Response[RequestOut]:
    """Once everybody who was put forward has an answer."""
    made = await close_request(session, actor, wanted_id, data, version_sent(actor, EDIT, if_match))
    return tagged(made, made.version)


@post(ONE + "/referrals", tags=TAGS, summary="Ask a person of yours")
async def ask(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    wanted_id: FromPath[UUID],
    data: JSONBody[AskIn],
    idempotency_key: KeyText = None,
) -> Response[ReferralOut]:
    """They are told and say yes or no. Whoever requested sees them only after their yes and your decision."""

    async def work() -> Response[ReferralOut]:
        made = await ask_person(session, actor, wanted_id, data)
        return tagged(made, made.version, 201, f"/api/talent-requests/{wanted_id}")

    return await once(request, session, actor, vault, idempotency_key, work)


@post("/api/candidates/{candidate_id:uuid}/decision", tags=TAGS, summary="Decide about somebody", status_code=200)
async def decide(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    candidate_id: FromPath[UUID],
    data: JSONBody[DecisionIn],
    if_match: IfMatch = None,
) -> Response[ReferralOut]:
    """Their employer: `referred` or `not_referred`. Then whoever requested: `selected` or `not_selected`. Each is made
    once, and a no has its reason. The person is told."""
    made = await decide_referral(session, actor, candidate_id, data, version_sent(actor, EDIT, if_match))
    return tagged(made, made.version)


routes: list[ControllerRouterHandler] = [requests, begin, one, close, ask, decide]
