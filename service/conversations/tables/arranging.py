from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.conversations.rules import ConversationKind, NoneReason, RequestState
from service.kit.db import Base, code_of
from service.kit.ids import new_id


class ConversationRequest(Base):
    """Somebody asks for a conversation: of one facilitator, or of whoever arranges them in their organisation."""

    __tablename__ = "conversation_requests"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    asked_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[ConversationKind] = mapped_column(code_of(ConversationKind))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[RequestState] = mapped_column(code_of(RequestState), server_default=RequestState.OPEN.value)
    closed_at: Mapped[datetime | None]
    conversation_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["employments.organisation_id", "employments.person_id"],
            name="fk_conversation_requests_employment",
        ),
        # Asked once, until it is answered.
        Index(
            "uq_conversation_requests_open",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_conversation_requests_person", "person_id", "asked_at"),
        Index("ix_conversation_requests_asked_of", "asked_of_id", "asked_at"),
    )


class ConversationDue(Base):
    """Where one employed person stands: when they last had a conversation anywhere in the system, and what comes next.

    Dates only: that a conversation took place, never what was said. Triggers keep it (private.refresh_dues) from
    conversations, requests and employments; a partner may only add why there is none. Without a foreign
    key, which would be checked for each person of an import for nothing.
    """

    __tablename__ = "conversation_dues"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_held_on: Mapped[date | None]
    due_on: Mapped[date | None]
    planned_for: Mapped[datetime | None]
    facilitator_id: Mapped[UUID | None] = mapped_column(comment="whoever held the last one, or will hold the next")
    asked_on: Mapped[date | None]
    none_reason: Mapped[NoneReason | None] = mapped_column(code_of(NoneReason))
    reason_given_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_conversation_dues_due", "organisation_id", "due_on", "person_id"),
        Index("ix_conversation_dues_facilitator", "organisation_id", "facilitator_id"),
        Index(
            "ix_conversation_dues_planned",
            "organisation_id",
            "planned_for",
            "person_id",
            postgresql_where=text("planned_for IS NOT NULL"),
        ),
        # Each list of people is read in the order of its own index.
        Index(
            "ix_conversation_dues_none_yet",
            "organisation_id",
            "person_id",
            postgresql_where=text("last_held_on IS NULL"),
        ),
        Index(
            "ix_conversation_dues_no_date",
            "organisation_id",
            "last_held_on",
            "person_id",
            postgresql_where=text("due_on IS NULL AND last_held_on IS NOT NULL"),
        ),
        Index(
            "ix_conversation_dues_reason",
            "organisation_id",
            "reason_given_on",
            "person_id",
            postgresql_where=text("none_reason IS NOT NULL"),
        ),
        Index("ix_conversation_dues_last_held", "organisation_id", "last_held_on", "person_id"),
        Index("ix_conversation_dues_person", "person_id"),
    )


class CalendarFeed(Base):
    """The address at which a person's calendar fetches their meetings; only its hash is kept."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
