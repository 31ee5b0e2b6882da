"""Strata, over-dispersion, shrinkage and funnels reproduce published analyses."""

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from analytics.distributions.normal import normal_score
from analytics.distributions.tails import chi_squared, log_factorials
from analytics.errors import CountsError
from analytics.published import civil_service
from analytics.testing import (
    funnel_limits,
    mantel_haenszel,
    over_dispersion,
    poisson_funnel_limits,
    random_effects,
    shrink,
)
from tests.analytics.builders import reference

BERKELEY = (
    pl.DataFrame(  # Bickel and others 1975: admitted and all applicants, men (group) and women, departments A to F
        {
            "a": [512, 353, 120, 138, 53, 22],
            "n": [825, 560, 325, 417, 191, 373],
            "c": [89, 17, 202, 131, 94, 24],
            "m": [108, 25, 593, 375, 393, 341],
        }
    )
)
BCG = np.array(  # Colditz and others 1994: cases and others among the vaccinated, then among the controls
    [
        *([4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761]),
        *([180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232]),
        *([17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825]),
    ]
)


def log_risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = BCG.T
    return np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def bcg_strata() -> pl.DataFrame:
    a, b, c, d = BCG.T
    return pl.DataFrame({"a": a, "n": a + b, "c": c, "m": c + d})


def test_the_berkeley_gap_vanishes_within_departments() -> None:
    within = mantel_haenszel(BERKELEY)
    odds = (within.odds_ratio, within.odds_low, within.odds_high)
    assert odds == pytest.approx((0.90469683, 0.77190736, 1.06032976), rel=1e-6)
    assert within.cmh == pytest.approx(1.5246067, rel=1e-6)
    corrected = mantel_haenszel(BERKELEY, continuity=True)
    assert (corrected.cmh, corrected.p) == pytest.approx((1.42695, 0.23226), abs=5e-6)
    assert mantel_haenszel(BERKELEY.sum()).cmh > 90


def test_the_vaccine_trials_pool_as_in_metafor() -> None:
    pooled = random_effects(*log_risk_ratios())
    assert (pooled.fixed, pooled.fixed_low, pooled.fixed_high) == pytest.approx((-0.4303, -0.5097, -0.3509), abs=5e-5)
    assert (pooled.q, pooled.tau2, pooled.i2) == pytest.approx((152.233008, 0.308760, 0.92117347), rel=2e-6)
    assert (pooled.mean, pooled.low, pooled.high) == pytest.approx((-0.7141, -1.0644, -0.3638), abs=5e-5)
    assert mantel_haenszel(bcg_strata()).ratio == pytest.approx(0.6353, abs=5e-5)


def test_shrunken_estimates_are_the_posterior_means_of_the_trials() -> None:
    drawn_in = shrink(*log_risk_ratios())
    assert drawn_in[:5] == pytest.approx([-0.7994, -1.2486, -0.9844, -1.3973, -0.2882], abs=5e-5)


@settings(max_examples=60)
@given(st.integers(0, 10_000))
def test_strata_agree_with_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = rng.integers(5, 200, 6), rng.integers(5, 200, 6)
    a, c = rng.binomial(n, 0.3), rng.binomial(m, 0.4)
    ours = mantel_haenszel(pl.DataFrame({"a": a, "n": n, "c": c, "m": m}))
    theirs: Any = StratifiedTable(
        [np.array([[p, q - p], [r, s - r]], float) for p, q, r, s in zip(a, n, c, m, strict=True)]
    )
    assert ours.ratio == pytest.approx(theirs.riskratio_pooled)
    assert (ours.odds_low, ours.odds_high) == pytest.approx(theirs.oddsratio_pooled_confint())
    assert ours.p == pytest.approx(theirs.test_null_odds().pvalue)
    assert ours.homogeneity == pytest.approx(theirs.test_equal_odds(adjust=True).pvalue, rel=1e-6)


def test_strata_without_one_of_the_groups_are_left_out() -> None:
    alone = pl.DataFrame({"a": [3], "n": [9], "c": [0], "m": [0]})
    both = mantel_haenszel(pl.concat([BERKELEY, alone]))
    assert both == mantel_haenszel(BERKELEY)
    assert math.isnan(mantel_haenszel(alone).ratio)
    assert mantel_haenszel(alone).strata == 0


def test_no_event_in_any_stratum_is_no_ratio() -> None:
    nothing = mantel_haenszel(pl.DataFrame({"a": [0, 0], "n": [9, 4], "c": [0, 0], "m": [8, 3]}))
    assert math.isnan(nothing.ratio) and math.isnan(nothing.p) and math.isnan(nothing.homogeneity)


def test_strata_with_holes_are_refused() -> None:
    with pytest.raises(CountsError, match="column m"):
        mantel_haenszel(BERKELEY.drop("m"))
    with pytest.raises(CountsError, match="column a"):
        mantel_haenszel(BERKELEY.with_columns(a=pl.lit(None, dtype=pl.Int64)))


def test_units_that_differ_by_chance_alone_are_not_over_dispersed() -> None:
    rng = np.random.default_rng(5)
    phis = [over_dispersion(rng.normal(size=200), np.ones(200), centre=0.0, correction=0.6786)[0] for _ in range(200)]
    assert np.mean(phis) == pytest.approx(1.03, abs=0.04)
    assert min(phis) == 1


def test_over_dispersion_of_the_civil_service_organisations() -> None:
    cells = civil_service(reference("civil_service_2021/diversity_ethnicity_4.csv"))
    n = pl.col("n")
    rates = cells.group_by("organisation").agg(
        a=n.filter(pl.col("group") == "ethnic_minority").sum(),
        n=n.filter(pl.col("group").is_in(["ethnic_minority", "white"])).sum(),
    )
    rates = rates.filter(pl.col("n") >= 50)
    a, known = rates["a"].to_numpy(), rates["n"].to_numpy()
    p0 = a.sum() / known.sum()
    assert (len(a), p0) == (96, pytest.approx(0.143289, abs=5e-7))
    variance = p0 * (1 - p0) / known
    assert int((np.abs(a / known - p0) > 3.09 * np.sqrt(variance)).sum()) == 76
    phi, tau2 = over_dispersion(a / known, variance, centre=float(p0), correction=1)
    assert (phi, math.sqrt(tau2)) == pytest.approx((74.17, 0.04874), rel=2e-4)
    assert int((np.abs(a / known - p0) > 3.09 * np.sqrt(variance + tau2)).sum()) == 4


def test_one_unit_has_no_spread() -> None:
    assert all(math.isnan(figure) for figure in over_dispersion(np.array([0.1]), np.array([0.2])))
    assert random_effects(np.array([0.1]), np.array([0.2])).tau2 == 0
    assert math.isnan(random_effects(np.array([]), np.array([])).mean)


def test_estimates_without_a_variance_are_refused() -> None:
    for v in (np.array([0.1, 0.0]), np.array([0.1, np.nan])):
        with pytest.raises(CountsError):
            shrink(np.array([1.0, 2.0]), v)
    with pytest.raises(CountsError, match="tau2"):
        shrink(np.array([1.0, 2.0]), np.array([0.1, 0.1]), tau2=-1)


@settings(max_examples=50)
@given(st.integers(1, 2000), st.floats(0.02, 0.98), st.sampled_from([0.95, 0.998]))
def test_funnel_limits_interpolate_the_exact_binomial(n: int, p0: float, level: float) -> None:
    seen: Any = stats.binom(n, p0)
    r = np.arange(n + 1)
    limits = []
    for p in ((1 - level) / 2, (1 + level) / 2):
        at = int(np.argmax(seen.cdf(r) > p))
        limits.append(np.clip((at - (seen.cdf(at) - p) / seen.pmf(at)) / n, 0, 1))
    assert funnel_limits(n, p0, level) == pytest.approx(limits, abs=1e-7)


def test_funnel_limits_close_in_on_the_middle_as_units_grow() -> None:
    low, high = funnel_limits(pl.Series([20, 200, 20_000]), 0.2)
    assert low.is_sorted() and high.is_sorted(descending=True)
    assert high[2] - low[2] < 0.012
    assert funnel_limits(pl.Series([0, 5]), 0.2)[0].is_null().to_list() == [True, False]


def test_poisson_limits_are_those_of_the_nhs_r_community() -> None:
    expected = np.array([15.0, 20.0, 30.0])
    low, high = poisson_funnel_limits(expected)
    assert low == pytest.approx([0.5596924, 0.6108260, 0.6746958], rel=1e-6)
    assert high == pytest.approx([1.649348, 1.544419, 1.427562], rel=1e-6)
    low, high = poisson_funnel_limits(expected, level=0.998)
    assert low == pytest.approx([0.3862650, 0.4479107, 0.5289724], rel=1e-6)
    assert high == pytest.approx([2.082907, 1.902094, 1.702771], rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-3, 2e3), st.sampled_from([0.9, 0.95, 0.998]))
def test_poisson_limits_agree_with_scipy(expected: float, level: float) -> None:
    chi: Any = stats.chi2
    limits = chi.ppf((1 - level) / 2, 2 * expected), chi.ppf((1 + level) / 2, 2 * (expected + 1))
    found = poisson_funnel_limits(expected, level)
    assert found == pytest.approx([limit / 2 / expected for limit in limits], rel=1e-8, abs=1e-300)


def test_nothing_expected_has_no_poisson_limits_and_less_than_nothing_is_refused() -> None:
    assert poisson_funnel_limits(pl.Series([0.0, 5.0]))[0].is_null().to_list() == [True, False]
    with pytest.raises(CountsError, match="negative"):
        poisson_funnel_limits(-1.0)
    with pytest.raises(CountsError, match="level"):
        poisson_funnel_limits(1.0, level=1)


@given(st.floats(0, 500), st.integers(1, 60))
def test_the_chi_squared_tail_agrees_with_scipy(x: float, degrees: int) -> None:
    assert chi_squared(x, degrees) == pytest.approx(stats.chi2.sf(x, degrees), rel=1e-9, abs=1e-300)


@given(st.floats(1e-300, 1))
def test_the_score_of_a_p_agrees_with_scipy(p: float) -> None:
    assert float(normal_score(np.array(p))) == pytest.approx(float(stats.norm.isf(p / 2)), rel=1e-12, abs=1e-12)


def test_a_p_of_nought_is_beyond_every_score_and_none_has_none() -> None:
    found = normal_score(np.array([0.0, 1.0, np.nan, 5e-324]))
    assert found[0] == math.inf and found[1] == 0 and math.isnan(found[2]) and 37 < found[3] < 38


def test_log_factorials_agree_with_the_standard_library() -> None:
    k = np.array([0, 1, 5, 63, 64, 65, 1000, 1_000_000])
    assert log_factorials(1_000_000)[k] == pytest.approx([math.lgamma(i + 1) for i in k], rel=1e-14)
