from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText, ShortText


class AuditEntry(Base):
    """Who did, or read, what about whom. Rows are only ever added; never free text, never an equality answer."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    account_id: Mapped[UUID | None]
    actor: Mapped[ShortText]
    action: Mapped[CodeText]
    subject_person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    entity_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")

    __table_args__ = (
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_action", "action", "at", "id"),
        Index("ix_audit_entries_subject", "subject_person_id", "id"),
        Index("ix_audit_entries_account", "account_id", "id"),
    )
