"""Tail probabilities without scipy: the normal, chi-squared with whole degrees of freedom, and log k!."""

import math
from functools import lru_cache

import numpy as np

from analytics.counting import Floats

_STIRLING_FROM = 64


def normal_two_sided(z: Floats) -> Floats:
    """P(|Z| >= |z|) for a standard normal; NaN stays NaN."""
    flat = np.fromiter((math.erfc(abs(one) / math.sqrt(2)) for one in z.ravel()), dtype=float, count=z.size)
    return flat.reshape(z.shape)


def chi_squared(x: float, degrees: int) -> float:
    """P(X >= x) for chi-squared with a whole number of degrees of freedom, by its finite sum (Abramowitz & Stegun
    26.4.4-5)."""
    if not math.isfinite(x) or degrees < 1:
        return math.nan
    half, odd = x / 2, degrees % 2
    tail = math.erfc(math.sqrt(half)) if odd else 0.0
    if half <= 0:
        return 1.0
    logs = (k * math.log(half) - half - math.lgamma(k + 1) for k in (j + odd / 2 for j in range(degrees // 2)))
    return min(1.0, tail + math.fsum(math.exp(term) for term in logs))


def log_factorials(highest: int) -> Floats:
    """log k! for k = 0..highest (at least), kept for the next call: exact below 64, Stirling's series from there."""
    return _log_factorials(max(1, highest).bit_length())


@lru_cache(maxsize=1)
def _log_factorials(bits: int) -> Floats:
    x = np.arange(2**bits) + 1.0
    series = (x - 0.5) * np.log(x) - x + 0.5 * math.log(2 * math.pi)
    table = series + 1 / (12 * x) - 1 / (360 * x**3) + 1 / (1260 * x**5) - 1 / (1680 * x**7)
    small = min(_STIRLING_FROM, len(table))
    table[:small] = [math.lgamma(k + 1) for k in range(small)]
    table.flags.writeable = False
    return table
