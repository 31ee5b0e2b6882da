from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, Key, ShortText, code_of
from service.people.rules import AnswerSource, Characteristic


class Person(Base):
    """One human being, once in the whole system, whoever employs them. `analysis_key` is all that the numbers ever
    see."""

    __tablename__ = "people"

    id: Mapped[Key]
    given_name: Mapped[ShortText]
    family_name: Mapped[ShortText]
    birth_date: Mapped[date | None]
    email: Mapped[ShortText | None]
    # False once the address is another than the record was made with: then it opens no account. Kept by a trigger.
    email_confirmed: Mapped[bool] = mapped_column(server_default="true")
    analysis_key: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (Index("ix_people_email", text("lower(email)")),)


class Employment(Base):
    """One organisation's own record of a person: this is what its HR partners search and list.

    Leads with the organisation so that a list is answered by its own index whatever other organisations hold.
    `listed_as` repeats the name on purpose: a list sorted by name must not read `people`.
    """

    __tablename__ = "employments"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    employee_number: Mapped[CodeText]
    listed_as: Mapped[ShortText]
    ended: Mapped[date | None]

    __table_args__ = (
        Index("uq_employments_employee_number", "organisation_id", "employee_number", unique=True),
        # Carries what a page of the list shows: the page is read from it in order, whatever the planner guesses.
        Index(
            "ix_employments_listed_as",
            "organisation_id",
            "listed_as",
            "person_id",
            postgresql_include=["employee_number", "ended"],
        ),
        Index("ix_employments_person", "person_id", "organisation_id"),
    )


class EqualityAnswer(Base):
    """One person's answer to one monitoring question. Read by its owner and, without a name, by the analyst role; by
    nobody else."""

    __tablename__ = "equality_answers"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    characteristic: Mapped[Characteristic] = mapped_column(code_of(Characteristic), primary_key=True)
    code: Mapped[CodeText]
    code_list: Mapped[CodeText]
    code_list_version: Mapped[CodeText]
    source: Mapped[AnswerSource] = mapped_column(code_of(AnswerSource))
    answered_at: Mapped[datetime] = mapped_column(server_default=func.now())
