from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, Key, ShortText, code_of
from service.talent.rules.codes import Subject, ThreadState


class PotentialThread(Base):
    """Something that flourishes, followed wherever it goes: a person who agreed, a team, a practice or a connection.
    It has observations and no rating.
    """

    __tablename__ = "potential_threads"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    subject: Mapped[Subject] = mapped_column(code_of(Subject))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    title: Mapped[ShortText]
    opened_by_id: Mapped[UUID]
    opened_on: Mapped[date] = mapped_column(server_default=func.current_date())
    state: Mapped[ThreadState] = mapped_column(code_of(ThreadState))
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        CheckConstraint("(subject = 'person') = (person_id IS NOT NULL)", name="a_person_where_it_is_one"),
        CheckConstraint("person_id IS NOT NULL OR state IN ('open', 'closed')", name="only_a_person_is_asked"),
        Index("ix_potential_threads_organisation", "organisation_id", "opened_on", "id"),
        Index("ix_potential_threads_person", "person_id"),
        Index("ix_potential_threads_opened_by", "opened_by_id"),
    )


class ThreadObservation(Base):
    """What happened, where, and what let it: in order, and only ever added to."""

    __tablename__ = "thread_observations"

    thread_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    what: Mapped[str]
    place: Mapped[ShortText]
    why: Mapped[str]
    conditions: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    seen_on: Mapped[date]
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        ForeignKeyConstraint(["thread_id"], ["potential_threads.id"], name="fk_thread_observations_thread"),
        CheckConstraint("cardinality(conditions) > 0", name="names_what_helped"),
    )
