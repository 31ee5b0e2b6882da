"""What is released of a verdict: nothing that its counts would not say, and words from what is shown."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.disclosure import Released
from analytics.flags import decide, release_flags, spoken
from analytics.intervals import risk_ratio

COUNTS = ("a", "others", "n", "c", "reference_others", "m")


def decided(seed: int, units: int = 30) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 400, units), rng.integers(1, 900, units)
    a, c = rng.binomial(n, 0.25), rng.binomial(m, 0.35)
    frame = pl.DataFrame({"family": "f", "unit": [str(u) for u in range(units)], "a": a, "n": n, "c": c, "m": m})
    return decide(frame.with_columns(adverse=pl.lit(value=False), unknown_share=0.1))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_a_state_is_shown_only_where_every_count_it_rests_on_is(seed: int) -> None:
    verdicts = decided(seed)
    released = release_flags(verdicts)
    assert isinstance(released, Released)
    shown = released.frame
    whole = pl.all_horizontal(pl.col(count).is_not_null() for count in ("a", "n", "c", "m"))
    assert shown.filter(whole).select("state", "ratio").null_count().row(0) == (0, 0)
    assert shown.filter(~whole)["state"].is_null().all()
    assert shown.filter(~whole)["ratio"].is_null().all()
    beside = shown.join(verdicts, on="unit", suffix="_true").filter(whole)
    assert (beside["state"] == beside["state_true"].cast(pl.String)).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_no_small_count_is_shown_or_left_over(seed: int) -> None:
    verdicts = decided(seed).with_columns(others=pl.col("n") - pl.col("a"), reference_others=pl.col("m") - pl.col("c"))
    both = release_flags(verdicts).frame.join(verdicts, on="unit", suffix="_true")
    for count in COUNTS:
        seen = both.drop_nulls(count)
        assert (seen[f"{count}_true"] >= 10).all()
        assert (seen[count] % 5).sum() == 0
    for whole, parts in (("n", ("a", "others")), ("m", ("c", "reference_others"))):
        subtracted = both.drop_nulls([whole]).filter(pl.sum_horizontal(pl.col(part).is_null() for part in parts) == 1)
        assert subtracted.is_empty()


def test_ratios_come_from_the_rounded_counts() -> None:
    row = release_flags(decided(3)).frame.drop_nulls("ratio").row(0, named=True)
    assert (row["ratio"], row["low"], row["high"]) == pytest.approx(risk_ratio(*(row[count] for count in "ancm")))


def test_nothing_that_turns_back_into_counts_is_released() -> None:
    columns: set[str] = set(release_flags(decided(4)).frame.columns)
    assert columns == {"family", "unit", *COUNTS, "ratio", "low", "high", "state", "reason"}


def test_words_are_made_from_what_is_shown() -> None:
    table: dict[str, Any] = {
        "family": "f",
        "unit": ["A", "B"],
        "a": [122, 4],
        "n": [402, 40],
        "c": [481, 48],
        "m": [799, 80],
    }
    verdicts = decide(pl.DataFrame(table).with_columns(adverse=pl.lit(value=False), unknown_share=0.1))
    shown = release_flags(verdicts).frame.with_columns(
        adverse=pl.lit(value=False), comparisons=2, group=pl.lit("disabled")
    )
    said = spoken(shown)
    assert "(120 of 400 v 480 of 800; plausible range 0.26–0.58)" in said[0] or "(120 of 400 v 480 of 800;" in said[0]
    assert said[1] is None
    assert shown.filter(pl.col("unit") == "B")["reason"].is_not_null().all()
