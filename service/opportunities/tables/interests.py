from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, code_of
from service.kit.ids import new_id
from service.opportunities.rules.kinds import InterestState as State
from service.opportunities.rules.kinds import Reason, ReferralState, Route
from service.posts.rules import StaffGroup

_INTEREST = (["person_id", "interest_id"], ["interests.person_id", "interests.id"])
_OPPORTUNITY = (["organisation_id", "opportunity_id"], ["opportunities.organisation_id", "opportunities.id"])


class Interest(Base):
    """Somebody would like an opportunity. `organisation_id` is the one that decides; `employer_id`, `level` and
    `staff_group` are where the person worked when they said so.

    `state`, `version`, `submitted_at` and `closed_at` follow from the rows of `interest_states`: a trigger keeps them,
    and the service may not write them.
    """

    __tablename__ = "interests"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID]
    opportunity_id: Mapped[UUID]
    employer_id: Mapped[UUID]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    staff_group: Mapped[StaffGroup | None] = mapped_column(code_of(StaffGroup))
    route: Mapped[Route] = mapped_column(code_of(Route))
    in_priority_window: Mapped[bool] = mapped_column(server_default="false", comment="never of which group")
    employer_may_help: Mapped[bool] = mapped_column(
        server_default="false", comment="their own employer may be told if they are not chosen, and care for them"
    )
    state: Mapped[State] = mapped_column(code_of(State), server_default=State.DRAFT.value)
    version: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(*_OPPORTUNITY, name="fk_interests_opportunity"),
        ForeignKeyConstraint(
            ["employer_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_interests_employment",
        ),
        # Said again only after it was withdrawn.
        Index(
            "uq_interests_live",
            "person_id",
            "opportunity_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("uq_interests_id", "id", unique=True),
        Index("ix_interests_opportunity", "organisation_id", "opportunity_id", "submitted_at", "id"),
    )


class InterestState(Base):
    """A state that an interest came to. Never overwritten; the key is the lock: of two steps taken at once, one is
    refused. `note` is what the organisation says to the person about its decision.
    """

    __tablename__ = "interest_states"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    interest_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[State] = mapped_column(code_of(State))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    by_account_id: Mapped[UUID | None]
    reason: Mapped[Reason | None] = mapped_column(code_of(Reason))
    note: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        ForeignKeyConstraint(*_INTEREST, name="fk_interest_states_interest", ondelete="CASCADE"),
        CheckConstraint(
            "reason IS NOT NULL OR by_account_id IS NULL OR state NOT IN ('not_shortlisted', 'not_selected')",
            name="a_no_has_a_reason",
        ),
    )


class InterestStatement(Base):
    """What somebody says for themselves, and the pieces of their own evidence that they show with it: to them, and to
    the partners who decide while there is something to decide.
    """

    __tablename__ = "interest_statements"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    interest_id: Mapped[UUID] = mapped_column(primary_key=True)
    statement: Mapped[str] = mapped_column(server_default="")
    evidence_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}")

    __table_args__ = (ForeignKeyConstraint(*_INTEREST, name="fk_interest_statements_interest", ondelete="CASCADE"),)


class Referral(Base):
    """Somebody thought of somebody else for an opportunity. Only the one who was thought of reads it; without one
    (`person_id` NULL), nobody does, and it is there so that the answer is the same.
    """

    __tablename__ = "referrals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID]
    opportunity_id: Mapped[UUID]
    referred_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[ReferralState] = mapped_column(code_of(ReferralState), server_default=ReferralState.ASKED.value)
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(*_OPPORTUNITY, name="fk_referrals_opportunity"),
        Index("uq_referrals_once", "person_id", "opportunity_id", "referred_by_id", unique=True),
        Index("ix_referrals_referred_by", "referred_by_id", "at"),
    )
