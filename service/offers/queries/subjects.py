"""What a record or a check is about. Rooms above this one say how theirs are found: this room cannot know them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.offers.rules.offers import OfferState
from service.offers.rules.subjects import SUBJECT_NAMES, Subject
from service.offers.schemas.subjects import About
from service.offers.tables import Offer

Find = Callable[[AsyncSession, UUID], Awaitable[About | None]]
_finders: dict[Subject, Find] = {}


def found_by(subject: Subject, find: Find) -> None:
    """From now on subjects of this kind are found so: as far as the reader may see them, else None."""
    _finders[subject] = find


async def get_about(session: AsyncSession, subject: Subject, subject_id: UUID) -> About:
    """Raises NotFound when there is none, or none for these eyes."""
    find = _finders.get(subject)
    found = await find(session, subject_id) if find else None
    if found is None:
        raise NotFound(SUBJECT_NAMES[subject])
    return found


async def _offer(session: AsyncSession, offer_id: UUID) -> About | None:
    columns = (
        Offer.organisation_id,
        Offer.title,
        Offer.closes_on,
        Offer.priority_until,
        Offer.is_targeted,
        Offer.state,
    )
    row = (await session.execute(select(*columns).where(Offer.id == offer_id))).one_or_none()
    if row is None:
        return None
    place, title, closes_on, priority_until, is_targeted, state = row
    dates = (closes_on, priority_until)
    is_published = state is OfferState.PUBLISHED
    link = f"/offers/{offer_id}"
    deciding = f"{link}/applications"
    return About(Subject.OFFER, offer_id, place, title, link, *dates, is_targeted, is_published, deciding)


found_by(Subject.OFFER, _offer)
