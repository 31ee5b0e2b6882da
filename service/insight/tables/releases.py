from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.insight.rules import Measure, ReleaseState
from service.kit.db import Base, CodeText, Key, ShortText, code_of


class Release(Base):
    """Figures that were published together, and all that is needed to say what they mean. Never changed, only
    withdrawn.
    """

    __tablename__ = "releases"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    made_by: Mapped[ShortText]
    state: Mapped[ReleaseState] = mapped_column(code_of(ReleaseState), server_default=ReleaseState.PUBLISHED.value)
    snapshot_on: Mapped[date]
    snapshot: Mapped[CodeText]
    crosswalk_version: Mapped[int | None]
    method_version: Mapped[ShortText] = mapped_column(comment="of each report, with a comma between")
    rule_version: Mapped[CodeText]
    code_version: Mapped[CodeText]
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    organisations: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    headlines: Mapped[list[dict[str, str]]] = mapped_column(JSONB)

    __table_args__ = (
        UniqueConstraint("snapshot", "method_version", "rule_version", "code_version", name="uq_releases_once"),
    )


class ReleaseTable(Base):
    """One part of a report: the released rows of one organisation ("" is the whole system), its words, and an SVG by
    name. The parts of the report on representation are characteristics.
    """

    __tablename__ = "release_tables"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    measure: Mapped[Measure] = mapped_column(code_of(Measure), primary_key=True)
    organisation: Mapped[CodeText] = mapped_column(primary_key=True)
    part: Mapped[CodeText] = mapped_column(primary_key=True)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    words: Mapped[dict[str, Any]] = mapped_column(JSONB)
    charts: Mapped[dict[str, str]] = mapped_column(JSONB)
