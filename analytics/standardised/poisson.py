"""Events beside how many were expected: exact for a Poisson count, many at once.

From LARGE events on the cube root of a gamma variable is taken as normal (Wilson & Hilferty 1931): that gives limits
to six figures there, and a chance of one in a thousand to three, and costs the same for any number of events.
"""

from typing import Final

import numpy as np

from analytics.counting import Floats
from analytics.distributions.tails import gamma_below, gamma_quantile, normal_two_sided
from analytics.intervals import normal_quantile

LARGE: Final = 1_000.0
_LEAST: Final = 1e-300


def mid_p(observed: Floats, expected: Floats) -> Floats:
    """Two-sided mid-P by doubling: twice the smaller of P(X > o) + P(X = o) / 2 and its opposite, X being Poisson with
    the mean expected (above 0). At least 1e-300, so that it has a score."""
    above = (_at_least(observed, expected) + _at_least(observed + 1, expected)) / 2
    return np.clip(2 * np.minimum(above, 1 - above), _LEAST, 1.0)


def interval(observed: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """The exact limits (low, high) of the mean of a Poisson count (Garwood 1936): gamma quantiles."""
    tail = (1 - level) / 2
    low = np.where(observed > 0, _quantile(-level, tail, np.maximum(observed, 1.0)), 0.0)
    return low, _quantile(level, 1 - tail, observed + 1)


def limits(expected: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """How far observed / expected strays by chance alone, for a funnel; NaN where nothing is expected."""
    low, high = np.full_like(expected, np.nan), np.full_like(expected, np.nan)
    some = expected > 0
    mean, tail = expected[some], (1 - level) / 2
    low[some], high[some] = _quantile(-level, tail, mean) / mean, _quantile(level, 1 - tail, mean + 1) / mean
    return low, high


def reached(expected: Floats, score: Floats) -> tuple[Floats, Floats]:
    """Observed / expected (low, high) whose chance has so large a score (1.96 for limits of 95 %), by Wilson and
    Hilferty at any size: within 0.02 of the exact limits from 5 expected on. Never below 0."""
    low, high = (shape * _cubed(end, shape) for end, shape in ((-score, expected), (score, expected + 1)))
    return np.maximum(low, 0.0) / expected, high / expected


def _at_least(k: Floats, mean: Floats) -> Floats:
    """P(X >= k) of a Poisson X: that of a gamma variable of shape k to be at most the mean."""
    found, large = np.ones_like(mean), np.maximum(k, mean) >= LARGE
    few, many = (k > 0) & ~large, (k > 0) & large
    found[few] = gamma_below(k[few], mean[few])
    shape = k[many]
    score = 3 * np.sqrt(shape) * (np.cbrt(mean[many] / shape) - 1 + 1 / (9 * shape))
    far = normal_two_sided(score) / 2
    found[many] = np.where(score < 0, far, 1 - far)
    return found


def _quantile(level: float, p: float, shape: Floats) -> Floats:
    score = np.copysign(normal_quantile(abs(level)), level)
    found = shape * _cubed(score, shape)
    few = shape < LARGE
    found[few] = gamma_quantile(p, shape[few]) if few.any() else found[few]
    return found


def _cubed(score: Floats | np.float64, shape: Floats) -> Floats:
    return (1 - 1 / (9 * shape) + score / (3 * np.sqrt(shape))) ** 3
