"""Tail probabilities without scipy: the normal, chi-squared with whole degrees of freedom, gamma, and log k!."""

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from analytics.counting import Floats

_STIRLING_FROM = 64
_LOOKED_UP = 2**14 - 1  # log k! up to here is kept
_NEWTON_STEPS = 14
_NEWTON_LEAST = 1e-300
_NEAR = 1e-10
_NEGLIGIBLE = 1e-17
_NEARLY_NORMAL = 1e5  # a gamma of this shape: three terms beyond the normal give ten digits
_SMALL = np.array([math.lgamma(k + 1) for k in range(_STIRLING_FROM)])


def normal_two_sided(z: Floats) -> Floats:
    """P(|Z| >= |z|) for a standard normal; NaN stays NaN."""
    far = (np.abs(z) / math.sqrt(2)).ravel().tolist()
    return np.fromiter(map(math.erfc, far), dtype=float, count=z.size).reshape(z.shape)


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


def student_quantile(level: float, degrees: int) -> float:
    """t with `level` of Student's distribution between -t and t, to 4 places from 8 degrees of freedom up (the series
    of Fisher & Cornish 1960)."""
    z = -NormalDist().inv_cdf((1 - level) / 2)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return math.fsum(term / degrees**power for power, term in enumerate(terms))


def gamma_quantile(p: float, shape: Floats) -> Floats:
    """x with P(X <= x) = p for a gamma of scale 1 with each of these shapes (above 0), by Newton's steps kept in
    bounds; for a large shape by the series of Cornish & Fisher (1938)."""
    z, large = NormalDist().inv_cdf(p), shape >= _NEARLY_NORMAL
    root = np.sqrt(shape)
    nearly = shape + z * root + (z * z - 1) / 3 + (z**3 - 7 * z) / (36 * root)
    return np.where(large, nearly, _gamma_quantile(p, np.where(large, 1.0, shape)))


def _gamma_quantile(p: float, shape: Floats) -> Floats:
    z, third = NormalDist().inv_cdf(p), 1 / (9 * shape)
    small = np.exp((math.log(p) + log_gamma(shape + 1)) / shape)
    x = np.where(
        shape < 1, np.maximum(small, _NEWTON_LEAST), shape * np.maximum(1 - third + z * np.sqrt(third), 1e-3) ** 3
    )
    low, high = np.zeros_like(x), np.full_like(x, np.inf)
    for _ in range(_NEWTON_STEPS):
        gap = gamma_below(shape, x) - p
        if (np.abs(gap) <= _NEAR * p).all():
            break
        low, high = np.where(gap < 0, x, low), np.where(gap > 0, x, high)
        step = x - gap / np.exp((shape - 1) * np.log(x) - x - log_gamma(shape))
        x = np.where((step > low) & (step < high), step, (low + np.minimum(high, 2 * x)) / 2)
    return x


def gamma_below(shape: Floats, x: Floats) -> Floats:
    """P(X <= x) for a gamma of scale 1: x^shape e^-x / Gamma(shape + 1) times 1 + x/(shape + 1) + ..."""
    term, total, k = np.ones_like(x), np.ones_like(x), 0
    while (term > _NEGLIGIBLE * total).any():
        k += 1
        term = term * x / (shape + k)
        total = total + term
    return total * np.exp(shape * np.log(x) - x - log_gamma(shape + 1))


def log_gamma(x: Floats) -> Floats:
    """log of the gamma function."""
    return np.fromiter(map(math.lgamma, x.ravel()), dtype=float, count=x.size).reshape(x.shape)


def log_factorial(k: Floats) -> Floats:
    """log k! for whole numbers of 0 or more: exact below 64, Stirling's series from there."""
    table = log_factorials(_LOOKED_UP)
    found = table[np.minimum(k, _LOOKED_UP).astype(np.int64)]
    large = k > _LOOKED_UP
    found[large] = _stirling(k[large] + 1.0)
    return found


def log_factorials(highest: int) -> Floats:
    """log k! for k = 0..highest (at least), kept for the next call."""
    return _log_factorials(max(1, highest).bit_length())


@lru_cache(maxsize=2)
def _log_factorials(bits: int) -> Floats:
    table = _stirling(np.arange(2**bits) + 1.0)
    small = min(_STIRLING_FROM, len(table))
    table[:small] = _SMALL[:small]
    table.flags.writeable = False
    return table


def _stirling(x: Floats) -> Floats:
    """log of the gamma function at x."""
    inverse = 1 / x
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    return (x - 0.5) * np.log(x) - x + 0.5 * math.log(2 * math.pi) + series
