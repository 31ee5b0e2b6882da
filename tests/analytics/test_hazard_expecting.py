"""The year ahead, units beside what is expected of them, drift, the card and the audit."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from analytics.errors import CellsError
from analytics.frames import Facts
from analytics.hazard import (
    Model,
    ahead,
    audit,
    calibration,
    card,
    drift,
    expected,
    fit,
    observed_over_expected,
    person_periods,
    standardised,
)
from analytics.synthetic import make
from analytics.testing.funnel import poisson_funnel_limits
from tests.simulate.leaving import DEPLOYED, World, facts, window

TERMS = ["service", "staff_group"]
CAUSES = ["left", "moved"]


@pytest.fixture(scope="module")
def world() -> Facts:
    return facts(World(), 2)


@pytest.fixture(scope="module")
def model(world: Facts) -> Model:
    return fit(person_periods(world, window(0, DEPLOYED), terms=TERMS), causes=CAUSES, terms=TERMS)


@pytest.fixture(scope="module")
def paths(world: Facts) -> pl.DataFrame:
    by = ["organisation", "ethnicity"]
    return ahead(world, window(0, DEPLOYED)[1], terms=TERMS, by=by, outcomes=True)


def test_the_year_ahead_is_month_by_month_who_is_still_there_to_go(model: Model, paths: pl.DataFrame) -> None:
    found = {row[0]: row[1:] for row in expected(model, paths, by="organisation").rows()}
    rates, slow = model.rates(paths), dict.fromkeys(found, np.zeros(3))
    alive = 1.0
    path = -1
    for row, (left, moved) in zip(paths.iter_rows(named=True), rates.rows(), strict=True):
        alive, people = (alive, 0) if row["path"] == path else (1.0, row["exposed"])
        path = row["path"]
        gone = np.array([people, 0.0, 0.0])
        for _ in range(row["months"]):
            gone[1:] += row["exposed"] * alive * np.array([left, moved])
            alive *= 1 - left - moved
        slow[row["organisation"]] = slow[row["organisation"]] + gone
    assert all(found[name] == pytest.approx(tuple(slow[name])) for name in slow)


def test_leaving_is_overstated_where_nobody_is_thought_to_move(world: Facts, model: Model, paths: pl.DataFrame) -> None:
    alone = fit(person_periods(world, window(0, DEPLOYED), terms=TERMS), causes=["left"], terms=TERMS)
    naive, right = (expected(one, paths).item(0, "left") for one in (alone, model))
    assert naive > right * 1.02
    assert calibration(model, paths).item(0, "gate") == "passed"


def test_people_as_they_stand_are_expected_by_the_same_sum(model: Model) -> None:
    terms = {"service": ["under 1 year"], "staff_group": ["nursing"]}
    stand = pl.DataFrame({**terms, "exposed": [100]}, schema_overrides={"service": pl.String})
    as_path = stand.with_columns(path=0, months=12)
    assert expected(model, stand).rows() == [pytest.approx(expected(model, as_path).row(0))]


def test_a_planted_organisation_is_flagged_and_the_rest_are_not() -> None:
    system = make(staff=15_000, organisations=40, years=2)
    made = Facts.of(system.people.lazy(), system.spells.lazy())
    terms = ["service", "staff_group", "age_band"]
    year = (date(2025, 10, 1), date(2026, 9, 30))
    cells = person_periods(made, year, terms=terms, declared=["age_band"], by=["organisation"])
    cells = cells.with_columns(pl.sum_horizontal("left", "retired", "other").alias("left"))
    planted = set(system.truths.filter(what="leaving")["organisation"])
    modelled = fit(cells, causes=["left"], terms=terms, declared=["age_band"])
    for found in (
        observed_over_expected(cells, modelled, "organisation"),
        observed_over_expected(cells, None, "organisation", strata=terms),
    ):
        assert set(found.filter(state="flag")["organisation"]) == planted
        assert found["observed"].sum() == pytest.approx(found["expected"].sum(), rel=1e-6)


def test_without_a_model_it_is_the_standardised_ratio_in_person_years(world: Facts) -> None:
    cells = person_periods(world, window(DEPLOYED, 12), terms=TERMS, by=["organisation"])
    found = observed_over_expected(cells, None, "organisation", strata=TERMS)
    years = cells.select(*TERMS, "organisation", n=pl.col("exposed") / 12, events="left")
    same = standardised(years, ["organisation"], TERMS)
    assert found.select(same.columns).equals(same)


def test_limits_of_the_funnel_are_those_of_the_funnel(paths: pl.DataFrame, model: Model) -> None:
    found = observed_over_expected(paths, model, ["organisation"])
    low, high = poisson_funnel_limits(found["expected"], level=0.998)
    assert found["low_998"].to_list() == pytest.approx(low.to_list(), rel=1e-6)
    assert found["high_998"].to_list() == pytest.approx(high.to_list(), rel=1e-6)
    assert (found["wide_high_95"] >= found["high_95"]).all()
    assert found["people"].sum() == paths.unique("path")["exposed"].sum()


def test_drift_is_seen_where_the_world_changed_and_not_where_it_did_not(world: Facts, model: Model) -> None:
    same = person_periods(world, window(DEPLOYED, 12), terms=TERMS)
    other = person_periods(facts(World(changed=1.4), 3), window(DEPLOYED, 12), terms=TERMS)
    assert drift(model, same)["drifted"].to_list() == [False, False]
    assert drift(model, other).select("cause", "drifted").rows() == [("left", True), ("moved", False)]
    twice = person_periods(facts(World(changed=2.0), 3), window(DEPLOYED, 12), terms=TERMS)
    again, changed = (fit(cells, causes=CAUSES, terms=TERMS) for cells in (same, twice))
    assert not drift(model, again)["drifted"].any()
    found = drift(model, changed).filter("drifted")
    assert found.select("cause", "term").rows() == [("left", "intercept")]
    assert found.item(0, "low") > 1
    with pytest.raises(CellsError, match="not of the same causes and terms"):
        drift(model, fit(same, causes=["left"], terms=TERMS))


def test_drift_allows_for_the_chance_errors_of_the_fit() -> None:
    """1,000 seen where 900 are expected: more than chance for 900 known for certain, not after a fit on 1,000 exits."""
    rows = pl.DataFrame({"band": ["a", "b"], "exposed": [10_000, 10_000], "left": [500, 500]})
    model = fit(rows, causes=["left"], terms=["band"])
    later = rows.with_columns(exposed=pl.lit(9_000))
    [found] = drift(model, later).iter_rows(named=True)
    assert (found["before"], found["after"]) == (pytest.approx(900), 1_000)
    low, high = proportion_confint(1_000, 2_000, 0.01, method="wilson")
    assert (found["low"], found["high"]) == pytest.approx([share / (1 - share) / 0.9 for share in (low, high)])
    assert found["low"] < 1 < poisson_low(1_000) / 900
    assert not found["drifted"]
    assert drift(model, later.with_columns(left=pl.lit(560))).item(0, "drifted")
    same = rows.with_columns(pl.col("exposed", "left") * 10_000)
    nearly = same.with_columns(left=pl.col("left") * 105 // 100)
    sure = fit(same, causes=["left"], terms=["band"])
    assert drift(sure, nearly).item(0, "low") > 1
    assert not drift(sure, nearly).item(0, "drifted")  # sure, but too little to matter


def poisson_low(seen: int) -> float:
    return float(chi2.ppf(0.025, 2 * seen)) / 2


def test_the_card_says_what_went_in_how_it_did_and_what_it_is_not_for(model: Model, paths: pl.DataFrame) -> None:
    told = " ".join(card(model, calibration(model, paths)))
    for words in (
        "length of service, staff group",
        "Age did not go in",
        "It passed its check",
        "must not be used about one person",
        'people with length of service "10 years or more"',
    ):
        assert words in told
    assert "no forecast of it may be shown" in " ".join(card(model))
    few = calibration(model, paths.head(40))
    assert "too few to check it" in " ".join(card(model, few))


def test_the_audit_is_by_group_and_says_when_it_cannot_tell(model: Model, paths: pl.DataFrame) -> None:
    found = audit(model, paths, "ethnicity").filter(cause="left")
    assert found.select("group", "state").rows() == [("black", "no_alarm"), ("white", "no_alarm")]
    wrong = paths.with_columns(left=pl.when(pl.col("ethnicity") == "white").then(0).otherwise("left"))
    assert audit(model, wrong, "ethnicity").filter(cause="left", group="white").item(0, "state") == "alarm"
    few = audit(model, paths.head(3), "ethnicity")
    assert set(few["state"]) == {"too_few"}
    assert few["o_e"].null_count() == few.height


_WRONG: dict[str, tuple[Any, str]] = {
    "by": (lambda m, c: expected(m, c, "team"), "lack the column team"),
    "cause": (lambda m, c: observed_over_expected(c, m, "organisation", cause="retired"), "the model knows none"),
    "group": (lambda m, c: audit(m, c, "staff_group"), "group: 'staff_group' is none of"),
    "term": (lambda m, c: expected(m, c.drop("service")), "lack the column service"),
}


@pytest.mark.parametrize("case", list(_WRONG))
def test_what_cannot_be_asked_is_refused_by_name(model: Model, paths: pl.DataFrame, case: str) -> None:
    ask, message = _WRONG[case]
    with pytest.raises(CellsError, match=message):
        ask(model, paths)


def test_what_predicts_is_no_audit_of_the_prediction(world: Facts) -> None:
    cells = person_periods(world, window(0, DEPLOYED), terms=["age_band"], declared=["age_band"])
    aged = fit(cells, causes=["left"], terms=["age_band"], declared=["age_band"])
    with pytest.raises(CellsError, match="age_band: what predicts is no audit"):
        audit(aged, cells, "age_band")
