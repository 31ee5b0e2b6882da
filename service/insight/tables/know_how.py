from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, Key, ShortText


class KnowHow(Base):
    """What somebody knows locally, beside a measure: of one organisation, or of the whole system. Its words are in its
    versions, and the last of them counts.
    """

    __tablename__ = "know_how"

    id: Mapped[Key]
    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisations.id"), comment="null: the whole system"
    )
    about: Mapped[CodeText] = mapped_column(comment="a measure of the catalogue")

    __table_args__ = (Index("ix_know_how_organisation", "organisation_id", "about"),)


class KnowHowVersion(Base):
    """What was written, by whom and when; or that it was withdrawn, and then no words."""

    __tablename__ = "know_how_versions"

    note_id: Mapped[UUID] = mapped_column(ForeignKey("know_how.id"), primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    words: Mapped[str]
    is_withdrawn: Mapped[bool]
    author_id: Mapped[UUID]
    author: Mapped[ShortText]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("is_withdrawn = (words = '')", name="withdrawn_says_nothing"),
        CheckConstraint("version >= 1", name="from_one"),
    )
