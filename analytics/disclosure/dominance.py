"""Readers who know a part of a figure already: an organisation knows its own counts exactly, and can take them off.

Of counts of people: where one part is taken off a total, and off what is shown of the other parts, the withheld parts
that are left must not be known to be fewer than the floor together, nor a single small one to within less than the
width. A total that comes nearly all from one organisation is withheld for that reason (`subtracted`, which
`protection.withheld` asks of every line along a key of the rule's `insiders`).

Of magnitudes (full-time equivalents, sums of money): a figure is withheld where its two largest contributors have more
than a share of it, or the second could estimate the first to within a part (`dominated`; the (n,k) and p% rules, with
the 90 % and 10 % that trusted research environments in the United Kingdom use).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats, as_floats
from analytics.errors import DisclosureError

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]
LARGEST: Final = 2


@dataclass(frozen=True)
class Dominance:
    """The rule for magnitudes. share: the two largest contributors may have at most so much of a figure. close: what
    is left after them must be at least so large a part of the largest. fewest: contributors that a figure needs.
    Raises DisclosureError for numbers that protect nothing."""

    share: float = 0.9
    close: float = 0.1
    fewest: int = 3

    def __post_init__(self) -> None:
        if not 0 < self.share < 1 or not 0 < self.close < 1 or self.fewest < LARGEST + 1:
            raise DisclosureError("dominance: a share and a part between 0 and 1, and at least 3 contributors")


DOMINANCE: Final = Dominance()


def dominated(frame: pl.DataFrame, by: Sequence[str], value: str, rule: Dominance = DOMINANCE) -> pl.DataFrame:
    """One row for each `by`, in order: `by`, contributors (rows above 0), and dominated, whether the sum of `value` may
    not be shown. Raises DisclosureError for a missing column, and values that are missing, negative or no numbers.

    >>> fte = pl.DataFrame({"level": [8, 8, 8, 9, 9, 9], "fte": [40.0, 35.5, 31.0, 96.0, 3.2, 4.0]})
    >>> dominated(fte, ["level"], "fte").rows()
    [(8, 3, False), (9, 3, True)]
    """
    for column in (*by, value):
        if column not in frame.columns:
            raise DisclosureError(f"the figures have no column {column}")
    numbers, missing = as_floats(value, frame.get_column(value))
    if missing.any() or (numbers < 0).any():
        raise DisclosureError(f"{value}: a contribution is missing, or below 0")
    n = pl.col("n")
    largest, two = n.max(), n.top_k(LARGEST).sum()
    rest = n.sum() - two
    found = frame.select(*by, n=pl.Series(numbers)).group_by(by, maintain_order=True)
    told = found.agg(
        (n > 0).sum().cast(pl.Int64).alias("contributors"),
        over=(two > rule.share * n.sum()) | (rest < rule.close * largest),
    )
    return told.select(*by, "contributors", dominated=pl.col("over") | (pl.col("contributors") < rule.fewest))


def besides_largest(parts: Floats | Whole) -> float:
    """What is left of a sum without its largest part: 0 of one part, or none.

    >>> besides_largest(np.array([18, 3, 1]))
    4.0
    """
    return float(np.sum(parts) - np.max(parts, initial=0))


@dataclass(frozen=True)
class Told:
    """What a reader is told of each cell (the least and the most it can be, and whether it is withheld), its line,
    whether it is the line's total, and per line whether the parts add up."""

    low: Floats
    high: Floats
    hidden: Mask
    line: Whole
    is_total: Mask
    exact: Mask


def subtracted(n: Whole, told: Told, floor: int, width: int) -> tuple[Mask, Mask]:
    """Per line, whether the reader who knows one part exactly is left with too little; and per cell, whether it is that
    reader's. Of a line's readers the one is meant who can take most off."""
    lines, part = len(told.exact), ~told.is_total
    gone, shown = told.hidden & part, ~told.hidden & part
    taken = np.where(gone, n, np.where(shown, n - told.low, -1))
    others = _sums(told.line, gone, lines)[told.line] - gone
    reader = _first_largest(np.where(others > 0, taken, -1), told.line, part & (others > 0))
    cut = _sums(told.line[reader], taken[reader], lines)
    most = _ends(told, told.high, told.low, lines) - cut
    spread = _ends(told, told.high, told.low, lines) - _ends(told, told.low, told.high, lines)
    small = _sums(told.line, gone & ~reader & (n < floor), lines) > 0
    single = (_sums(told.line, gone & ~reader, lines) == 1) & small
    some = told.exact & (_sums(told.line, reader, lines) > 0)
    return some & ((most < floor) | (single & (spread < width))), reader


def _ends(told: Told, total: Floats, part: Floats, lines: int) -> Floats:
    """One end of what all withheld parts of each line are together: the total's less the other end of what is shown."""
    shown = ~told.hidden & ~told.is_total
    whole = _sums(told.line[told.is_total], total[told.is_total], lines)
    return whole - _sums(told.line[shown], part[shown], lines)


def _first_largest(values: Floats, line: Whole, among: Mask) -> Mask:
    """In each line the first of the largest values, as a mask of cells."""
    rows = np.flatnonzero(among)
    order = rows[np.lexsort((rows, -values[rows], line[rows]))]
    _, first = np.unique(line[order], return_index=True)
    chosen = np.zeros(len(values), dtype=bool)
    chosen[order[first]] = True
    return chosen


def _sums(line: Whole, values: Any, lines: int) -> Floats:
    return np.bincount(line, weights=values, minlength=lines).astype(np.float64)
