from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.kit.vault import Vault
from service.offers.actions.applying import apply, give_feedback, submit, withdraw
from service.offers.actions.deciding import decide, read_applications
from service.offers.actions.nominating import nominate
from service.offers.asked import Stage
from service.offers.queries.applications import get_mine, list_mine
from service.offers.schemas.applications import (
    ApplicantOut,
    ApplicationIn,
    DecidedOut,
    DecisionsIn,
    FeedbackIn,
    MineOut,
    MyApplicationOut,
    NominatedOut,
    NominationIn,
)
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once
from service.web.versions import IfMatch, etag, named_version

TAGS, MINE = ["Applications for offers"], ["Me"]
OFFER = "/api/offers/{offer_id:uuid}"
ONE = "/api/me/offers/{application_id:uuid}"
Asked = Request[Any, Any, Any]


@get("/api/me/offers", tags=MINE, summary="List your applications for offers")
async def mine(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[MineOut]:
    """The newest first, with nominations that wait for you to accept or decline them."""
    return await list_mine(session, actor.myself())


@get(ONE, tags=MINE, summary="Read your application")
async def one(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], application_id: FromPath[UUID]
) -> Response[MyApplicationOut]:
    """With every step, its reason, and what the provider wrote to you."""
    return _tagged(await get_mine(session, actor.myself(), application_id))


@post(OFFER + "/applications", tags=TAGS, summary="Apply for an offer")
async def begin(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    offer_id: FromPath[UUID],
    data: JSONBody[ApplicationIn],
    idempotency_key: KeyText = None,
) -> Response[MyApplicationOut]:
    """Sent at once, or kept as a draft. For an offer that is full you are put on the waiting list."""

    async def work() -> Response[MyApplicationOut]:
        made = await apply(session, actor, offer_id, data)
        answer = _tagged(made, 201)
        answer.headers["Location"] = f"/api/me/offers/{made.application.id}"
        return answer

    return await once(request, session, actor, vault, idempotency_key, work)


@put(ONE, tags=MINE, summary="Send a draft, or accept a nomination")
async def send(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    application_id: FromPath[UUID],
    data: JSONBody[ApplicationIn],
    if_match: IfMatch = None,
) -> Response[MyApplicationOut]:
    """With If-Match. Nothing is sent for you by whoever nominated you."""
    actor.myself()
    return _tagged(await submit(session, actor, application_id, data, named_version(if_match)))


@post(ONE + "/withdraw", tags=MINE, summary="Withdraw, or decline a nomination", status_code=200)
async def take_back(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    application_id: FromPath[UUID],
    if_match: IfMatch = None,
) -> Response[MyApplicationOut]:
    """With If-Match. Your place goes to whoever waits first."""
    actor.myself()
    return _tagged(await withdraw(session, actor, application_id, named_version(if_match)))


@put(ONE + "/feedback", tags=MINE, summary="Say how useful an offer was")
async def feedback(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    application_id: FromPath[UUID],
    data: JSONBody[FeedbackIn],
) -> Response[MyApplicationOut]:
    """Once you have completed it. The provider reads it without your name."""
    return _tagged(await give_feedback(session, actor, application_id, data))


@get(OFFER + "/applications", tags=TAGS, summary="List applications for your offer")
async def applicants(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    stage: Stage = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[ApplicantOut]:
    """In the order in which they were sent. Equality monitoring answers are never part of it. Each person can see that
    theirs was read."""
    return (await read_applications(session, actor, offer_id, [stage] if stage else [], cursor, size))[1]


@post(OFFER + "/decisions", tags=TAGS, summary="Decide about applications", status_code=200)
async def decisions(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    data: JSONBody[DecisionsIn],
) -> DecidedOut:
    """One decision about one or several, each at the version that you read: all of them or none. Everyone is told at
    once."""
    return DecidedOut(await decide(session, actor, offer_id, data))


@post(OFFER + "/nominations", tags=TAGS, summary="Nominate a colleague", status_code=202)
async def nominations(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    data: JSONBody[NominationIn],
) -> NominatedOut:
    """By their work email address. The answer is the same whether or not we know it; they decide for themselves."""
    await nominate(session, actor, offer_id, data)
    return NominatedOut("If somebody in the system has this work email address, they will see your nomination.")


def _tagged(found: MyApplicationOut, status: int = 200) -> Response[MyApplicationOut]:
    return Response(found, status_code=status, headers={"ETag": etag(found.application.version)})


routes: list[ControllerRouterHandler] = [
    mine,
    one,
    begin,
    send,
    take_back,
    feedback,
    applicants,
    decisions,
    nominations,
]
