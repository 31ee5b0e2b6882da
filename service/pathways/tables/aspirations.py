from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from service.capabilities.rules import Tier
from service.kit.db import Base, CodeText, code_of
from service.pathways.rules.aspirations import Timeframe, WillingToMove, WorkingPattern


class Aspiration(Base):
    """What somebody wants next. The newest version is in force; the ones before stay, for them to look back on.

    `place_id` is an organisation of the system, or NULL for anywhere in it.
    """

    __tablename__ = "aspirations"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target_family: Mapped[CodeText | None] = mapped_column(ForeignKey("job_families.code"))
    target_level: Mapped[int | None] = mapped_column(SmallInteger)
    target_tier: Mapped[Tier | None] = mapped_column(code_of(Tier))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    timeframe: Mapped[Timeframe] = mapped_column(code_of(Timeframe))
    working_pattern: Mapped[WorkingPattern] = mapped_column(code_of(WorkingPattern))
    willing_to_move: Mapped[WillingToMove] = mapped_column(code_of(WillingToMove))
    specialist_track: Mapped[bool] = mapped_column(server_default="false")
    is_muted: Mapped[bool] = mapped_column(server_default="false", comment="kept, and used for nothing")
    words: Mapped[str] = mapped_column(server_default="")
    said_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint("target_level BETWEEN 1 AND 9", name="target_level_is_1_to_9"),
        CheckConstraint("version >= 1", name="version_is_1_or_more"),
    )


class AspirationHidden(Base):
    """An organisation that must never learn of somebody's aspirations, whoever else may one day."""

    __tablename__ = "aspiration_hidden"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    hidden_at: Mapped[datetime] = mapped_column(server_default=func.now())
