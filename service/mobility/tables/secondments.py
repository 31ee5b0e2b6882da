from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, func, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, code_of
from service.kit.ids import new_id
from service.mobility.rules.secondments import Backfill, ExtensionState, RefusalReason, ReturnRole


class Secondment(Base):
    """An agreement between two employers about one person: the home organisation keeps the substantive post, the host
    lends the work. Its state follows from its dates; `ends` is moved by an agreed extension alone.
    """

    __tablename__ = "secondments"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    home_organisation_id: Mapped[UUID]
    host_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    home_assignment_id: Mapped[UUID | None]
    agreed_on: Mapped[date]
    starts: Mapped[date]
    ends: Mapped[date]
    first_end: Mapped[date]
    ended_on: Mapped[date | None]
    home_pays: Mapped[int] = mapped_column(SmallInteger, comment="per cent of the cost; the host pays the rest")
    backfill: Mapped[Backfill] = mapped_column(code_of(Backfill))
    return_role: Mapped[ReturnRole | None] = mapped_column(code_of(ReturnRole))
    return_checked_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default="1")
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["home_organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_secondments_home_employment",
        ),
        CheckConstraint("home_organisation_id <> host_organisation_id", name="two_employers"),
        CheckConstraint("ends >= starts AND first_end >= starts", name="ends_after_it_starts"),
        CheckConstraint("ended_on BETWEEN starts AND ends", name="ended_within_it"),
        CheckConstraint("home_pays BETWEEN 0 AND 100", name="home_pays_per_cent"),
        Index("ix_secondments_id", "id"),
        Index("ix_secondments_home", "home_organisation_id", "ends", "id"),
        Index("ix_secondments_host", "host_organisation_id", "ends", "id"),
        ExcludeConstraint(
            (literal_column("person_id"), "="),
            (func.daterange(literal_column("starts"), literal_column("coalesce(ended_on, ends)"), "[]"), "&&"),
            using="gist",
            name="ex_secondments_one_at_a_time",
        ),
    )


class SecondmentExtension(Base):
    """A later last day that one of the two employers asked for, and what the other said."""

    __tablename__ = "secondment_extensions"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    secondment_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    asked_by_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    until: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[ExtensionState] = mapped_column(code_of(ExtensionState), server_default=ExtensionState.ASKED.value)
    refusal: Mapped[RefusalReason | None] = mapped_column(code_of(RefusalReason))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "secondment_id"],
            ["secondments.person_id", "secondments.id"],
            name="fk_secondment_extensions_secondment",
        ),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="a_refusal_has_a_reason"),
    )
