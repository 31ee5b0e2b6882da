from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Computed, ForeignKeyConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, code_of
from service.opportunities.rules.kinds import NextStep

_CLOSED = (
    "COALESCE(declined_at, CASE WHEN ((talked_at IS NOT NULL) AND (next_step_at IS NOT NULL))"
    " THEN GREATEST(talked_at, next_step_at) ELSE NULL::timestamp with time zone END)"
)


class Aftercare(Base):
    """What is owed to somebody who was not chosen: a conversation and a next step by `due_on` (the reason came with the
    decision). `organisation_id` owes it: the one that decided or, where the person lets it, their own employer.

    It is closed once both are there, or once the person wants none.
    """

    __tablename__ = "aftercare"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    interest_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    decided_by_organisation_id: Mapped[UUID]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_on: Mapped[date]
    conversation_id: Mapped[UUID | None] = mapped_column(comment="where it was a career conversation of the service")
    talked_on: Mapped[date | None]
    talked_at: Mapped[datetime | None] = mapped_column(comment="when that was recorded")
    next_step: Mapped[NextStep | None] = mapped_column(code_of(NextStep))
    next_step_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(Computed(_CLOSED, persisted=True))

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "interest_id"],
            ["interests.person_id", "interests.id"],
            name="fk_aftercare_interest",
            ondelete="CASCADE",
        ),
        Index(
            "ix_aftercare_due",
            "organisation_id",
            "due_on",
            "interest_id",
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_aftercare_interest", "interest_id"),
        Index("ix_aftercare_decided_by", "decided_by_organisation_id", "interest_id"),
    )
