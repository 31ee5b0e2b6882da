"""The months ahead of people as they stand on a day: who stands alike goes the same path, told in stretches of months
in which nothing changes.

How long ago something was says in which months its band is another: so many days ago, so many ways to pass through the
bands, and each way is one number. Then people who stand alike have the same numbers, and are counted before any month
is looked at.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from analytics.coded import Ints
from analytics.errors import CellsError
from analytics.hazard.codes import Codes
from analytics.hazard.history import History
from analytics.hazard.people import People
from analytics.hazard.refusals import EXPOSED
from analytics.hazard.terms import SINCE
from analytics.hazard.watch import Watch
from analytics.retention.causes import CAUSES

PATH, MONTHS = "path", "months"
_KINDS: Final = 1 + len(CAUSES)  # to be there still, or to have gone for one of the causes
_WIDE: Final = 128  # more than months


@dataclass(frozen=True)
class Ways:
    """The ways through the bands of one term: the band in each month (way x month), and the way of so many days."""

    band: Ints
    way: Ints

    @classmethod
    def of(cls, edges: Sequence[int], days: Ints) -> "Ways":
        """days: the eves of the months, of which the first is the day on which people stand there."""
        passed = days[:-1] - days[0]
        breaks = np.unique(np.subtract.outer(np.array(edges), passed))
        breaks = breaks[breaks > 0]
        begin = np.append(0, breaks)
        band = np.searchsorted(edges, begin[:, None] + passed, side="right").astype(np.int8)
        return cls(band, np.searchsorted(breaks, np.arange(edges[-1] + 1), side="right").astype(np.int16))

    def __len__(self) -> int:
        return len(self.band)

    def after(self, passed: Ints) -> Ints:
        """The way of those for whom so many days have passed, or more than are told apart."""
        return self.way[np.minimum(passed, len(self.way) - 1)]

    def changes(self, way: Ints) -> tuple[Ints, Ints]:
        """(whose, month): the months in which the band is another than in the month before."""
        of, month = np.nonzero(np.diff(self.band, axis=1))
        many = np.bincount(of, minlength=len(self.band))
        begin = np.cumsum(many) - many
        whose = np.repeat(np.arange(len(way)), many[way])
        at = np.arange(len(whose)) - np.repeat(np.cumsum(many[way]) - many[way], many[way])
        return whose, month[begin[way[whose]] + at] + 1


@dataclass(frozen=True)
class Ahead:
    """Those there on a day, and the months ahead of them."""

    people: People
    ways: dict[str, Ways]

    @classmethod
    def of(cls, history: History, there: Ints, days: Ints, codes: Sequence[Codes]) -> "Ahead":
        ways = {one.name: Ways.of(SINCE[one.name].edges, days) for one in codes if one.name in SINCE}
        sizes = [len(ways.get(one.name, one.values)) for one in codes]
        if math.prod(sizes) * _KINDS >= 2**63:
            raise CellsError("months ahead by so many columns cannot be told apart: ask for fewer")
        return cls(People(history, Watch.all_along(there, days), codes, sizes), ways)

    def paths(self) -> pl.DataFrame:
        """path, the columns, months, exposed and the causes, as `person_periods.ahead` tells them."""
        keys, counts = self._alike
        places = self.people.apart(keys)
        whose, month, months = self._stretches(places)
        first = pl.Series(month == 0)
        told = [pl.Series(PATH, whose.astype(np.uint32))]
        for one, place in zip(self.people.codes, places, strict=True):
            at = self.ways[one.name].band[place[whose], month] if one.name in self.ways else place[whose]
            told.append(one.values.gather(at).alias(one.name))
        counted = pl.DataFrame(counts[whose], schema=["still", *CAUSES])
        exposed = counted.sum_horizontal().alias(EXPOSED)
        gone = counted.select(pl.when(first).then(cause).otherwise(0).alias(cause) for cause in CAUSES)
        return pl.DataFrame([*told, pl.Series(MONTHS, months), exposed, *gone])

    @cached_property
    def _combined(self) -> Ints:
        """Of each person, the combination of the columns and of the ways through their bands."""
        people, on = self.people, int(self.people.watch.eves[0])
        found = people.standing(np.arange(len(people.watch.which)), on).astype(np.int64)
        for one in people.passing:
            began = one.happened.latest(on)[one.whose]
            found += self.ways[one.name].after(on - began).astype(np.int64) * one.stride
        return found

    @cached_property
    def _alike(self) -> tuple[Ints, Ints]:
        """The combinations that occur, in order, and how many stay or go for each cause, combination x kind."""
        kinds = np.zeros(len(self.people.watch.which), dtype=np.int64)
        kinds[self.people.gone] = 1 + self.people.why()
        keys, n = np.unique(self._combined * _KINDS + kinds, return_counts=True)
        of, kind = np.divmod(keys, _KINDS)
        new = np.diff(of, prepend=-1) != 0
        counts = np.zeros((int(new.sum()), _KINDS), dtype=np.int64)
        counts[np.cumsum(new) - 1, kind] = n
        return of[new], counts

    def _stretches(self, places: Sequence[Ints]) -> tuple[Ints, Ints, Ints]:
        """(whose, month, months): in order, by when they begin and how long they are."""
        starts = [np.arange(len(places[0])) * _WIDE]
        for one, place in zip(self.people.codes, places, strict=True):
            if one.name in self.ways:
                whose, month = self.ways[one.name].changes(place)
                starts.append(whose * _WIDE + month)
        key = np.sort(np.concatenate(starts))
        whose, month = np.divmod(key[np.diff(key, prepend=-1) != 0], _WIDE)
        until = np.append(month[1:], 0)
        until[np.diff(whose, append=-1) != 0] = self.people.watch.months
        return whose, month, until - month
