"""Use ours first: what the organisations share, and looking at it before something is bought from outside."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound
from service.offers.actions.assets import EDIT, add_asset, change_asset, look
from service.offers.asked_support import AssetKindAsked, ForOffer, OfHere
from service.offers.presenters.assets import AssetPage, AssetsPage, form_of
from service.offers.queries.assets import get_asset, list_looks, search_assets
from service.offers.queries.subjects import get_about
from service.offers.rules.subjects import Subject
from service.offers.schemas.assets import AssetFilter, ChangedAssetIn, LookIn, NewAssetIn
from service.organisations.queries import organisation_names
from service.people.asked import Search
from service.people.places import places_for
from service.people.queries import list_organisations
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/shared-assets", include_in_schema=False)
async def assets(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    search: Search = "",
    kind: AssetKindAsked = None,
    organisation_id: OfHere = None,
    offer: ForOffer = None,
    cursor: CursorText = None,
) -> Response[str]:
    actor.must("me.read")
    wanted = AssetFilter(search=search, kind=kind, organisation_id=organisation_id)
    return await _assets(request, session, actor, wanted, offer, cursor)


@post("/shared-assets/looked", include_in_schema=False, status_code=303)
async def looked(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    offer = _key(form.value("offer"), "offer")
    try:
        async with attempt(session):
            await look(session, actor, offer, read(LookIn, form))
    except Invalid as refusal:
        return await _assets(request, session, actor, AssetFilter(search=""), offer, None, form.refused(refusal), 422)
    return Redirect(f"/shared-assets?offer={offer}", status_code=303)


@get("/shared-assets/new", include_in_schema=False)
async def new(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    page = AssetPage(Form(), await list_organisations(session, places_for(actor, EDIT)))
    return shown(request, "offers/asset.html", page)


@post("/shared-assets", include_in_schema=False, status_code=303)
async def add(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form, places = await posted(request), await list_organisations(session, places_for(actor, EDIT))
    try:
        async with attempt(session):
            await add_asset(session, actor, read(NewAssetIn, form))
    except Invalid as refusal:
        return shown(request, "offers/asset.html", AssetPage(form.refused(refusal), places), status=422)
    return Redirect("/shared-assets", status_code=303)


@get("/shared-assets/{asset_id:uuid}", include_in_schema=False)
async def one(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], asset_id: FromPath[UUID]
) -> Response[str]:
    held = await get_asset(session, asset_id)
    actor.must(EDIT, held.organisation_id)
    return shown(request, "offers/asset.html", AssetPage(form_of(held), {}, held))


@post("/shared-assets/{asset_id:uuid}", include_in_schema=False, status_code=303)
async def change(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], asset_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    held = await get_asset(session, asset_id)
    try:
        async with attempt(session):
            await change_asset(session, actor, asset_id, read(ChangedAssetIn, form))
    except Invalid as refusal:
        return shown(request, "offers/asset.html", AssetPage(form.refused(refusal), {}, held), status=422)
    except Conflict as refusal:
        return shown(request, "offers/asset.html", AssetPage(form, {}, held, refusal.message), status=409)
    return Redirect("/shared-assets", status_code=303)


async def _assets(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    wanted: AssetFilter,
    offer: UUID | None,
    cursor: str | None,
    form: Form | None = None,
    status: int = 200,
) -> Response[str]:
    about = await get_about(session, Subject.OFFER, offer) if offer else None
    if about:
        actor.must(EDIT, about.organisation_id)
    looks = await list_looks(session, about.organisation_id, about.id) if about else []
    found = await search_assets(session, wanted, cursor, 30)
    places = await organisation_names(session)
    page = AssetsPage(found, wanted, places, actor.where(EDIT), about, looks, form or Form())
    return shown(request, "offers/assets.html", page, status=status)


def _key(given: str, what: str) -> UUID:
    """Raises NotFound for what is no identifier: the form carries one, so somebody changed it."""
    try:
        return UUID(given)
    except ValueError:
        raise NotFound(what) from None


routes: list[ControllerRouterHandler] = [assets, looked, new, add, one, change]
