from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, code_of
from service.kit.ids import new_id
from service.mobility.rules.kinds import CorrectionReason, MoveKind, MoveSource, Side


class MobilityLimits(Base):
    """How long a break may be: one row for the whole system, since the ledger of one organisation is also another's."""

    __tablename__ = "mobility_limits"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    gap_days: Mapped[int] = mapped_column(SmallInteger, comment="days between two posts that are still one move")
    review_days: Mapped[int] = mapped_column(SmallInteger, comment="days up to which a person decides")

    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("gap_days BETWEEN 0 AND 31 AND review_days BETWEEN gap_days AND 366", name="in_order"),
    )


class MobilityEvent(Base):
    """Something that happened to where a person works. Never overwritten: a correction is a row of its own, and
    `superseded_at`, which a trigger keeps, tells that there is one.

    `effective_on` is the first day of the new state, `left_on` the last day of the old one. `system_change` is what it
    does to the number of people in the whole system: nothing, for a move inside it.
    """

    __tablename__ = "mobility_events"

    # A record that an import made and takes back goes with its ledger.
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[MoveKind] = mapped_column(code_of(MoveKind))
    effective_on: Mapped[date]
    left_on: Mapped[date | None]
    # The organisations are those of the posts, which are checked there: an import writes many moves at once.
    from_organisation_id: Mapped[UUID | None]
    to_organisation_id: Mapped[UUID | None]
    system_change: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    crosswalk_version: Mapped[int | None] = mapped_column(comment="the edition that its levels were read from")
    source: Mapped[MoveSource] = mapped_column(code_of(MoveSource))
    from_assignment_id: Mapped[UUID | None] = mapped_column(comment="the evidence; it may have been taken back since")
    to_assignment_id: Mapped[UUID | None]
    corrects_id: Mapped[UUID | None]
    reason: Mapped[CorrectionReason | None] = mapped_column(code_of(CorrectionReason))
    is_withdrawn: Mapped[bool] = mapped_column(server_default="false", comment="a correction: it did not happen")
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    superseded_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "corrects_id"],
            ["mobility_events.person_id", "mobility_events.id"],
            name="fk_mobility_events_corrects",
        ),
        CheckConstraint("num_nonnulls(from_organisation_id, to_organisation_id) > 0", name="touches_an_organisation"),
        CheckConstraint("system_change BETWEEN -1 AND 1", name="one_person"),
        CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name="a_correction_has_a_reason"),
        Index(
            "uq_mobility_events_corrects",
            "person_id",
            "corrects_id",
            unique=True,
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
        Index("ix_mobility_events_id", "id"),
        Index(
            "ix_mobility_events_legs",
            "effective_on",
            postgresql_where=text(
                "superseded_at IS NULL AND NOT is_withdrawn AND kind IN ('leaver', 'retirement', 'joiner', 'return')"
            ),
        ),
    )


class MobilitySide(Base):
    """One organisation's side of a move: what the person did there. `change` is what it does to the number of people
    there, from `day` on, so that the sides of an organisation add up to its staff.

    A row of its own, because the other organisation's side is not this one's to read.
    """

    __tablename__ = "mobility_sides"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    side: Mapped[Side] = mapped_column(code_of(Side), primary_key=True)
    organisation_id: Mapped[UUID]
    other_organisation_id: Mapped[UUID | None]
    effective_on: Mapped[date] = mapped_column(comment="the move's own, repeated so that a list is read in order")
    day: Mapped[date]
    change: Mapped[int] = mapped_column(SmallInteger)
    grade_scheme: Mapped[CodeText | None]
    grade: Mapped[CodeText | None]
    level: Mapped[int | None] = mapped_column(SmallInteger)

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "event_id"],
            ["mobility_events.person_id", "mobility_events.id"],
            name="fk_mobility_sides_event",
            ondelete="CASCADE",
        ),
        CheckConstraint("change BETWEEN -1 AND 1", name="one_person"),
        # The list of an organisation has one line for a move, though both sides of it may be its own.
        Index(
            "ix_mobility_sides_organisation",
            "organisation_id",
            "effective_on",
            "event_id",
            postgresql_where=text("side = 'to' OR other_organisation_id IS DISTINCT FROM organisation_id"),
        ),
    )
