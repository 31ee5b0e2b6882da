"""What people did with their reasons. The reasons themselves are worked out when they are read, and kept nowhere."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, ShortText, code_of
from service.kit.ids import new_id
from service.prompts.rules import Done, ReasonKind


class PromptPause(Base):
    """Not now: until that day nobody is shown this one. `about_id` is the record that it follows from."""

    __tablename__ = "prompt_pauses"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[ReasonKind] = mapped_column(code_of(ReasonKind), primary_key=True)
    about_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[date]


class PromptObjection(Base):
    """Somebody objects to being reminded of one kind of thing. Nobody is shown any of it, and they can take it back."""

    __tablename__ = "prompt_objections"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[ReasonKind] = mapped_column(code_of(ReasonKind), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class PromptShare(Base):
    """Somebody lets the HR partners of one employer see their reasons there, until that day or until they stop."""

    __tablename__ = "prompt_shares"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    until: Mapped[date]

    __table_args__ = (Index("ix_prompt_shares_organisation", "organisation_id", "person_id"),)


class PromptDecision(Base):
    """What a partner did about a reason, and who it was. Rows are only ever added."""

    __tablename__ = "prompt_decisions"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[ReasonKind] = mapped_column(code_of(ReasonKind))
    about_id: Mapped[UUID]
    done: Mapped[Done] = mapped_column(code_of(Done))
    passed_to_id: Mapped[UUID | None] = mapped_column(comment="the account of a partner of the same organisation")
    passed_to: Mapped[ShortText | None]
    by_id: Mapped[UUID]
    by_name: Mapped[ShortText]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    day: Mapped[date] = mapped_column(Computed("(at AT TIME ZONE 'Europe/London')::date", persisted=True))

    __table_args__ = (
        # What somebody says twice on a day, they said once.
        Index(
            "uq_prompt_decisions_once",
            "person_id",
            "kind",
            "about_id",
            "done",
            "by_id",
            "day",
            "passed_to_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("(done = 'passed_on') = (passed_to_id IS NOT NULL)", name="passed_on_to_somebody"),
        CheckConstraint("(passed_to_id IS NULL) = (passed_to IS NULL)", name="with_a_name"),
        Index("ix_prompt_decisions_organisation", "organisation_id", "person_id"),
    )
