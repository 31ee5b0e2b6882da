from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from service.conversations.rules import Purpose
from service.kit.db import Base, CodeText, code_of
from service.kit.ids import new_id


class PrivateNote(Base):
    """What one party wrote for themselves: their preparation, or their own note. Sealed with a key that is not in the
    database. The other party can open a preparation once it is shown to them; nobody else ever can.
    """

    __tablename__ = "private_notes"

    party_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(code_of(Purpose), primary_key=True)
    person_id: Mapped[UUID]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[CodeText]
    is_shown: Mapped[bool] = mapped_column(server_default="false")
    version: Mapped[int] = mapped_column(server_default="1")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.clock_timestamp())

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "conversation_id"],
            ["conversations.person_id", "conversations.id"],
            name="fk_private_notes_conversation",
            ondelete="CASCADE",
        ),
        Index("ix_private_notes_conversation", "person_id", "conversation_id"),
    )


class Draft(Base):
    """A form that somebody has not sent yet, sealed like a private note. For its author alone; gone once it is sent."""

    __tablename__ = "drafts"

    author_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    about_id: Mapped[UUID | None]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[CodeText]
    version: Mapped[int] = mapped_column(server_default="1")
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.clock_timestamp())
