"""Whether the world has moved away from a model since it was fitted.

METHOD. On a year of later cells, or of paths: O exits are seen where E are expected. E was learnt from the D exits that
the model was fitted on, so it is a count with an error of its own: of O and D together, O is binomial with the odds
E / D while nothing changes (Przyborowski & Wilenski 1940, Biometrika 31:313; Ng & Tang 2005, Statistics in Medicine
24:955). Wilson's interval at 99 % for its share, as odds over E / D, is that of the ratio. Drifted where it leaves out
1 and O / E is beyond 1.1 or its inverse. So a cause that has not changed is said to have drifted in 1 to 3 years of
100; an exact interval of O alone at 95 % leaves out the fit's error, and said so in 12.
A change that is found nine times of ten is 1 + 3.9 root(1 / E + 1 / D) or its inverse, roughly: 1.25 takes 370 exits
expected after 740 in the fit. A control chart (Steiner et al. 2000, Biostatistics 1:441) watches one standing model
each month; a release fits its model anew and looks at whole years, so that is what is tested. Who looks at years that
overlap, each month, has more false alarms. `tests.simulate` measures both.

Between two fits on months that do not overlap: each estimate's difference d with the variance of both,
z = d / sqrt(v1 + v2), q Benjamini & Hochberg's over all of them; drifted where q is 0.05 or less and the ratio of odds
is beyond 0.8 to 1.25. The first is the one to watch at every release: it needs no second fit.
"""

from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.distributions.tails import normal_two_sided
from analytics.errors import CellsError
from analytics.hazard.calibrating import WITHIN, calibration
from analytics.hazard.model import Model
from analytics.intervals import normal_quantile, wilson_bounds
from analytics.testing import benjamini_hochberg

MATERIAL: Final = 1.1
CONVINCING: Final = 0.05
SURE: Final = 0.99
_SHOWN: Final = ("cause", "term", "level", "before", "after", "ratio", "low", "high", "q", "drifted")


def drift(before: Model, after: Model | pl.DataFrame, level: float = SURE) -> pl.DataFrame:
    """cause, term, level, before, after, ratio with its interval low and high, q and drifted.

    after: later cells (of `person_periods`, or the paths of `ahead` with outcomes): one row a cause, term "all", before
    the exits that were expected and after those seen. Or a later model of the same causes and terms: one row an
    estimate that both have, before and after on the scale of log odds, ratio of the odds. Raises CellsError for a
    model of other causes or terms, and as `calibration` does.
    """
    if isinstance(after, Model):
        return _of_fits(before, after, level)
    found = calibration(before, after).with_columns(fitted=pl.Series([before.exits[cause] for cause in before.causes]))
    seen, likely, fitted = (found.get_column(name).to_numpy() for name in ("observed", "expected", "fitted"))
    score = (seen - likely) / np.sqrt(likely / fitted * (seen + fitted))
    low, high = _of_counts(seen, likely, fitted, level)
    sure = (pl.col("low") > 1) | (pl.col("high") < 1)
    told = found.select("cause", pl.lit("all").alias("term"), before="expected", after="observed", ratio="o_e")
    return told.with_columns(
        pl.lit(None, pl.String).alias("level"),
        low=pl.Series(low),
        high=pl.Series(high),
        q=pl.Series(benjamini_hochberg(normal_two_sided(score))),
    ).select(*_SHOWN[:-1], drifted=sure & ~pl.col("ratio").is_between(1 / MATERIAL, MATERIAL))


def _of_counts(seen: Floats, likely: Floats, fitted: Floats, level: float) -> tuple[Floats, Floats]:
    """The interval of the ratio of two counts, of which one is told as expected."""
    shares = wilson_bounds(seen, seen + fitted, normal_quantile(level))
    low, high = (share / (1 - share) * fitted / likely for share in shares)
    return low, high


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
