"""Limits of the funnel: as published where only chance is at work, as the flags where units differ. And full-time
equivalents, which give no organisation's part away."""

import numpy as np
import polars as pl
import pytest

from analytics.disclosure import DEFAULT
from analytics.released.retention import equivalents, raised
from analytics.released.retention.counted import framed
from analytics.standardised.poisson import reached
from tests.analytics.seen import KEYS, Seen, seen

ENDS = [name for names in raised.LIMITS.values() for name in names]


@pytest.fixture(scope="module")
def release() -> Seen:
    return seen(15_000, 12, 2)


def test_limits_of_chance_alone_are_those_of_the_published_funnel() -> None:
    """FunnelPlotR's Poisson limits at 15, 20 and 30 expected, which are exact; 99.8 in 100 is 3.09 errors."""
    expected = np.array([15.0, 20.0, 30.0])
    low, high = reached(expected, np.full(3, 1.959964))
    assert low.tolist() == pytest.approx([0.5596924, 0.6108260, 0.6746958], abs=1e-3)
    assert high.tolist() == pytest.approx([1.649348, 1.544419, 1.427562], abs=1e-3)
    low, high = reached(expected, np.full(3, 3.090232))
    assert low.tolist() == pytest.approx([0.3862650, 0.4479107, 0.5289724], abs=4e-3)
    assert high.tolist() == pytest.approx([2.082907, 1.902094, 1.702771], abs=4e-3)


def units(lasting: float, count: int = 400, seed: int = 3) -> pl.DataFrame:
    """Units of one family that differ lastingly by so much in the log ratio."""
    rng = np.random.default_rng(seed)
    expected = rng.integers(10, 300, count).astype(float)
    observed = rng.poisson(expected * np.exp(rng.normal(0, lasting, count)))
    numbers = {"observed": observed, "expected": expected, "variance": expected, "people": expected * 12}
    return pl.DataFrame({"row": range(count), "family": "all", "focus": "all"} | numbers)


def outside(found: pl.DataFrame, ends: tuple[str, str]) -> float:
    ratio = pl.col("observed") / pl.col("expected")
    return float(found.select(~ratio.is_between(*ends)).to_series().to_numpy().mean())


@pytest.mark.parametrize("lasting", [0.0, 0.15, 0.3])
def test_about_five_in_a_hundred_units_lie_outside_where_nothing_else_is_at_work(lasting: float) -> None:
    found = raised.with_limits(raised.verdict(units(lasting)))
    assert 0.02 <= outside(found, raised.LIMITS[0.95]) <= 0.08
    assert outside(found, raised.LIMITS[0.998]) <= 0.012


def test_limits_that_leave_lasting_differences_out_would_have_many_outside() -> None:
    """The failing control."""
    found = raised.with_limits(raised.verdict(units(0.3)).with_columns(between=pl.lit(0.0)))
    assert outside(found, raised.LIMITS[0.95]) > 0.3


def test_limits_stand_beside_shown_figures_only_and_hold_1(release: Seen) -> None:
    told = release.released.expected.frame
    assert told.filter(pl.col("observed").is_null() & pl.any_horizontal(pl.col(ENDS).is_not_null())).is_empty()
    shown = told.drop_nulls("o_e")
    order = ["far_low", "limit_low", "limit_high", "far_high"]
    assert shown.height > 20
    assert (
        shown.select(pl.concat_list(*order[:2], pl.lit(1.0), *order[2:]).list.diff().list.min()).to_series() >= 0
    ).all()
    assert (shown["limit_low"] >= 0).all()


def test_what_is_flagged_lies_outside_the_limits() -> None:
    found = raised.with_limits(
        raised.verdict(units(0.1).with_columns(observed=pl.col("observed") + (pl.col("row") < 8) * pl.col("expected")))
    )
    flagged = found.filter(state="flag")
    assert flagged.height >= 4
    assert (flagged["observed"] / flagged["expected"] > flagged["limit_high"]).all()


def fte(release: Seen) -> pl.DataFrame:
    counter = release.counted.counter
    true = framed(counter, {"true": equivalents.equivalents(release.counted)})
    return true.join(release.released.rates.frame.select(*KEYS, "closing", "fte_closing", "reason"), on=KEYS)


def test_equivalents_are_withheld_with_their_heads_and_else_rounded(release: Seen) -> None:
    told = fte(release)
    assert told.filter(pl.col("closing").is_null() & pl.col("fte_closing").is_not_null()).is_empty()
    assert told.filter(pl.col("fte_closing").is_null() & pl.col("reason").is_null() & (pl.col("true") > 0)).is_empty()
    shown = told.drop_nulls("fte_closing")
    assert shown.height > 150
    assert shown.filter(
        (pl.col("true") < DEFAULT.floor) | ((pl.col("fte_closing") - pl.col("true")).abs() > 2)
    ).is_empty()


def given_away(told: pl.DataFrame, shown: str) -> pl.DataFrame:
    """Slices whose shown total, less all organisations that are shown, is more than 90 in 100 from two of the others,
    or tells the second largest of them the largest to within a tenth."""
    totals = told.filter(pl.col("organisation") == "", pl.col(shown).is_not_null()).select("slice")
    left = told.filter(pl.col("organisation") != "", pl.col(shown).is_null(), pl.col("true") > 0).join(
        totals, on="slice"
    )
    parts = left.group_by("slice").agg(
        whole=pl.sum("true"), two=pl.col("true").top_k(2).sum(), largest=pl.max("true"), count=pl.len()
    )
    rest = pl.col("whole") - pl.col("two")
    return parts.filter(
        (pl.col("count") < 3) | (pl.col("two") > 0.9 * pl.col("whole")) | (rest < 0.1 * pl.col("largest"))
    )


def test_no_total_less_what_is_shown_comes_from_an_organisation_or_two(release: Seen) -> None:
    assert given_away(fte(release), "fte_closing").is_empty()


def test_equivalents_shown_wherever_heads_are_would_give_some_away(release: Seen) -> None:
    """The failing control: what was done before."""
    assert given_away(fte(release), "closing").height > 3


def test_medians_stand_on_shown_heads_and_are_half_years(release: Seen) -> None:
    told = release.released.rates.frame.drop_nulls("median_years")
    assert told.height > 200
    assert told["closing"].null_count() == 0
    assert (told["closing"] >= DEFAULT.floor).all()
    assert (told["median_years"] * 2 % 1 == 0).all()
