"""One reading of a year -> counts of people by organisation and slice."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.frames import CHARACTERISTICS, LEVELS
from analytics.released.retention.reading import CAUSE, ROOM, SERVICE, SYSTEM, UNMAPPED, Flags, Ints, Rows, Year
from analytics.retention.causes import CAUSES, MOVED

ALL: Final = "all"
LOCAL: Final = ("level", "staff_group", "age_band", "service")
EVERYWHERE: Final = tuple(name for name in CHARACTERISTICS if name != "age_band")
QUARTERS: Final = 240  # the longest service that is told apart, in quarters of a year
_QUARTER: Final = 365.25 / 4


@dataclass(frozen=True)
class Slices:
    """The slices of a release in order, and where those of each way to divide people begin."""

    words: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, year: Year) -> "Slices":
        levels = tuple(str(level) for level in LEVELS)
        parts = {"level": (*levels, UNMAPPED), "staff_group": year.posts.words["staff_group"], "service": SERVICE}
        every = parts | {name: year.answers(name) for name in CHARACTERISTICS}
        return cls({ALL: (ALL,), **{name: every[name] for name in (*LOCAL, *EVERYWHERE)}})

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (ALL, *(f"{way}:{word}" for way, words in self.words.items() if way != ALL for word in words))

    @cached_property
    def local(self) -> int:
        """How many of them organisations have: those are the first."""
        return 1 + sum(len(self.words[way]) for way in LOCAL)

    def parts(self, way: str) -> tuple[str, ...]:
        return tuple(f"{way}:{word}" for word in self.words[way])

    def place(self, way: str) -> slice:
        """Where the slices of a way to divide people are."""
        ways = [*self.words]
        begin = sum(len(self.words[one]) for one in ways[: ways.index(way)])
        return slice(begin, begin + len(self.words[way]))


@dataclass(frozen=True)
class Placed:
    """Rows, and the cell that each is in: organisation x level x staff group x age band x service there; and the
    service in the system of those that count once."""

    rows: Rows
    cells: Ints
    people: Ints

    def only(self, chosen: Flags) -> "Placed":
        return Placed(self.rows.only(chosen), self.cells[chosen], self.people[chosen])


@dataclass(frozen=True)
class Counter:
    """Counts rows of a reading into arrays of organisation (the system first) x slice."""

    year: Year
    slices: Slices

    @cached_property
    def places(self) -> tuple[str, ...]:
        return (SYSTEM, *self.year.posts.words["organisation"])

    @cached_property
    def shape(self) -> tuple[int, ...]:
        return (len(self.places) - 1, *(len(self.slices.words[way]) for way in LOCAL))

    @cached_property
    def system_shape(self) -> tuple[int, ...]:
        return tuple(len(self.slices.words[way]) for way in ("service", *EVERYWHERE))

    @cached_property
    def _posts(self) -> Ints:
        posts, groups = self.year.posts, len(self.slices.words["staff_group"])
        level = (posts.level.astype(np.int32) - 1) % ROOM  # none comes last
        return ((posts.organisation * ROOM + level) * groups + posts.staff_group) * (self.shape[3] * self.shape[4])

    @cached_property
    def _people(self) -> Ints:
        """Of each person, the cell of what does not change: age band, and the other characteristics."""
        year, cell = self.year, np.zeros(len(self.year.codes.people), dtype=np.int32)
        for name in EVERYWHERE:
            codes = year.codes.answers[name]
            cell = cell * len(self.slices.words[name]) + np.minimum(codes, len(self.slices.words[name]) - 1)
        return cell

    def placed(self, rows: Rows) -> Placed:
        """The cells of rows."""
        year, person = self.year, self.year.stays.person[rows.stays]
        age = np.minimum(year.codes.answers["age_band"], self.shape[3] - 1)[person]
        here, inside = (year.service(rows, system=system) for system in (False, True))
        cells = self._posts[rows.posts] + age * np.int32(self.shape[4]) + here
        people = self._people[person] + inside * np.int32(np.prod(self.system_shape[1:]))
        return Placed(rows, cells, people)

    def count(self, placed: Placed, weights: NDArray[Any] | None = None) -> Floats:
        """Of the rows, or of their weights; in the system of those that count once there."""
        once = placed.rows.once
        found = np.zeros((len(self.places), len(self.slices.names)))
        for way, each in self._by_place(placed.cells, weights).items():
            found[1:, self.slices.place(way)] = each
            found[0, self.slices.place(way)] = each.sum(axis=0)
        if not once.all():
            twice = self._by_place(placed.cells[~once], None if weights is None else weights[~once])
            for way, each in twice.items():
                found[0, self.slices.place(way)] -= each.sum(axis=0)
        counted = None if weights is None else weights[once]
        people = np.bincount(placed.people[once], counted, minlength=int(np.prod(self.system_shape)))
        several = people.reshape(self.system_shape)
        for axis, way in enumerate(("service", *EVERYWHERE)):
            found[0, self.slices.place(way)] = several.sum(axis=tuple({0, 1, 2, 3} - {axis}))
        return found

    def _by_place(self, cells: Ints, weights: NDArray[Any] | None) -> dict[str, NDArray[Any]]:
        """Organisation x slice of each way, of everybody once an organisation."""
        whole = np.bincount(cells, weights, minlength=int(np.prod(self.shape))).reshape(self.shape)
        of_age = whole.sum(axis=4)
        of_group = of_age.sum(axis=3)
        level = of_group.sum(axis=2)
        return {
            ALL: level.sum(axis=1, keepdims=True),
            "level": level,
            "staff_group": of_group.sum(axis=1),
            "age_band": of_age.sum(axis=(1, 2)),
            "service": whole.sum(axis=(1, 2, 3)),
        }

    def of_codes(self, rows: Rows, codes: Ints, width: int) -> Ints:
        """Rows by organisation (the system first) and any code."""
        each = np.zeros((len(self.places), width), dtype=np.int64)
        organisation = self.year.posts.organisation[rows.posts]
        size = (len(self.places) - 1) * width
        each[1:] = np.bincount(organisation * width + codes, minlength=size).reshape(-1, width)
        each[0] = np.bincount(codes[rows.once], minlength=width)
        return each


def heads(counter: Counter) -> dict[str, Any]:
    """Who was there at both ends, came and went: figure -> organisation x slice. And the full-time equivalents of those
    there at the end."""
    year = counter.year
    stays = year.stays
    opening, closing = counter.placed(year.opening), counter.placed(year.closing)
    found: dict[str, Floats] = {"opening": counter.count(opening), "closing": counter.count(closing)}
    same, inside = (
        stays.still(ids, opening.rows.stays, closing.rows.stays, year.last) for ids in (stays.holder, stays.person)
    )
    found["stayed"] = found["opening"] - counter.count(opening.only(~same))
    found["in_system"] = found["opening"] - counter.count(opening.only(~inside))
    found |= {"joined": counter.count(counter.placed(year.joined)), "came": counter.count(counter.placed(year.came))}
    gone, moved = counter.placed(year.gone), counter.placed(year.moved)
    causes = year.cause_of(year.gone)
    for cause in CAUSES:
        found[cause] = counter.count(moved if cause == MOVED else gone.only(causes == CAUSE[cause]))
    whole = {name: figure.astype(np.int64) for name, figure in found.items()}
    fte = counter.count(closing, year.posts.fte[closing.rows.posts])
    return {**whole, "fte_closing": fte}


def medians(counter: Counter) -> Floats:
    """Median years of service of those there at the end, to the quarter; of nobody NaN."""
    year, placed, (places, *widths) = counter.year, counter.placed(counter.year.closing), counter.shape
    rows = placed.rows
    found = np.full((len(counter.places), len(counter.slices.names)), np.nan)
    here, inside = (
        np.minimum((rows.day - began[rows.stays]) / _QUARTER, QUARTERS - 1).astype(np.int32)
        for began in (year.stays.started, year.stays.in_system_from)
    )
    codes = np.unravel_index(placed.cells, counter.shape)
    organisation = codes[0].astype(np.int32)
    found[1:, 0] = _middle(organisation, here, places)
    for way, width, code in zip(LOCAL, widths, codes[1:], strict=True):
        found[1:, counter.slices.place(way)] = _middle(organisation * width + code, here, places * width).reshape(
            places, -1
        )
    once = rows.once
    people = np.unravel_index(placed.people[once], counter.system_shape)
    found[0, 0] = _middle(np.zeros(int(once.sum()), dtype=np.int32), inside[once], 1)[0]
    for way, width, code in zip(LOCAL[:3], widths, codes[1:], strict=False):
        found[0, counter.slices.place(way)] = _middle(code[once], inside[once], width)
    for way, code in zip(("service", *EVERYWHERE), people, strict=True):
        found[0, counter.slices.place(way)] = _middle(code, inside[once], len(counter.slices.words[way]))
    return found / 4


def _middle(codes: Ints, quarters: Ints, size: int) -> Floats:
    """The median quarter of each code, by how many there are of each."""
    seen = np.bincount(codes * QUARTERS + quarters, minlength=size * QUARTERS).reshape(size, QUARTERS)
    along = np.cumsum(seen, axis=1)
    people = along[:, -1]
    half = (along * 2 >= people[:, None]).argmax(axis=1)
    return np.where(people > 0, half, np.nan)


def framed(counter: Counter, figures: Mapping[str, NDArray[Any]]) -> pl.DataFrame:
    """organisation, slice and the figures: system rows first; organisations have their own slices only."""
    names, local = counter.slices.names, counter.slices.local
    chosen = np.ones((len(counter.places), len(names)), dtype=bool)
    chosen[1:, local:] = False
    rows, columns = np.nonzero(chosen)
    keys = {
        "organisation": pl.Series(counter.places, dtype=pl.String).gather(rows),
        "slice": pl.Series(names, dtype=pl.String).gather(columns),
    }
    return pl.DataFrame(keys | {name: figure[rows, columns] for name, figure in figures.items()})
