"""Tail probabilities without scipy: the normal, chi-squared with whole degrees of freedom, and log k!."""

import math

import numpy as np

from analytics.counting import Floats

_STIRLING_FROM = 64


def normal_two_sided(z: Floats) -> Floats:
    """P(|Z| >= |z|) for a standard normal; NaN stays NaN."""
    flat = np.fromiter((math.erfc(abs(one) / math.sqrt(2)) for one in z.ravel()), dtype=float, count=z.size)
    return flat.reshape(z.shape)


def chi_squared(x: float, degrees: int) -> float:
    """P(X >= x) for chi-squared with a whole number of degrees of freedom, by its finite sum (Abramowitz & Stegun 26.4.4-5)."""
    if not math.isfinite(x) or degrees < 1:
        return math.nan
    half, odd = x / 2, degrees % 2
    tail = math.erfc(math.sqrt(half)) if odd else 0.0
    if half <= 0:
        return 1.0
    logs = (k * math.log(half) - half - math.lgamma(k + 1) for k in (j + odd / 2 for j in range(degrees // 2)))
    return min(1.0, tail + math.fsum(math.exp(term) for term in logs))


def log_factorial(k: Floats) -> Floats:
    """log k! of whole numbers: exact sums below 64, Stirling's series (error under 1e-15) from there."""
    table = np.array([math.lgamma(i + 1) for i in range(_STIRLING_FROM)])
    x = np.maximum(k, 1) + 1.0
    series = (x - 0.5) * np.log(x) - x + 0.5 * math.log(2 * math.pi)
    correction = 1 / (12 * x) - 1 / (360 * x**3) + 1 / (1260 * x**5) - 1 / (1680 * x**7)
    return np.where(k < _STIRLING_FROM, table[np.clip(k, 0, _STIRLING_FROM - 1).astype(int)], series + correction)
