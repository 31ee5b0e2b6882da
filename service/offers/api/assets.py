from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.offers.actions.assets import add_asset, change_asset, look
from service.offers.asked_support import AssetKindAsked, OfHere
from service.offers.queries.assets import search_assets
from service.offers.schemas.assets import AssetFilter, AssetOut, ChangedAssetIn, LookIn, LookOut, NewAssetIn
from service.people.asked import Search
from service.web.asked import CursorText, Size

TAGS = ["Assets"]


@get("/api/assets", tags=TAGS, summary="Look for what the organisations share")
async def assets(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    search: Search = "",
    kind: AssetKindAsked = None,
    organisation_id: OfHere = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[AssetOut]:
    """Coaches, rooms, licences, data, equipment and course material of every organisation, by what they are."""
    actor.must("me.read")
    wanted = AssetFilter(search=search, kind=kind, organisation_id=organisation_id)
    return await search_assets(session, wanted, cursor, size)


@post("/api/assets", tags=TAGS, summary="Share something")
async def add(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[NewAssetIn]
) -> AssetOut:
    """Something of your organisation that the others may borrow."""
    return await add_asset(session, actor, data)


@put("/api/assets/{asset_id:uuid}", tags=TAGS, summary="Change what is shared")
async def change(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    asset_id: FromPath[UUID],
    data: JSONBody[ChangedAssetIn],
) -> AssetOut:
    """`retired` takes it off the list."""
    return await change_asset(session, actor, asset_id, data)


@post("/api/offers/{subject_id:uuid}/assets-looked-at", tags=TAGS, summary="Say what you looked at before buying")
async def looked(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    subject_id: FromPath[UUID],
    data: JSONBody[LookIn],
) -> list[LookOut]:
    """Before an offer of an outside provider is published: something that is shared, or why nothing fits."""
    return await look(session, actor, subject_id, data)


routes: list[ControllerRouterHandler] = [assets, add, change, looked]
