"""Ways to divide the same people share their totals: what one withholds, no other gives back."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analytics.disclosure import DEFAULT, Rates, release_linked
from analytics.disclosure.linked import Split
from analytics.errors import DisclosureError
from tests.analytics.attacker import bounds_of_linked

KEYS, COUNTS = ["place", "slice"], ["people", "met", "not"]
SPLITS = [
    Split("place", ""),
    Split("slice", "all", ("a1", "a2", "a3")),
    Split("slice", "all", ("b1", "b2")),
    Split("figure", "people", ("met", "not")),
]


def tables(seed: int, people: int = 400) -> pl.DataFrame:
    """People in three places, divided in two ways, met or not; with all their totals and no row missing."""
    rng = np.random.default_rng(seed)
    person = pl.DataFrame(
        {
            "place": rng.choice(["X", "Y", "Z"], people, p=[0.6, 0.3, 0.1]),
            "a": rng.choice(["a1", "a2", "a3"], people, p=[0.7, 0.2, 0.1]),
            "b": rng.choice(["b1", "b2"], people, p=[0.85, 0.15]),
            "all": "all",
            "met": rng.random(people) < rng.uniform(0.1, 0.9),
        }
    )
    long = person.unpivot(index=["place", "met"], on=["a", "b", "all"], value_name="slice")
    long = pl.concat([long, long.with_columns(place=pl.lit(""))])
    counted = long.group_by(KEYS).agg(pl.len().cast(pl.Int64).alias("people"), pl.col("met").sum().cast(pl.Int64))
    every = pl.DataFrame({"place": ["", "X", "Y", "Z"]}).join(
        pl.DataFrame({"slice": ["all", "a1", "a2", "a3", "b1", "b2"]}), how="cross"
    )
    whole = every.join(counted, on=KEYS, how="left").with_columns(pl.col("people", "met").fill_null(0))
    return whole.with_columns((pl.col("people") - pl.col("met")).alias("not"))


def released(frame: pl.DataFrame) -> pl.DataFrame:
    return release_linked(frame, keys=KEYS, counts=COUNTS, splits=SPLITS).frame


@pytest.mark.parametrize("seed", range(12))
def test_an_attacker_with_a_solver_recovers_no_count_of_the_linked_tables(seed: int) -> None:
    true = tables(seed)
    found = bounds_of_linked(released(true), KEYS, COUNTS, SPLITS)
    long = true.unpivot(index=KEYS, on=COUNTS, variable_name="figure", value_name="n")
    both = found.join(long, on=[*KEYS, "figure"])
    assert both.height > 5
    assert both.filter((pl.col("n") < pl.col("least") - 1e-6) | (pl.col("n") > pl.col("most") + 1e-6)).is_empty()
    open_values = (both["most"] + 1e-6).floor() - (both["least"] - 1e-6).ceil()
    assert open_values.min() >= DEFAULT.width  # type: ignore[operator]


def test_protecting_each_way_alone_would_give_counts_away() -> None:
    """The attacker is a real one: without the links, totals that one table withholds stand in the other."""
    narrow = 0
    for seed in range(8):
        true = tables(seed)
        one, other = (
            release_linked(
                true.filter(pl.col("slice").is_in(["all", *split.parts])),  # type: ignore[misc]
                keys=KEYS,
                counts=COUNTS,
                splits=[split, SPLITS[3]],
            ).frame
            for split in SPLITS[1:3]
        )
        both = pl.concat([one, other]).group_by(KEYS, maintain_order=True).agg(pl.col(COUNTS).max())
        found = bounds_of_linked(both, KEYS, COUNTS, SPLITS)
        narrow += found.filter(pl.col("most") - pl.col("least") < DEFAULT.width).height
    assert narrow > 0


@pytest.mark.parametrize("seed", range(4))
def test_no_shown_count_is_small_and_every_other_is_rounded(seed: int) -> None:
    true, shown = tables(seed), released(tables(seed))
    for column in COUNTS:
        both = shown.join(true, on=KEYS, suffix="_true").drop_nulls(column)
        assert both.filter(pl.col(f"{column}_true") < DEFAULT.floor).is_empty()
        assert (both[column] % DEFAULT.base).sum() == 0
        assert (both[column] - both[f"{column}_true"]).abs().max() <= DEFAULT.base / 2  # type: ignore[operator]


def test_nobody_and_too_few_look_the_same() -> None:
    cells = pl.DataFrame({"place": ["", "A", "B", "C"], "n": [150, 141, 9, 0]})
    nobody = cells.with_columns(n=pl.Series([150, 141, 0, 9]))
    split = [Split("place", "")]
    one, other = (release_linked(f, keys=["place"], counts=["n"], splits=split).frame for f in (cells, nobody))
    assert_frame_equal(one, other)


def test_a_count_that_is_null_is_no_cell_and_has_no_reason() -> None:
    cells = pl.DataFrame({"place": ["", "A"], "n": [40, 40], "m": [None, 20]}, schema_overrides={"m": pl.Int64})
    shown = release_linked(cells, keys=["place"], counts=["n", "m"], splits=[]).frame
    assert shown.rows() == [("", 40, None, None), ("A", 40, 20, None)]


def test_a_median_goes_with_the_counts_it_stands_on_and_is_rounded() -> None:
    cells = pl.DataFrame({"place": ["A", "B"], "n": [40, 4], "days": [43.0, 12.0]})
    shown = release_linked(cells, keys=["place"], counts=["n"], splits=[], middles={"days": (("n",), 5)}).frame
    assert shown["days"].to_list() == [45, None]


def test_rates_are_those_of_the_rounded_counts() -> None:
    cells = pl.DataFrame({"place": ["A"], "n": [43], "met": [21]})
    rates = Rates({"share": ("met", "n")}, {}, {})
    shown = release_linked(cells, keys=["place"], counts=["n", "met"], splits=[], rates=rates).frame
    assert shown["share"].to_list() == [20 / 45]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pl.DataFrame({"place": ["A", "A"], "n": [10, 20]}), "two rows"),
        (pl.DataFrame({"place": ["A"], "n": [-1]}), "not a count"),
        (pl.DataFrame({"place": ["A"], "n": [1.5]}), "not a count"),
        (pl.DataFrame({"place": ["A"]}), "no column n"),
    ],
    ids=["twice", "negative", "half", "missing"],
)
def test_what_is_no_count_is_refused(frame: pl.DataFrame, words: str) -> None:
    with pytest.raises(DisclosureError, match=words):
        release_linked(frame, keys=["place"], counts=["n"], splits=[])
