"""Cells laid out so that each step of the fit costs a few passes over them.

Terms are put together in parts of a few thousand combinations each. The odds of a cell are the product of those of its
parts, so that no cell needs an exponential; sums over a part's combinations, and over combinations of a part with the
levels of one more term, give all that the score and the information matrix are made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from analytics.counting import Floats
from analytics.hazard.places import Places
from analytics.retention.stays import Ints

MOST: Final = 4_000  # combinations of a part


@dataclass(frozen=True)
class Part:
    """Some terms: their combination in each cell, how many levels each has, and which columns of the whole design are
    theirs; the first part has the intercept too."""

    terms: list[int]
    code: Ints
    sizes: list[int]
    columns: Ints

    @property
    def combinations(self) -> int:
        return int(np.prod(self.sizes, dtype=np.int64))

    @cached_property
    def places(self) -> Ints:
        """The place of each term, term x combination."""
        return np.indices(self.sizes).reshape(len(self.sizes), self.combinations)

    @cached_property
    def design(self) -> Floats:
        """One row a combination, one column for each of `columns`."""
        levels = [place[:, None] == np.arange(1, size) for place, size in zip(self.places, self.sizes, strict=True)]
        ones = [np.ones((self.combinations, 1))] if len(self.columns) and self.columns[0] == 0 else []
        return np.concatenate([*ones, *levels], axis=1).astype(np.float64)

    def sums(self, weight: Floats) -> Floats:
        """Those of the weight over the cells of each combination."""
        return np.bincount(self.code, weight, self.combinations).astype(np.float64, copy=False)


@dataclass(frozen=True)
class Beside:
    """One term beside the combinations of a part that comes before its own."""

    part: Part
    columns: Ints
    size: int
    code: Ints

    def information(self, weight: Floats) -> Floats:
        counted = np.bincount(self.code, weight, self.part.combinations * self.size)
        return self.part.design.T @ counted.reshape(-1, self.size)[:, 1:]


@dataclass(frozen=True)
class Layout:
    """Distinct cells: exposed, exits (cause x cell), the parts of their terms, and the terms of each part beside the
    parts before it. `width` columns in the whole design."""

    exposed: Floats
    exits: Floats
    parts: list[Part]
    width: int

    @classmethod
    def of(cls, places: Places, sizes: Sequence[int], exposed: Floats, exits: Floats) -> "Layout":
        """Cells that differ in no term are put together, where that is cheap."""
        chosen = _parted(sizes)
        codes = [_combined([places[t] for t in part], [sizes[t] for t in part], len(exposed)) for part in chosen]
        every = [int(np.prod([sizes[t] for t in part], dtype=np.int64)) for part in chosen]
        size = int(np.prod(every, dtype=np.int64)) if np.prod(every, dtype=float) < 2**62 else 2**62
        if size <= 4 * len(exposed) + 1_000_000:
            key = _combined(codes, every, len(exposed))
            kept = np.flatnonzero(np.bincount(key, minlength=size))
            exposed, *each = (np.bincount(key, row, size)[kept].astype(np.float64) for row in (exposed, *exits))
            exits = np.stack(each)
            codes = _apart(kept, every)
        ends = np.cumsum([1, *(levels - 1 for levels in sizes)])
        parts: list[Part] = []
        for part, code in zip(chosen, codes, strict=True):
            own = [np.arange(ends[t], ends[t + 1]) for t in part]
            columns = np.concatenate([*own] if parts else [np.arange(1), *own])
            parts.append(Part(part, code, [sizes[t] for t in part], columns))
        return cls(exposed, exits, parts, int(ends[-1]))

    def odds(self, estimates: Floats) -> Floats:
        """The odds of each cause against staying, cause x cell."""
        found = np.ones((len(estimates), len(self.exposed)))
        for part in self.parts:
            for k, odds in enumerate(np.exp(estimates[:, part.columns] @ part.design.T)):
                found[k] *= odds[part.code]
        return found

    def score(self, residual: Floats) -> Floats:
        """The sum of each column of the design over the cells, weighted."""
        found = np.zeros(self.width)
        for part in self.parts:
            found[part.columns] = part.sums(residual) @ part.design
        return found

    def information(self, weight: Floats) -> Floats:
        """The sum of each product of two columns over the cells, weighted."""
        found = np.zeros((self.width, self.width))
        for part in self.parts:
            found[np.ix_(part.columns, part.columns)] = (part.design * part.sums(weight)[:, None]).T @ part.design
        for beside in self._beside:
            block = beside.information(weight)
            found[np.ix_(beside.part.columns, beside.columns)] = block
            found[np.ix_(beside.columns, beside.part.columns)] = block.T
        return found

    def of_levels(self, weight: Floats) -> list[Floats]:
        """For each term in the order given, the sums of the weight over the cells of each level."""
        found: dict[int, Floats] = {}
        for part in self.parts:
            sums = part.sums(weight).reshape(part.sizes)
            for axis, term in enumerate(part.terms):
                found[term] = sums.sum(axis=tuple(other for other in range(len(part.terms)) if other != axis))
        return [found[term] for term in range(len(found))]

    @cached_property
    def _beside(self) -> list[Beside]:
        found: list[Beside] = []
        for at, later in enumerate(self.parts):
            begin = 0
            for place, size in zip(later.places, later.sizes, strict=True):
                columns = later.columns[begin : begin + size - 1]
                found += [Beside(part, columns, size, part.code * size + place[later.code]) for part in self.parts[:at]]
                begin += size - 1
        return found


def _parted(sizes: Sequence[int]) -> list[list[int]]:
    """The terms by part: many with few levels in the first, so that few terms are beside a part."""
    parts, combinations = [list[int]()], 1
    for term in np.argsort(sizes, kind="stable").tolist():
        if parts[-1] and combinations * sizes[term] > MOST:
            parts, combinations = [*parts, []], 1
        parts[-1].append(term)
        combinations *= sizes[term]
    return parts


def _combined(places: Sequence[Ints], sizes: Sequence[int], rows: int) -> Ints:
    code = np.zeros(rows, dtype=np.int64)
    for place, size in zip(places, sizes, strict=True):
        code = code * size + place
    return code


def _apart(code: Ints, sizes: Sequence[int]) -> list[Ints]:
    found: list[Ints] = []
    for size in reversed(sizes):
        code, place = np.divmod(code, size)
        found.append(place)
    return found[::-1]
