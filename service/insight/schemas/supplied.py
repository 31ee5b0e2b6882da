from datetime import date, datetime

from msgspec import Struct


class SuppliedOut(Struct, frozen=True):
    """That a line was supplied, without its counts."""

    organisation: str
    measure: str
    period_end: date
    by_name: str
    at: datetime
