from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, String, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, code_of
from service.kit.ids import new_id
from service.pathways.rules.transitions import SupportKind, TransitionState

_TRANSITION = (["person_id", "transition_id"], ["transitions.person_id", "transitions.id"])


class Transition(Base):
    """Somebody's first post in a leadership tier. `from_tier` is the one they held before in the same organisation;
    what they held elsewhere is not told.
    """

    __tablename__ = "transitions"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID]
    assignment_id: Mapped[UUID]
    from_tier: Mapped[CodeText | None] = mapped_column(ForeignKey("leadership_tiers.code"))
    to_tier: Mapped[CodeText] = mapped_column(ForeignKey("leadership_tiers.code"))
    started_on: Mapped[date]
    state: Mapped[TransitionState] = mapped_column(code_of(TransitionState), server_default=TransitionState.OPEN.value)
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_on: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "assignment_id"],
            ["assignments.organisation_id", "assignments.id"],
            name="fk_transitions_assignment",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_transitions_person_id"),
        Index("uq_transitions_assignment", "organisation_id", "assignment_id", unique=True),
        Index("ix_transitions_organisation", "organisation_id", "state", "started_on"),
    )


class TransitionSupport(Base):
    """Who helps with a transition. The words name a person or a group, and say nothing about the one who is helped."""

    __tablename__ = "transition_supports"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    transition_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID]
    kind: Mapped[SupportKind] = mapped_column(code_of(SupportKind))
    who: Mapped[str] = mapped_column(String(200))
    arranged_on: Mapped[date]

    __table_args__ = (
        ForeignKeyConstraint(*_TRANSITION, name="fk_transition_supports_transition", ondelete="CASCADE"),
        Index("ix_transition_supports_organisation", "organisation_id", "transition_id"),
    )


class TransitionCheckIn(Base):
    """A day on which the person is asked how it goes. That they answered is known; what they answered is not here."""

    __tablename__ = "transition_checkins"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    transition_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    organisation_id: Mapped[UUID]
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(*_TRANSITION, name="fk_transition_checkins_transition", ondelete="CASCADE"),
        Index("ix_transition_checkins_organisation", "organisation_id", "transition_id"),
        CheckConstraint("day IN (30, 90, 180)", name="day_is_30_90_or_180"),
    )


class CheckInAnswer(Base):
    """What the person answered: for them alone. The perception, without the words, is counted among many."""

    __tablename__ = "checkin_answers"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    transition_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    support_perception: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str] = mapped_column(server_default="")

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "transition_id", "day"],
            [f"transition_checkins.{name}" for name in ("person_id", "transition_id", "day")],
            name="fk_checkin_answers_checkin",
            ondelete="CASCADE",
        ),
        CheckConstraint("support_perception BETWEEN 1 AND 5", name="support_perception_is_1_to_5"),
    )
