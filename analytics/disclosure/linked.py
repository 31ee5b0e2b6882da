"""Figures that hang together, protected together: several ways to divide the same people share their totals, so what is
withheld in one of them must not come back from another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure.protection import Lines, Mask, Rounding, adding_up, withheld

FIGURE: Final = "figure"


@dataclass(frozen=True)
class Split:
    """Cells that add up: those whose `key` is one of `parts`, to the one whose `key` is `total`, all else the same.

    parts: every other value of the key unless told. The key "figure" stands for the names of the counts. alone: one
    withheld cell of them needs no other beside it, as long as it stays open.
    """

    key: str
    total: str
    parts: tuple[str, ...] | None = None
    alone: bool = False


def longer(frame: pl.DataFrame, keys: Sequence[str], counts: Sequence[str]) -> pl.DataFrame:
    """One row a cell: keys, figure (a count's name) and n. A count that is null is no cell."""
    long = frame.select(*keys, *counts).unpivot(index=[*keys], on=[*counts], variable_name=FIGURE, value_name="cell")
    return long.rename({"cell": "n"}).drop_nulls("n")


def hidden_cells(
    cells: pl.DataFrame, keys: Sequence[str], splits: Sequence[Split], rounding: Rounding, first: Mask | None = None
) -> Mask:
    """Which of the cells (`longer`) to withhold, all splits taken together; those of `first` anyway."""
    every = [_lines(cells, split, [*keys, FIGURE], nearly=split.key in rounding.insiders) for split in splits]
    start = np.zeros(cells.height, dtype=bool) if first is None else first
    return withheld(cells.get_column("n").to_numpy(), start, every, rounding)


def _lines(cells: pl.DataFrame, split: Split, keys: Sequence[str], *, nearly: bool) -> Lines:
    """A cell that has no part in the split is a line of its own that adds up to nothing."""
    key = pl.col(split.key)
    is_total = cells.select(key == split.total).to_series().to_numpy()
    is_part = ~is_total if split.parts is None else cells.select(key.is_in(split.parts)).to_series().to_numpy()
    others = [other for other in keys if other != split.key]
    line = cells.select(pl.struct(others).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    apart = ~(is_total | is_part)
    first = int(line.max(initial=-1)) + 1
    line = np.where(apart, first + np.cumsum(apart) - 1, line)
    n, size = cells.get_column("n").to_numpy(), first + int(apart.sum())
    totals, parts = (np.bincount(line[of], weights=n[of], minlength=size) for of in (is_total, is_part))
    # A total without parts, a nought above all, adds up to nothing: it is just not divided this way.
    present = (np.bincount(line[is_total], minlength=size) == 1) & (np.bincount(line[is_part], minlength=size) > 0)
    return Lines(
        line, is_total, present & adding_up(totals, parts, nearly=nearly), paired=not split.alone, key=split.key
    )
