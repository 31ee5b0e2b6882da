"""One offer whole, an organisation's own offers, and what other employers offer that may be the same."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.tables import CapabilityDimension
from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.offers.rules.eligibility import PostNow, Terms
from service.offers.rules.offers import OfferState
from service.offers.schemas.offers import CohortOut, OfferOut, OwnOut, SeatsOut
from service.offers.tables import Offer, OfferApplication, OfferCohort, OfferPartner, OfferSeats
from service.organisations.tables import Organisation

_DIMENSION = and_(
    CapabilityDimension.framework_code == Offer.framework_code,
    CapabilityDimension.framework_version == Offer.framework_version,
    CapabilityDimension.code == Offer.dimension_code,
)
_OFFER = (
    select(Offer, Organisation.name, CapabilityDimension.name)
    .join(Organisation, Organisation.id == Offer.organisation_id)
    .outerjoin(CapabilityDimension, _DIMENSION)
)


# Applications that nobody has decided yet.
_WAITING = (
    select(func.count())
    .where(
        OfferApplication.offer_organisation_id == Offer.organisation_id,
        OfferApplication.offer_id == Offer.id,
        OfferApplication.state.in_(("submitted", "shortlisted")),
    )
    .scalar_subquery()
)
_OWN = select(Offer.id, Organisation.name, Offer.title, Offer.kind, Offer.state, Offer.closes_on, _WAITING).join(
    Organisation, Organisation.id == Offer.organisation_id
)


async def get_offer(session: AsyncSession, offer_id: UUID, posts: Sequence[PostNow] = ()) -> OfferOut:
    """Raises NotFound for a draft of another organisation. `posts` are the reader's, for the places left for them."""
    row = (await session.execute(_OFFER.where(Offer.id == offer_id))).one_or_none()
    if row is None:
        raise NotFound("offer")
    offer, name, capability = row
    partners = await list_partners(session, offer.organisation_id, offer_id)
    cohorts = await list_cohorts(session, offer_id, {post.organisation_id for post in posts})
    return _offer(offer, name, capability, partners, cohorts)


async def list_partners(session: AsyncSession, organisation_id: UUID, offer_id: UUID) -> dict[UUID, str]:
    """organisation -> name of those whose people may enrol, by name; nothing where everybody's may."""
    asked = (
        select(Organisation.id, Organisation.name)
        .join(OfferPartner, OfferPartner.partner_organisation_id == Organisation.id)
        .where(OfferPartner.organisation_id == organisation_id, OfferPartner.offer_id == offer_id)
        .order_by(Organisation.name, Organisation.id)
    )
    return {row.id: row.name for row in await session.execute(asked)}


async def list_cohorts(session: AsyncSession, offer_id: UUID, employers: Iterable[UUID] = ()) -> list[CohortOut]:
    """The dates of an offer in order, with the places left for people of these employers."""
    kept = (
        select(OfferSeats.cohort_id, func.sum(OfferSeats.reserved - OfferSeats.taken).label("left"))
        .where(OfferSeats.offer_id == offer_id, OfferSeats.partner_organisation_id.in_(employers))
        .group_by(OfferSeats.cohort_id)
        .subquery()
    )
    asked = (
        select(OfferCohort, func.coalesce(kept.c.left, 0))
        .outerjoin(kept, kept.c.cohort_id == OfferCohort.id)
        .where(OfferCohort.offer_id == offer_id)
        .order_by(OfferCohort.starts_on, OfferCohort.id)
    )
    return [_cohort(*row) for row in (await session.execute(asked)).all()]


async def list_seats(session: AsyncSession, cohort_id: UUID) -> list[SeatsOut]:
    """The places of one cohort that are kept for partners."""
    asked = (
        select(OfferSeats.partner_organisation_id, Organisation.name, OfferSeats.reserved, OfferSeats.taken)
        .join(Organisation, Organisation.id == OfferSeats.partner_organisation_id)
        .where(OfferSeats.cohort_id == cohort_id, OfferSeats.reserved > 0)
        .order_by(Organisation.name)
    )
    return [SeatsOut(*row) for row in (await session.execute(asked)).all()]


async def list_to_decide(session: AsyncSession, where: Iterable[UUID], today: date, size: int = 50) -> list[OwnOut]:
    """Those of these organisations that have closed and have applications without a decision, the first to close at
    the top."""
    asked = _OWN.where(Offer.organisation_id.in_(where), Offer.closes_on < today, _WAITING > 0)
    return [OwnOut(*row) for row in await session.execute(asked.order_by(Offer.closes_on, Offer.id).limit(size))]


async def list_own(
    session: AsyncSession,
    where: Iterable[UUID],
    cursor: str | None = None,
    size: int = 30,
    *,
    states: Iterable[OfferState] = OfferState,
) -> Page[OwnOut]:
    """What these organisations offer, in these states, the newest first, with how many applications wait."""
    asked = _OWN.where(Offer.organisation_id.in_(where), Offer.state.in_([*states]))
    if after := Cursor.read(cursor):
        asked = asked.where(Offer.id < after.id)
    # Identifiers sort by the time they were made.
    found = (await session.execute(asked.order_by(Offer.id.desc()).limit(size + 1))).all()
    items = [OwnOut(*row) for row in found[:size]]
    return Page(items, str(Cursor("", items[-1].id)) if len(found) > size else None)


async def list_rivals(session: AsyncSession, offer: OfferOut, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Offers of other employers that are open now or will be: id, organisation, title, kind, closes_on, dimension,
    level_from, level_to, starts_on."""
    starts = (
        select(func.min(OfferCohort.starts_on))
        .where(OfferCohort.organisation_id == Offer.organisation_id, OfferCohort.offer_id == Offer.id)
        .scalar_subquery()
    )
    dimension = (Offer.framework_code + "." + Offer.dimension_code).label("dimension")
    asked = (
        select(
            Offer.id,
            Organisation.name.label("organisation"),
            Offer.title,
            Offer.kind,
            Offer.closes_on,
            dimension,
            Offer.level_from,
            Offer.level_to,
            starts.label("starts_on"),
        )
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(
            Offer.state == OfferState.PUBLISHED,
            Offer.closes_on >= today,
            Offer.organisation_id != offer.organisation_id,
            Offer.id != offer.id,
        )
    )
    return (await session.execute(asked)).all()


def terms_of(offer: OfferOut) -> Terms:
    return Terms(frozenset(offer.partners), offer.level_from, offer.level_to, offer.staff_groups)


def _offer(
    offer: Offer, name: str, capability: str | None, partners: Mapping[UUID, str], cohorts: Sequence[CohortOut]
) -> OfferOut:
    dimension = f"{offer.framework_code}.{offer.dimension_code}" if offer.dimension_code else None
    made: dict[str, Any] = {"organisation": name, "dimension": dimension, "capability": capability}
    made |= {"provider": offer.provider or name, "partners": dict(partners), "cohorts": cohorts}
    kept = [field for field in OfferOut.__struct_fields__ if field not in made]
    return OfferOut(**{field: getattr(offer, field) for field in kept}, **made)


def _cohort(cohort: OfferCohort, kept: int) -> CohortOut:
    open_to_all = cohort.places - cohort.reserved - cohort.taken + cohort.reserved_taken
    return CohortOut(
        cohort.id,
        cohort.starts_on,
        cohort.ends_on,
        cohort.is_online,
        cohort.place,
        cohort.places,
        cohort.taken,
        cohort.reserved,
        cohort.places - cohort.taken,
        open_to_all + kept,
    )
