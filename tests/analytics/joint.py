"""A reader with a solver who holds a whole release at once: every report says something of the same people.

People are cells of organisation, level, kind of work and answer about ethnicity. Each shown figure is a sum of cells,
known to within its rounding; reports on fewer people (those employed for a year) are sums of parts of the cells.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_diag, csr_array, eye_array, hstack, vstack

from analytics.disclosure import Rule
from analytics.frames import GROUPS
from analytics.representation.standards import CLINICAL, MEDICAL

LEVELS = (*(str(level) for level in range(1, 10)), "unmapped")
PARTS = ("non_clinical", "clinical", "medical")
ANSWERS = (*GROUPS["ethnicity"], "unanswered")
MINORITY = ("mixed", "asian", "black", "other")
STAYED, CAME = "stayed", "came"  # employed here a year before, or not
Cell = tuple[str, str, str, str, str]
Wanted = Mapping[str, Sequence[str]]
NAMES = ("organisation", "level", "part", "answer", "since")


def part_of(staff_group: str) -> str:
    if staff_group == MEDICAL:
        return "medical"
    return "clinical" if staff_group in CLINICAL else "non_clinical"


@dataclass
class Reader:
    """What the reader has been shown: sums of cells, with the least and the most each can be."""

    organisations: Sequence[str]
    rule: Rule
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    hidden: dict[tuple[Any, ...], np.ndarray] = field(default_factory=dict)
    parts: Sequence[str] = PARTS
    since: Sequence[str] = (STAYED, CAME)

    def __post_init__(self) -> None:
        values = (self.organisations, LEVELS, self.parts, ANSWERS, self.since)
        self.cells = pl.DataFrame([*product(*values)], schema=[*NAMES], orient="row")

    def sum_of(self, wanted: Wanted) -> np.ndarray:
        """The cells with one of the named values in each named key; of the whole system where an organisation is ""."""
        chosen = pl.lit(value=True)
        for name, values in wanted.items():
            if [*values] != [""]:
                chosen = chosen & pl.col(name).is_in([*values])
        return np.flatnonzero(self.cells.select(chosen.alias("")).to_series())

    def told(self, name: tuple[Any, ...], shown: int | None, wanted: Wanted) -> None:
        """A figure, or that it is withheld: withheld ones are what the reader is after."""
        cells = self.sum_of(wanted)
        if shown is None:
            self.hidden[name] = cells
            return
        self.rows.append(cells)
        self.low.append(max(shown - self.rule.base // 2, self.rule.floor))
        self.high.append(shown + (self.rule.base + 1) // 2 - 1)

    @property
    def matrix(self) -> csr_array:
        return self._matrix(self.rows)

    def _matrix(self, sums: Sequence[np.ndarray]) -> csr_array:
        rows = np.repeat(np.arange(len(sums)), [len(one) for one in sums])
        ones = np.ones(len(rows))
        return csr_array((ones, (rows, np.concatenate(sums))), shape=(len(sums), self.cells.height))

    def bounds(self, cells: np.ndarray, *, whole: bool = False) -> tuple[float, float]:
        """The least and the most people in these cells: by a linear program, or in whole people."""
        target = np.zeros(self.cells.height)
        target[cells] = 1
        solve = self._in_whole_people() if whole else self._linear
        return solve(target), -solve(-target)

    @cached_property
    def _linear(self) -> Callable[[np.ndarray], float]:
        """Made once: nothing may be told afterwards."""
        both = self._matrix([*self.rows, *self.rows])
        both.data[len(both.data) // 2 :] *= -1
        limits = np.array([*self.high, *(-low for low in self.low)])

        def least(target: np.ndarray) -> float:
            found = linprog(target, A_ub=both, b_ub=limits, bounds=(0, None), method="highs")
            assert found.status in {0, 3}, found.message
            return float(found.fun) if found.status == 0 else -np.inf

        return least

    def _in_whole_people(self) -> Callable[[np.ndarray], float]:
        constraint = LinearConstraint(self.matrix, np.array(self.low), np.array(self.high))  # pyright: ignore

        def least(target: np.ndarray) -> float:
            whole = np.ones(self.cells.height)
            found = milp(target, constraints=constraint, integrality=whole, bounds=Bounds(0, np.inf),
                         options={"time_limit": 1.0})  # fmt: skip
            return -np.inf if found.fun is None else float(min(found.fun, found.mip_dual_bound))

        return least


def read_representation(reader: Reader, frame: pl.DataFrame) -> None:
    for row in frame.filter(pl.col("characteristic").cast(pl.String) == "ethnicity").iter_rows(named=True):
        level = LEVELS if row["level"] == "all" else [row["level"]]
        place = {"organisation": [row["organisation"]], "level": level}
        where = "representation", row["organisation"], row["level"]
        reader.told((*where, row["group"]), row["n"], {**place, "answer": [row["group"]]})
        if row["group"] == "white":
            reader.told((*where, "known"), row["known"], {**place, "answer": GROUPS["ethnicity"]})
            reader.told((*where, "in_scope"), row["in_scope"], place)
            if row["known"] is None or row["in_scope"] is None:
                reader.hidden[(*where, "unanswered")] = reader.sum_of({**place, "answer": ["unanswered"]})


def read_parts(reader: Reader, frame: pl.DataFrame) -> None:
    for row in frame.iter_rows(named=True):
        answers = MINORITY if row["group"] == "ethnic_minority" else [row["group"]]
        place = {"organisation": [row["organisation"]], "part": [row["part"]], "answer": answers}
        reader.told(("wres", row["organisation"], row["part"], row["group"]), row["n"], place)


def read_coverage(reader: Reader, frame: pl.DataFrame) -> None:
    """How many were employed for a year: by level, and in the whole system by answer; and who came since."""
    for row in frame.iter_rows(named=True):
        kind, _, value = row["slice"].partition(":")
        place: dict[str, Sequence[str]] = {"organisation": [row["organisation"]], "since": [STAYED]}
        if kind == "new":
            place["since"] = [CAME]
        elif kind == "level":
            place["level"] = [value]
        elif kind == "ethnicity":
            place["answer"] = [value]
        elif kind != "all":
            continue
        reader.told(("coverage", row["organisation"], row["slice"]), row["eligible"], place)


def read_retention(reader: Reader, frame: pl.DataFrame) -> None:
    """Who is there at the end of the year: everybody, by level, and in the whole system by answer."""
    for row in frame.iter_rows(named=True):
        kind, _, value = row["slice"].partition(":")
        place: dict[str, Sequence[str]] = {"organisation": [row["organisation"]]}
        if kind == "level":
            place["level"] = [value]
        elif kind == "ethnicity":
            place["answer"] = [value]
        elif kind == "all":
            place["level"] = LEVELS
        else:
            continue
        reader.told(("retention", row["organisation"], row["slice"]), row["closing"], place)


def read_senior(reader: Reader, frame: pl.DataFrame) -> None:
    """Posts at levels 7 to 9 of those at 4 to 9, from the equity chain."""
    seen: set[tuple[str, str]] = set()
    for row in frame.filter(pl.col("step") == "senior").iter_rows(named=True):
        for group, upper, pool in ((row["group"], row["a"], row["n"]), (row["reference"], row["c"], row["m"])):
            if (row["organisation"], group) in seen or group not in {*ANSWERS, "ethnic_minority"}:
                continue
            seen.add((row["organisation"], group))
            answers = MINORITY if group == "ethnic_minority" else [group]
            place = {"organisation": [row["organisation"]], "answer": answers}
            name = "senior", row["organisation"], group
            reader.told((*name, "upper"), upper, {**place, "level": ["7", "8", "9"]})
            reader.told((*name, "pool"), pool, {**place, "level": [str(level) for level in range(4, 10)]})


def bounds_of_two(
    earlier: Reader, later: Reader, most_changed: int, cells: np.ndarray, *, of_later: bool
) -> tuple[float, float]:
    """The least and the most in some cells of one of two releases, for a reader who knows that no cell changed by more
    than so many people between them. Both are of the same cells."""
    size = earlier.cells.height
    told = block_diag([earlier.matrix, later.matrix]).tocsr()
    change = hstack([-eye_array(size), eye_array(size)])
    above = vstack([told, -told, change, -change]).tocsr()
    low, high = (np.array([*getattr(earlier, end), *getattr(later, end)]) for end in ("low", "high"))
    limits = np.concatenate([high, -low, np.full(2 * size, most_changed)])
    target = np.zeros(2 * size)
    target[cells + (size if of_later else 0)] = 1
    found = [linprog(sign * target, A_ub=above, b_ub=limits, bounds=(0, None), method="highs") for sign in (1, -1)]
    assert {one.status for one in found} <= {0, 3}
    return found[0].fun, np.inf if found[1].status == 3 else -found[1].fun
