"""Observed over expected: the arithmetic of Mantel and Haenszel, exact chances, and a verdict that is seldom wrong."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy.stats import chi2, poisson
from statsmodels.stats.contingency_tables import StratifiedTable

from analytics.errors import CellsError
from analytics.hazard import standardised
from analytics.standardised.poisson import interval, mid_p

RATES = np.array([0.04, 0.08, 0.16])


def system(seed: int, raised: float = 1.0, spread: float = 0.0, units: int = 220, median: int = 600) -> pl.DataFrame:
    """People of many units in three strata; every tenth unit has its rate multiplied by `raised`, and all differ by a
    lasting log-normal `spread`."""
    rng = np.random.default_rng(seed)
    n = rng.multinomial(1, [0.3, 0.4, 0.3], size=units) * 0
    n += (np.exp(rng.normal(np.log(median), 0.6, units))[:, None] * rng.dirichlet([6, 8, 6], units)).astype(int)
    factor = np.where(np.arange(units) % 10 == 0, raised, 1.0) * np.exp(rng.normal(0, spread, units))
    events = rng.binomial(n, np.minimum(RATES * factor[:, None], 1))
    unit = np.repeat(np.arange(units), 3)
    columns = {"unit": unit, "stratum": np.tile(["a", "b", "c"], units), "n": n.ravel(), "events": events.ravel()}
    return pl.DataFrame(columns)


def test_expected_and_chance_are_those_of_mantel_and_haenszel() -> None:
    """Of many events, the square of the score is statsmodels' test statistic of one unit beside the rest."""
    cells = system(1, raised=1.1, units=4, median=20_000)
    found = standardised(cells, ["unit"], ["stratum"]).filter(unit=0).row(0, named=True)
    tables = []
    for stratum in ("a", "b", "c"):
        part = cells.filter(stratum=stratum)
        one, rest = (part.filter(which).select("events", "n").sum().row(0) for which in (_one(), ~_one()))
        tables.append(np.array([[one[0], one[1] - one[0]], [rest[0], rest[1] - rest[0]]]))
    theirs: Any = StratifiedTable(tables).test_null_odds(correction=False)
    expected = sum(table[:, 0].sum() * table[0].sum() / table.sum() for table in tables)
    assert found["expected"] == pytest.approx(expected)
    assert np.sqrt(chi2.isf(found["p"], 1)) == pytest.approx(np.sqrt(theirs.statistic), rel=0.02)


def _one() -> pl.Expr:
    return pl.col("unit") == 0


def test_chances_and_intervals_of_counts_are_scipys() -> None:
    seen = np.array([0.0, 1, 12, 60, 990, 1_100, 5_000])
    mean = np.array([4.0, 0.2, 5.5, 80, 1_010, 1_000, 5_200])
    above = poisson.sf(seen, mean) + poisson.pmf(seen, mean) / 2
    assert mid_p(seen, mean) == pytest.approx(2 * np.minimum(above, 1 - above), rel=1e-3)
    low, high = interval(seen)
    assert low == pytest.approx(np.where(seen > 0, chi2.ppf(0.025, 2 * seen) / 2, 0), rel=1e-6)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * (seen + 1)) / 2, rel=1e-6)


def test_of_all_units_together_as_many_are_expected_as_were_seen() -> None:
    found = standardised(system(2), ["unit"], ["stratum"])
    assert found["expected"].sum() == pytest.approx(found["observed"].sum())


def test_a_unit_whose_people_leave_more_often_everywhere_is_not_raised() -> None:
    """Its crude rate is twice the other's, its people's rates are the same: what is compared is like with like."""
    rows = [("a", "young", 800, 160), ("a", "old", 200, 10), ("b", "young", 200, 40), ("b", "old", 800, 40)]
    cells = pl.DataFrame(rows, schema=["unit", "age", "n", "events"], orient="row")
    found = standardised(cells, ["unit"], ["age"])
    assert found["o_e"].to_list() == pytest.approx([1, 1])
    assert found["state"].to_list() == ["as_expected"] * 2
    crude = standardised(cells, ["unit"], [])
    assert crude.item(0, "state") == "flag"  # the failing control: not standardised, it would be flagged


def _flagged(units: pl.DataFrame) -> float:
    return units.filter(state="flag").height / units.height


def test_units_alike_are_hardly_ever_flagged_and_those_raised_are_found() -> None:
    quiet = pl.concat(standardised(system(seed), ["unit"], ["stratum"]) for seed in range(5))
    assert _flagged(quiet) <= 0.002
    worlds = (system(seed, 1.6, median=1_200) for seed in range(5))
    raised = pl.concat(standardised(world, ["unit"], ["stratum"]) for world in worlds)
    true = raised["unit"] % 10 == 0
    assert _flagged(raised.filter(true)) >= 0.8
    assert _flagged(raised.filter(~true)) <= 0.01


def test_units_that_differ_from_one_another_anyway_are_not_all_flagged() -> None:
    spread = pl.concat(standardised(system(seed, spread=0.25), ["unit"], ["stratum"]) for seed in range(5))
    assert _flagged(spread) <= 0.02
    assert spread.filter(pl.col("p") < 0.01).height > 0.1 * spread.height  # chance alone does not explain them


def test_the_smallest_gap_is_found_eight_times_in_ten() -> None:
    rng, n = np.random.default_rng(3), 2_000
    cells = pl.DataFrame({"unit": ["a", "b"], "n": [400, 40_000], "events": [40, 4_000]})
    gap = standardised(cells, ["unit"], []).item(0, "smallest_gap")
    seen = rng.binomial(400, 0.1 * gap, n).astype(float)
    assert (mid_p(seen, np.full(n, 40.0)) < 0.05).mean() == pytest.approx(0.8, abs=0.06)


def test_too_few_people_or_nobody_to_compare_with_is_said_and_not_judged() -> None:
    cells = pl.DataFrame({"unit": ["a", "b"], "n": [9, 2_000], "events": [8, 200]})
    few = standardised(cells, ["unit"], [])
    assert few.item(0, "state") == "too_little"
    assert few.item(0, "p") is None
    alone = standardised(cells.filter(unit="b"), ["unit"], []).row(0, named=True)
    assert (alone["state"], alone["o_e"], alone["q"]) == ("too_little", 1.0, None)
    assert standardised(cells.with_columns(events=0), ["unit"], []).item(1, "state") == "too_little"


def test_families_are_compared_within_themselves_and_nulls_are_a_stratum() -> None:
    cells = system(4, 1.6).with_columns(group=pl.lit("nurses"))
    both = pl.concat([cells, system(5).with_columns(group=pl.lit("porters"))])
    both = both.with_columns(stratum=pl.when(pl.col("stratum") != "a").then("stratum"))
    together = standardised(both, ["group", "unit"], ["stratum"], family=["group"])
    apart = standardised(both.filter(group="nurses"), ["unit"], ["stratum"])
    assert_frame_equal(together.filter(group="nurses").drop("group"), apart)


def test_partitions_add_up_whole_or_in_person_years() -> None:
    cells = system(6, 1.5)
    half = cells.with_columns(pl.col("n", "events") // 2)
    rest = cells.with_columns(pl.col("n", "events") - pl.col("n", "events") // 2)
    assert standardised(pl.concat([rest, half]), ["unit"], ["stratum"]).equals(
        standardised(cells, ["unit"], ["stratum"])
    )
    years = standardised(cells.with_columns(pl.col("n") / 2), ["unit"], ["stratum"])
    assert years["o_e"].to_list() == pytest.approx(standardised(cells, ["unit"], ["stratum"])["o_e"].to_list())


def test_cells_that_cannot_be_are_refused_and_say_why() -> None:
    good = pl.DataFrame({"unit": ["a", "b"], "n": [100, 100], "events": [10, 20]})
    refused: list[tuple[pl.DataFrame, list[str], str]] = [
        (good.drop("n"), ["unit"], "lack the column n"),
        (good, ["unit", "team"], "lack the column team"),
        (good, [], "by: at least one column"),
        (good.with_columns(events=-1), ["unit"], "events: not a count"),
        (good.with_columns(n=float("nan")), ["unit"], "n: not a count"),
        (good.with_columns(events=pl.Series([10, 101])), ["unit"], "row 1: more events than people"),
    ]
    for wrong, by, message in refused:
        with pytest.raises(CellsError, match=message):
            standardised(wrong, by, [])
    with pytest.raises(CellsError, match="family: team is no part of by"):
        standardised(good, ["unit"], [], family=["team"])
