from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.insight.rules.flags import FlagState
from service.kit.db import Base, CodeText, Key, ShortText, code_of


class Flag(Base):
    """One comparison that a release flagged: the same flag from release to release."""

    __tablename__ = "flags"

    id: Mapped[Key]
    step: Mapped[CodeText]
    focus: Mapped[CodeText]
    reference: Mapped[CodeText]
    organisation: Mapped[CodeText] = mapped_column(comment="its code; empty: across the system")

    __table_args__ = (UniqueConstraint("step", "focus", "reference", "organisation", name="uq_flags_once"),)


class FlagSighting(Base):
    """That a release found the flag, in which words and figures."""

    __tablename__ = "flag_sightings"

    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flags.id"), primary_key=True)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    words: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="the released row that it rests on")

    __table_args__ = (Index("ix_flag_sightings_release", "release_id"),)


class FlagHistory(Base):
    """What somebody made of a flag. Only ever added; the highest number is how it stands."""

    __tablename__ = "flag_states"

    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flags.id"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[FlagState] = mapped_column(code_of(FlagState))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    by_id: Mapped[UUID]
    by_name: Mapped[ShortText]
    owner: Mapped[ShortText | None] = mapped_column(comment="a role or a team")
    next_on: Mapped[date | None] = mapped_column(comment="when to look again")
    evidence: Mapped[str | None] = mapped_column(comment="about the organisation and the measure, never a person")

    __table_args__ = (
        CheckConstraint("number >= 1", name="from_one"),
        CheckConstraint(
            "state NOT IN ('acknowledged', 'action') OR owner IS NOT NULL AND next_on IS NOT NULL", name="looked_after"
        ),
        CheckConstraint(
            "state <> 'closed' OR evidence IS NOT NULL AND next_on IS NOT NULL", name="closed_with_evidence"
        ),
    )
