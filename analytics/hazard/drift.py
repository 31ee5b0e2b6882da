"""Whether the world has moved away from a model since it was fitted.

METHOD. On later cells: observed over expected with its exact interval; drifted where the interval leaves out 1 and the
ratio is beyond 1.1 or its inverse. Between two fits on months that do not overlap: each estimate's difference d with
the variance of both, z = d / sqrt(v1 + v2), q Benjamini & Hochberg's over all of them; drifted where q is 0.05 or less
and the ratio of odds is beyond 0.8 to 1.25. The first is the one to watch at every release: it needs no second fit.
"""

from typing import Final

import numpy as np
import polars as pl

from analytics.errors import CellsError
from analytics.hazard.calibrating import WITHIN, calibration
from analytics.hazard.model import Model
from analytics.intervals import normal_quantile
from analytics.standardised.poisson import mid_p
from analytics.tails import normal_two_sided
from analytics.testing import benjamini_hochberg

MATERIAL: Final = 1.1
CONVINCING: Final = 0.05
_SHOWN: Final = ("cause", "term", "level", "before", "after", "ratio", "low", "high", "q", "drifted")


def drift(before: Model, after: Model | pl.DataFrame, level: float = 0.95) -> pl.DataFrame:
    """cause, term, level, before, after, ratio with its interval low and high, q and drifted.

    after: later cells (of `person_periods`, or the paths of `ahead` with outcomes): one row a cause, term "all", before
    the exits that were expected and after those seen. Or a later model of the same causes and terms: one row an
    estimate that both have, before and after on the scale of log odds, ratio of the odds. Raises CellsError for a
    model of other causes or terms, and as `calibration` does.
    """
    if isinstance(after, Model):
        return _of_fits(before, after, level)
    found = calibration(before, after, level)
    p = mid_p(found.get_column("observed").to_numpy(), found.get_column("expected").to_numpy())
    outside = (pl.col("low") > 1) | (pl.col("high") < 1)
    told = found.select(
        "cause",
        pl.lit("all").alias("term"),
        pl.lit(None, pl.String).alias("level"),
        before="expected",
        after="observed",
        ratio="o_e",
        low="low",
        high="high",
        q=pl.Series(benjamini_hochberg(p)),
        drifted=outside & ~pl.col("o_e").is_between(1 / MATERIAL, MATERIAL),
    )
    return told.select(_SHOWN)


def _of_fits(before: Model, after: Model, level: float) -> pl.DataFrame:
    if before.causes != after.causes or before.terms != after.terms:
        raise CellsError("the two models are not of the same causes and terms")
    both = before.coefficients.join(
        after.coefficients, on=["cause", "term", "level"], suffix="_after", nulls_equal=True, maintain_order="left"
    )
    change = (both.get_column("estimate_after") - both.get_column("estimate")).to_numpy()
    error = both.select((pl.col("se") ** 2 + pl.col("se_after") ** 2).sqrt()).to_series().to_numpy()
    reach = normal_quantile(level) * error
    told = both.select("cause", "term", "level", before="estimate", after="estimate_after").with_columns(
        ratio=pl.Series(np.exp(change)),
        low=pl.Series(np.exp(change - reach)),
        high=pl.Series(np.exp(change + reach)),
        q=pl.Series(benjamini_hochberg(normal_two_sided(change / error))),
    )
    sure = pl.col("q") <= CONVINCING
    return told.with_columns(drifted=sure & ~pl.col("ratio").is_between(*WITHIN)).select(_SHOWN)
