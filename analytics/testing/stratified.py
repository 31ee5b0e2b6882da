"""A gap within like-for-like strata (staff group and level, say) instead of across them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analytics.counting import Floats, as_frame
from analytics.distributions.tails import chi_squared
from analytics.errors import CountsError
from analytics.intervals import normal_quantile, two_groups


@dataclass(frozen=True)
class Stratified:
    """What strata say together. NaN where they cannot say it.

    ratio, low, high: Mantel-Haenszel ratio of proportions, Greenland & Robins (1985) interval. cmh, p:
    Cochran-Mantel-Haenszel chi-squared (1 degree of freedom) and its p. homogeneity: p of Breslow & Day's test with
    Tarone's correction that the odds ratio is the same in all strata. odds_ratio, odds_low, odds_high:
    Mantel-Haenszel, Robins-Breslow-Greenland (1986) interval. strata: how many have somebody in both groups.
    """

    ratio: float
    low: float
    high: float
    cmh: float
    p: float
    homogeneity: float
    odds_ratio: float
    odds_low: float
    odds_high: float
    strata: int


def mantel_haenszel(frame: pl.DataFrame, level: float = 0.95, *, continuity: bool = False) -> Stratified:
    """a of n in the group against c of m in the reference, one stratum a row. Strata with one group absent are left
    out.

    continuity: take half a person off the CMH difference (Gastwirth 1984 advises against). Raises CountsError for
    counts that cannot be, nulls, or a missing column.

    >>> two = pl.DataFrame({"a": [12, 10], "n": [40, 50], "c": [48, 30], "m": [80, 100]})
    >>> result = mantel_haenszel(two)
    >>> f"{result.ratio:.3f} ({result.low:.3f} to {result.high:.3f}), p {result.p:.4f}"
    '0.564 (0.380 to 0.837), p 0.0019'
    """
    a, n, c, m = _strata(as_frame("strata", frame))
    z = normal_quantile(level)
    ratio, spread = _ratio(a, n, c, m)
    odds, odds_spread = _odds(a, n, c, m)
    cmh = _cmh(a, n, c, m, continuity=continuity)
    return Stratified(
        *_around(ratio, z * spread),
        cmh=cmh,
        p=chi_squared(cmh, 1),
        homogeneity=_tarone(a, n, c, m, odds),
        **dict(zip(("odds_ratio", "odds_low", "odds_high"), _around(odds, z * odds_spread), strict=True)),
        strata=len(a),
    )


def _strata(frame: pl.DataFrame) -> tuple[Floats, ...]:
    for column in ("a", "n", "c", "m"):
        if column not in frame.columns or frame.get_column(column).has_nulls():
            raise CountsError(f"strata: column {column} is missing, or has nulls")
    counts = two_groups(*(frame.get_column(column) for column in ("a", "n", "c", "m")))
    both = (counts[1] > 0) & (counts[3] > 0)
    return tuple(count[both] for count in counts)


def _ratio(a: Floats, n: Floats, c: Floats, m: Floats) -> tuple[float, float]:
    people = n + m
    group, reference = float((a * m / people).sum()), float((c * n / people).sum())
    variance = float(((n * m * (a + c) - a * c * people) / people**2).sum())
    return _divided(group, reference), math.sqrt(_divided(variance, group * reference))


def _odds(a: Floats, n: Floats, c: Floats, m: Floats) -> tuple[float, float]:
    people, b, d = n + m, n - a, m - c
    agree, differ = (a + d) / people, (b + c) / people
    r, s = a * d / people, b * c / people
    up, down = float(r.sum()), float(s.sum())
    mixed = float((agree * s + differ * r).sum())
    terms = [
        _divided(float((agree * r).sum()), 2 * up**2),
        _divided(mixed, 2 * up * down),
        _divided(float((differ * s).sum()), 2 * down**2),
    ]
    return _divided(up, down), math.sqrt(sum(terms))


def _cmh(a: Floats, n: Floats, c: Floats, m: Floats, *, continuity: bool) -> float:
    people, chosen = n + m, a + c
    gap = abs(float((a - n * chosen / people).sum()))
    variance = float((n * m * chosen * (people - chosen) / (people**2 * (people - 1))).sum())
    return _divided(max(0.0, gap - 0.5 * continuity) ** 2, variance)


def _tarone(a: Floats, n: Floats, c: Floats, m: Floats, odds: float) -> float:
    chosen = a + c
    open_ = (chosen > 0) & (chosen < n + m)
    a, n, m, chosen = a[open_], n[open_], m[open_], chosen[open_]
    if len(a) < 2 or not math.isfinite(odds) or odds == 0:
        return math.nan
    expected = _expected(n, m, chosen, odds)
    variance = 1 / (1 / expected + 1 / (n - expected) + 1 / (chosen - expected) + 1 / (m - chosen + expected))
    gap = a - expected
    statistic = float((gap**2 / variance).sum() - gap.sum() ** 2 / variance.sum())
    return chi_squared(max(0.0, statistic), len(a) - 1)


def _expected(n: Floats, m: Floats, chosen: Floats, odds: float) -> Floats:
    """The count at which a stratum with these margins has this odds ratio: the root that all four counts allow."""
    b = odds * (n + chosen) + m - chosen
    last = odds * n * chosen
    return 2 * last / (b + np.sqrt(np.maximum(b * b - 4 * (odds - 1) * last, 0)))


def _around(ratio: float, half: float) -> tuple[float, float, float]:
    if not (math.isfinite(ratio) and ratio > 0 and math.isfinite(half) and half > 0):
        return ratio, math.nan, math.nan
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)


def _divided(a: Any, b: Any) -> float:
    return float(a / b) if b else math.nan
