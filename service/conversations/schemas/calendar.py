from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Meeting(Struct, frozen=True):
    """All that a calendar is told of a conversation: that two people meet, and when."""

    id: UUID
    starts: datetime
    minutes: int
    version: int
    is_cancelled: bool


class FeedOut(Struct, frozen=True):
    """`address` is shown once, when it is made: only its hash is kept."""

    made_at: datetime | None
    address: str | None = None
