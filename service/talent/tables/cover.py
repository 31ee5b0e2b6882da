from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, ShortText
from service.kit.ids import new_id


class CriticalRole(Base):
    """A role that an employer could not do without for long. Cover is whoever consented to be in a pipeline of the
    same family and level.
    """

    __tablename__ = "critical_roles"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[ShortText]
    profile_id: Mapped[UUID | None] = mapped_column(ForeignKey("role_profiles.id"))
    family_code: Mapped[CodeText] = mapped_column(ForeignKey("job_families.code"))
    level: Mapped[int] = mapped_column(SmallInteger)
    why: Mapped[str]
    # No key to the post: an import that made it may be taken back.
    assignment_id: Mapped[UUID | None] = mapped_column(comment="the holder's post; none while nobody holds it")
    review_on: Mapped[date]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 9", name="level_is_1_to_9"),
        Index("ix_critical_roles_id", "id"),
        Index("ix_critical_roles_review", "organisation_id", "review_on", "id"),
        Index("ix_critical_roles_assignment", "assignment_id"),
    )


class RetirementYear(Base):
    """The year in which somebody thinks of retiring, if they care to say. Read by themselves and, without a name, by
    the analyst role for released figures; by nobody else.
    """

    __tablename__ = "retirement_years"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger)
    said_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (CheckConstraint("year BETWEEN 2020 AND 2100", name="year_is_believable"),)
