"""Sharing what an organisation has, and looking at what is shared before buying from outside."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid
from service.kit.ids import new_id
from service.offers.queries.assets import get_asset, list_looks
from service.offers.queries.subjects import get_about
from service.offers.rules.assets import date_problems, look_problems
from service.offers.rules.subjects import Subject
from service.offers.schemas.assets import AssetIn, AssetOut, ChangedAssetIn, LookIn, LookOut, NewAssetIn
from service.offers.tables import Asset, AssetLook

EDIT = "offers.edit"
CHANGED = "Somebody else has changed this since you opened it. Reload the page and try again."


async def add_asset(session: AsyncSession, actor: Actor, given: NewAssetIn) -> AssetOut:
    """Raises NotFound or NotAllowed unless they may for the organisation, Invalid for dates in the wrong order."""
    actor.must(EDIT, given.organisation_id)
    _check(given)
    key = new_id()
    await session.execute(insert(Asset).values(**given.model_dump(), id=key))
    await record(session, actor, "offers.asset_added", organisation=given.organisation_id, entity=key, kind=given.kind)
    return await get_asset(session, key)


async def change_asset(session: AsyncSession, actor: Actor, asset_id: UUID, given: ChangedAssetIn) -> AssetOut:
    """Raises NotFound for an asset of another organisation, Conflict when it has been changed since."""
    found = await get_asset(session, asset_id)
    actor.must(EDIT, found.organisation_id)
    _check(given)
    row = (Asset.organisation_id == found.organisation_id, Asset.id == asset_id, Asset.version == given.version)
    values = given.model_dump() | {"version": given.version + 1}
    changed: Any = await session.execute(update(Asset).where(*row).values(**values))
    if not changed.rowcount:
        raise Conflict(CHANGED)
    place = found.organisation_id
    await record(session, actor, "offers.asset_changed", organisation=place, entity=asset_id, state=given.state)
    return await get_asset(session, asset_id)


async def look(session: AsyncSession, actor: Actor, offer_id: UUID, given: LookIn) -> list[LookOut]:
    """Before an outside provider is used: names what was looked at, or says why nothing fits. Raises Invalid for
    neither, NotFound for an offer or an asset that is not there."""
    about = await get_about(session, Subject.OFFER, offer_id)
    actor.must(EDIT, about.organisation_id)
    if problems := look_problems(given.asset_id, given.reason):
        raise Invalid(*problems)
    seen = await get_asset(session, given.asset_id) if given.asset_id else None
    key = {"organisation_id": about.organisation_id, "offer_id": offer_id, "id": new_id()}
    what = {"asset_organisation_id": seen.organisation_id if seen else None, **given.model_dump()}
    await session.execute(insert(AssetLook).values(**key, **what))
    place, reason = about.organisation_id, given.reason
    await record(session, actor, "offers.assets_looked_at", organisation=place, entity=offer_id, reason=reason)
    return await list_looks(session, place, offer_id)


def _check(given: AssetIn) -> None:
    if problems := date_problems(given.available_from, given.available_to):
        raise Invalid(*problems)
