"""Who is there on the eve of each month of a window, and in which months something of theirs changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from analytics.errors import CellsError
from analytics.retention.stays import EPOCH, Ints, Stays, day_number

LONGEST: Final = 600  # months of a window
_MONTHS: Final = 1_024
_WIDE: Final = 2**22  # days that are told apart, as in `stays`
_BEFORE: Final = 2**16
_NEVER: Final = 2**20
Changes = tuple[Ints, Ints]  # whose, by their place in the watch, and the month


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
        months = days[:-1]
        seen = np.flatnonzero((stays.started <= months[-1]) & (stays.ended >= months[0]))
        first = np.searchsorted(months, stays.started[seen], side="left")
        until = np.searchsorted(months, stays.ended[seen], side="right")
        some = until > first
        return cls(days, seen[some], first[some], until[some])

    @property
    def months(self) -> int:
        return len(self.eves) - 1

    def when(self, day: Ints) -> Ints:
        """The first month on whose eve a day has come; `months` where it is none."""
        return np.searchsorted(self.eves[:-1], day, side="left")

    def spans(self, changes: Iterable[Changes]) -> tuple[Ints, Ints, Ints]:
        """(whose, month, months): stretches without a change, in order, by when they begin and how long they are."""
        starts = [np.arange(len(self.which)) * _MONTHS + self.first]
        for whose, month in changes:
            inside = (month > self.first[whose]) & (month < self.until[whose])
            starts.append(whose[inside] * _MONTHS + month[inside])
        key = pl.Series(np.concatenate(starts)).sort().to_numpy()
        key = key[np.diff(key, prepend=-1) != 0]
        whose, month = key // _MONTHS, key % _MONTHS
        last = np.flatnonzero(np.diff(whose, append=-1))
        until = np.empty_like(month)
        until[:-1] = month[1:]
        until[last] = self.until[whose[last]]
        return whose, month, until - month


@dataclass(frozen=True)
class Owners:
    """Whose each place of a watch is: whole numbers from 0, in order. A place may be its own."""

    of: Ints

    @cached_property
    def start(self) -> Ints:
        """Where each owner's places begin, and an end."""
        return np.append(np.flatnonzero(np.diff(self.of, prepend=-1)), len(self.of))

    @property
    def alone(self) -> bool:
        """Whether each has one place."""
        return len(self.start) == len(self.of) + 1

    def places(self, owner: Ints) -> tuple[Ints, Ints]:
        """All places of these owners, and how many each has."""
        many = np.diff(self.start)[owner]
        offsets = np.repeat(np.cumsum(many) - many, many)
        return np.repeat(self.start[owner], many) + np.arange(int(many.sum())) - offsets, many


@dataclass(frozen=True)
class Anchors:
    """Days on which something happened, by owner and then in order; `start` says where each owner's begin."""

    owners: Owners
    day: Ints
    start: Ints

    @classmethod
    def of(cls, owners: Owners, owner: Ints, day: Ints) -> "Anchors":
        keys = pl.Series(owner * _WIDE + day + _BEFORE).sort().to_numpy().astype(np.int64)
        counts = np.bincount(keys // _WIDE, minlength=len(owners.start) - 1)
        return cls(owners, keys % _WIDE - _BEFORE, np.append(0, np.cumsum(counts)))

    def since(self, whose: Ints, day: Ints) -> Ints:
        """Days since the last one up to each day; a great many where there is none."""
        owner = self.owners.of[whose]
        some = np.flatnonzero(np.diff(self.start))
        latest = np.full(len(self.start) - 1, -_NEVER)
        latest[some] = self.day[self.start[some + 1] - 1]
        passed = day - latest[owner]
        going = np.flatnonzero(passed < 0)  # the latest is still to come: look further back
        first, place = self.start[owner[going]], self.start[owner[going] + 1] - 2
        while len(going):
            there = place >= first
            passed[going[~there]] = _NEVER
            going, first, place = going[there], first[there], place[there]
            passed[going] = day[going] - self.day[place]
            early = passed[going] < 0
            going, first, place = going[early], first[early], place[early] - 1
        return passed

    def changes(self, watch: Watch, edges: Iterable[int]) -> Iterable[Changes]:
        """When the time since one begins, or passes an edge, for each whose owner it is."""
        owner = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        for edge in (0, *edges):
            chosen = (self.day + edge > watch.eves[0]) & (self.day + edge <= watch.eves[-2])
            month = watch.when(self.day[chosen] + edge)
            if self.owners.alone:
                yield owner[chosen], month
            else:
                whose, many = self.owners.places(owner[chosen])
                yield whose, np.repeat(month, many)
