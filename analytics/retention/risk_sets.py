"""The at-risk table as arrays: how many were at risk at each time, and how to run along each group's times."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.errors import CellsError, TooLittleError
from analytics.retention.at_risk import CENSORED, ENTERED, RESERVED, TIME, add
from analytics.retention.given import counts

Ints = NDArray[np.int64]
BATCH: Final = 4_000_000  # cells of an array that groups are laid into


@dataclass(frozen=True)
class RiskSets:
    """Rows of an at-risk table in order, and where each group's begin. `exits` has one array a cause."""

    table: pl.DataFrame
    by: list[str]
    causes: list[str]
    starts: Ints
    entered: Ints
    gone: Ints
    at_risk: Floats
    exits: list[Floats]

    @classmethod
    def of(cls, table: pl.DataFrame) -> "RiskSets":
        """Raises CellsError for what is no at-risk table: a column is missing, a count is negative, or more people
        leave than there are."""
        by, causes = columns_of(table)
        counts("at-risk table", table, [TIME])
        if not _in_order(table, by):
            table = add(table)
        starts = _starts(table, by)
        entered, censored, *exits = (_counts(table, name) for name in (ENTERED, CENSORED, *causes))
        gone = sum(exits, start=censored)
        present = _before(entered, starts) - _before(gone, starts)
        at_risk = present + np.where(table.get_column(TIME).to_numpy() == 0, entered, 0)
        if (gone > at_risk).any():
            row = int(np.argmax(gone > at_risk))
            raise CellsError(f"row {row}: {gone[row]} leave at {table.item(row, TIME)}, and {at_risk[row]} are there")
        exits = [n.astype(np.float64) for n in exits]
        return cls(table, by, causes, starts, entered, gone, at_risk.astype(np.float64), exits)

    @property
    def lengths(self) -> Ints:
        return np.diff(np.append(self.starts, self.table.height))

    @property
    def times(self) -> NDArray[Any]:
        return self.table.get_column(TIME).to_numpy()

    def groups(self) -> pl.DataFrame:
        """One row a group: the columns of `by`."""
        return self.table[self.starts].select(self.by)

    def events(self, causes: Sequence[object] | None) -> Floats:
        """Exits for any of the causes (all where None), in each row. Raises CellsError for an unknown one."""
        return sum((self.exits[at] for at in self.places(causes)), start=np.zeros(self.table.height))

    def places(self, causes: Sequence[object] | None) -> list[int]:
        """Where the causes stand among those of the table. Raises CellsError for an unknown one."""
        names = self.causes if causes is None else names_of(causes)
        for name in names:
            if name not in self.causes:
                raise CellsError(f"cause: {name} is none of {', '.join(self.causes)}")
        return [self.causes.index(name) for name in names]

    def along(self, work: Callable[..., Sequence[Floats]], *columns: Floats) -> list[Floats]:
        """What `work` makes of each group's rows: it takes arrays of group x row, filled up with noughts, and gives
        arrays of the same shape; here they are laid out as the table's rows again."""
        if not self.table.height:
            return [np.zeros(0) for _ in work(*(np.zeros((0, 1)) for _ in columns))]
        results: list[Floats] = []
        for rows, places, filled in self._batches():
            arrays = work(*(column[places] * filled for column in columns))
            results = results or [np.empty(self.table.height) for _ in arrays]
            for result, array in zip(results, arrays, strict=True):
                result[rows] = array[filled]
        return results

    def last_row(self, time: float) -> Ints:
        """Each group's last row at or before the time; -1 where there is none."""
        seen = np.add.reduceat((self.times <= time).astype(np.int64), self.starts)
        return np.where(seen > 0, self.starts + seen - 1, -1)

    def followed(self, time: float) -> NDArray[np.bool_]:
        """Whether anybody of each group was watched as long as that, or all had gone for a cause before."""
        last = self.starts + self.lengths - 1
        return (self.times[last] >= time) | (self.events(None)[last] == self.at_risk[last])

    def refuse_small(self, floor: int) -> None:
        """Raises TooLittleError where fewer than `floor` people of a group were ever there; CellsError for a floor that
        is no number of people."""
        if not isinstance(floor, Integral) or floor < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise CellsError(f"floor: {floor!r} is not a whole number of 0 or more")
        people = np.add.reduceat(self.entered, self.starts)
        if (people < floor).any():
            at = int(np.argmax(people < floor))
            named = self.groups().row(at, named=True) if self.by else "everybody"
            raise TooLittleError(f"a group of fewer than {floor} people: {named}")

    def _batches(self) -> Iterator[tuple[Ints, Ints, NDArray[np.bool_]]]:
        """Groups of like length together: their rows, the same laid out as group x row, and which places are filled."""
        order = np.argsort(self.lengths, kind="stable")
        sizes = self.lengths[order]
        first = 0
        while first < len(order):
            fits = np.flatnonzero(sizes[first:] * np.arange(1, len(order) - first + 1) <= BATCH)
            last = first + 1 + int(fits.max(initial=0))
            step = np.arange(sizes[last - 1])
            filled = step < sizes[first:last, None]
            places = np.where(filled, self.starts[order[first:last], None] + step, 0)
            yield places[filled], places, filled
            first = last


def names_of(causes: object) -> list[str]:
    """Causes by name, of one or several. Raises CellsError for none."""
    several = [*causes] if isinstance(causes, Iterable) and not isinstance(causes, str) else [causes]
    if not several:
        raise CellsError("causes: name one at least")
    return [str(cause) for cause in several]


def columns_of(table: pl.DataFrame) -> tuple[list[str], list[str]]:
    """The columns of `by` and the causes of an at-risk table. Raises CellsError where it is none."""
    for name in RESERVED:
        if name not in table.columns:
            raise CellsError(f"the at-risk table lacks the column {name}")
    at = table.columns.index(TIME)
    return table.columns[:at], [name for name in table.columns[at + 1 :] if name not in RESERVED]


def _counts(table: pl.DataFrame, name: str) -> Ints:
    column = table.get_column(name)
    if not column.dtype.is_integer() or column.null_count() or (column < 0).any():
        raise CellsError(f"{name}: not a count of people (whole numbers of 0 or more)")
    return column.cast(pl.Int64).to_numpy()


def _in_order(table: pl.DataFrame, by: Sequence[str]) -> bool:
    """Each row after the one before it, by group and then time."""
    later = pl.col(TIME) > pl.col(TIME).shift()
    for name in reversed(by):
        column, before = pl.col(name), pl.col(name).shift()
        later = (column > before) | (before.is_null() & column.is_not_null()) | (column.eq_missing(before) & later)
    return bool(table.lazy().select(later.slice(1).fill_null(value=False).all()).collect().item())


def _starts(table: pl.DataFrame, by: Sequence[str]) -> Ints:
    if not by or not table.height:
        return np.zeros(min(1, table.height), dtype=np.int64)
    new = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in by)
    found = table.lazy().select(new).collect().to_series().to_numpy().copy()
    found[0] = True
    return np.flatnonzero(found)


def _before(counts: Ints, starts: Ints) -> Ints:
    """How many there were in the group's rows before each row."""
    sums = np.cumsum(counts) - counts
    return sums - np.repeat(sums[starts], np.diff(np.append(starts, len(counts))))
