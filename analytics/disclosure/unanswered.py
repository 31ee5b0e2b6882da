"""People who gave no answer are a group like any other: their number is everybody less those with an answer, so both
cannot be shown where they are few.

Groups, those with an answer, those without and everybody are one system of sums, along each key and across: what a
reader could put together from all of them is looked at together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure.protection import Mask, Rounding, lines_adding, lines_along, withheld

# What stands beside the groups of a family, as if it were one.
_UNANSWERED: Final = "\0unanswered"
_KNOWN: Final = "\0known"
_EVERYBODY: Final = "\0everybody"


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
        return few.to_numpy() & self._asked(cells)

    def with_base(self, shown: pl.DataFrame, family: list[str]) -> pl.DataFrame:
        """`base` beside shown counts; null where known is withheld and so is a group."""
        n = pl.col(self.count)
        whole, gap = n.sum(), n.has_nulls()
        added = pl.when(~(gap.over(family) if family else gap)).then(whole.over(family) if family else whole)
        return shown.with_columns(pl.coalesce(self.known, added).alias(self.base))

    def withheld(
        self, cells: pl.DataFrame, margins: Mapping[str, str | None], totals: Mapping[str, Mask], rounding: Rounding
    ) -> tuple[Mask, Mask]:
        """Which counts to withhold, and which numbers with an answer: those of `totals` anyway, with their groups.

        Everybody stays as decided: all characteristics show the same. A number with an answer that is withheld only
        for the sake of those without one may be had from its groups, as far as those stay open.
        """
        keys, family = [*margins], [*margins][:-1]
        rows, kind, place = self._system(cells, keys)
        n = rows.get_column(self.count).to_numpy()
        is_group, is_unanswered, is_known, is_everybody = (kind == at for at in range(4))
        known, everybody = totals[self.known][place], totals[self.everybody][place]
        few, asked = self.few(cells, rounding.floor)[place], self._asked(cells)[place]
        start = (is_group & known) | (is_known & (known | few)) | is_unanswered | (is_everybody & everybody)
        line = rows.select(pl.struct(family).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy() if family else (
            np.zeros(rows.height, dtype=np.int64)
        )  # fmt: skip
        every = [
            lines_along(rows, self.count, key, keys, total, nearly=key in rounding.insiders)
            for key, total in margins.items()
            if total is not None
        ]
        whole = np.ones(rows.height, dtype=bool)
        every += [
            lines_adding(line, is_known, is_group, n, whole, paired=True, guarded=False),
            lines_adding(line, is_everybody, is_known | is_unanswered, n, asked & few, paired=True, guarded=True),
            lines_adding(line, is_everybody, is_known | is_unanswered, n, asked & ~few, paired=False, guarded=True),
            lines_adding(line, is_everybody, is_group | is_unanswered, n, asked, paired=False, guarded=True),
        ]
        guarded = is_group | (is_unanswered & few) | (is_known & known) | (is_everybody & everybody)
        hidden = withheld(n, start, every, rounding, guarded, is_everybody)
        told = np.zeros(cells.height, dtype=bool)
        told[place[is_known]] = hidden[is_known]
        return hidden[is_group], told[place[is_group]]

    def _asked(self, cells: pl.DataFrame) -> Mask:
        if self.recorded is None:
            return np.ones(cells.height, dtype=bool)
        key, value = self.recorded
        return (cells.get_column(key) != value).to_numpy()

    def _system(self, cells: pl.DataFrame, keys: list[str]) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
        """The cells, then three rows for each family: those without an answer, with one, and everybody; what each row
        is (0 a group, then in that order); and the place of its family's first cell. The group is a string."""
        family, wanted = keys[:-1], [*keys, self.count]
        named = cells.with_columns(pl.col(keys[-1]).cast(pl.String)).with_row_index("place")
        named = named.with_columns(pl.col("place").first().over(family) if family else pl.col("place").first())
        once = named.unique(family, keep="first", maintain_order=True) if family else named.head(1)
        known, everybody = pl.col(self.known), pl.col(self.everybody)
        beside = {_UNANSWERED: everybody - known, _KNOWN: known, _EVERYBODY: everybody}
        more = [once.with_columns(pl.lit(name).alias(keys[-1]), n.alias(self.count)) for name, n in beside.items()]
        parts = [part.select(*wanted, "place") for part in (named, *more)]
        kind = np.repeat(np.arange(4), [part.height for part in parts])
        rows = pl.concat(parts)
        return rows.drop("place"), kind, rows.get_column("place").cast(pl.Int64).to_numpy()
