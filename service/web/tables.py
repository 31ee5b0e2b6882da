from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.db import Base, CodeText


class KeptAnswer(Base):
    """What a request under an Idempotency-Key was answered with, sealed: a repeat is told the same. For a day."""

    __tablename__ = "kept_answers"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, comment="SHA-256 of the key that was sent")
    asked: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of the method, the path and the body")
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[CodeText]
    kept_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
