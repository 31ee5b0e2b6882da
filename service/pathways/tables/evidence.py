from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, code_of
from service.kit.ids import new_id
from service.pathways.rules.evidence import EvidenceReader


class Evidence(Base):
    """What somebody did, in their own words, for one dimension of a capability framework. It is theirs, has no mark,
    and is read by nobody else until they share it.
    """

    __tablename__ = "evidence"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), comment="where it happened")
    framework_code: Mapped[CodeText]
    framework_version: Mapped[int]
    dimension_code: Mapped[CodeText]
    happened_on: Mapped[date]
    situation: Mapped[str] = mapped_column(Text)
    what_happened: Mapped[str] = mapped_column(Text)
    witness: Mapped[str] = mapped_column(String(200), server_default="")
    profile_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("role_profiles.id"), comment="the role it was written for, where it was"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        ForeignKeyConstraint(
            ["framework_code", "framework_version", "dimension_code"],
            [f"capability_dimensions.{name}" for name in ("framework_code", "framework_version", "code")],
            name="fk_evidence_dimension",
        ),
    )


class EvidenceShare(Base):
    """The person lets somebody read a piece of evidence, from one moment to another."""

    __tablename__ = "evidence_shares"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(primary_key=True)
    reader: Mapped[EvidenceReader] = mapped_column(code_of(EvidenceReader), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=func.clock_timestamp())
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "evidence_id"],
            ["evidence.person_id", "evidence.id"],
            name="fk_evidence_shares_evidence",
            ondelete="CASCADE",
        ),
    )
