"""The catalogue, one offer, and its dates for a calendar."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import NotFound
from service.offers.owning import DECIDE, EDIT
from service.offers.presenters.calendar import calendar_of
from service.offers.presenters.catalogue import OffersPage, search_of
from service.offers.presenters.offer import OfferPage
from service.offers.presenters.positive_action import Explained
from service.offers.queries.applications import find_live
from service.offers.queries.catalogue import find_offers
from service.offers.queries.offers import get_offer
from service.offers.queries.positive_action import explain
from service.offers.queries.reader import list_posts_now
from service.offers.queries.subjects import get_about
from service.offers.rules.subjects import Subject
from service.pathways.queries.evidence import list_dimensions
from service.web.asked import CursorText
from service.web.templating import shown

Asked = Request[Any, Any, Any]
Text = Annotated[str, QueryParameter(max_length=100)]
SIZE, READ = 20, "me.read"


@get("/offers", include_in_schema=False)
async def catalogue(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    words: Text = "",
    kind: Text = "",
    verb: Text = "",
    dimension: Text = "",
    online: Text = "",
    for_me: Text = "",
    later: Text = "",
    cursor: CursorText = None,
) -> Response[str]:
    actor.must(READ)
    wanted = search_of(words, kind, verb, dimension, online, for_me, later)
    posts = await list_posts_now(session, actor.person_id)
    page = await find_offers(session, wanted, posts, today(), cursor, SIZE)
    found = OffersPage(page, wanted, await list_dimensions(session), bool(posts), cursor is None)
    return shown(request, "offers/offers.html", found)


@get("/offers/{offer_id:uuid}", include_in_schema=False)
async def offer(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str]:
    actor.must(READ)
    posts = await list_posts_now(session, actor.person_id)
    found = await get_offer(session, offer_id, posts)
    mine = await find_live(session, actor.person_id, offer_id) if actor.person_id else None
    may = {"may_edit": actor.may(EDIT, found.organisation_id), "may_decide": actor.may(DECIDE, found.organisation_id)}
    page = OfferPage(found, posts, mine, **may, may_nominate=actor.may(READ), today=today())
    explained = None
    if page.has_window:
        about = await get_about(session, Subject.OFFER, offer_id)
        explained = Explained(await explain(session, about, actor.person_id, today()))
    return shown(request, "offers/offer.html", page, explained=explained)


@get("/offers/{offer_id:uuid}/dates/{date_file:str}", include_in_schema=False)
async def calendar(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    date_file: FromPath[str],
) -> Response[bytes]:
    actor.must(READ)
    found = await get_offer(session, offer_id)
    cohort = next((one for one in found.cohorts if date_file == f"{one.id}.ics"), None)
    if cohort is None:
        raise NotFound("date of this offer")
    made = calendar_of(found, cohort, request.app.state.settings.address)
    headers = {"Content-Disposition": 'attachment; filename="dates.ics"', "Cache-Control": "no-store"}
    return Response(made, media_type="text/calendar; charset=utf-8", headers=headers)


routes: list[ControllerRouterHandler] = [catalogue, offer, calendar]
