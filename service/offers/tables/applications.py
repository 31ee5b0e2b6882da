from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, String, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, ShortText, code_of
from service.kit.ids import new_id
from service.offers.rules.applications import ApplicationState, DecisionReason, Route
from service.posts.rules import StaffGroup

_KEY = ["offer_applications.person_id", "offer_applications.id"]


class OfferApplication(Base):
    """One person's application, from a nomination or a first draft to completion. It is theirs and follows them;
    employer, level and staff group are what they were when it was sent. Its state repeats the history's last; only the
    history's triggers change it.
    """

    __tablename__ = "offer_applications"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    offer_organisation_id: Mapped[UUID]
    offer_id: Mapped[UUID]
    cohort_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), comment="the employer then")
    job_title: Mapped[ShortText | None]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    staff_group: Mapped[StaffGroup | None] = mapped_column(code_of(StaffGroup))
    route: Mapped[Route] = mapped_column(code_of(Route), server_default=Route.SELF.value)
    nominated_by: Mapped[ShortText | None]
    state: Mapped[ApplicationState] = mapped_column(
        code_of(ApplicationState), server_default=ApplicationState.DRAFT.value
    )
    version: Mapped[int] = mapped_column(server_default="0", comment="the number of its newest state")
    submitted_at: Mapped[datetime | None]
    has_place: Mapped[bool] = mapped_column(server_default="false")
    has_kept_place: Mapped[bool] = mapped_column(server_default="false", comment="one that is kept for the employer")
    is_untold: Mapped[bool] = mapped_column(server_default="false", comment="placed by the waiting list, not yet told")

    __table_args__ = (
        ForeignKeyConstraint(
            ["offer_organisation_id", "offer_id"],
            ["offers.organisation_id", "offers.id"],
            name="fk_offer_applications_offer",
        ),
        ForeignKeyConstraint(
            ["offer_organisation_id", "offer_id", "cohort_id"],
            ["offer_cohorts.organisation_id", "offer_cohorts.offer_id", "offer_cohorts.id"],
            name="fk_offer_applications_cohort",
        ),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR num_nulls(cohort_id, organisation_id, submitted_at) = 0",
            name="sent_whole",
        ),
        CheckConstraint("(route = 'self') = (nominated_by IS NULL)", name="a_nomination_names_its_maker"),
        CheckConstraint("has_place OR NOT has_kept_place", name="a_kept_place_is_a_place"),
        CheckConstraint("level BETWEEN 1 AND 9", name="level_is_1_to_9"),
        Index(
            "uq_offer_applications_one_live",
            "person_id",
            "offer_organisation_id",
            "offer_id",
            unique=True,
            postgresql_where="state NOT IN ('unsuccessful', 'withdrawn', 'completed', 'not_completed')",
        ),
        Index("ix_offer_applications_offer", "offer_id", "submitted_at", "id"),
        Index(
            "ix_offer_applications_waiting",
            "cohort_id",
            "submitted_at",
            "id",
            postgresql_where="state = 'waiting'",
        ),
    )


class OfferStatement(Base):
    """What the person wrote about why: read by them, and by the deciding partners while a decision is to come."""

    __tablename__ = "offer_statements"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    words: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "application_id"], _KEY, name="fk_offer_statements_application", ondelete="CASCADE"
        ),
    )


class OfferApplicationState(Base):
    """What an application came to, when, and by whom; nobody (`by_id` NULL) where the waiting list moved up. Rows are
    only ever added.
    """

    __tablename__ = "offer_application_states"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[ApplicationState] = mapped_column(code_of(ApplicationState))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    by_id: Mapped[UUID | None] = mapped_column(comment="the account")
    cohort_id: Mapped[UUID | None] = mapped_column(comment="where it is another than was asked for")
    reason: Mapped[DecisionReason | None] = mapped_column(code_of(DecisionReason))
    note: Mapped[str] = mapped_column(String(1000), server_default="")

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "application_id"], _KEY, name="fk_offer_application_states_application", ondelete="CASCADE"
        ),
        CheckConstraint(
            "reason IS NOT NULL OR by_id IS NULL OR state IN ('draft', 'submitted', 'withdrawn')",
            name="a_decision_has_a_reason",
        ),
    )


class OfferFeedback(Base):
    """How useful it was, 1 to 5, from somebody who completed it, and words for the provider alone."""

    __tablename__ = "offer_feedback"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    useful: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(server_default="")
    given_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "application_id"], _KEY, name="fk_offer_feedback_application", ondelete="CASCADE"
        ),
        CheckConstraint("useful BETWEEN 1 AND 5", name="useful_1_to_5"),
    )
