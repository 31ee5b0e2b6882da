"""Which counts must be withheld, so that what is shown does not give a small one away.

Cells stand in lines: all the cells that differ in one key only, with the line's total. A reader knows each shown
count to within its rounding, and that parts add up to their total; `withheld` plays that reader, and withholds more
until every withheld count stays open.
"""

from dataclasses import dataclass, replace
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
    paired: whether one withheld count alone, or withheld ones that are few together, need another beside them.
    """

    line: Whole
    is_total: Mask
    exact: Mask
    outside: tuple[Floats, Floats] | None = None
    paired: bool = True


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


def lines_answered(
    rows: pl.DataFrame,
    families: list[str],
    columns: tuple[str, str, str],
    hidden: tuple[Mask, Mask],
    unanswered: Mask,
    rounding: Rounding,
) -> list[Lines]:
    """Lines of each family's groups, whose total is known, and of its people without an answer, who are everybody less
    known; and of all of them together, whose total is everybody.

    columns: count, known, everybody. hidden: known's and everybody's mask.
    """
    count, known, everybody = (rows.get_column(column).to_numpy() for column in columns)
    line = _numbered(rows.with_columns(unanswered=pl.Series(unanswered)), [*families, "unanswered"])
    first = np.unique(line, return_index=True)[1]
    known_low, known_high = rounding.bounds(known[first], hidden[0][first])
    low, high = rounding.bounds(everybody[first], hidden[1][first])
    known_high, alone = np.minimum(known_high, high), unanswered[first]
    outside = np.where(alone, np.maximum(low - known_high, 0), known_low), np.where(alone, high - known_low, known_high)
    apart = Lines(line, np.zeros(len(line), dtype=bool), alone | (known[first] == _sums(line, count, line)), outside)
    together = lines_within(rows, columns[0], families, columns[2], hidden[1], rounding)
    return [replace(together, paired=False), apart]


def withheld(n: Whole, hidden: Mask, every: list[Lines], rounding: Rounding, guarded: Mask | None = None) -> Mask:
    """The counts to withhold: `hidden` and those below the floor to begin with, then as many more as it takes.

    guarded: the counts that must stay open once withheld, all of them unless told.
    """
    hidden = hidden | (n < rounding.floor)
    guarded = np.ones_like(hidden) if guarded is None else guarded
    for _ in range(ROUNDS):
        more = _companions(n, hidden, every)
        if not more.any():
            more = _openers(n, hidden, every, rounding, guarded)
        if not more.any():
            return hidden
        hidden = hidden | more
    return np.ones_like(hidden)


def _companions(n: Whole, hidden: Mask, every: list[Lines]) -> Mask:
    """In each line with one withheld count alone, the smallest shown one (a total only where there is nothing else)."""
    more = np.zeros_like(hidden)
    for lines in every:
        alone = (_sums(lines.line, hidden, lines.line) == 1) & lines.paired
        more |= _smallest_shown(n, hidden, lines, alone)
    return more


def _openers(n: Whole, hidden: Mask, every: list[Lines], rounding: Rounding, guarded: Mask) -> Mask:
    """For each withheld count a reader can narrow down too far, the smallest shown one in the line that narrows it, or
    in any of its lines where that one shows nothing; and one for each line whose withheld counts are few together.
    """
    low, high, by = _reader_bounds(*rounding.bounds(n, hidden), every)
    narrow = guarded & hidden & (high - low < rounding.width)
    more = np.zeros_like(hidden)
    for position, lines in enumerate(every):
        affected = _sums(lines.line, narrow & (by == position), lines.line) > 0
        affected |= _few_together(low, high, hidden, lines) < rounding.floor
        more |= _smallest_shown(n, hidden, lines, affected)
    for lines in every if narrow.any() and not more.any() else []:
        more |= _smallest_shown(n, hidden, lines, _sums(lines.line, narrow, lines.line) > 0)
    return more


def _few_together(low: Floats, high: Floats, hidden: Mask, lines: Lines) -> Floats:
    """The most people there can be in all the withheld parts of each line together, for a reader with these bounds;
    no bound where nothing is withheld or nothing can be subtracted."""
    line, gone = lines.line, hidden & ~lines.is_total
    shown = ~hidden & ~lines.is_total
    total = lines.outside[1] if lines.outside else _sums(line[lines.is_total], high[lines.is_total], line)
    most = np.minimum(total - _sums(line[shown], low[shown], line), _sums(line[gone], high[gone], line))
    usable = lines.exact & (_sums(line, gone, line) > 0) & lines.paired
    return np.where(usable, most, NO_BOUND)


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
