"""Which counts must be withheld, so that what is shown does not give a small one away.

Cells stand in lines: all the cells that differ in one key only, with the line's total. A reader knows each shown
count to within its rounding, and that parts add up to their total; `withheld` plays that reader, and withholds more
until every withheld count stays open.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.disclosure.dominance import Told, subtracted

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]
NO_BOUND: Final = float(2**40)  # more people than there are, yet a thousand of them still add up exactly in a float
ROUNDS: Final = 200
SWEEPS: Final = 30
FEW: Final = 2  # people in two organisations at once: of no more, a reader can subtract as if there were none


@dataclass(frozen=True)
class Lines:
    """The lines along one key: each cell's line, which cells are totals, and the total's bounds where it is no cell.

    exact: per line, whether its parts really add up to its total; where they do not, no reader can subtract.
    paired: whether one withheld count alone, or withheld ones that are few together, need another beside them.
    key: along which they are. total_guarded: whether a total that is withheld alone needs another beside it; where it
    is withheld only for what else it is part of, its parts may be added up.
    """

    line: Whole
    is_total: Mask
    exact: Mask
    outside: tuple[Floats, Floats] | None = None
    paired: bool = True
    key: str = ""
    total_guarded: bool = True

    @cached_property
    def useful(self) -> tuple[Whole, Whole, Mask, tuple[Floats, Floats] | None]:
        """The cells of lines that add up: which, their line among those, whether they are totals; and those lines'
        bounds from outside."""
        rows = np.flatnonzero(self.exact[self.line])
        kept, line = np.unique(self.line[rows], return_inverse=True)
        outside = (self.outside[0][kept], self.outside[1][kept]) if self.outside else None
        return rows, line, self.is_total[rows], outside


@dataclass(frozen=True)
class Rounding:
    """How counts are shown: withheld below `floor`, else to the nearest `base`; withheld ones stay open over
    `width`; also for each value of the keys `insiders`, who knows its own."""

    floor: int
    base: int
    width: int
    insiders: tuple[str, ...] = ()

    def rounded(self, n: Whole) -> Whole:
        """To the nearest multiple of base; a tie goes up."""
        return (2 * n + self.base) // (2 * self.base) * self.base

    def bounds(self, n: Whole, hidden: Mask) -> tuple[Floats, Floats]:
        """The least and the most each count can be, for a reader who sees what is shown."""
        shown = self.rounded(n)
        low = np.where(hidden, 0, np.maximum(shown - self.base // 2, self.floor))
        high = np.where(hidden, NO_BOUND, shown + (self.base + 1) // 2 - 1)
        return low.astype(float), high.astype(float)


def adding_up(totals: NDArray[Any], parts: NDArray[Any], *, nearly: bool = False) -> Mask:
    """Whether the parts add up to the total, or nearly: who does not know by how many learns no more of a small one."""
    return np.abs(parts - totals) <= (FEW if nearly else 0)


def lines_along(
    cells: pl.DataFrame, column: str, key: str, keys: list[str], margin: str, *, nearly: bool = False
) -> Lines:
    """Lines along `key`, whose total is the row where `key` is `margin`. nearly: also where they differ by few."""
    line = _numbered(cells, [other for other in keys if other != key])
    is_total = (cells.get_column(key) == margin).to_numpy()
    n = cells.get_column(column).to_numpy()
    totals, parts = _sums(line[is_total], n[is_total], line), _sums(line[~is_total], n[~is_total], line)
    present = np.bincount(line[is_total], minlength=int(line.max(initial=-1)) + 1) == 1
    return Lines(line, is_total, present & adding_up(totals, parts, nearly=nearly), key=key)


def lines_within(
    cells: pl.DataFrame, column: str, families: list[str], total: str, hidden: Mask, rounding: Rounding
) -> Lines:
    """Lines of the groups of each family, whose total is in the column `total`, withheld where `hidden`."""
    line = _numbered(cells, families)
    first = np.unique(line, return_index=True)[1]
    totals = cells.get_column(total).to_numpy()[first]
    exact = totals == _sums(line, cells.get_column(column).to_numpy(), line)
    return Lines(line, np.zeros(len(line), dtype=bool), exact, rounding.bounds(totals, hidden[first]))


def lines_adding(line: Whole, total: Mask, part: Mask, n: Whole, where: Mask, *, paired: bool, guarded: bool) -> Lines:
    """Lines of the cells that are a `part` or the `total` of one; all others, and those not in `where`, add up to
    nothing."""
    first = int(line.max(initial=-1)) + 1
    apart = ~((total | part) & where)
    line = np.where(apart, first + np.cumsum(apart) - 1, line)
    totals, parts = (_sums(line[of], n[of], line) for of in (total & ~apart, part & ~apart))
    exact = (totals == parts) & (np.arange(len(totals)) < first)
    return Lines(line, total, exact, paired=paired, total_guarded=guarded)


def withheld(
    n: Whole,
    hidden: Mask,
    every: list[Lines],
    rounding: Rounding,
    guarded: Mask | None = None,
    fixed: Mask | None = None,
) -> Mask:
    """The counts to withhold: `hidden` and those below the floor to begin with, then as many more as it takes.

    guarded: the counts that must stay open once withheld, all of them unless told. fixed: those that were decided
    elsewhere, and stay as they are.
    """
    hidden = hidden | (n < rounding.floor)
    fixed = np.zeros_like(hidden) if fixed is None else fixed
    guarded = np.ones_like(hidden) if guarded is None else guarded
    for _ in range(ROUNDS):
        more = _companions(n, hidden, every, fixed)
        if not more.any():
            more = _openers(n, hidden, every, rounding, guarded, fixed)
        if not more.any():
            return hidden
        hidden = hidden | more
    return np.ones_like(hidden)


def _companions(n: Whole, hidden: Mask, every: list[Lines], fixed: Mask) -> Mask:
    """In each line with one withheld count alone, the smallest shown one (a total only where there is nothing else)."""
    more = np.zeros_like(hidden)
    for lines in every:
        secret = hidden if lines.total_guarded else hidden & ~lines.is_total
        alone = (_sums(lines.line, hidden, lines.line) == 1) & (_sums(lines.line, secret, lines.line) == 1)
        more |= _smallest_shown(n, hidden | fixed, lines, alone & lines.paired)
    return more


def _openers(n: Whole, hidden: Mask, every: list[Lines], rounding: Rounding, guarded: Mask, fixed: Mask) -> Mask:
    """For each withheld count a reader can narrow down too far, the smallest shown one in the line that narrows it, or
    in any of its lines where that one shows nothing; and one for each line whose withheld counts are few together.
    """
    low, high, by = _reader_bounds(*rounding.bounds(n, hidden), every)
    narrow = guarded & hidden & (high - low < rounding.width)
    more = np.zeros_like(hidden)
    for position, lines in enumerate(every):
        affected = _sums(lines.line, narrow & (by == position), lines.line) > 0
        affected |= _few_together(low, high, hidden, lines) < rounding.floor
        more |= _smallest_shown(n, hidden | fixed, lines, affected)
        if lines.key in rounding.insiders:
            told = Told(low, high, hidden, lines.line, lines.is_total, lines.exact)
            wanted, own = subtracted(n, told, rounding.floor, rounding.width)
            more |= _smallest_shown(n, hidden | fixed | own, lines, wanted)
    if narrow.any() and not more.any():
        more = _shown_beside(n, [narrow] * len(every), hidden | fixed, every)
    if narrow.any() and not more.any():
        more = _further(n, (narrow, hidden & (high - low < rounding.width)), by, hidden | fixed, every)
    return more


def _further(n: Whole, narrow: tuple[Mask, Mask], by: Whole, hidden: Mask, every: list[Lines]) -> Mask:
    """Where no line of a count that is known too well shows anything, others of its line are known too well for what
    is shown elsewhere: the smallest shown one in the lines that narrowed those, or the ones after them; where there is
    none, in any line of a withheld count that is known so well. narrow: those that matter, and all of them."""
    reached, before = narrow[0], np.zeros_like(hidden)
    while (reached != before).any():
        before = reached
        for position, lines in enumerate(every):
            known = _sums(lines.line, reached & (by == position), lines.line) > 0
            reached = reached | (hidden & known[lines.line])
        more = _shown_beside(n, [reached & (by == position) for position in range(len(every))], hidden, every)
        if more.any():
            return more
    return _shown_beside(n, [narrow[1]] * len(every), hidden, every)


def _shown_beside(n: Whole, of: list[Mask], hidden: Mask, every: list[Lines]) -> Mask:
    """The smallest shown count in each line that has one of these."""
    more = np.zeros_like(hidden)
    for lines, mine in zip(every, of, strict=True):
        more |= _smallest_shown(n, hidden, lines, _sums(lines.line, mine, lines.line) > 0)
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
    rows, line, total, outside = lines.useful
    size, parts, mine = int(line.max(initial=-1)) + 1, ~total, (low[rows], high[rows])
    least, most = (np.bincount(line[parts], weights=end[parts], minlength=size) for end in mine)
    total_low, total_high = outside or (np.bincount(line[total], weights=end[total], minlength=size) for end in mine)
    part_low, part_high = total_low[line] - (most[line] - mine[1]), total_high[line] - (least[line] - mine[0])
    new_low, new_high = low.copy(), high.copy()
    new_low[rows] = np.maximum(mine[0], np.where(total, least[line], part_low))
    new_high[rows] = np.minimum(mine[1], np.where(total, most[line], part_high))
    return new_low, new_high


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
