"""The made-up system is calibrated on published counts; what is planted is there, and nothing else is."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import ArrayLike
from scipy import stats

from analytics.synthetic import System, make
from analytics.synthetic.calibration import AGES, CLASS_OF_LEVEL, COUNTS, GROUPS, NON_ANSWERS, shares

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "civil_service_2021"
RESPONSIBILITY = (
    "Administrative Officers and Assistants",
    "Executive Officers",
    "Senior and Higher Executive Officers",
    "Grades 6 and 7",
    "Senior Civil Service Level",
)
# Ethnic minority share at the five responsibility levels and of them all together, Civil Service, 31 March 2021.
ETHNIC_MINORITY = (0.1326, 0.1706, 0.1382, 0.1214, 0.1059)
ALL_TOGETHER = 0.142950
UNTIL, YEARS = date(2026, 9, 30), 5
NOT_LEAVING = ("moved", "promotion", "change_of_post")
RARE = 1e-4  # a p value below this, or above one less this, is not luck (seed fixed)


@pytest.fixture(scope="module")
def system() -> System:
    return make(60_000, organisations=24, seed=20)


@pytest.fixture(scope="module")
def current(system: System) -> pl.DataFrame:
    """Who is employed on the last day; level is 0 for an unmapped grade, class what the level is calibrated on."""
    spells = system.spells.filter((pl.col("kind") == "substantive") & pl.col("ended").is_null())
    level = pl.col("level").fill_null(0)
    classes = level.replace_strict(dict(enumerate(CLASS_OF_LEVEL.tolist())), return_dtype=pl.Int64)
    return spells.with_columns(level, classes.alias("class")).join(system.people, on="person")


def planted(system: System, what: str) -> pl.DataFrame:
    return system.truths.filter(pl.col("what") == what)


def known(current: pl.DataFrame, characteristic: str) -> pl.DataFrame:
    return current.filter(~pl.col(characteristic).is_in(NON_ANSWERS))


def unplanted(system: System, current: pl.DataFrame, characteristic: str) -> pl.DataFrame:
    """Known answers outside the organisations where something is planted for the characteristic."""
    told = planted(system, "representation_level_ge_7").filter(pl.col("characteristic") == characteristic)
    return known(current, characteristic).filter(~pl.col("organisation").is_in(told["organisation"].to_list()))


def chance_of(table: ArrayLike) -> float:
    """The p value of the chi-squared test that rows and columns of the table are independent."""
    result: Any = stats.chi2_contingency(table)
    return float(result.pvalue)


def senior_z(rows: pl.DataFrame, characteristic: str, group: str) -> tuple[int, float, float]:
    """(observed, expected by calibration, z) of a group at levels 7 to 9."""
    senior = rows.filter(pl.col("level") >= 7)
    p = shares(characteristic)[senior["class"].to_numpy(), GROUPS[characteristic].index(group)]
    seen = int((senior[characteristic] == group).sum())
    return seen, float(p.sum()), float((seen - p.sum()) / max(np.sqrt((p * (1 - p)).sum()), 1e-9))


def person_years(system: System) -> pl.DataFrame:
    """By organisation: leavers from the system, and years of substantive service inside the window."""
    first = date(UNTIL.year - YEARS, UNTIL.month, UNTIL.day)
    spells = system.spells.filter(pl.col("kind") == "substantive")
    days = (pl.col("ended").fill_null(UNTIL) - pl.max_horizontal("started", pl.lit(first))).dt.total_days()
    gone = pl.col("end_reason").is_not_null() & ~pl.col("end_reason").is_in(NOT_LEAVING)
    return spells.group_by("organisation").agg(left=gone.sum(), years=days.sum() / 365.25).sort("organisation")


def test_the_calibration_gives_the_published_ethnic_minority_shares() -> None:
    minority = 1 - shares("ethnicity")[:, 0]
    assert minority[:5] == pytest.approx(ETHNIC_MINORITY, abs=5e-5)
    assert minority[5] == pytest.approx(ALL_TOGETHER, abs=5e-7)


@pytest.mark.parametrize(
    ("characteristic", "file", "groups"),
    [
        ("ethnicity", "diversity_ethnicity_2.csv", ("White", "Mixed", "Asian", "Black", "Other")),
        ("sex", "diversity_sex_2.csv", ("Female", "Male")),
        ("disability", "diversity_disability_2.csv", ("Disabled", "Non-disabled")),
        ("age", "diversity_age_2.csv", ("16-19", "20-29", "30-39", "40-49", "50-59", "60-64", "65 &amp; over")),
    ],
)
def test_the_counts_are_those_published(characteristic: str, file: str, groups: tuple[str, ...]) -> None:
    if not (PUBLISHED / file).exists():
        pytest.skip("reference data not present")
    with (PUBLISHED / file).open(encoding="utf-8") as lines:
        next(lines)
        rows = [(set(row[:2]), row[2]) for row in csv.reader(lines)]
    for level, counts in zip(RESPONSIBILITY, COUNTS[characteristic], strict=True):
        for group, count in zip(groups, counts, strict=True):
            assert [int(n) for words, n in rows if words == {level, group}] == [count]


@pytest.mark.parametrize("characteristic", list(GROUPS))
def test_groups_are_spread_over_levels_as_calibrated(
    system: System, current: pl.DataFrame, characteristic: str
) -> None:
    rows = unplanted(system, current, characteristic)
    for position, expected in enumerate(shares(characteristic)):
        here = rows.filter(pl.col("class") == position)
        seen = [(here[characteristic] == group).sum() for group in GROUPS[characteristic]]
        assert here.height > 100
        assert stats.chisquare(seen, expected * here.height).pvalue > RARE


def test_ages_are_spread_over_levels_as_calibrated(current: pl.DataFrame) -> None:
    age = (UNTIL - current["birth_date"]).dt.total_days() / 365.25
    for position, expected in enumerate(shares("age")):
        here = age.filter(current["class"] == position)
        seen, _ = np.histogram(here, bins=[*AGES[:-1], 80])
        usual = expected > 0
        assert seen[~usual].sum() == 0
        assert stats.chisquare(seen[usual], (expected * len(here))[usual]).pvalue > RARE


def test_silence_is_of_three_kinds_and_varies_between_organisations(current: pl.DataFrame) -> None:
    for characteristic, usual in {"ethnicity": 0.08, "disability": 0.20, "sex": 0.005}.items():
        silent = current.filter(pl.col(characteristic).is_in(NON_ANSWERS))
        assert silent.height / current.height == pytest.approx(usual, rel=0.1)
        assert set(silent[characteristic]) == set(NON_ANSWERS)
    by = current.group_by("organisation").agg(n=pl.len(), silent=pl.col("disability").is_in(NON_ANSWERS).sum())
    table = [by["silent"].to_list(), (by["n"] - by["silent"]).to_list()]
    assert chance_of(table) < RARE


def test_planted_under_representation_is_there_at_the_size_that_is_told(system: System, current: pl.DataFrame) -> None:
    truths = planted(system, "representation_level_ge_7")
    assert truths["organisation"].n_unique() == 3
    for organisation, characteristic, group, _, relative in truths.iter_rows():
        rows = known(current, characteristic).filter(pl.col("organisation") == organisation)
        seen, expected, z = senior_z(rows, characteristic, group)
        assert z < -2.5
        assert seen / expected == pytest.approx(relative, abs=4 * np.sqrt(relative / expected))


def test_no_other_organisation_under_or_over_represents_anyone(system: System, current: pl.DataFrame) -> None:
    for characteristic, groups in GROUPS.items():
        rows = unplanted(system, current, characteristic)
        for group in groups:
            parts = [senior_z(part, characteristic, group) for part in rows.partition_by("organisation")]
            z = np.array([z for _, expected, z in parts if expected >= 5])
            assert np.abs(z).max() < 4
            assert RARE < stats.chi2.sf(float((z**2).sum()), len(z)) < 1 - RARE


def test_leaving_is_raised_where_it_is_planted_and_alike_elsewhere(system: System) -> None:
    rates = person_years(system)
    raised = planted(system, "leaving")
    elsewhere = rates.filter(~pl.col("organisation").is_in(raised["organisation"].to_list()))
    usual = float(elsewhere["left"].to_numpy().sum() / elsewhere["years"].to_numpy().sum())
    assert raised.height == 2
    for organisation, *_, relative in raised.iter_rows():
        left, years = rates.filter(pl.col("organisation") == organisation).select("left", "years").row(0)
        assert left / years / usual == pytest.approx(relative, abs=4 * relative / np.sqrt(left))
    expected = elsewhere["years"].to_numpy() * usual
    large = expected >= 5
    chi = float((((elsewhere["left"].to_numpy() - expected) ** 2 / expected)[large]).sum())
    assert RARE < stats.chi2.sf(chi, int(large.sum()) - 1) < 1 - RARE


@pytest.mark.parametrize("characteristic", list(GROUPS))
def test_leaving_does_not_depend_on_the_group(system: System, characteristic: str) -> None:
    spells = system.spells.filter(pl.col("kind") == "substantive").join(system.people, on="person")
    final = spells.filter(
        ~pl.col(characteristic).is_in(NON_ANSWERS), ~pl.col("end_reason").is_in(NOT_LEAVING).fill_null(value=False)
    )
    strata = ("organisation", "level")
    counts = final.group_by(*strata, characteristic).agg(n=pl.len(), left=pl.col("ended").is_not_null().sum())
    pooled = (pl.col("left").sum() / pl.col("n").sum()).over(strata)
    groups = counts.with_columns(expected=pl.col("n") * pooled).group_by(characteristic).agg(pl.sum("left", "expected"))
    left, expected = groups["left"].to_numpy(), groups["expected"].to_numpy()
    assert stats.chi2.sf(float(((left - expected) ** 2 / expected).sum()), len(left) - 1) > RARE


def test_appointment_from_shortlist_is_lower_only_where_it_is_planted(system: System) -> None:
    told = planted(system, "appointment")
    decided = system.events.filter(
        (pl.col("stage") == "shortlist") & pl.col("outcome").is_not_null() & (pl.col("outcome") != "left")
    )
    cases = decided.join(system.people, on="person").with_columns(appointed=pl.col("outcome") == "appointed")
    here = pl.col("organisation").is_in(told["organisation"].to_list())
    theirs = pl.col("ethnicity").is_in(told["group"].to_list())
    rate = {
        (where, who): cases.filter(here == where, theirs == who)["appointed"].to_numpy()
        for where in (True, False) for who in (True, False)
    }  # fmt: skip
    low, high = rate[True, True], rate[True, False]
    assert low.mean() / high.mean() == pytest.approx(0.4, abs=4 * 0.4 / np.sqrt(low.sum()))
    assert chance_of([[low.sum(), (~low).sum()], [high.sum(), (~high).sum()]]) < 0.01
    others = [[rate[False, who].sum(), (~rate[False, who]).sum()] for who in (True, False)]
    assert chance_of(others) > RARE


def test_names_say_nothing_about_ethnicity_or_sex(system: System) -> None:
    for name in ("given_name", "family_name"):
        for characteristic in ("ethnicity", "sex"):
            rows = system.people.filter(~pl.col(characteristic).is_in(NON_ANSWERS))
            table = (
                rows.pivot(characteristic, index=name, values="person", aggregate_function="len")
                .drop(name)
                .fill_null(0)
            )
            assert chance_of(table.to_numpy()) > RARE


def test_most_things_happen_about_as_often_as_said(system: System) -> None:
    reasons = Counter(
        system.spells.filter(~pl.col("end_reason").is_in([*NOT_LEAVING, "end_of_secondment", "end_of_acting_up"]))[
            "end_reason"
        ]
    )
    assert reasons["not_known"] / reasons.total() == pytest.approx(0.35, abs=0.02)
    day = UNTIL - timedelta(365)
    open_then = system.spells.filter(pl.col("started") <= day, pl.col("ended").fill_null(UNTIL) >= day)
    kinds = Counter(open_then["kind"])
    assert kinds["secondment"] / kinds["substantive"] == pytest.approx(0.01, abs=0.003)


@pytest.mark.parametrize(("organisations", "told"), [(1, 0), (2, 1), (5, 2), (12, 6)])
def test_at_most_half_of_the_organisations_hold_a_truth(organisations: int, told: int) -> None:
    assert make(1_000, organisations, 1).truths["organisation"].n_unique() == told
