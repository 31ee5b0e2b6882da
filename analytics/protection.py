"""Which counts must be withheld, so that what is shown does not give a small one away.

Cells stand in lines: all the cells that differ in one key only, with the line's total. A reader knows each shown
count to within its rounding, and that parts add up to their total; `withheld` plays that reader, and withholds more
until every withheld count stays open.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]
NO_BOUND: Final = float(2**40)  # more people than there are, yet a thousand of them still add up exactly in a float
ROUNDS: Final = 200
SWEEPS: Final = 30


@dataclass(frozen=True)
class Lines:
    """The lines along one key: each cell's line, which cells are totals, and the total's bounds where it is no cell.

    exact: per line, whether its parts really add up to its total; where they do not, no reader can subtract.
    """

    line: Whole
    is_total: Mask
    exact: Mask
    outside: tuple[Floats, Floats] | None = None


@dataclass(frozen=True)
class Rounding:
    """How counts are shown: withheld below `floor`, else to the nearest `base`; withheld ones stay open over
    `width`."""

    floor: int
    base: int
    width: int

    def rounded(self, n: Whole) -> Whole:
        """To the nearest multiple of base; a tie goes up."""
        return (2 * n + self.base) // (2 * self.base) * self.base

    def bounds(self, n: Whole, hidden: Mask) -> tuple[Floats, Floats]:
        """The least and the most each count can be, for a reader who sees what is shown."""
        shown = self.rounded(n)
        low = np.where(hidden, 0, np.maximum(shown - self.base // 2, self.floor))
        high = np.where(hidden, NO_BOUND, shown + (self.base + 1) // 2 - 1)
        return low.astype(float), high.astype(float)


def lines_along(cells: pl.DataFrame, column: str, key: str, keys: list[str], margin: str) -> Lines:
    """Lines along `key`, whose total is the row where `key` is `margin`."""
    line = _numbered(cells, [other for other in keys if other != key])
    is_total = (cells.get_column(key) == margin).to_numpy()
    n = cells.get_column(column).to_numpy()
    totals, parts = _sums(line[is_total], n[is_total], line), _sums(line[~is_total], n[~is_total], line)
    present = np.bincount(line[is_total], minlength=int(line.max(initial=-1)) + 1) == 1
    return Lines(line, is_total, present & (totals == parts))


def lines_within(
    cells: pl.DataFrame, column: str, families: list[str], total: str, hidden: Mask, rounding: Rounding
) -> Lines:
    """Lines of the groups of each family, whose total is in the column `total`, withheld where `hidden`."""
    line = _numbered(cells, families)
    first = np.unique(line, return_index=True)[1]
    totals = cells.get_column(total).to_numpy()[first]
    exact = totals == _sums(line, cells.get_column(column).to_numpy(), line)
    return Lines(line, np.zeros(len(line), dtype=bool), exact, rounding.bounds(totals, hidden[first]))


def withheld(n: Whole, hidden: Mask, every: list[Lines], rounding: Rounding) -> Mask:
    """The counts to withhold: `hidden` and those below the floor to begin with, then as many more as it takes."""
    hidden = hidden | (n < rounding.floor)
    for _ in range(ROUNDS):
        more = _companions(n, hidden, every)
        if not more.any():
            more = _openers(n, hidden, every, rounding)
        if not more.any():
            return hidden
        hidden = hidden | more
    return np.ones_like(hidden)


def _companions(n: Whole, hidden: Mask, every: list[Lines]) -> Mask:
    """In each line with one withheld count alone, the smallest shown one (a total only where there is nothing else)."""
    more = np.zeros_like(hidden)
    for lines in every:
        alone = _sums(lines.line, hidden, lines.line) == 1
        more |= _smallest_shown(n, hidden, lines, alone)
    return more


def _openers(n: Whole, hidden: Mask, every: list[Lines], rounding: Rounding) -> Mask:
    """For each withheld count a reader can narrow down too far, the smallest shown one in the line that narrows it."""
    low, high, by = _reader_bounds(*rounding.bounds(n, hidden), every)
    narrow = hidden & (high - low < rounding.width)
    more = np.zeros_like(hidden)
    for position, lines in enumerate(every):
        affected = _sums(lines.line, narrow & (by == position), lines.line) > 0
        more |= _smallest_shown(n, hidden, lines, affected)
    return more


def _reader_bounds(low: Floats, high: Floats, every: list[Lines]) -> tuple[Floats, Floats, Whole]:
    """Bounds after passing them along the lines until nothing changes, and which lines narrowed each count last."""
    by = np.full(len(low), -1)
    for _ in range(SWEEPS):
        before = low.sum() - high.sum()
        for position, lines in enumerate(every):
            new_low, new_high = _narrowed(low, high, lines)
            by = np.where((new_low > low) | (new_high < high), position, by)
            low, high = new_low, new_high
        if low.sum() - high.sum() == before:
            break
    return low, high, by


def _narrowed(low: Floats, high: Floats, lines: Lines) -> tuple[Floats, Floats]:
    line, parts, total = lines.line, ~lines.is_total, lines.is_total
    least, most = _sums(line[parts], low[parts], line), _sums(line[parts], high[parts], line)
    total_low, total_high = lines.outside or (
        _sums(line[total], low[total], line),
        _sums(line[total], high[total], line),
    )
    part_low, part_high = total_low[line] - (most[line] - high), total_high[line] - (least[line] - low)
    new_low = np.where(total, least[line], part_low)
    new_high = np.where(total, most[line], part_high)
    usable = lines.exact[line]
    return np.where(usable, np.maximum(low, new_low), low), np.where(usable, np.minimum(high, new_high), high)


def _smallest_shown(n: Whole, hidden: Mask, lines: Lines, wanted: Mask) -> Mask:
    """One shown count in each wanted line: parts before totals, small before large, then the order of the rows."""
    candidates = np.flatnonzero(~hidden & wanted[lines.line])
    order = np.lexsort((candidates, n[candidates], lines.is_total[candidates], lines.line[candidates]))
    best_first = candidates[order]
    _, first = np.unique(lines.line[best_first], return_index=True)
    chosen = np.zeros_like(hidden)
    chosen[best_first[first]] = True
    return chosen


def _numbered(cells: pl.DataFrame, keys: list[str]) -> Whole:
    """A number from 0 for each row's combination of keys."""
    if not keys:
        return np.zeros(cells.height, dtype=np.int64)
    return cells.select(pl.struct(keys).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()


def _sums(line: Whole, values: NDArray[Any], all_lines: Whole) -> Floats:
    highest = int(all_lines.max(initial=-1))
    return np.bincount(line, weights=values, minlength=highest + 1).astype(np.float64)
