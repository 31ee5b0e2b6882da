"""Contracts of the made-up system: a fixed term is left as much oftener as is told, and nothing else about it is."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from analytics.synthetic import System, make
from analytics.synthetic.contracts import LEAVES, UNKNOWN

UNTIL, YEARS = date(2026, 9, 30), 5
NOT_LEAVING = ("moved", "promotion", "change_of_post")


@pytest.fixture(scope="module")
def system() -> System:
    return make(60_000, organisations=24, seed=20)


@pytest.fixture(scope="module")
def looked_on(system: System) -> pl.DataFrame:
    """A row for each employment and year in which it is watched: whether it is on a fixed term, the days, and whether
    the person left the system in it. `stratum`: organisation, year, and years of service at its beginning."""
    lives = system.spells.filter((pl.col("kind") == "substantive") & pl.col("contract").is_not_null())
    lives = lives.group_by("person", "organisation", "contract").agg(
        pl.col("started").min(), pl.col("ended", "end_reason").sort_by("started").last()
    )
    gone = pl.col("end_reason").is_not_null() & ~pl.col("end_reason").is_in(NOT_LEAVING)
    years: list[pl.DataFrame] = []
    for back in range(YEARS):
        first, last = (date(UNTIL.year - YEARS + back + n, UNTIL.month, UNTIL.day) for n in (0, 1))
        low, high = pl.max_horizontal("started", pl.lit(first)), pl.min_horizontal(pl.col("ended"), pl.lit(last))
        served = ((pl.lit(first) - pl.col("started")).dt.total_days() / 365.25).clip(-1).floor().clip(None, 12)
        years.append(lives.select(
            fixed=pl.col("contract") == "fixed_term",
            contract="contract",
            days=(high - low).dt.total_days(),
            left=gone & pl.col("ended").is_between(first, last, closed="left"),
            stratum=pl.struct("organisation", pl.lit(back).alias("year"), served.alias("served")),
        ).filter(pl.col("days") > 0))  # fmt: skip
    return pl.concat(years)


def relative_rate(watched: pl.DataFrame, chosen: pl.Expr) -> tuple[float, float]:
    """(how often those chosen leave beside everybody else, Mantel-Haenszel over strata; its standard error, log)."""
    days, left = pl.col("days"), pl.col("left")
    rows = watched.group_by("stratum").agg(
        a=left.filter(chosen).sum(), b=left.filter(~chosen).sum(),
        t=days.filter(chosen).sum(), u=days.filter(~chosen).sum(),
    )  # fmt: skip
    a, b, t, u = (rows[name].to_numpy().astype(float) for name in "abtu")
    up, down = (a * u / (t + u)).sum(), (b * t / (t + u)).sum()
    variance = ((a + b) * t * u / (t + u) ** 2).sum()
    return float(up / down), float(np.sqrt(variance / (up * down)))


def test_whoever_is_on_a_fixed_term_leaves_as_much_oftener_as_is_told(looked_on: pl.DataFrame) -> None:
    ratio, error = relative_rate(looked_on, pl.col("fixed"))
    assert error < 0.03
    # What the draw leaves out (age beside service) may take a little of it.
    assert abs(np.log(ratio / LEAVES)) < 3 * error + 0.03


@pytest.mark.parametrize("contract", ["bank", "apprentice"])
def test_another_contract_says_nothing_of_leaving(looked_on: pl.DataFrame, contract: str) -> None:
    ratio, error = relative_rate(looked_on.filter(~pl.col("fixed")), pl.col("contract") == contract)
    assert abs(np.log(ratio)) < 3.5 * error


def test_most_are_permanent_and_a_contract_lasts_as_long_as_the_employment(system: System) -> None:
    lives = system.spells.filter(pl.col("kind") == "substantive").sort("person", "started")
    shares_of = dict(lives.filter(pl.col("ended").is_null())["contract"].value_counts(normalize=True).iter_rows())
    assert shares_of["permanent"] == pytest.approx(0.845, abs=0.015)
    assert shares_of[None] == pytest.approx(UNKNOWN, abs=0.005)
    assert set(shares_of) == {"permanent", "fixed_term", "bank", "apprentice", "locum", None}
    ended = system.spells.filter(pl.col("end_reason") == "end_of_fixed_term")
    assert set(ended["contract"]) == {"fixed_term", None}
    after = lives.with_columns(pl.col("contract").shift(-1).alias("next"))
    stayed = after.filter(pl.col("end_reason").is_in(["promotion", "change_of_post"]))
    assert stayed["contract"].equals(stayed["next"].alias("contract"), null_equal=True)
