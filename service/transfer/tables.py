from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, SmallInteger, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, ShortText, code_of
from service.kit.ids import new_id
from service.transfer.rules import FileKind, State


class Import(Base):
    """One file that was uploaded for one organisation. What became of it is in its steps."""

    __tablename__ = "imports"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[FileKind] = mapped_column(code_of(FileKind), server_default=FileKind.WORKFORCE.value)
    file_name: Mapped[ShortText]
    file_sha256: Mapped[CodeText] = mapped_column(
        comment="the first 40 characters: tells whether a file was uploaded twice"
    )
    headers: Mapped[list[str]] = mapped_column(JSONB)
    notes: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),)


class ImportStep(Base):
    """A state that an import came to. The key is the lock: of two who take the same step at once, one is refused."""

    __tablename__ = "import_steps"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[State] = mapped_column(code_of(State))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    by: Mapped[ShortText]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", comment="counts and identifiers only")

    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "import_id"], ["imports.organisation_id", "imports.id"], name="fk_import_steps_import"
        ),
    )


class ImportMapping(Base):
    """How one kind of file names and writes what we keep, saved by an organisation for the next time."""

    __tablename__ = "import_mappings"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[FileKind] = mapped_column(code_of(FileKind), server_default=FileKind.WORKFORCE.value, primary_key=True)
    name: Mapped[ShortText] = mapped_column(primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_by: Mapped[ShortText]
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),)


class ImportChange(Base):
    """A record that an import wrote: what it was before (null: it was not there), and a mark of what it became.

    Forgotten after a day; without a foreign key, which would be checked three times for each person of a file.
    """

    __tablename__ = "import_changes"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    what: Mapped[CodeText] = mapped_column(
        primary_key=True, comment="people, employments, assignments, conversations, moves, offers or applications"
    )
    record_id: Mapped[UUID] = mapped_column(primary_key=True, comment="an employment's is its person's")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[int] = mapped_column(
        BigInteger, comment="hash of the whole row as the import left it; of what has a version, its version"
    )


class ImportAnswer(Base):
    """An equality answer that an import wrote, and what was there before it.

    Nobody can read this table but the trusted functions that write and undo answers: an employer's file never reads an
    answer back.
    """

    __tablename__ = "import_answers"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    characteristic: Mapped[CodeText] = mapped_column(primary_key=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[CodeText]

    __table_args__ = (Index("ix_import_answers_person", "person_id"),)
