"""Tests of a gap agree with R, scipy and statsmodels."""

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from analytics.errors import CountsError
from analytics.testing import benjamini_hochberg, binomial_mid_p, fisher, mid_p, two_proportions_z

BH_1995 = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]
BH_1995_ADJUSTED = [
    *(0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714, 0.06385714, 0.0645),
    *(0.0765, 0.486, 0.58118182, 0.714875, 0.75323077, 0.81321429, 1),
]


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n, m = draw(st.integers(1, 400)), draw(st.integers(1, 400))
    return draw(st.integers(0, n)), n, draw(st.integers(0, m)), m


def test_the_selection_rates_have_the_reference_p_values() -> None:
    assert two_proportions_z(12, 40, 48, 80) == pytest.approx((-3.098387, 0.00194577), rel=3e-6)
    assert fisher(12, 40, 48, 80) == pytest.approx(0.00340922, rel=1e-6)
    assert fisher(12, 40, 48, 80, side="less") == pytest.approx(0.00170461, rel=3e-6)
    assert mid_p(12, 40, 48, 80) == pytest.approx(0.00214224, rel=3e-6)


def test_fisher_tastes_tea_and_counts_twins_as_r_does() -> None:
    assert fisher(3, 4, 1, 4, side="greater") == pytest.approx(0.24286, abs=5e-6)
    assert fisher(2, 17, 10, 13, side="less") == pytest.approx(0.00046518, rel=1e-5)
    assert fisher(7, 34, 1, 34) == pytest.approx(0.0544001, rel=1e-6)


@given(tables(), st.sampled_from(["two", "less", "greater"]))
def test_fisher_agrees_with_scipy(table: tuple[int, int, int, int], side: str) -> None:
    a, n, c, m = table
    words = {"two": "two-sided"}.get(side, side)
    theirs: Any = stats.fisher_exact([[a, n - a], [c, m - c]], alternative=words)
    assert fisher(a, n, c, m, side=side) == pytest.approx(theirs.pvalue, rel=1e-7, abs=1e-300)  # type: ignore[arg-type]


@given(tables())
def test_mid_p_is_twice_the_smaller_one_sided_mid_p(table: tuple[int, int, int, int]) -> None:
    a, n, c, m = table
    seen: Any = stats.hypergeom(n + m, n, a + c)
    half = seen.pmf(a) / 2
    expected = min(1, 2 * min(seen.cdf(a - 1) + half, seen.sf(a) + half))
    assert mid_p(a, n, c, m) == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_many_tables_at_once_give_the_same_as_one_at_a_time() -> None:
    rng = np.random.default_rng(7)
    n, m = rng.integers(1, 60, 300), rng.integers(1, 60, 300)
    a, c = rng.binomial(n, 0.3), rng.binomial(m, 0.4)
    one_by_one = [mid_p(int(w), int(x), int(y), int(z)) for w, x, y, z in zip(a, n, c, m, strict=True)]
    assert mid_p(a, n, c, m) == pytest.approx(one_by_one, rel=1e-12)


def test_a_large_organisation_does_not_lose_the_exact_p() -> None:
    seen: Any = stats.hypergeom(1_500_000, 300_000, 60_000)
    expected = 2 * (seen.cdf(11_799) + seen.pmf(11_800) / 2)
    assert mid_p(11_800, 300_000, 48_200, 1_200_000) == pytest.approx(expected, rel=1e-6)


@given(st.integers(1, 500), st.floats(0, 1), st.floats(0.01, 0.99))
def test_binomial_mid_p_agrees_with_scipy(n: int, at: float, p: float) -> None:
    x = round(at * n)
    seen: Any = stats.binom(n, p)
    half = seen.pmf(x) / 2
    expected = min(1, 2 * min(seen.cdf(x - 1) + half, seen.sf(x) + half))
    assert binomial_mid_p(x, n, p) == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_the_verdict_of_hazelwood_turns_on_the_benchmark() -> None:
    assert binomial_mid_p(15, 405, 0.154) < 1e-10
    assert binomial_mid_p(15, 405, 0.057) > 0.05


def test_a_benchmark_of_nought_or_one_is_met_or_impossible() -> None:
    assert binomial_mid_p(0, 12, 0.0) == binomial_mid_p(12, 12, 1.0) == 1
    assert binomial_mid_p(3, 12, 0.0) == 0


@given(tables())
def test_the_pooled_z_agrees_with_statsmodels(table: tuple[int, int, int, int]) -> None:
    a, n, c, m = table
    z, p = two_proportions_z(a, n, c, m)
    if a + c in (0, n + m):
        assert math.isnan(z) and math.isnan(p)
    else:
        assert (z, p) == pytest.approx(proportions_ztest([a, c], [n, m]), rel=1e-9, abs=1e-12)


def test_an_empty_group_has_no_p() -> None:
    assert math.isnan(fisher(0, 0, 1, 3))
    assert math.isnan(mid_p(1, 3, 0, 0))
    assert math.isnan(binomial_mid_p(0, 0, 0.5))
    assert fisher(pl.Series([0, 3, None]), pl.Series([0, 4, 2]), 1, 4).is_null().to_list() == [True, False, True]


def test_only_one_possible_table_says_nothing() -> None:
    assert fisher(3, 3, 5, 5) == mid_p(3, 3, 5, 5) == fisher(0, 4, 0, 9) == 1


def test_benjamini_and_hochberg_1995_is_reproduced() -> None:
    adjusted = benjamini_hochberg(np.array(BH_1995))
    assert adjusted == pytest.approx(BH_1995_ADJUSTED, rel=1e-6)
    assert int((adjusted <= 0.05).sum()) == 4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_adjusted_p_agrees_with_statsmodels_whatever_the_order(p: list[float], random: object) -> None:
    adjusted = benjamini_hochberg(np.array(p))
    assert adjusted == pytest.approx(multipletests(p, method="fdr_bh")[1], rel=1e-12, abs=1e-300)
    assert (adjusted >= np.array(p) * (1 - 1e-12)).all()
    order = np.argsort(p)[::-1]
    assert benjamini_hochberg(np.array(p)[order]) == pytest.approx(adjusted[order])


def test_missing_p_values_are_not_counted() -> None:
    assert benjamini_hochberg(pl.Series([0.01, None, 0.04])).to_list() == pytest.approx([0.02, None, 0.04])
    with_nan = benjamini_hochberg(np.array([0.01, np.nan, 0.04]))
    assert with_nan[[0, 2]] == pytest.approx([0.02, 0.04])
    assert math.isnan(with_nan[1])
    assert benjamini_hochberg(0.03) == 0.03
    assert len(benjamini_hochberg(np.array([]))) == 0


def test_impossible_p_values_sides_and_benchmarks_are_refused() -> None:
    with pytest.raises(CountsError, match="between 0 and 1"):
        benjamini_hochberg(np.array([0.5, 1.2]))
    with pytest.raises(CountsError, match="side"):
        fisher(1, 2, 1, 2, side="both")  # type: ignore[arg-type]
    with pytest.raises(CountsError, match="share"):
        binomial_mid_p(1, 2, 1.5)
    with pytest.raises(CountsError, match="more than"):
        mid_p(3, 2, 1, 2)
