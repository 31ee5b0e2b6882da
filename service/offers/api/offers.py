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
from service.offers.actions.ending import end_offer
from service.offers.actions.offers import change_offer, draft_offer, find_alike, publish_offer
from service.offers.actions.places import add_cohort, change_cohort
from service.offers.asked import Capability, ForMe, Kind, Online, OpenNow, Sought, Verbs, Where
from service.offers.owning import EDIT, own_offer
from service.offers.queries.catalogue import Search, find_offers
from service.offers.queries.offers import get_offer, list_own
from service.offers.queries.reader import list_posts_now
from service.offers.schemas.offers import CohortIn, EndIn, LikeOut, OfferIn, OfferLine, OfferOut, OwnOut, PublishIn
from service.people.places import places_for
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once
from service.web.versions import etag, if_match

TAGS, READ = ["Offers"], "me.read"
ONE = "/api/offers/{offer_id:uuid}"
Asked = Request[Any, Any, Any]


@get("/api/offers", tags=TAGS, summary="Find development offers")
async def search(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    words: Sought = "",
    kind: Kind = None,
    verb: Verbs = None,
    dimension: Capability = None,
    online: Online = False,
    open_now: OpenNow = True,
    for_me: ForMe = False,
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[OfferLine]:
    """Of every employer of the system. What is open to you comes first, with the reason; then by closing date."""
    actor.must(READ)
    wanted = Search(words.replace("\0", ""), kind, verb, dimension, online=online, open_now=open_now, for_me=for_me)
    posts = await list_posts_now(session, actor.person_id)
    return await find_offers(session, wanted, posts, today(), cursor, size)


@get("/api/offers/mine", tags=TAGS, summary="List what your organisations offer")
async def own(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: Where = None,
    size: Size = 30,
    cursor: CursorText = None,
) -> Page[OwnOut]:
    """In every state, the newest first, with how many applications wait for a decision."""
    return await list_own(session, places_for(actor, EDIT, organisation_id), cursor, size)


@get(ONE, tags=TAGS, summary="Read an offer")
async def one(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[OfferOut]:
    """With its dates and the places left. The ETag is the version to send back with a change."""
    actor.must(READ)
    posts = await list_posts_now(session, actor.person_id)
    return _tagged(await get_offer(session, offer_id, posts))


@post("/api/offers", tags=TAGS, summary="Draft an offer")
async def draft(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[OfferIn],
    idempotency_key: KeyText = None,
) -> Response[OfferOut]:
    """Seen by your organisation's partners alone until it is published."""

    async def work() -> Response[OfferOut]:
        made = await draft_offer(session, actor, data)
        answer = _tagged(made, 201)
        answer.headers["Location"] = f"/api/offers/{made.id}"
        return answer

    return await once(request, session, actor, vault, idempotency_key, work)


@put(ONE, tags=TAGS, summary="Change an offer")
async def change(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    data: JSONBody[OfferIn],
) -> Response[OfferOut]:
    """Send If-Match with the ETag that you read: 428 without it, 412 when somebody changed it first."""
    held = await own_offer(session, actor, offer_id)
    if_match(request, held.version)
    return _tagged(await change_offer(session, actor, offer_id, data, held.version))


@post(ONE + "/dates", tags=TAGS, summary="Add a date with its places")
async def add_date(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    data: JSONBody[CohortIn],
) -> Response[OfferOut]:
    """Places that are kept for a partner go to its people alone."""
    return _tagged(await add_cohort(session, actor, offer_id, data), 201)


@put(ONE + "/dates/{date_id:uuid}", tags=TAGS, summary="Change a date or its places")
async def change_date(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    date_id: FromPath[UUID],
    data: JSONBody[CohortIn],
) -> Response[OfferOut]:
    """Never fewer places than are taken. More places go to whoever waits, in order, and they are told."""
    return _tagged(await change_cohort(session, actor, offer_id, date_id, data))


@get(ONE + "/alike", tags=TAGS, summary="Find similar offers of other employers")
async def alike(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> list[LikeOut]:
    """To look at before publishing, with what each has in common in words. A person decides what follows."""
    return await find_alike(session, actor, offer_id)


@post(ONE + "/publish", tags=TAGS, summary="Publish an offer", status_code=200)
async def publish(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    data: JSONBody[PublishIn],
) -> Response[OfferOut]:
    """With If-Match. 422 names everything that is still missing."""
    held = await own_offer(session, actor, offer_id)
    if_match(request, held.version)
    return _tagged(await publish_offer(session, actor, offer_id, data, held.version))


@post(ONE + "/end", tags=TAGS, summary="Close or withdraw an offer", status_code=200)
async def end(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    data: JSONBody[EndIn],
) -> Response[OfferOut]:
    """With If-Match. Withdrawn, everyone who applied or has a place is told at once."""
    held = await own_offer(session, actor, offer_id)
    if_match(request, held.version)
    return _tagged(await end_offer(session, actor, offer_id, data, held.version))


def _tagged(found: OfferOut, status: int = 200) -> Response[OfferOut]:
    return Response(found, status_code=status, headers={"ETag": etag(found.version)})


routes: list[ControllerRouterHandler] = [
    search,
    own,
    one,
    draft,
    change,
    add_date,
    change_date,
    alike,
    publish,
    end,
]
