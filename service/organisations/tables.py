from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, Key, ShortText, code_of
from service.organisations.rules import OrganisationKind


class Organisation(Base):
    """One employer of the system."""

    __tablename__ = "organisations"

    id: Mapped[Key]
    code: Mapped[CodeText] = mapped_column(unique=True)
    name: Mapped[ShortText]
    kind: Mapped[OrganisationKind] = mapped_column(code_of(OrganisationKind))
    ods_code: Mapped[CodeText | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    version: Mapped[int] = mapped_column(server_default="1")


class GradeScheme(Base):
    """A pay or grade structure that several organisations may use, such as Agenda for Change."""

    __tablename__ = "grade_schemes"

    code: Mapped[CodeText] = mapped_column(primary_key=True)
    name: Mapped[ShortText]


class CrosswalkVersion(Base):
    """One approved edition of the table that maps grades to system levels."""

    __tablename__ = "crosswalk_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    approved_by: Mapped[ShortText]
    approved_on: Mapped[date]
    note: Mapped[str] = mapped_column(server_default="")


class CrosswalkEntry(Base):
    """Grade -> system level 1 to 9, in one edition. A grade with no row here is unmapped: listed, never guessed."""

    __tablename__ = "crosswalk_entries"

    version: Mapped[int] = mapped_column(ForeignKey("crosswalk_versions.version"), primary_key=True)
    scheme: Mapped[CodeText] = mapped_column(ForeignKey("grade_schemes.code"), primary_key=True)
    grade: Mapped[CodeText] = mapped_column(primary_key=True)
    label: Mapped[ShortText]
    level: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 9", name="level_is_1_to_9"),)
