from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Numeric, SmallInteger, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, ShortText, code_of
from service.kit.ids import new_id
from service.opportunities.rules.kinds import OpportunityKind, OpportunityState, RiskShare
from service.pathways.rules.aspirations import WorkingPattern
from service.posts.rules import StaffGroup

_FOUND_BY = "lower((((title)::text || ' '::text) || (place)::text) || ' '::text || summary)"


class OpportunityLimits(Base):
    """How long people inside the system come first, and how soon somebody who was not chosen is cared for: one row."""

    __tablename__ = "opportunity_limits"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    internal_days: Mapped[int] = mapped_column(SmallInteger, comment="working days before it is advertised outside")
    aftercare_days: Mapped[int] = mapped_column(SmallInteger, comment="working days for a conversation and a next step")

    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("internal_days BETWEEN 1 AND 60 AND aftercare_days BETWEEN 1 AND 60", name="within_reason"),
    )


class Opportunity(Base):
    """Something to move into, or to try, in one organisation. `found_by` is what a search looks through.

    `internal_until` is the last day on which it is shown inside the system alone. `home_pays` is the share of the cost
    that the lending employer bears, in per cent.
    """

    __tablename__ = "opportunities"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[OpportunityKind] = mapped_column(code_of(OpportunityKind))
    title: Mapped[ShortText]
    profile_id: Mapped[UUID | None] = mapped_column(ForeignKey("role_profiles.id"))
    level: Mapped[int] = mapped_column(SmallInteger)
    staff_group: Mapped[StaffGroup] = mapped_column(code_of(StaffGroup))
    place: Mapped[ShortText] = mapped_column(server_default="")
    working_pattern: Mapped[WorkingPattern] = mapped_column(code_of(WorkingPattern))
    weekly_hours: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    pay: Mapped[ShortText] = mapped_column(server_default="")
    summary: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date]
    internal_until: Mapped[date | None]
    external_link: Mapped[str | None] = mapped_column(String(500))
    is_open_to_system: Mapped[bool] = mapped_column(server_default="true", comment="people of other employers too")
    is_targeted: Mapped[bool] = mapped_column(server_default="false")
    priority_until: Mapped[date | None]
    risk_share: Mapped[RiskShare | None] = mapped_column(code_of(RiskShare))
    risk_exposure: Mapped[str] = mapped_column(server_default="")
    home_pays: Mapped[int | None] = mapped_column(SmallInteger)
    risk_exit: Mapped[str] = mapped_column(server_default="")
    state: Mapped[OpportunityState] = mapped_column(
        code_of(OpportunityState), server_default=OpportunityState.DRAFT.value
    )
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    shortlisted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    found_by: Mapped[str] = mapped_column(Computed(_FOUND_BY, persisted=True))

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 9", name="level_is_1_to_9"),
        CheckConstraint("weekly_hours BETWEEN 0.5 AND 80", name="weekly_hours_are_possible"),
        CheckConstraint("home_pays BETWEEN 0 AND 100", name="home_pays_per_cent"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint(
            "kind NOT IN ('secondment', 'acting_up') OR num_nonnulls(starts_on, ends_on) = 2",
            name="ends_when_for_a_time",
        ),
        CheckConstraint(
            "state = 'draft' OR num_nonnulls(opens_on, internal_until) = 2 OR state = 'withdrawn'",
            name="inside_the_system_first",
        ),
        CheckConstraint("external_link IS NULL OR internal_until IS NOT NULL", name="link_after_the_window"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR kind NOT IN ('secondment', 'gig') OR NOT is_open_to_system"
            " OR risk_share = 'nil'"
            " OR (risk_share = 'shared' AND risk_exposure <> '' AND risk_exit <> '' AND home_pays IS NOT NULL)",
            name="risk_is_shared",
        ),
        Index("uq_opportunities_id", "id", unique=True),
        Index("ix_opportunities_open", "closes_on", "id", postgresql_where=text("state = 'published'")),
        Index("ix_opportunities_organisation", "organisation_id", "state", "closes_on", "id"),
    )
