"""Observed beside expected events of units (organisations, staff groups) -> how sure a raised figure is, and a state.

METHOD. p: exact Poisson mid-P by doubling, its score z widened or narrowed to the variance V that the events have (see
`standardised`; the expected number where the expectation comes from elsewhere): p = 2 Phi(-|z| sqrt(E / V)). Of ten
units or more of a family, the variance tau2 between them beyond chance is that of Spiegelhalter (2005, QSHC 14:347)
from winsorised scores, and q is Benjamini & Hochberg's over the family of 2 Phi(-|z| sqrt(E / (V + tau2 E^2))). low and
high are the exact interval of the events (Garwood 1936) over those expected.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.distributions.normal import normal_score
from analytics.distributions.tails import normal_two_sided
from analytics.flags.rule import DEFAULT, FlagRule
from analytics.intervals import normal_quantile
from analytics.standardised.poisson import interval, mid_p
from analytics.testing import benjamini_hochberg
from analytics.testing.dispersion import over_dispersion

FLAG, WATCH, AS_EXPECTED, TOO_LITTLE = STATES = ("flag", "watch", "as_expected", "too_little")
STATE: Final = pl.Enum(STATES)
LEAST_EXPECTED: Final = 5.0
POWER: Final = 0.80


def judged(units: pl.DataFrame, family: Sequence[str] = (), rule: FlagRule = DEFAULT) -> pl.DataFrame:
    """Adds o_e, low, high, p, q, state, smallest_gap and tau2 to rows with people, observed, expected and variance.

    The families, rows alike in the columns `family`, are what is compared together. state: flag, above the band with a
    q of the rule's or less; watch, above the band with p of 0.05 or less; too_little, fewer people than the rule's
    floor, fewer than 5 events expected, or nobody to compare with; else as_expected, which is no proof that all is
    well: smallest_gap is the least o_e that had a chance of 0.8 to be told from 1.
    """
    numbered = units.with_row_index("_row")
    parts = numbered.partition_by(family, maintain_order=True) if family else [numbered]
    found = pl.concat(_family(part, rule) for part in parts).sort("_row").drop("_row")
    seen, expected = (found.get_column(name).cast(pl.Float64).to_numpy() for name in ("observed", "expected"))
    bounds = zip(("low", "high"), _over(interval(seen), expected), strict=True)
    ends = [pl.Series(name, end, nan_to_null=True) for name, end in bounds]
    return found.with_columns(ends).select(
        *units.columns, "o_e", "low", "high", pl.exclude(*units.columns, "o_e", "low", "high")
    )


def _family(units: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    people, seen, expected, variance = (
        units.get_column(name).cast(pl.Float64).to_numpy() for name in ("people", "observed", "expected", "variance")
    )
    told = (people >= rule.fewest) & (expected >= LEAST_EXPECTED) & (variance > 0)
    o_e = np.divide(seen, expected, out=np.full(len(seen), np.nan), where=expected > 0)
    score, tau2 = np.zeros(len(seen)), 0.0
    score[told] = normal_score(mid_p(seen[told], expected[told])) * np.sqrt(expected[told] / variance[told])
    if told.sum() >= rule.large:
        away = np.copysign(score, seen - expected)[told]
        error = np.sqrt(variance[told]) / expected[told]
        tau2 = over_dispersion(away * error, error**2, centre=0.0)[1]
    wide = variance + tau2 * expected**2
    p, q, gap = (np.full(len(seen), np.nan) for _ in range(3))
    p[told] = normal_two_sided(score[told])
    q[told] = benjamini_hochberg(normal_two_sided(score[told] * np.sqrt(variance[told] / wide[told])))
    gap[told] = _smallest_gap(expected[told], wide[told])
    figures = {"o_e": o_e, "p": p, "q": q, "smallest_gap": gap}
    added = [pl.Series(name, values, nan_to_null=True) for name, values in figures.items()]
    allowed = rule.q if told.sum() >= rule.large else rule.q_small
    return units.with_columns(*added, tau2=pl.lit(tau2)).with_columns(state=_state(pl.Series(told), allowed, rule))


def _over(bounds: tuple[Floats, Floats], expected: Floats) -> tuple[Floats, Floats]:
    low, high = (np.divide(b, expected, out=np.full(len(b), np.nan), where=expected > 0) for b in bounds)
    return low, high


def _state(told: pl.Series, allowed: float, rule: FlagRule) -> pl.Expr:
    raised = pl.col("observed") * rule.edge > pl.col("expected")
    state = (
        pl.when(~told)
        .then(pl.lit(TOO_LITTLE))
        .when(raised & (pl.col("q") <= allowed))
        .then(pl.lit(FLAG))
        .when(raised & (pl.col("p") <= rule.convincing))
        .then(pl.lit(WATCH))
        .otherwise(pl.lit(AS_EXPECTED))
    )
    return state.cast(STATE)


def _smallest_gap(expected: Floats, variance: Floats) -> Floats:
    """r where r E - E is as much as z(0.975) errors at 1 and z(0.8) errors at r, the variance growing with r."""
    by_chance, unlucky = normal_quantile(0.95), normal_quantile(2 * POWER - 1)
    error = np.sqrt(variance)
    root = unlucky * error + np.sqrt(unlucky**2 * variance + 4 * expected * (expected + by_chance * error))
    return (root / (2 * expected)) ** 2
