from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from service.conversations.rules import ConversationKind
from service.kit.db import Base, code_of
from service.kit.ids import new_id


class Conversation(Base):
    """A career conversation. It belongs to the person and follows them; the organisation is where it arose.

    Readable by its parties alone: the person, whoever held it, and whoever wrote it down.
    """

    __tablename__ = "conversations"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID]
    facilitator_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[ConversationKind] = mapped_column(code_of(ConversationKind))
    held_on: Mapped[date]
    next_due_on: Mapped[date | None]
    summary: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_conversations_employment",
        ),
        Index("ix_conversations_facilitator", "facilitator_id", "held_on"),
        Index("ix_conversations_recorded_by", "recorded_by_id", "held_on"),
        Index("ix_conversations_organisation", "organisation_id", "held_on"),
    )
