"""The smallest gap a comparison could have seen, so that "cannot tell" is not read as "fine"."""

from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats, Numbers, as_floats, broadcast, like, whole
from analytics.errors import CountsError
from analytics.intervals import normal_quantile

POWER: Final = 0.80
LEVEL: Final = 0.95
HALVINGS: Final = 24


def smallest_gap(
    n: Numbers, m: Numbers | float, rate: Numbers | float, adverse: pl.Series | bool = False, power: float = POWER
) -> Numbers:
    """The ratio nearest 1 that n people beside m at `rate` would show with p of 0.05 or less, at this power.

    rate: of the reference, a fraction of 1. Below 1; above 1 where `adverse`. NaN (null in a Series) where no ratio
    would, or nothing is known of the rate. By the normal formula with the pooled rate under no gap (as R's
    power.prop.test), for two groups of any sizes. Raises CountsError for counts or a rate that cannot be.

    >>> f"{smallest_gap(440, 440, 0.2):.2f} {smallest_gap(100, 400, 0.2):.2f}"
    '0.65 0.44'
    """
    share, _ = as_floats("rate", rate)
    if ((share < 0) | (share > 1)).any():
        raise CountsError("rate: must be between 0 and 1")
    n_, m_, base = broadcast(whole("n", n), whole("m", m), share)
    upwards = np.broadcast_to(np.asarray(adverse, dtype=bool), n_.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        furthest = np.where(upwards, 1 / base, 0.0)
        none = ~((n_ > 0) & (m_ > 0) & (base > 0) & (_excess(furthest, n_, m_, base, power) >= 0))
        found = _nearest(furthest, n_, m_, base, power)
    return like([n, m, rate], np.where(none, np.nan, found))


def _nearest(furthest: Floats, n: Floats, m: Floats, base: Floats, power: float) -> Floats:
    seen, unseen = furthest, np.ones_like(furthest)
    for _ in range(HALVINGS):
        middle = (seen + unseen) / 2
        enough = _excess(middle, n, m, base, power) >= 0
        seen, unseen = np.where(enough, middle, seen), np.where(enough, unseen, middle)
    return seen


def _excess(ratio: Floats, n: Floats, m: Floats, base: Floats, power: float) -> Floats:
    """By how much the gap at this ratio is wider than chance would have to be to hide it."""
    group = np.clip(ratio * base, 0, 1)
    pooled = (n * group + m * base) / (n + m)
    by_chance = normal_quantile(LEVEL) * np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    unlucky = normal_quantile(2 * power - 1) * np.sqrt(group * (1 - group) / n + base * (1 - base) / m)
    return np.abs(group - base) - by_chance - unlucky
