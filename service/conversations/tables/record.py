from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, SmallInteger, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.conversations.rules import Audience, ConversationKind, FacilitatorKind, Mode, State
from service.kit.db import Base, CodeText, code_of
from service.kit.ids import new_id


class Conversation(Base):
    """A career conversation, from the day it is planned. Its parties are the person, whoever holds it, and whoever
    wrote it down.

    `state`, `agreed_on`, `agreed_wording` and `version` follow from the rows of `conversation_states` and `wordings`:
    triggers keep them, and the service may not write them.
    """

    __tablename__ = "conversations"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID]
    facilitator_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    facilitator_kind: Mapped[FacilitatorKind | None] = mapped_column(code_of(FacilitatorKind))
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[ConversationKind] = mapped_column(code_of(ConversationKind))
    mode: Mapped[Mode | None] = mapped_column(code_of(Mode))
    scheduled_at: Mapped[datetime | None]
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    held_on: Mapped[date | None]
    next_due_on: Mapped[date | None]
    terms_version: Mapped[int | None] = mapped_column(ForeignKey("terms_versions.version"))
    state: Mapped[State] = mapped_column(code_of(State), server_default=State.PLANNED.value)
    agreed_on: Mapped[date | None]
    agreed_wording: Mapped[int | None] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(server_default="0")
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_conversations_employment",
        ),
        Index("uq_conversations_id", "id", unique=True),
        Index("ix_conversations_facilitator", "facilitator_id", "held_on"),
        Index("ix_conversations_recorded_by", "recorded_by_id", "held_on"),
        Index("ix_conversations_organisation", "organisation_id", "held_on"),
    )


class ConversationState(Base):
    """A state that a conversation came to. Never overwritten; the key is the lock: of two steps taken at once, one is
    refused.
    """

    __tablename__ = "conversation_states"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[State] = mapped_column(code_of(State))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    by_id: Mapped[UUID]
    reason: Mapped[CodeText | None] = mapped_column(comment="a code; the words, if any, are in the wording")
    wording: Mapped[int | None] = mapped_column(SmallInteger, comment="what was agreed to")

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_conversation_states_conversation",
            ondelete="CASCADE",
        ),
    )


class Wording(Base):
    """The shared summary as somebody wrote it at one moment. Never overwritten: a correction is the next number.

    `codes` has the coded outcomes, topic -> codes of the conversation's edition of the terms. They count once the
    person agreed to this wording, and only they ever do.
    """

    __tablename__ = "wordings"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    written_by_id: Mapped[UUID]
    written_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    summary: Mapped[str] = mapped_column(Text)
    aspirations: Mapped[str] = mapped_column(Text, server_default="")
    barriers: Mapped[str] = mapped_column(Text, server_default="")
    support: Mapped[str] = mapped_column(Text, server_default="")
    codes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_wordings_conversation",
            ondelete="CASCADE",
        ),
    )


class ConversationShare(Base):
    """The person lets somebody besides the parties read what was agreed, from one moment to another."""

    __tablename__ = "conversation_shares"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    audience: Mapped[Audience] = mapped_column(code_of(Audience), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.clock_timestamp())
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_conversation_shares_conversation",
            ondelete="CASCADE",
        ),
    )
