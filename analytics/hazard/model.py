"""A fitted hazard model, and what follows from it for cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.hazard.places import places
from analytics.hazard.refusals import EXPOSED


@dataclass(frozen=True, eq=False)
class Model:
    """coefficients: cause, term, level (null for the intercept), estimate and se, on the scale of the log odds against
    staying; the first level of each term is what others are compared with. log_likelihood: of the months, given their
    terms. exposed and exits (by cause): what it was fitted on. covariance: of the estimates, cause by cause."""

    causes: tuple[str, ...]
    levels: dict[str, list[Any]]
    estimates: Floats
    covariance: Floats
    coefficients: pl.DataFrame
    log_likelihood: float
    exposed: float
    exits: dict[str, float]

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(self.levels)

    def rates(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The chance to go in a month for each cause, one row a cell. Raises CellsError for a term or level that the
        model does not know."""
        return pl.DataFrame(dict(zip(self.causes, self.chances(cells), strict=True)))

    def chances(self, cells: pl.DataFrame) -> Floats:
        """The same as an array, cause x cell."""
        found = places(cells, self.levels)
        log_odds = np.repeat(self.estimates[:, :1], cells.height, axis=1)
        begin = 1
        for place, known in zip(found, self.levels.values(), strict=True):
            of_level = np.zeros((len(self.causes), len(known)))
            of_level[:, 1:] = self.estimates[:, begin : begin + len(known) - 1]
            log_odds += of_level[:, place]
            begin += len(known) - 1
        odds = np.exp(log_odds)
        return odds / (1 + odds.sum(axis=0))

    def expected(self, cells: pl.DataFrame, by: str | Sequence[str] = ()) -> pl.DataFrame:
        """Expected exits over the person-months of the cells: the columns of by, and one a cause."""
        keys = [by] if isinstance(by, str) else list(by)
        counts = self.rates(cells).select(pl.all() * cells.get_column(EXPOSED))
        together = pl.concat([cells.select(keys), counts], how="horizontal") if keys else counts
        return together.group_by(keys, maintain_order=True).agg(pl.all().sum()) if keys else together.sum()

    def within(self, cells: pl.DataFrame, months: int = 12) -> pl.DataFrame:
        """The chance to have gone for each cause within so many months, if the terms stay as they are: staying is
        needed to go later. Time does not stay: `expected` of the paths of `ahead` lets it pass."""
        monthly = self.rates(cells)
        gone = monthly.sum_horizontal()
        ever = (1 - (1 - gone) ** months) / gone
        return monthly.select(pl.all() * ever)
