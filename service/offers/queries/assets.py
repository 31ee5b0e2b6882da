"""What the organisations share. Everybody who works in the system may look."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page, page_of
from service.offers.rules.assets import AssetState
from service.offers.schemas.assets import AssetFilter, AssetOut, LookOut
from service.offers.tables import Asset, AssetLook
from service.organisations.tables import Organisation

_ASSET = select(
    Asset.id,
    Asset.organisation_id,
    Organisation.name.label("organisation"),
    Asset.kind,
    Asset.what,
    Asset.how_to_borrow,
    Asset.available_from,
    Asset.available_to,
    Asset.state,
    Asset.version,
).join(Organisation, Organisation.id == Asset.organisation_id)


async def search_assets(
    session: AsyncSession, wanted: AssetFilter, cursor: str | None = None, size: int = 50
) -> Page[AssetOut]:
    """By what they are. Those of every organisation; what is past its last day, or no longer shared, is left out."""
    asked = _ASSET.where(
        Asset.state != AssetState.RETIRED,
        or_(Asset.available_to.is_(None), Asset.available_to >= func.current_date()),
    )
    if wanted.kind:
        asked = asked.where(Asset.kind == wanted.kind)
    if wanted.organisation_id:
        asked = asked.where(Asset.organisation_id == wanted.organisation_id)
    for word in wanted.search.split():
        asked = asked.where(Asset.what.icontains(word, autoescape=True))
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(Asset.what, Asset.id) > tuple_(after.text, after.id))
    found = await _assets(session, asked.order_by(Asset.what, Asset.id).limit(size + 1))
    return page_of(found, size, ("what", "id"))


async def get_asset(session: AsyncSession, asset_id: UUID) -> AssetOut:
    """Raises NotFound when there is none, or none that is shared with the reader."""
    found = await _assets(session, _ASSET.where(Asset.id == asset_id))
    if not found:
        raise NotFound("asset")
    return found[0]


async def list_looks(session: AsyncSession, organisation_id: UUID, offer_id: UUID) -> list[LookOut]:
    """What was looked at before this offer, newest first: for the partners of its organisation."""
    asked = (
        select(Asset.what, Organisation.name, AssetLook.reason, AssetLook.at)
        .select_from(AssetLook)
        .outerjoin(Asset, Asset.id == AssetLook.asset_id)
        .outerjoin(Organisation, Organisation.id == AssetLook.asset_organisation_id)
        .where(AssetLook.organisation_id == organisation_id, AssetLook.offer_id == offer_id)
    )
    return [LookOut(*row) for row in await session.execute(asked.order_by(AssetLook.at.desc()).limit(50))]


async def _assets(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[AssetOut]:
    return [AssetOut(*row) for row in (await session.execute(asked)).all()]
