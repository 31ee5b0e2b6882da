"""People who gave no answer are a group like any other: their number is everybody less those with an answer, so both
cannot be shown where they are few.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.protection import Mask

_GROUP = "unanswered"


@dataclass(frozen=True)
class Answers:
    """Where a frame tells how many gave no answer, by column name.

    count: people of each group, which add up to known: those with an answer, of everybody. base: what the released
    rates may stand on: known, or where that is withheld the shown counts of all groups together. recorded: (key,
    value) of the families that nobody is asked about; a gap in a record is nobody's answer, and is not protected.
    """

    count: str
    known: str
    everybody: str
    base: str
    recorded: tuple[str, str] | None = None

    def few(self, cells: pl.DataFrame, floor: int) -> Mask:
        """Whether each row's family has fewer than `floor` people who gave no answer, and was asked."""
        few = cells.get_column(self.everybody) - cells.get_column(self.known) < floor
        if self.recorded is None:
            return few.to_numpy()
        key, value = self.recorded
        return (few & (cells.get_column(key) != value)).to_numpy()

    def beside_groups(self, cells: pl.DataFrame, keys: list[str]) -> tuple[pl.DataFrame, Mask, list[int]]:
        """The cells, then one row for each family with its people without an answer; which rows are those; and each
        row's place among the cells (a family's is that of its first cell). The group is a string."""
        named = cells.with_columns(pl.col(keys[-1]).cast(pl.String)).with_row_index("place")
        extra = named.unique(keys[:-1], keep="first", maintain_order=True) if keys[:-1] else named.head(1)
        extra = extra.with_columns(
            pl.lit(_GROUP).alias(keys[-1]), (pl.col(self.everybody) - pl.col(self.known)).alias(self.count)
        )
        rows = pl.concat([named, extra])
        return rows, np.arange(rows.height) >= cells.height, rows.get_column("place").to_list()

    def with_base(self, shown: pl.DataFrame, family: list[str]) -> pl.DataFrame:
        """`base` beside shown counts; null where known is withheld and so is a group."""
        n = pl.col(self.count)
        whole, gap = n.sum(), n.has_nulls()
        added = pl.when(~(gap.over(family) if family else gap)).then(whole.over(family) if family else whole)
        return shown.with_columns(pl.coalesce(self.known, added).alias(self.base))
