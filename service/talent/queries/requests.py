"""What employers look for, and the people who agreed to be put forward."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from service.capabilities.tables import JobFamily
from service.kit.errors import NotFound
from service.kit.levels import level_name
from service.kit.paging import Cursor, Page
from service.organisations.tables import Organisation
from service.talent.queries.names import names_in_talent
from service.talent.rules.codes import Consent, Referral, RequestState
from service.talent.schemas.requests import ReferralOut, RequestOut
from service.talent.tables import RequestReferral, TalentRequest

_REQUESTER, _EMPLOYER = aliased(Organisation), aliased(Organisation)
_REQUEST = (
    select(TalentRequest, Organisation.name.label("organisation"), JobFamily.name.label("family"))
    .join(Organisation, Organisation.id == TalentRequest.organisation_id)
    .join(JobFamily, JobFamily.code == TalentRequest.family_code)
    .execution_options(populate_existing=True)
)
_REFERRAL = (
    select(
        RequestReferral,
        TalentRequest.title.label("request"),
        _REQUESTER.name.label("requester"),
        _EMPLOYER.name.label("employer"),
    )
    .join(TalentRequest, TalentRequest.id == RequestReferral.request_id)
    .join(_REQUESTER, _REQUESTER.id == RequestReferral.requester_id)
    .join(_EMPLOYER, _EMPLOYER.id == RequestReferral.organisation_id)
    .execution_options(populate_existing=True)
)


async def list_requests(
    session: AsyncSession, state: RequestState = RequestState.OPEN, cursor: str | None = None, size: int = 50
) -> Page[RequestOut]:
    """Of every employer, the first to begin at the top."""
    asked = _REQUEST.where(TalentRequest.state == state)
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(TalentRequest.starts, TalentRequest.id) > tuple_(after.day, after.id))
    rows = (await session.execute(asked.order_by(TalentRequest.starts, TalentRequest.id).limit(size + 1))).all()
    found = [_request(row) for row in rows[:size]]
    more = str(Cursor(found[-1].starts.isoformat(), found[-1].id)) if len(rows) > size else None
    return Page(found, more)


async def get_request(session: AsyncSession, request_id: UUID) -> RequestOut:
    """Raises NotFound."""
    row = (await session.execute(_REQUEST.where(TalentRequest.id == request_id))).one_or_none()
    if row is None:
        raise NotFound("request")
    return _request(row)


async def list_referrals(session: AsyncSession, request_id: UUID, me: UUID | None) -> list[ReferralOut]:
    """Whom the reader may see of one request, in the order in which they were asked; 100 at most."""
    theirs = _REFERRAL.where(RequestReferral.request_id == request_id, RequestReferral.person_id != me)
    return await _referrals(session, theirs.order_by(RequestReferral.asked_at, RequestReferral.id).limit(100))


async def list_waiting(session: AsyncSession, where: Collection[UUID], me: UUID | None) -> list[ReferralOut]:
    """What these employers have to decide, the longest wait first; 50 at most."""
    agreed = and_(RequestReferral.consent == Consent.AGREED, RequestReferral.person_id != me)
    ours = and_(RequestReferral.organisation_id.in_(where), RequestReferral.referral.is_(None))
    referred = and_(RequestReferral.referral == Referral.REFERRED, RequestReferral.outcome.is_(None))
    theirs = and_(RequestReferral.requester_id.in_(where), referred)
    asked = _REFERRAL.where(agreed, or_(ours, theirs), TalentRequest.state == RequestState.OPEN)
    return await _referrals(session, asked.order_by(RequestReferral.answered_at, RequestReferral.id).limit(50))


async def get_referral(session: AsyncSession, referral_id: UUID, me: UUID | None) -> ReferralOut:
    """Somebody else's. Raises NotFound for one that the reader may not see, or their own."""
    found = await _referrals(
        session, _REFERRAL.where(RequestReferral.id == referral_id, RequestReferral.person_id != me)
    )
    if not found:
        raise NotFound("person for this request")
    return found[0]


async def list_my_referrals(session: AsyncSession, me: UUID, size: int = 50) -> list[ReferralOut]:
    """What the reader was asked, whatever they answered, the newest first."""
    mine = _REFERRAL.where(RequestReferral.person_id == me)
    return await _referrals(session, mine.order_by(RequestReferral.id.desc()).limit(size))


async def get_my_referral(session: AsyncSession, me: UUID, referral_id: UUID) -> ReferralOut:
    """Raises NotFound for anybody else's."""
    found = await _referrals(
        session, _REFERRAL.where(RequestReferral.id == referral_id, RequestReferral.person_id == me)
    )
    if not found:
        raise NotFound("request")
    return found[0]


async def _referrals(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[ReferralOut]:
    rows = (await session.execute(asked)).all()
    names = await names_in_talent(session, {key for row in rows for key in (row[0].person_id, row[0].asked_by_id)})
    return [_referral(row, names) for row in rows]


def _referral(row: Row[*tuple[Any, ...]], names: dict[UUID, str]) -> ReferralOut:
    held: RequestReferral = row[0]
    return ReferralOut(
        held.person_id,
        names.get(held.person_id, ""),
        held.id,
        held.request_id,
        row.request,
        held.requester_id,
        row.requester,
        held.organisation_id,
        row.employer,
        names.get(held.asked_by_id, ""),
        held.asked_at,
        held.consent,
        held.answered_at,
        held.referral,
        held.referred_at,
        held.outcome,
        held.decided_at,
        held.reason,
        held.version,
    )


def _request(row: Row[*tuple[Any, ...]]) -> RequestOut:
    held: TalentRequest = row[0]
    return RequestOut(
        held.organisation_id,
        row.organisation,
        held.id,
        held.title,
        held.family_code,
        row.family,
        held.level,
        level_name(held.level),
        held.starts,
        held.ends,
        held.capability,
        held.words,
        held.state,
        held.reason,
        held.opened_on,
        held.closed_on,
        held.version,
    )


def counted(referrals: Sequence[ReferralOut]) -> tuple[int, int]:
    """(chosen, still without an answer) of those put forward."""
    referred = [one for one in referrals if one.referral is Referral.REFERRED and one.consent is Consent.AGREED]
    return sum(one.outcome == "selected" for one in referred), sum(one.outcome is None for one in referred)
