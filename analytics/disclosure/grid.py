"""Every cell that could be, so that a cell nobody is in looks like one too small to show."""

from collections.abc import Sequence
from functools import reduce

import polars as pl

from analytics.errors import DisclosureError
from analytics.frames import group_order


def complete(cells: pl.DataFrame, keys: list[str], totals: Sequence[str]) -> pl.DataFrame:
    """Every combination of keys that could be, the missing ones as noughts, in the order of the keys.

    A key of fixed values (pl.Enum) has them all, any other those seen; a characteristic's groups are those seen with it
    anywhere; a family's totals hold for its missing groups too.
    """
    together = [key for key in keys if key == "characteristic"] + keys[-1:]
    parts = [_values(cells.get_column(key)) for key in keys if key not in together] + [cells.select(together).unique()]
    every = reduce(lambda left, right: left.join(right, how="cross"), parts).select(keys)
    every = every.sort(*keys[:-1], *group_order(keys[-1]))
    family = keys[:-1]
    whole = cells.select(*family, *totals).unique()
    if whole.height > cells.select(pl.struct(family or pl.lit(0)).n_unique()).item():
        raise DisclosureError("totals must be the same for every group of a family")
    filled = beside(beside(every, cells.drop(totals), keys), whole, family) if totals else beside(every, cells, keys)
    return filled.with_columns(pl.exclude(keys).fill_null(0))


def beside(left: pl.DataFrame, right: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Each row of left with its columns of right, in left's order. With nothing to join on, right is one row."""
    if not on:
        return left.join(right, how="cross", maintain_order="left")
    return left.join(right, on=on, how="left", nulls_equal=True, maintain_order="left")


def _values(key: pl.Series) -> pl.DataFrame:
    if isinstance(key.dtype, pl.Enum):
        return pl.Series(key.name, key.dtype.categories, dtype=key.dtype).to_frame()
    return key.unique().to_frame()
