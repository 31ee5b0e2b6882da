"""Intervals for a proportion, for a ratio of two and for a difference of two.

Each takes numbers, numpy arrays or polars Series and gives the same back. Where there is no estimate (nobody in the
denominator, no event on either side) the answer is NaN, or null in a Series: never a reference number.
"""

from collections.abc import Callable
from statistics import NormalDist
from typing import Any, Literal

import numpy as np

from analytics.counting import AnyNumbers, Floats, Numbers, broadcast, confidence, events_of, like
from analytics.errors import CountsError

LOG_RATIO_BOUND = 60.0
BISECTIONS = 15
LINES = 8


def normal_quantile(level: float) -> float:
    """z with `level` of a standard normal between -z and z. Raises CountsError unless 0 < level < 1."""
    return -NormalDist().inv_cdf((1 - confidence(level)) / 2)


def wilson(successes: Numbers, n: Numbers | float, level: float = 0.95) -> tuple[Numbers, Numbers]:
    """Wilson's score interval for a proportion, as (low, high) between 0 and 1 (Wilson 1927; no continuity correction).

    0 of 0 gives NaN (null in a Series). Raises CountsError for counts that cannot be.

    >>> low, high = wilson(81, 263)
    >>> f"{low:.6f} {high:.6f}"
    '0.255289 0.366210'
    >>> wilson(0, 0)
    (nan, nan)
    """
    x, people = events_of("successes", successes, "n", n)
    low, high = wilson_bounds(x, people, normal_quantile(level))
    return like([successes, n], low), like([successes, n], high)


def wilson_bounds(x: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    """The interval on checked counts, kept to 0 at x = 0 and to 1 at x = n, where it is so exactly."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share, scale = x / n, 1 + z * z / n
        middle = (share + z * z / (2 * n)) / scale
        half = z / scale * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        low = np.where((x == 0) & (n > 0), 0.0, middle - half)
        high = np.where((x == n) & (n > 0), 1.0, middle + half)
    return low, high


def risk_difference(
    a: Numbers, n: Numbers | float, c: Numbers | float, m: Numbers | float, level: float = 0.95
) -> tuple[Numbers, Numbers, Numbers]:
    """a/n - c/m with Newcombe's hybrid score interval (Newcombe 1998, method 10), as (difference, low, high).

    NaN (null in a Series) where n or m is 0. Raises CountsError for counts that cannot be.

    >>> "{:.4f} {:.6f} {:.6f}".format(*risk_difference(12, 40, 48, 80))
    '-0.3000 -0.455876 -0.110768'
    """
    (a_, n_, c_, m_), z = two_groups(a, n, c, m), normal_quantile(level)
    (low_1, high_1), (low_2, high_2) = wilson_bounds(a_, n_, z), wilson_bounds(c_, m_, z)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = a_ / n_, c_ / m_
    low = p - q - np.hypot(p - low_1, high_2 - q)
    high = p - q + np.hypot(high_1 - p, q - low_2)
    return like([a, n, c, m], p - q), like([a, n, c, m], low), like([a, n, c, m], high)


def risk_ratio(
    a: Numbers,
    n: Numbers | float,
    c: Numbers | float,
    m: Numbers | float,
    level: float = 0.95,
    method: Literal["koopman", "katz"] = "koopman",
) -> tuple[Numbers, Numbers, Numbers]:
    """(a/n) / (c/m) as (ratio, low, high): Koopman's score interval (1984), or Katz's log interval (1978).

    No event on either side, or nobody in a group, is no estimate: NaN (null in a Series). With a = 0 the ratio and
    its low end are 0; with c = 0 the ratio and its high end are infinite; Katz's interval is undefined for both and
    comes back NaN. Raises CountsError for counts that cannot be.

    >>> "{:.2f} {:.6f} {:.6f}".format(*risk_ratio(12, 40, 48, 80))
    '0.50 0.293345 0.793865'
    >>> "{:.2f} {:.6f} {:.6f}".format(*risk_ratio(12, 40, 48, 80, method="katz"))
    '0.50 0.301433 0.829372'
    """
    if method not in ("koopman", "katz"):
        raise CountsError(f"method: {method!r} is neither koopman nor katz")
    counts, z = two_groups(a, n, c, m), normal_quantile(level)
    ratio = _ratio(*counts)
    low, high = _koopman(*counts, z) if method == "koopman" else _katz(*counts, z)
    none = np.isnan(ratio)
    low, high = np.where(none, np.nan, low), np.where(none, np.nan, high)
    return like([a, n, c, m], ratio), like([a, n, c, m], low), like([a, n, c, m], high)


def two_groups(a: AnyNumbers, n: AnyNumbers, c: AnyNumbers, m: AnyNumbers) -> tuple[Floats, Floats, Floats, Floats]:
    """Checked counts, a of n in the group and c of m in the reference, in one shape. Raises CountsError."""
    a_, n_, c_, m_ = broadcast(*events_of("a", a, "n", n), *events_of("c", c, "m", m))
    return a_, n_, c_, m_


def _ratio(a: Floats, n: Floats, c: Floats, m: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((n > 0) & (m > 0), (a * m) / (n * c), np.nan)


def _katz(a: Floats, n: Floats, c: Floats, m: Floats, z: float) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        half = z * np.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
        log_ratio = np.log(a * m / (n * c))
        undefined = (a == 0) | (c == 0)
        low, high = np.exp(log_ratio - half), np.exp(log_ratio + half)
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def _koopman(a: Floats, n: Floats, c: Floats, m: Floats, z: float) -> tuple[Floats, Floats]:
    low = np.where(a == 0, 0.0, _where_score_is(z, a, n, c, m))
    high = np.where(c == 0, np.inf, _where_score_is(-z, a, n, c, m))
    return low, high


def _where_score_is(target: float, a: Floats, n: Floats, c: Floats, m: Floats) -> Floats:
    """The ratio at which the score equals `target`: the score falls as the ratio grows, so halve the log scale until it
    is nearly straight, then draw lines."""
    under, over = np.full(a.shape, -LOG_RATIO_BOUND), np.full(a.shape, LOG_RATIO_BOUND)
    for _ in range(BISECTIONS):
        middle = (under + over) / 2
        above = _score(np.exp(middle), a, n, c, m) > target
        under, over = np.where(above, middle, under), np.where(above, over, middle)
    return np.exp(_drawn(lambda x: _score(np.exp(x), a, n, c, m) - target, under, over))


def _drawn(gap_at: Callable[[Floats], Floats], under: Floats, over: Floats) -> Floats:
    """Where a falling function, nearly straight between `under` and `over`, is 0: where the line between its ends
    crosses 0, again and again; an end that stays twice counts half (the Illinois way)."""
    high, low, before, middle = gap_at(under), gap_at(over), np.zeros(under.shape), under
    for _ in range(LINES):
        with np.errstate(invalid="ignore", divide="ignore"):
            crossing = (under * low - over * high) / (low - high)
        middle = np.where((crossing >= under) & (crossing <= over), crossing, (under + over) / 2)
        gap = gap_at(middle)
        side = np.where(gap > 0, 1, -1)
        stayed = np.where(side == before, 0.5, 1.0)
        high, low = np.where(side > 0, gap, high * stayed), np.where(side > 0, low * stayed, gap)
        under, over, before = np.where(side > 0, middle, under), np.where(side > 0, over, middle), side
    return middle


def _score(ratio: Floats, a: Floats, n: Floats, c: Floats, m: Floats) -> Any:
    """Score statistic of the hypothesis p = ratio * q, at the likeliest p and q that obey it (Miettinen & Nurminen
    1985)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        b, last = ratio * (n + c) + a + m, ratio * (a + c)
        p = 2 * last / (b + np.sqrt(np.maximum(b * b - 4 * (n + m) * last, 0)))
        q = p / ratio
        gap = a / n - ratio * c / m
        variance = np.maximum(p * (1 - p), 0) / n + ratio**2 * np.maximum(q * (1 - q), 0) / m
        return np.where(gap == 0, 0.0, gap / np.sqrt(variance))
