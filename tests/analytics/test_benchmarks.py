"""A share beside its feeder pool, and beside a share from outside: the verdict turns on which."""

import math

import polars as pl
import pytest
from scipy import stats

from analytics.errors import CellsError
from analytics.representation import against_benchmark, against_feeder_pool
from tests.analytics.test_representation import AO, EO, G6, SCS, SEO, written_cells

HIRED = pl.DataFrame(
    {"level": ["all"] * 2, "characteristic": ["ethnicity"] * 2, "group": ["black", "white"], "n": [15, 390]}
)


def test_the_verdict_of_hazelwood_turns_on_the_benchmark() -> None:
    city = against_benchmark(HIRED, "ethnicity", {"black": 0.154, "white": 0.846}, name="St Louis City and County")
    county = against_benchmark(HIRED, "ethnicity", {"black": 0.057, "white": 0.943}, name="St Louis County alone")
    assert [one.row(0, named=True)["expected_n"] for one in (city, county)] == pytest.approx([62.37, 23.085])
    assert (city["p"][0] < 1e-10, county["p"][0] > 0.05) == (True, True)
    assert county["p"][0] / 2 < stats.binom.cdf(15, 405, 0.057) == pytest.approx(0.045569, rel=1e-4)
    assert city["comparator"].unique().to_list() == ["St Louis City and County"]


def test_a_jury_list_falls_short_by_what_the_case_says() -> None:
    jury = HIRED.with_columns(n=pl.Series([339, 870 - 339]))
    row = against_benchmark(jury, "ethnicity", {"black": 0.791, "white": 0.209}, name="county").row(0, named=True)
    assert row["expected_n"] == pytest.approx(688.17)
    assert row["shortfall"] / math.sqrt(870 * 0.791 * 0.209) == pytest.approx(29.1149, rel=1e-5)
    assert row["share"] == pytest.approx(0.39, abs=5e-3)


@pytest.mark.parametrize(
    ("benchmark", "words"),
    [
        ({"black": 0.15, "white": 0.8}, "add up to 0.95, not to 1"),
        ({"black": 1.2, "white": -0.2}, "not a share"),
        ({"black": float("nan"), "white": 1.0}, "not a share"),
        ({"black": 0.1, "asian": 0.1, "white": 0.8}, "its groups are"),
        ({"white": 1.0}, "its groups are"),
        ({}, "add up to 0"),
    ],
)
def test_a_benchmark_that_cannot_be_is_refused(benchmark: dict[str, float], words: str) -> None:
    with pytest.raises(CellsError, match=words):
        against_benchmark(HIRED, "ethnicity", benchmark, name="census")


def test_a_benchmark_has_a_name() -> None:
    with pytest.raises(CellsError, match="name"):
        against_benchmark(HIRED, "ethnicity", {"black": 0.1, "white": 0.9}, name="")


def test_a_grade_stands_beside_the_grades_that_feed_it() -> None:
    pool = against_feeder_pool(written_cells(), {SCS: [G6], EO: [AO]})
    senior = pool.row(by_predicate=(pl.col("level") == SCS) & (pl.col("group") == "ethnic_minority"), named=True)
    assert (senior["a"], senior["n"], senior["c"], senior["m"]) == (630, 5950, 6270, 51650)
    assert senior["ratio"] == pytest.approx((630 / 5950) / (6270 / 51650))
    assert senior["comparator"] == "feeder_pool"


def test_several_grades_feed_as_one_pool_and_none_feeds_itself() -> None:
    pool = against_feeder_pool(written_cells(), {SCS: [SEO, G6]}).filter(pl.col("group") == "white")
    assert pool["m"].to_list() == [14720 + 91770 + 6270 + 45380]
    for feeders in ({SCS: [SCS]}, {SCS: []}):
        with pytest.raises(CellsError, match="feeders other than itself"):
            against_feeder_pool(written_cells(), feeders)
