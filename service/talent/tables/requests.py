from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, ShortText, code_of
from service.kit.ids import new_id
from service.talent.rules.codes import CloseReason, Consent, Outcome, Reason, Referral, RequestState


class TalentRequest(Base):
    """An employer looks for somebody for a time. Partners of every employer may read it and ask people of theirs."""

    __tablename__ = "talent_requests"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[ShortText]
    profile_id: Mapped[UUID | None] = mapped_column(ForeignKey("role_profiles.id"))
    family_code: Mapped[CodeText] = mapped_column(ForeignKey("job_families.code"))
    level: Mapped[int] = mapped_column(SmallInteger)
    starts: Mapped[date]
    ends: Mapped[date]
    capability: Mapped[ShortText]
    words: Mapped[str] = mapped_column(server_default="")
    state: Mapped[RequestState] = mapped_column(code_of(RequestState), server_default=RequestState.OPEN.value)
    reason: Mapped[CloseReason | None] = mapped_column(code_of(CloseReason))
    opened_on: Mapped[date] = mapped_column(server_default=func.current_date())
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 9", name="level_is_1_to_9"),
        CheckConstraint("ends >= starts", name="ends_after_it_starts"),
        CheckConstraint("(state IN ('withdrawn', 'unfilled')) = (reason IS NOT NULL)", name="why_it_ended_is_said"),
        Index("ix_talent_requests_id", "id"),
        Index("ix_talent_requests_state", "state", "starts", "id"),
    )


class RequestReferral(Base):
    """One person and one request: they were asked, and only once they agreed does anybody decide. The employer that
    asks says whether they are put forward, the one that requested whether they are chosen.
    """

    __tablename__ = "request_referrals"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID]
    requester_id: Mapped[UUID] = mapped_column(comment="the organisation that requested")
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), comment="the employer that asked")
    asked_by_id: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    consent: Mapped[Consent] = mapped_column(code_of(Consent), server_default=Consent.ASKED.value)
    answered_at: Mapped[datetime | None]
    referral: Mapped[Referral | None] = mapped_column(code_of(Referral))
    referred_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(code_of(Outcome))
    decided_at: Mapped[datetime | None]
    reason: Mapped[Reason | None] = mapped_column(code_of(Reason))
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        ForeignKeyConstraint(
            ["requester_id", "request_id"],
            ["talent_requests.organisation_id", "talent_requests.id"],
            name="fk_request_referrals_request",
        ),
        CheckConstraint(
            "coalesce(referral = 'not_referred' OR outcome = 'not_selected', false) = (reason IS NOT NULL)",
            name="a_no_has_a_reason",
        ),
        CheckConstraint("outcome IS NULL OR referral = 'referred'", name="chosen_from_those_put_forward"),
        CheckConstraint("referral IS NULL OR consent IN ('agreed', 'withdrawn')", name="only_with_consent"),
        Index("ix_request_referrals_id", "id"),
        Index("uq_request_referrals_once", "request_id", "organisation_id", "person_id", unique=True),
        Index("ix_request_referrals_organisation", "organisation_id", "asked_at", "id"),
        Index("ix_request_referrals_requester", "requester_id", "asked_at", "id"),
    )
