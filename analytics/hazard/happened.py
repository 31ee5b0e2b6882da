"""Days on which something happened to somebody, in the order of the days."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.coded import Ints

NEVER: Final = -(2**20)
_BEFORE_1970: Final = 2**20


@dataclass(frozen=True)
class Happened:
    """Owners (whole numbers below `owners`) and days, sorted by day."""

    owner: Ints
    day: Ints
    owners: int

    @classmethod
    def of(cls, owner: Ints, day: Ints, owners: int) -> "Happened":
        keys = np.sort((day.astype(np.int64) + _BEFORE_1970) << 32 | owner)
        return cls(keys & 0xFFFFFFFF, ((keys >> 32) - _BEFORE_1970).astype(np.int32), owners)

    def latest(self, on: int) -> Ints:
        """The last day up to `on`, of each owner; NEVER where there is none."""
        found = np.full(self.owners, NEVER, dtype=np.int32)
        self.go_on(found, NEVER - 1, on)
        return found

    def go_on(self, latest: Ints, after: int, on: int) -> None:
        """Takes the last days on, from those up to `after` to those up to `on`: of several of an owner the last one
        stays."""
        begin, end = self._within(after, on)
        latest[self.owner[begin:end]] = self.day[begin:end]

    def between(self, after: int, on: int) -> Ints:
        """Whose days they are that come after one day and up to another."""
        begin, end = self._within(after, on)
        return self.owner[begin:end]

    def _within(self, after: int, on: int) -> tuple[int, int]:
        begin, end = np.searchsorted(self.day, np.array([after, on], dtype=self.day.dtype), side="right").tolist()
        return begin, end
