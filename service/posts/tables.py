from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, func, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, ShortText, code_of
from service.kit.ids import new_id
from service.posts.rules import AssignmentKind, Contract, StaffGroup


class Assignment(Base):
    """A person doing a job in an organisation from one day to another (the last day is included)."""

    __tablename__ = "assignments"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    kind: Mapped[AssignmentKind] = mapped_column(code_of(AssignmentKind))
    job_title: Mapped[ShortText]
    grade_scheme: Mapped[CodeText]
    grade: Mapped[CodeText]
    staff_group: Mapped[StaffGroup] = mapped_column(code_of(StaffGroup))
    fte: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    started: Mapped[date]
    ended: Mapped[date | None]
    end_reason: Mapped[CodeText | None]
    destination: Mapped[CodeText | None]
    contract: Mapped[Contract | None] = mapped_column(
        code_of(Contract), comment="what kind of contract the post is held on, where the employer says"
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_assignments_employment",
        ),
        CheckConstraint("ended IS NULL OR ended >= started", name="ends_after_it_starts"),
        CheckConstraint("fte > 0 AND fte <= 1.5", name="fte_is_above_0_up_to_1_5"),
        Index("ix_assignments_person", "person_id", "started"),
        Index("ix_assignments_organisation_person", "organisation_id", "person_id", "started"),
        ExcludeConstraint(
            (literal_column("organisation_id"), "="),
            (literal_column("person_id"), "="),
            (func.daterange(literal_column("started"), literal_column("ended"), "[]"), "&&"),
            where=literal_column("kind = 'substantive' AND fte >= 1"),
            using="gist",
            name="ex_assignments_one_full_time_job",
        ),
    )
