from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, SmallInteger, String, func
from sqlalchemy.orm import Mapped, mapped_column

from service.conversations.rules import ActionState
from service.kit.db import Base, CodeText, code_of
from service.kit.ids import new_id


class PlanAction(Base):
    """Something that somebody will do for a person's development. Read by the person, whoever owns it, and whoever
    held the conversation that it arose in.
    """

    __tablename__ = "plan_actions"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID]
    conversation_id: Mapped[UUID | None]
    facilitator_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(String(500))
    support: Mapped[CodeText | None] = mapped_column(comment="the kind of support asked for: a term's code")
    due_on: Mapped[date | None]
    opened_on: Mapped[date] = mapped_column(server_default=func.current_date())
    state: Mapped[ActionState] = mapped_column(code_of(ActionState), server_default=ActionState.OPEN.value)
    closed_on: Mapped[date | None]
    carried_from_id: Mapped[UUID | None]
    link_kind: Mapped[CodeText | None] = mapped_column(comment="what it leads to: an offer, an opportunity, a step")
    link_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_plan_actions_conversation",
            ondelete="CASCADE",
        ),
        Index("uq_plan_actions_id", "id", unique=True),
        Index("ix_plan_actions_owner", "owner_id", "due_on"),
        Index("ix_plan_actions_facilitator", "facilitator_id", "due_on"),
    )


class PlanActionState(Base):
    """A state that an action came to, and when: what I asked for and what happened."""

    __tablename__ = "plan_action_states"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    action_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[ActionState] = mapped_column(code_of(ActionState))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    by_id: Mapped[UUID]
    reason: Mapped[CodeText | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "action_id"],
            ["plan_actions.person_id", "plan_actions.id"],
            name="fk_plan_action_states_action",
            ondelete="CASCADE",
        ),
    )
