"""Applications: a person's own with all of their history, and those that the provider of an offer decides about."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.clock import UK
from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.offers.rules.applications import LIVE, ApplicationState
from service.offers.schemas.applications import ApplicantOut, MineOut, MyApplicationOut, StepOut
from service.offers.tables import (
    Offer,
    OfferApplication,
    OfferApplicationState,
    OfferCohort,
    OfferFeedback,
    OfferStatement,
)
from service.organisations.tables import Organisation

_OFFER = and_(Offer.organisation_id == OfferApplication.offer_organisation_id, Offer.id == OfferApplication.offer_id)
_COHORT = and_(
    OfferCohort.organisation_id == OfferApplication.offer_organisation_id,
    OfferCohort.offer_id == OfferApplication.offer_id,
    OfferCohort.id == OfferApplication.cohort_id,
)
_WORDS = and_(
    OfferStatement.person_id == OfferApplication.person_id, OfferStatement.application_id == OfferApplication.id
)
_MINE = (
    select(
        OfferApplication.id,
        OfferApplication.offer_id,
        Offer.title,
        Offer.kind,
        Organisation.name,
        Offer.closes_on,
        OfferApplication.cohort_id,
        OfferCohort.starts_on,
        OfferCohort.ends_on,
        OfferApplication.state,
        OfferApplication.route,
        OfferApplication.nominated_by,
        OfferApplication.version,
        OfferApplication.submitted_at,
    )
    .join(Offer, _OFFER)
    .join(Organisation, Organisation.id == Offer.organisation_id)
    .outerjoin(OfferCohort, _COHORT)
)


# What is not sent yet stands first.
_NEWEST = (OfferApplication.submitted_at.desc().nulls_first(), OfferApplication.id)


async def list_mine(session: AsyncSession, person_id: UUID, size: int = 100) -> list[MineOut]:
    """Somebody's own applications: what is not sent yet, then the newest first."""
    asked = _MINE.where(OfferApplication.person_id == person_id).order_by(*_NEWEST).limit(size)
    return [MineOut(*row) for row in (await session.execute(asked)).all()]


async def find_live(session: AsyncSession, person_id: UUID, offer_id: UUID) -> MineOut | None:
    """The application that somebody has under way for an offer."""
    asked = _MINE.where(
        OfferApplication.person_id == person_id,
        OfferApplication.offer_id == offer_id,
        OfferApplication.state.in_(LIVE),
    )
    row = (await session.execute(asked)).one_or_none()
    return MineOut(*row) if row else None


async def get_mine(session: AsyncSession, person_id: UUID, application_id: UUID) -> MyApplicationOut:
    """Raises NotFound for somebody else's."""
    asked = (
        _MINE.add_columns(OfferStatement.words, OfferFeedback.useful, OfferFeedback.words)
        .outerjoin(OfferStatement, _WORDS)
        .outerjoin(
            OfferFeedback,
            and_(
                OfferFeedback.person_id == OfferApplication.person_id,
                OfferFeedback.application_id == OfferApplication.id,
            ),
        )
        .where(OfferApplication.person_id == person_id, OfferApplication.id == application_id)
    )
    row: Any = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound("application")
    history = await list_steps(session, person_id, application_id)
    return MyApplicationOut(MineOut(*row[:14]), row[14] or "", row[15], row[16] or "", history)


async def list_steps(session: AsyncSession, person_id: UUID, application_id: UUID) -> list[StepOut]:
    """The history of one application, the oldest first."""
    state = OfferApplicationState
    asked = (
        select(state.number, state.state, state.at, state.reason, state.note, state.by_id.is_(None))
        .where(state.person_id == person_id, state.application_id == application_id)
        .order_by(state.number)
    )
    return [StepOut(*row) for row in (await session.execute(asked)).all()]


async def list_applicants(
    session: AsyncSession,
    offer_id: UUID,
    states: Iterable[ApplicationState] = (),
    cursor: str | None = None,
    size: int = 50,
    *,
    has_window: bool = False,
) -> Page[ApplicantOut]:
    """In the order in which they were sent; with a priority window in no order, and no day is told. Who applied is read
    through row security: by the offer's provider."""
    asked = _applicants().where(OfferApplication.offer_id == offer_id, OfferApplication.submitted_at.is_not(None))
    if states:
        asked = asked.where(OfferApplication.state.in_(states))
    sent, key = OfferApplication.submitted_at, OfferApplication.id
    if after := Cursor.read(cursor):
        beyond = key > after.id if has_window else tuple_(sent, key) > tuple_(after.moment, after.id)
        asked = asked.where(beyond)
    order = (key,) if has_window else (sent, key)
    rows: Any = (await session.execute(asked.order_by(*order).limit(size + 1))).all()
    names = await names_of_applicants(session, [row.person_id for row in rows[:size]])
    items = [_applicant(row, names, has_window=has_window) for row in rows[:size]]
    last = "" if has_window or not items else rows[len(items) - 1].submitted_at.isoformat()
    return Page(items, str(Cursor(last, items[-1].id)) if len(rows) > size else None)


async def find_applicants(session: AsyncSession, offer_id: UUID, ids: Iterable[UUID]) -> list[ApplicantOut]:
    """Those of these applications for the offer that the reader may see, in the order in which they were sent."""
    asked = _applicants().where(OfferApplication.offer_id == offer_id, OfferApplication.id.in_(ids))
    asked = asked.where(OfferApplication.submitted_at.is_not(None))
    rows = (await session.execute(asked.order_by(OfferApplication.submitted_at, OfferApplication.id))).all()
    return [_applicant(row, {}, has_window=False) for row in rows]


async def names_of_applicants(session: AsyncSession, people: Sequence[UUID]) -> dict[UUID, str]:
    """person -> name, for those who applied for something that the reader's organisations offer."""
    asked = text("SELECT person_id, name FROM private.applicants(:people)")
    return {row.person_id: row.name for row in await session.execute(asked, {"people": list(people)})}


async def list_feedback(session: AsyncSession, offer_id: UUID) -> list[tuple[int, str]]:
    """(useful 1 to 5, words) of those who completed the offer, the newest first and without names: at most 100."""
    asked = (
        select(OfferFeedback.useful, OfferFeedback.words)
        .join(
            OfferApplication,
            and_(
                OfferApplication.person_id == OfferFeedback.person_id,
                OfferApplication.id == OfferFeedback.application_id,
            ),
        )
        .where(OfferApplication.offer_id == offer_id)
        .order_by(OfferFeedback.given_at.desc())
        .limit(100)
    )
    return [(row[0], row[1]) for row in (await session.execute(asked)).all()]


def _applicants() -> Select[*tuple[Any, ...]]:
    return (
        select(
            OfferApplication.id,
            OfferApplication.person_id,
            Organisation.name,
            OfferApplication.job_title,
            OfferApplication.level,
            OfferApplication.staff_group,
            OfferApplication.route,
            OfferApplication.state,
            OfferApplication.version,
            OfferApplication.cohort_id,
            OfferCohort.starts_on,
            OfferApplication.submitted_at,
            OfferStatement.words,
        )
        .outerjoin(Organisation, Organisation.id == OfferApplication.organisation_id)
        .outerjoin(OfferCohort, _COHORT)
        .outerjoin(OfferStatement, _WORDS)
    )


def _applicant(row: Any, names: dict[UUID, str], *, has_window: bool) -> ApplicantOut:
    group = row.staff_group.value if row.staff_group else None
    who = (row.id, row.person_id, names.get(row.person_id, ""), row.name or "", row.job_title or "", row.level, group)
    sent_on = None if has_window else row.submitted_at.astimezone(UK).date()
    stands = (row.route, row.state, row.version, row.cohort_id, row.starts_on)
    return ApplicantOut(*who, *stands, sent_on, row.words)
