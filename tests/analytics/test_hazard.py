"""The hazard model: as statsmodels on person-months, strict about what may predict, calibrated when it is right."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from statsmodels.discrete.discrete_model import MNLogit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from analytics.errors import CellsError, TooLittleError
from analytics.hazard import calibration, fit, layout

BANDS, GROUPS = ["0", "1", "2"], ["a", "b"]


def months(people: int = 30_000, seed: int = 1, raised: float = 1.0) -> pl.DataFrame:
    """Person-months, one row each, with the cause that ended them (0: stayed, 1: left, 2: moved)."""
    rng = np.random.default_rng(seed)
    band, group = rng.integers(0, 3, people), rng.integers(0, 2, people)
    left = 0.03 * np.exp(-0.5 * band) * np.where(group == 1, 1.4, 1) * raised
    moved = 0.02 * np.exp(0.2 * band) * np.where(group == 1, 0.8, 1)
    drawn = rng.random(people)
    cause = np.where(drawn < left, 1, np.where(drawn < left + moved, 2, 0))
    return pl.DataFrame({"band": band.astype(str), "group": np.array(GROUPS)[group], "cause": cause})


def cells(rows: pl.DataFrame) -> pl.DataFrame:
    exits = [(pl.col("cause") == at).sum().cast(pl.Int64).alias(name) for at, name in ((1, "left"), (2, "moved"))]
    return rows.group_by("band", "group").agg(pl.len().cast(pl.Int64).alias("exposed"), *exits).sort("band", "group")


def design(rows: pl.DataFrame) -> Any:
    columns = [np.ones(rows.height), rows["band"] == "1", rows["band"] == "2", rows["group"] == "b"]
    return np.stack([np.asarray(column, dtype=float) for column in columns], axis=1)


def fitted(rows: pl.DataFrame, *causes: str) -> Any:
    return fit(cells(rows), causes=causes, terms=["band", "group"])


def test_one_cause_is_the_logit_of_statsmodels_on_person_months() -> None:
    rows = months()
    theirs: Any = GLM((rows["cause"] == 1).to_numpy().astype(float), design(rows), family=Binomial()).fit(tol=1e-12)
    ours = fitted(rows, "left")
    assert ours.coefficients["estimate"].to_list() == pytest.approx(theirs.params.tolist(), abs=1e-6)
    assert ours.coefficients["se"].to_list() == pytest.approx(theirs.bse.tolist(), abs=1e-6)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)


def test_causes_that_compete_are_the_multinomial_logit_of_statsmodels() -> None:
    rows = months()
    theirs: Any = MNLogit(rows["cause"].to_numpy(), design(rows)).fit(
        method="newton", disp=False, tol=1e-12, maxiter=100
    )
    ours = fitted(rows, "left", "moved")
    assert ours.coefficients["estimate"].to_list() == pytest.approx(
        np.asarray(theirs.params).T.ravel().tolist(), abs=1e-6
    )
    assert ours.coefficients["se"].to_list() == pytest.approx(np.asarray(theirs.bse).T.ravel().tolist(), abs=1e-6)


def test_many_terms_in_several_parts_are_fitted_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    sizes = {"a": 2, "b": 3, "c": 4, "d": 5, "e": 6}
    rows = pl.DataFrame({name: rng.integers(0, size, 20_000) for name, size in sizes.items()})
    gone = rng.integers(0, 12, 20_000)
    rows = rows.with_columns(
        exposed=pl.lit(1), left=pl.Series(gone == 0).cast(int), moved=pl.Series(gone == 1).cast(int)
    )
    whole = fit(rows, causes=["left", "moved"], terms=list(sizes))
    monkeypatch.setattr(layout, "MOST", 12)
    parted = fit(rows.sample(fraction=1.0, shuffle=True, seed=1), causes=["left", "moved"], terms=list(sizes))
    for figure in ("estimate", "se"):
        assert parted.coefficients[figure].to_list() == pytest.approx(whole.coefficients[figure].to_list(), abs=1e-9)
    assert parted.log_likelihood == pytest.approx(whole.log_likelihood)


def test_codes_are_fitted_alike_whatever_their_type() -> None:
    words = cells(months())
    kinds = [
        words.with_columns(pl.col("band").cast(pl.Enum(["unused", "0", "1", "2"]))),
        words.with_columns(pl.col("band").cast(pl.Int64)),
        words.with_columns(pl.col("band").cast(pl.Int64) - 7),
        words.with_columns(pl.col("band").cast(pl.Categorical)),
    ]
    wanted = fit(words, causes=["left"], terms=["band", "group"])
    for other in kinds:
        found = fit(other, causes=["left"], terms=["band", "group"])
        assert found.coefficients["estimate"].to_list() == pytest.approx(wanted.coefficients["estimate"].to_list())
        assert found.expected(other)["left"].to_list() == pytest.approx(wanted.expected(words)["left"].to_list())


def test_the_remission_trial_by_weeks_comes_out_as_published() -> None:
    """Placebo beside 6-mercaptopurine, in the weeks in which a remission ended: log odds of 1.731268."""
    drug = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], []
    rows = [
        {"week": week, "arm": arm, "exposed": sum(t >= week for t in (*ended, *lasting)), "end": ended.count(week)}
        for week in sorted({*drug[0], *placebo[0]})
        for arm, (ended, lasting) in (("a drug", drug), ("b placebo", placebo))
    ]
    cells_ = pl.DataFrame(rows).filter(pl.col("exposed") > 0)
    found = fit(cells_, causes=["end"], terms=["week", "arm"], fewest=30).coefficients.filter(term="arm")
    assert found.item(0, "estimate") == pytest.approx(1.731268, abs=5e-7)


def test_weeks_that_are_each_a_level_give_the_curve_of_the_remission_trial() -> None:
    """Of those on the drug: as Kaplan and Meier's, 0.7529412 after 10 weeks and 0.4481793 after 23."""
    ended, lasting = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    weeks = pl.DataFrame([
        {"week": week, "exposed": sum(t >= week for t in (*ended, *lasting)), "end": ended.count(week)}
        for week in sorted({*ended})
    ])  # fmt: skip
    stays = 1 - fit(weeks, causes=["end"], terms=["week"], fewest=9).rates(weeks).to_series()
    curve = dict(zip(weeks["week"], stays.cum_prod(), strict=True))
    assert (curve[10], curve[23]) == pytest.approx((0.7529412, 0.4481793), abs=5e-8)


def test_expected_exits_of_what_it_was_fitted_on_are_those_seen() -> None:
    seen = cells(months())
    expected = fitted(months(), "left", "moved").expected(seen, by="group")
    of_group = seen.group_by("group").agg(pl.col("left", "moved").sum()).sort("group")
    assert expected.sort("group")["left"].to_list() == pytest.approx(of_group["left"].to_list())
    assert expected["moved"].sum() == pytest.approx(seen["moved"].sum())


def test_the_chance_within_a_year_lets_one_way_of_going_stand_in_the_way_of_another() -> None:
    model = fitted(months(), "left", "moved")
    one = cells(months()).head(1)
    month, year = model.rates(one).row(0), model.within(one).row(0)
    assert sum(year) == pytest.approx(1 - (1 - sum(month)) ** 12)
    assert year[0] < 1 - (1 - month[0]) ** 12


def test_a_right_model_passes_its_gate_and_a_world_that_changed_fails_it() -> None:
    model = fitted(months(), "left", "moved")
    later = calibration(model, cells(months(seed=2)))
    assert later["gate"].to_list() == ["passed", "passed"]
    assert (later["low"] < later["o_e"]).all()
    assert (later["o_e"] < later["high"]).all()
    changed = calibration(model, cells(months(seed=2, raised=1.5)))
    assert changed["gate"].to_list() == ["failed", "passed"]
    assert changed.item(0, "low") > 1


def test_too_few_events_are_said_and_not_judged() -> None:
    found = calibration(fitted(months(), "left"), cells(months(500, seed=3)))
    assert found.item(0, "gate").startswith("too few events")
    assert found.item(0, "slope") is None


@pytest.mark.parametrize("term", ["ethnicity", "disability", "sexual_orientation", "sex", "religion_or_belief"])
def test_no_special_category_data_predicts(term: str) -> None:
    with pytest.raises(CellsError, match=f"{term}: special-category"):
        fit(cells(months()).rename({"group": term}), causes=["left"], terms=["band", term])


def test_age_predicts_only_where_it_was_declared() -> None:
    aged = cells(months()).rename({"group": "age_band"})
    with pytest.raises(CellsError, match="age_band: a term about age must be declared"):
        fit(aged, causes=["left"], terms=["age_band"])
    assert fit(aged, causes=["left"], terms=["age_band"], declared=["age_band"]).coefficients.height == 2


def test_cells_that_cannot_be_fitted_on_are_refused_and_say_why() -> None:
    good = cells(months())
    refused: list[tuple[pl.DataFrame, str]] = [
        (good.drop("left"), "lack the column left"),
        (good.with_columns(left=-1), "left: not a count"),
        (
            good.with_columns(exposed=pl.when(pl.col("band") == "2").then(0).otherwise("exposed")),
            "row 4: a month without",
        ),
        (good.with_columns(left=pl.col("exposed") + 1), "row 0: more people go"),
    ]
    for wrong, message in refused:
        with pytest.raises(CellsError, match=message):
            fit(wrong, causes=["left"], terms=["band"])
    none = good.with_columns(left=pl.when(pl.col("band") == "2").then(0).otherwise("left"))
    with pytest.raises(TooLittleError, match="nobody of band '2' is gone for left"):
        fit(none, causes=["left"], terms=["band"])
    with pytest.raises(TooLittleError, match="exits are too few to fit on: 100 are needed"):
        fit(cells(months(300)), causes=["left"], terms=["band"])
    with pytest.raises(CellsError, match="band, row 0: '9' is no level"):
        fitted(months(), "left").expected(good.with_columns(band=pl.lit("9")))
