from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.access.grants import Role
from service.kit.db import Base, Key, ShortText, code_of


class Account(Base):
    """Somebody who can sign in: most are people of the system, some (a leader of the whole, an auditor) need not be."""

    __tablename__ = "accounts"

    id: Mapped[Key]
    name: Mapped[ShortText]
    email: Mapped[ShortText]
    issuer: Mapped[ShortText | None]
    subject: Mapped[ShortText | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_accounts_email", text("lower(email)"), unique=True),
        Index("uq_accounts_subject", "issuer", "subject", unique=True),
        Index("uq_accounts_person", "person_id", unique=True),
    )


class Grant(Base):
    """A role held by an account: in one organisation, or (organisation_id is null) in the whole system."""

    __tablename__ = "grants"

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[Role] = mapped_column(code_of(Role))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    granted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    granted_by: Mapped[ShortText]

    __table_args__ = (
        Index(
            "uq_grants_account",
            "account_id",
            "role",
            "organisation_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )


class SignIn(Base):
    """A session. The browser holds the token; we hold only its SHA-256, so a copy of this table opens nothing."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    device: Mapped[ShortText]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index("ix_sign_ins_account", "account_id", "started_at"),)
