"""Who is there on the eve of each month of a window."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from analytics.coded import Ints
from analytics.errors import CellsError
from analytics.retention.stays import EPOCH, Flags, Stays, day_number

LONGEST: Final = 600  # months of a window


def eves(first: date, months: int) -> Ints:
    """The day before each month from the first day on, and the last day of the last of them."""
    begins = pl.select(pl.lit(first).dt.offset_by(pl.format("{}mo", pl.int_range(months + 1)))).to_series()
    return begins.to_physical().to_numpy().astype(np.int64) - 1


def months_of(first: date, last: date) -> int:
    """How many months a window has. Raises CellsError unless they are whole, and some."""
    if last < first:
        raise CellsError("the window ends before it begins")
    months = (last.year - first.year) * 12 + last.month - first.month + (last.day >= first.day)
    end = int(eves(first, months)[-1])
    if end != day_number(last):
        raise CellsError(f"the window is not of whole months: it could end on {EPOCH + timedelta(days=end)}")
    if months > LONGEST:
        raise CellsError(f"the window is of more than {LONGEST} months")
    return months


@dataclass(frozen=True)
class Watch:
    """Stays (by number, `which`) that are watched from the month `first` until before the month `until`."""

    eves: Ints
    which: Ints
    first: Ints
    until: Ints

    @classmethod
    def of(cls, stays: Stays, days: Ints) -> "Watch":
        """Everybody who is there on the eve of a month, for as long as they are."""
        seen = np.flatnonzero((stays.started <= days[-2]) & (stays.ended >= days[0]))
        first = _passed(days[:-1], stays.started[seen] - 1)
        until = _passed(days[:-1], stays.ended[seen])
        some = until > first
        return cls(days, seen[some], first[some], until[some])

    @classmethod
    def all_along(cls, which: Ints, days: Ints) -> "Watch":
        """These, for all the months, whether they stay or not."""
        return cls(
            days, which, np.zeros(len(which), dtype=np.int16), np.full(len(which), len(days) - 1, dtype=np.int16)
        )

    @property
    def months(self) -> int:
        return len(self.eves) - 1

    def there(self, month: int) -> Flags:
        """Which of them are there on the eve of a month."""
        return (self.first <= month) & (self.until > month)


def _passed(days: Ints, day: Ints) -> Ints:
    """How many of a few days had come by each day, looked up."""
    begin, end = int(days[0]), int(days[-1])
    table = np.searchsorted(days, np.arange(begin - 1, end + 1), side="right").astype(np.int16)
    return table[np.clip(day, begin - 1, end) - (begin - 1)]
