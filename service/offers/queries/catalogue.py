"""Offers to choose from: everything published that is open, across all employers, what fits the reader first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, case, false, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.paging import Cursor, Page, not_ours
from service.offers.rules.eligibility import PostNow, Terms, fitting, why
from service.offers.rules.offers import OfferKind, OfferState, Verb
from service.offers.schemas.offers import OfferLine
from service.offers.tables import Offer, OfferCohort, OfferPartner, OfferSeats
from service.organisations.tables import Organisation

_COLUMNS = (
    Offer.id,
    Offer.organisation_id,
    Organisation.name,
    Offer.title,
    Offer.kind,
    Offer.provider,
    Offer.summary,
    Offer.state,
    Offer.opens_on,
    Offer.closes_on,
    Offer.level_from,
    Offer.level_to,
    Offer.staff_groups,
)
_PARTNERS = func.array(
    select(OfferPartner.partner_organisation_id)
    .where(OfferPartner.organisation_id == Offer.organisation_id, OfferPartner.offer_id == Offer.id)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is narrowed by. `open_now`: those that have opened; otherwise those still to open too."""

    words: str = ""
    kind: OfferKind | None = None
    verb: Verb | None = None
    dimension: str | None = None
    online: bool = False
    open_now: bool = True
    for_me: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    next_on: date | None
    is_online: bool
    left: int


async def find_offers(
    session: AsyncSession,
    wanted: Search,
    posts: Sequence[PostNow],
    today: date,
    cursor: str | None = None,
    size: int = 20,
) -> Page[OfferLine]:
    """Those for the reader first, then by closing date. Raises Invalid for a cursor that is not ours."""
    rows = await _rows(session, wanted, posts, today, cursor, size)
    places = await places_of(session, [row.id for row in rows[:size]], posts, today)
    lines = [_line(row, posts, places.get(row.id, Places(None, False, 0))) for row in rows[:size]]
    more = str(Cursor(f"{rows[size - 1].rank} {lines[-1].closes_on}", lines[-1].id)) if len(rows) > size else None
    return Page(lines, more)


async def places_of(
    session: AsyncSession, offers: Sequence[UUID], posts: Sequence[PostNow], today: date
) -> dict[UUID, Places]:
    """offer -> its next date, whether it can be joined online, and the places that somebody in these posts could have
    on dates still to come."""
    kept = (
        select(OfferSeats.cohort_id, func.sum(OfferSeats.reserved - OfferSeats.taken).label("left"))
        .where(
            OfferSeats.offer_id.in_(offers), OfferSeats.partner_organisation_id.in_({p.organisation_id for p in posts})
        )
        .group_by(OfferSeats.cohort_id)
        .subquery()
    )
    open_to_all = OfferCohort.places - OfferCohort.reserved - OfferCohort.taken + OfferCohort.reserved_taken
    asked = (
        select(
            OfferCohort.offer_id,
            func.min(OfferCohort.starts_on),
            func.bool_or(OfferCohort.is_online),
            func.sum(open_to_all + func.coalesce(kept.c.left, 0)),
        )
        .outerjoin(kept, kept.c.cohort_id == OfferCohort.id)
        .where(OfferCohort.offer_id.in_(offers), OfferCohort.starts_on >= today)
        .group_by(OfferCohort.offer_id)
    )
    rows = (await session.execute(asked)).all() if offers else []
    return {row[0]: Places(row[1], bool(row[2]), int(row[3])) for row in rows}


async def _rows(
    session: AsyncSession, wanted: Search, posts: Sequence[PostNow], today: date, cursor: str | None, size: int
) -> Sequence[Any]:
    fits = and_(_fits(posts), Offer.opens_on <= today)
    rank = case((fits, 0), else_=1)
    asked = (
        select(*_COLUMNS, _PARTNERS.label("partners"), rank.label("rank"))
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.state == OfferState.PUBLISHED, Offer.closes_on >= today)
    )
    asked = _narrowed(asked, wanted, today)
    if wanted.for_me:
        asked = asked.where(fits)
    if after := _after(cursor):
        asked = asked.where(tuple_(rank, Offer.closes_on, Offer.id) > tuple_(*after))
    return (await session.execute(asked.order_by(rank, Offer.closes_on, Offer.id).limit(size + 1))).all()


def _narrowed(asked: Select[*tuple[Any, ...]], wanted: Search, today: date) -> Select[*tuple[Any, ...]]:
    whole = func.lower(func.concat_ws(" ", Offer.title, Offer.provider, Offer.summary, Organisation.name))
    for word in wanted.words.lower().split()[:8]:
        asked = asked.where(whole.contains(word, autoescape=True))
    if wanted.kind:
        asked = asked.where(Offer.kind == wanted.kind)
    if wanted.verb:
        asked = asked.where(literal(wanted.verb.value) == any_(Offer.verbs))
    if wanted.dimension:
        framework, _, code = wanted.dimension.partition(".")
        asked = asked.where(Offer.framework_code == framework, Offer.dimension_code == code)
    if wanted.open_now:
        asked = asked.where(Offer.opens_on <= today)
    if wanted.online:
        # Row security would look each offer up again for each of its dates: the uncorrelated form is asked once.
        online = select(OfferCohort.offer_id).where(OfferCohort.is_online, OfferCohort.starts_on >= today)
        asked = asked.where(Offer.id.in_(online))
    return asked


def _fits(posts: Sequence[PostNow]) -> ColumnElement[bool]:
    return or_(false(), *(_fits_post(post) for post in posts))


def _fits_post(post: PostNow) -> ColumnElement[bool]:
    ours = select(OfferPartner.offer_id).where(OfferPartner.partner_organisation_id == post.organisation_id)
    level = and_(
        or_(Offer.level_from.is_(None), Offer.level_from <= post.level if post.level else false()),
        or_(Offer.level_to.is_(None), Offer.level_to >= post.level if post.level else false()),
    )
    group = literal(post.staff_group) == any_(Offer.staff_groups) if post.staff_group else false()
    return and_(
        or_(~Offer.is_for_some, Offer.id.in_(ours)), level, or_(func.cardinality(Offer.staff_groups) == 0, group)
    )


def _line(row: Any, posts: Sequence[PostNow], places: Places) -> OfferLine:
    for_you = row.rank == 0
    terms = Terms(frozenset(row.partners), row.level_from, row.level_to, row.staff_groups)
    post = fitting(terms, posts) if for_you else None
    words = why(terms, post) if post else ""
    values: list[Any] = [*row[:12], for_you, words, places.next_on, places.is_online, places.left]
    return OfferLine(*values)


def _after(cursor: str | None) -> tuple[int, date, UUID] | None:
    given = Cursor.read(cursor)
    if given is None:
        return None
    rank, _, day = given.text.partition(" ")
    try:
        return int(rank == "1"), date.fromisoformat(day), given.id
    except ValueError:
        raise not_ours() from None
