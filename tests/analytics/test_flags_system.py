"""The whole system first: what organisations show together, and what that lets us say of one of them."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from analytics.distributions.tails import student_quantile
from analytics.errors import CountsError
from analytics.flags import decide, system_pattern, system_wide
from analytics.testing import random_effects
from analytics.testing.strata import mantel_haenszel_by
from analytics.testing.stratified import mantel_haenszel
from tests.analytics.test_pooling import BCG, bcg_strata
from tests.simulate.worlds import A, draw

ROW: dict[str, Any] = {"family": "f", "adverse": True, "unknown_share": 0.0}


def trials() -> pl.DataFrame:
    return (
        bcg_strata().with_columns(pl.lit(v).alias(k) for k, v in ROW.items()).with_columns(unit=pl.int_range(pl.len()))
    )


def test_the_systems_ratio_is_mantel_and_haenszels_over_organisations() -> None:
    whole = system_wide(trials()).row(0, named=True)
    known = mantel_haenszel(bcg_strata())
    assert (whole["ratio"], whole["low"], whole["high"], whole["p"]) == pytest.approx(
        (known.ratio, known.low, known.high, known.p)
    )
    assert (whole["units"], whole["strata"]) == (13, 13)


def test_the_range_for_one_more_organisation_is_higginss() -> None:
    whole = system_wide(trials()).row(0, named=True)
    a, b, c, d = BCG.T
    pooled = random_effects(np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
    error = (pooled.high - pooled.low) / (2 * stats.norm.ppf(0.975))
    half = stats.t.ppf(0.975, 11) * np.sqrt(pooled.tau2 + error**2)
    expected = np.exp([pooled.mean - half, pooled.mean + half])
    assert whole["tau2"] == pytest.approx(0.308760, rel=1e-5)
    assert (whole["new_low"], whole["new_high"]) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("degrees", [8, 11, 30, 218])
def test_students_quantile_agrees_with_scipy(degrees: int) -> None:
    assert student_quantile(0.95, degrees) == pytest.approx(stats.t.ppf(0.975, degrees), abs=1e-4)


def test_a_gap_in_every_small_organisation_is_seen_by_the_system_alone() -> None:
    world = draw(A.gap(0.65, 1.0, organisations=40, median=60), 1, seed=5)
    decided, whole = decide(world), system_wide(world)
    assert (decided["state"] == "flag").mean() < 0.2  # type: ignore[operator]
    assert whole["positive"].to_list() == [True]
    assert "unlikely to be chance. It does not show why." in whole["words"][0]
    shared = system_pattern(decided, whole)
    assert shared.filter("testable")["system_pattern"].mean() > 0.6  # type: ignore[operator]
    assert set(shared["state"]) == set(decided["state"])


def test_no_gap_is_no_pattern() -> None:
    world = draw(A, 1, seed=6)
    whole = system_wide(world)
    assert whole["positive"].to_list() == [False]
    assert not system_pattern(decide(world), whole)["system_pattern"].any()
    assert "could be chance" in whole["words"][0]


def test_a_gap_the_other_way_is_not_positive() -> None:
    world = draw(A.gap(1.5, 1.0), 1, seed=7)
    whole = system_wide(world)
    assert whole["p"][0] < 0.001
    assert whole["positive"].to_list() == [False]


def test_bands_within_organisations_are_strata_of_their_own() -> None:
    bands = pl.concat([trials().with_columns(band=pl.lit(band)) for band in ("5", "6")])
    whole = system_wide(bands, ["band"]).row(0, named=True)
    assert (whole["units"], whole["strata"]) == (13, 26)
    assert whole["ratio"] == pytest.approx(mantel_haenszel(bcg_strata()).ratio)


def test_one_organisation_is_no_system_and_nobody_is_no_ratio() -> None:
    with pytest.raises(CountsError, match="one organisation"):
        system_wide(trials().head(1))
    calm = pl.DataFrame([{**ROW, "unit": unit, "a": 0, "n": 5, "c": 0, "m": 9} for unit in "ab"])
    whole = system_wide(calm).row(0, named=True)
    assert (whole["ratio"], whole["p"], whole["positive"]) == (None, None, False)
    assert "not evidence of fairness" in whole["words"]


def test_few_organisations_say_nothing_of_the_next_one() -> None:
    few = system_wide(trials().head(9))
    assert few.select("new_low", "new_high").row(0) == (None, None)


def test_many_comparisons_at_once_are_the_same_as_one_at_a_time() -> None:
    rng = np.random.default_rng(3)
    n, m = rng.integers(0, 60, 400), rng.integers(0, 200, 400)
    frame = pl.DataFrame({"u": np.repeat(np.arange(50), 8), "n": n, "m": m})
    frame = frame.with_columns(a=pl.Series(rng.binomial(n, 0.2)), c=pl.Series(rng.binomial(m, 0.3)))
    for (unit,), own in frame.group_by("u"):
        theirs, ours = mantel_haenszel(own), mantel_haenszel_by(frame, ["u"]).row(int(unit), named=True)  # type: ignore[call-overload]
        names = ("ratio", "low", "high", "cmh", "p", "strata")
        assert [ours[name] for name in names] == pytest.approx([getattr(theirs, name) for name in names])


def test_strata_with_holes_are_refused() -> None:
    with pytest.raises(CountsError, match="column m"):
        mantel_haenszel_by(bcg_strata().drop("m"), [])
