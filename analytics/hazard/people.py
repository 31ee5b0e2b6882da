"""Everybody of a watch, month by month, as one whole number for the combination of columns they stand in."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from analytics.coded import Ints
from analytics.hazard.codes import OF_POSTS, Codes
from analytics.hazard.happened import Happened
from analytics.hazard.history import OF_STAYS, History
from analytics.hazard.terms import SINCE
from analytics.hazard.watch import Watch
from analytics.retention.causes import CAUSES, MOVED

_INSIDE: Final = CAUSES.index(MOVED)


@dataclass(frozen=True)
class Passing:
    """A time that passes: the days it counts from, whose they are by place in the watch, and what each band counts in a
    combination."""

    name: str
    edges: Sequence[int]
    stride: int
    happened: Happened
    whose: Ints

    def touched(self, after: int, on: int) -> Iterator[Ints]:
        """Those whose time begins, or may pass an edge, in the days after one up to another."""
        for edge in (0, *self.edges):
            yield self.happened.between(after - edge, on - edge)


@dataclass(frozen=True)
class People:
    """The stays of a watch, and what is known of them."""

    history: History
    watch: Watch
    codes: Sequence[Codes]
    sizes: Sequence[int]

    @cached_property
    def strides(self) -> list[int]:
        """What each column's place counts in a combination: the first column most."""
        return [math.prod(self.sizes[at + 1 :]) for at in range(len(self.sizes))]

    @property
    def space(self) -> int:
        """How many combinations there could be."""
        return math.prod(self.sizes)

    def apart(self, combined: Ints) -> list[Ints]:
        """The place in each column again."""
        return [combined // stride % size for stride, size in zip(self.strides, self.sizes, strict=True)]

    @cached_property
    def passing(self) -> list[Passing]:
        stays, which = self.history.stays, self.watch.which
        return [
            Passing(
                one.name,
                SINCE[one.name].edges,
                stride,
                self.history.happened(one.name),
                which if one.name in OF_STAYS else stays.person[which],
            )
            for one, stride in zip(self.codes, self.strides, strict=True)
            if one.name in SINCE
        ]

    def standing(self, places: Ints, day: int) -> Ints:
        """What of the combination does not pass with time, of some places of the watch on a day."""
        which = self.watch.which[places]
        found = self._of_people[self.history.stays.person[which]] if self._is_of_people else np.zeros(1, dtype=np.int32)
        return found + self._of_posts[self.history.posts_on(which, day)]

    def by_month(self) -> Iterator[tuple[Ints, Ints]]:
        """On each eve, the places of those who are there and come, or may have changed, and their combination."""
        days, latest = self.watch.eves, [one.happened.latest(int(self.watch.eves[0])) for one in self.passing]
        for month, on in enumerate(days[:-1].tolist()):
            for one, day in zip(self.passing, latest, strict=True) if month else ():
                one.happened.go_on(day, int(days[month - 1]), on)
            places = self._touched(month)
            combined = self.standing(places, on)
            for one, day in zip(self.passing, latest, strict=True):
                combined += band(day[one.whose[places]], on, one.edges) * combined.dtype.type(one.stride)
            yield places, combined

    def _touched(self, month: int) -> Ints:
        coming = self.watch.first == month
        if not month:
            return np.flatnonzero(coming)
        after, on = self.watch.eves[month - 1 : month + 1].tolist()
        if any(one.name in OF_POSTS for one in self.codes):
            coming[self._places_of(self.history.changed.between(after, on), of_stays=True)] = True
        for one in self.passing:
            for owners in one.touched(after, on):
                coming[self._places_of(owners, of_stays=one.name in OF_STAYS)] = True
        return np.flatnonzero(coming & self.watch.there(month))

    def _places_of(self, owners: Ints, *, of_stays: bool) -> Ints:
        """The places in the watch of stays, or of people."""
        begins = self._begins[of_stays]
        begin, end = begins[owners], begins[owners + 1]
        found, more = begin[begin < end], np.flatnonzero(end - begin > 1)
        while len(more):
            begin[more] += 1
            found = np.concatenate([found, begin[more]])
            more = more[begin[more] + 1 < end[more]]
        return found

    @cached_property
    def _begins(self) -> tuple[Ints, Ints]:
        """Where each person's places begin, and each stay's, and an end: places are in order of both."""
        which, stays = self.watch.which, self.history.stays
        sizes = (len(self.history.codes.people), len(stays.started))
        every = (stays.person[which], which)
        counts = [np.bincount(of + 1, minlength=size + 1) for of, size in zip(every, sizes, strict=True)]
        return np.cumsum(counts[0]), np.cumsum(counts[1])

    @cached_property
    def gone(self) -> Ints:
        """The places of those whose stay ends within the window, by the month in which it does."""
        ended = np.flatnonzero(self.history.stays.ended[self.watch.which] < self.watch.eves[-1])
        return ended[np.argsort(self.watch.until[ended], kind="stable")]

    def why(self) -> Ints:
        """The cause for which those of `gone` went, as its place in CAUSES."""
        stays = self.history.stays
        ended = self.watch.which[self.gone]
        causes = self.history.causes[stays.posts_on(ended, stays.ended[ended])]
        return np.where(stays.stayed_in_system[ended], _INSIDE, causes)

    @property
    def _is_of_people(self) -> bool:
        return any(one.of_people is not None for one in self.codes)

    @cached_property
    def _of_posts(self) -> Ints:
        return self._sum([one.of_posts for one in self.codes], len(self.history.rows))

    @cached_property
    def _of_people(self) -> Ints:
        return self._sum([one.of_people for one in self.codes], len(self.history.codes.people))

    def _sum(self, places: Sequence[Ints | None], size: int) -> Ints:
        kind = np.int32 if self.space < 2**31 else np.int64
        found = np.zeros(size, dtype=kind)
        for place, stride in zip(places, self.strides, strict=True):
            if place is not None:
                found += place.astype(kind) * kind(stride)
        return found


def band(began: Ints, on: int, edges: Sequence[int]) -> Ints:
    """Which band the time since is in, on a day."""
    found = np.zeros(len(began), dtype=np.int8)
    for edge in edges:
        found += began <= on - edge
    return found
