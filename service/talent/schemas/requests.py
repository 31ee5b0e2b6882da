from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from service.kit.fields import Code, Given, Line, Words
from service.talent.rules.codes import CloseReason, Consent, Outcome, Reason, Referral, RequestState
from service.talent.schemas.pipelines import Level

Ended = Literal[RequestState.FILLED, RequestState.WITHDRAWN, RequestState.UNFILLED]
Decision = Literal["referred", "not_referred", "selected", "not_selected"]
Answer = Literal[Consent.AGREED, Consent.DECLINED, Consent.WITHDRAWN]


class RequestIn(Given):
    """With `profile_id` the family and level are the role profile's; without it, both are needed."""

    organisation_id: UUID = Field(title="organisation")
    title: Line
    profile_id: UUID | None = Field(None, title="role profile")
    family_code: Code | None = Field(None, title="job family")
    level: Level | None = None
    starts: date = Field(title="first day")
    ends: date = Field(title="last day")
    capability: Line = Field(title="what somebody needs to be able to do")
    words: Words = Field("", max_length=4000, title="what else to know")


class CloseIn(Given):
    state: Ended
    reason: CloseReason | None = Field(None, description="Needed unless it was filled.")


class RequestOut(Struct, frozen=True):
    organisation_id: UUID
    organisation: str
    id: UUID
    title: str
    family_code: str
    family: str
    level: int
    level_name: str
    starts: date
    ends: date
    capability: str
    words: str
    state: RequestState
    reason: CloseReason | None
    opened_on: date
    closed_on: date | None
    version: int


class AskIn(Given):
    organisation_id: UUID = Field(title="organisation", description="The person's employer, one of yours.")
    person_id: UUID = Field(title="person")


class AnswerIn(Given):
    answer: Answer


class DecisionIn(Given):
    decision: Decision
    reason: Reason | None = Field(None, description="Needed with not_referred and not_selected, and only then.")


class ReferralOut(Struct, frozen=True):
    """`requester` is the organisation that requested, `organisation` the employer that asked the person."""

    person_id: UUID
    name: str
    id: UUID
    request_id: UUID
    request: str
    requester_id: UUID
    requester: str
    organisation_id: UUID
    organisation: str
    asked_by: str
    asked_at: datetime
    consent: Consent
    answered_at: datetime | None
    referral: Referral | None
    referred_at: datetime | None
    outcome: Outcome | None
    decided_at: datetime | None
    reason: Reason | None
    version: int


class RequestDetail(Struct, frozen=True):
    request: RequestOut
    referrals: list[ReferralOut]
