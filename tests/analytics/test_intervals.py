"""Intervals agree with published tables and with statsmodels, and refuse counts that cannot be."""

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats import proportion as peer
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analytics.errors import CountsError
from analytics.intervals import risk_difference, risk_ratio, wilson

people = st.integers(1, 3000)


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n, m = draw(people), draw(people)
    return draw(st.integers(0, n)), n, draw(st.integers(0, m)), m


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.255289, 0.366210),
        (15, 148, 0.062386, 0.160487),
        (0, 20, 0, 0.161125),
        (1, 29, 0.006113, 0.171755),
        (29, 29, 0.883030, 1),
    ],
)
def test_wilson_gives_the_intervals_of_newcombe_1998(x: int, n: int, low: float, high: float) -> None:
    assert wilson(x, n) == pytest.approx((low, high), abs=5e-7)


def test_wilson_gives_the_interval_of_the_statsmodels_test_suite() -> None:
    assert wilson(19, 38) == pytest.approx((0.348499283643951, 0.651500716356049), rel=1e-12)


@given(st.integers(1, 100_000), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels(n: int, share: float, level: float) -> None:
    x = round(share * n)
    assert wilson(x, n, level) == pytest.approx(proportion_confint(x, n, 1 - level, "wilson"), rel=1e-9, abs=1e-12)


def test_nobody_in_the_denominator_is_no_estimate() -> None:
    assert all(math.isnan(bound) for bound in wilson(0, 0))
    assert all(math.isnan(figure) for figure in risk_difference(0, 0, 3, 10))
    assert all(math.isnan(figure) for figure in risk_ratio(0, 0, 3, 10))
    assert all(math.isnan(figure) for figure in risk_ratio(3, 10, 0, 0))


def test_the_ratio_of_selection_rates_has_the_reference_intervals() -> None:
    assert risk_ratio(12, 40, 48, 80) == pytest.approx((0.5, 0.293345, 0.793865), abs=5e-7)
    assert risk_ratio(12, 40, 48, 80, method="katz") == pytest.approx((0.5, 0.301433, 0.829372), abs=5e-7)
    assert risk_difference(12, 40, 48, 80) == pytest.approx((-0.3, -0.455876, -0.110768), abs=5e-7)


def test_the_ratio_of_fagerland_and_others_2015_is_reproduced() -> None:
    assert risk_ratio(7, 34, 1, 34) == pytest.approx((7, 1.220853, 42.575718), abs=5e-7)
    ratio, low, high = risk_ratio(7, 34, 1, 34, method="katz")
    assert (ratio, round(low, 2), round(high)) == (7, 0.91, 54)
    assert [round(figure, 3) for figure in risk_difference(7, 34, 1, 34)[1:]] == [0.019, 0.340]


@settings(max_examples=60, deadline=None)
@given(tables())
def test_the_score_interval_agrees_with_statsmodels(table: tuple[int, int, int, int]) -> None:
    a, n, c, m = table
    assume(0 < a < n and 0 < c < m)  # at the edges the other's search for a root can stop at its starting point
    expected = confint_proportions_2indep(a, n, c, m, compare="ratio", method="score", correction=False)
    assert risk_ratio(a, n, c, m)[1:] == pytest.approx(expected, rel=2e-5)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # from the other library, where a rate is 0 or 1
@settings(max_examples=100, deadline=None)
@given(tables())
def test_a_ratio_at_the_end_of_the_score_interval_is_rejected_at_just_that_level(
    table: tuple[int, int, int, int],
) -> None:
    ends = [end for end in risk_ratio(*table)[1:] if 0 < end < math.inf]
    for end in ends:
        theirs: Any = peer.test_proportions_2indep(*table, value=end, compare="ratio", method="score", correction=False)
        assert theirs.pvalue == pytest.approx(0.05, rel=1e-4)


@given(tables())
def test_the_difference_agrees_with_statsmodels(table: tuple[int, int, int, int]) -> None:
    expected = confint_proportions_2indep(*table, compare="diff", method="newcomb")
    assert risk_difference(*table)[1:] == pytest.approx(expected, rel=1e-7, abs=1e-9)


@given(tables())
def test_the_score_interval_holds_the_ratio_and_turns_over_with_the_groups(table: tuple[int, int, int, int]) -> None:
    a, n, c, m = table
    ratio, low, high = risk_ratio(a, n, c, m)
    if a == c == 0:
        assert math.isnan(ratio)
        return
    assert low <= ratio * (1 + 1e-9) and ratio <= high * (1 + 1e-9)
    other = risk_ratio(c, m, a, n)
    assert other[1] == pytest.approx(1 / high if high else math.inf, rel=1e-6)


def test_no_event_in_the_group_is_a_ratio_of_nought_with_an_upper_bound() -> None:
    ratio, low, high = risk_ratio(0, 10, 3, 9)
    assert (ratio, low) == (0, 0)
    assert 0 < high < 1
    assert all(math.isnan(bound) for bound in risk_ratio(0, 10, 3, 9, method="katz")[1:])


def test_no_event_in_the_reference_is_a_ratio_without_an_upper_bound() -> None:
    ratio, low, high = risk_ratio(3, 9, 0, 10)
    assert ratio == high == math.inf
    assert low > 1


def test_no_event_on_either_side_is_not_a_ratio_of_one() -> None:
    assert all(math.isnan(figure) for figure in risk_ratio(0, 10, 0, 12))


def test_arrays_and_series_come_back_as_they_were_given() -> None:
    low, high = wilson(np.array([81, 0]), np.array([263, 20]))
    assert low == pytest.approx([0.255289, 0], abs=1e-6)
    assert high == pytest.approx([0.366210, 0.161125], abs=1e-6)
    low, _ = wilson(pl.Series([81, None, 0]), pl.Series([263, 5, 0]))
    assert isinstance(low, pl.Series)
    assert low.is_null().to_list() == [False, True, True]
    assert wilson([19, 29], [38, 29])[1] == pytest.approx([0.651501, 1], abs=1e-6)  # type: ignore[type-var]
    assert isinstance(risk_ratio(12, 40, 48, 80)[0], float)
    assert risk_ratio(pl.Series([12, 0]), 40, 48, 80)[0].to_list() == [0.5, 0]


@pytest.mark.parametrize(
    ("x", "n", "words"),
    [
        (-1, 5, "negative"),
        (1.5, 5, "not a whole number"),
        (6, 5, "more than"),
        (math.nan, 5, "not a number"),
        (math.inf, 5, "infinite"),
    ],
)
def test_counts_that_cannot_be_are_refused(x: float, n: int, words: str) -> None:
    with pytest.raises(CountsError, match=words):
        wilson(x, n)
    with pytest.raises(CountsError, match=words):
        risk_ratio(1, 5, x, n)


def test_a_level_that_is_no_level_is_refused() -> None:
    for level in (0, 1, 95):
        with pytest.raises(CountsError, match="level"):
            wilson(1, 2, level)


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(CountsError, match="lengths differ"):
        wilson(np.array([1, 2]), np.array([3, 4, 5]))
