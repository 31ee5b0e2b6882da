"""What the hazard model is given: any design comes out as in statsmodels; what cannot be fitted is refused by name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from statsmodels.discrete.discrete_model import MNLogit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from analytics.counting import Floats
from analytics.errors import AnalyticsError, CellsError, TooLittleError
from analytics.hazard import Model, calibration, fit

GOOD = pl.DataFrame({
    "a": ["x", "x", "y", "y"],
    "b": [0, 1, 0, 1],
    "exposed": [1_000, 2_000, 3_000, 4_000],
    "left": [100, 150, 200, 400],
})  # fmt: skip


def drawn(seed: int) -> tuple[pl.DataFrame, list[str], list[str]]:
    """Person-months of a world with one to three causes, some of them rare, and terms of one to five levels, told as
    whole numbers, text or an Enum."""
    rng = np.random.default_rng(seed)
    rows, causes, sizes = int(rng.integers(2_000, 8_000)), int(rng.integers(1, 4)), rng.integers(1, 6, 3)
    codes = [rng.choice(size, rows, p=rng.dirichlet(np.full(size, 3.0))) for size in sizes]
    log_odds = rng.uniform(-5.5, -2, causes)[:, None] + np.zeros((causes, rows))
    for code, size in zip(codes, sizes, strict=True):
        log_odds += rng.normal(0, 0.6, (causes, size))[:, code]
    odds = np.exp(log_odds)
    before = np.cumsum(odds / (1 + odds.sum(axis=0)), axis=0)
    cause = (rng.random(rows) < before[::-1]).sum(axis=0)  # how many causes, from the last, have not passed
    cause = np.where(cause > 0, causes + 1 - cause, 0)
    terms = [f"term_{at}" for at in range(3)]
    told = [pl.Series(terms[0], codes[0] - 2), pl.Series(terms[1], [f"v{one}" for one in codes[1]])]
    labels = pl.Enum([f"v{one}" for one in range(6)])
    told.append(pl.Series(terms[2], [f"v{one}" for one in codes[2]], dtype=labels))
    names = [f"cause_{at}" for at in range(causes)]
    return pl.DataFrame(told).with_columns(cause=pl.Series(cause)), terms, names


def cells_of(rows: pl.DataFrame, terms: list[str], causes: list[str]) -> pl.DataFrame:
    exits = [(pl.col("cause") == at + 1).sum().cast(pl.Int64).alias(name) for at, name in enumerate(causes)]
    cells = rows.group_by(terms).agg(pl.len().cast(pl.Int64).alias("exposed"), *exits)
    return cells.sample(fraction=1, shuffle=True, seed=1)


def of_statsmodels(rows: pl.DataFrame, terms: list[str], causes: int) -> tuple[Floats, Floats]:
    design = [np.ones(rows.height)]
    for term in terms:
        design += [(rows[term] == level).to_numpy().astype(float) for level in rows[term].unique().sort()[1:]]
    x, y = np.stack(design, axis=1), rows["cause"].to_numpy()
    if causes == 1:
        found: Any = GLM((y == 1).astype(float), x, family=Binomial()).fit(tol=1e-13, maxiter=200)
        return found.params, found.bse
    found = MNLogit(y, x).fit(method="newton", disp=False, tol=1e-13, maxiter=200)
    return np.asarray(found.params).T.ravel(), np.asarray(found.bse).T.ravel()


@pytest.mark.parametrize("seed", range(12))
def test_any_design_comes_out_as_in_statsmodels(seed: int) -> None:
    rows, terms, causes = drawn(seed)
    try:
        ours = fit(cells_of(rows, terms, causes), causes=causes, terms=terms, fewest=1)
    except TooLittleError as refusal:
        levels = [
            rows.filter(cause=at + 1)[term].n_unique() < rows[term].n_unique()
            for term in terms
            for at in range(len(causes))
        ]
        assert any(levels), refusal
        return
    estimates, errors = of_statsmodels(rows, terms, len(causes))
    assert ours.coefficients["estimate"].to_list() == pytest.approx(estimates.tolist(), abs=1e-6)
    assert ours.coefficients["se"].to_list() == pytest.approx(errors.tolist(), abs=1e-6)


def test_huge_exposures_and_few_exits_are_fitted_as_small_ones_are() -> None:
    small = fit(GOOD, causes=["left"], terms=["a", "b"])
    many = fit(GOOD.with_columns(pl.col("exposed", "left") * 10**9), causes=["left"], terms=["a", "b"])
    assert many.coefficients["estimate"].to_list() == pytest.approx(small.coefficients["estimate"].to_list(), abs=1e-9)
    assert (many.coefficients["se"] * 10**4.5).to_list() == pytest.approx(small.coefficients["se"].to_list(), rel=1e-6)
    rare = GOOD.with_columns(exposed=pl.col("exposed") * 10**9)
    assert _fit(rare).expected(rare).item() == pytest.approx(rare["left"].sum(), rel=1e-9)


def test_a_term_of_one_level_says_nothing() -> None:
    alone, beside = fit(GOOD, causes=["left"], terms=["a"]), _fit(GOOD.with_columns(b=pl.lit("same")))
    assert beside.coefficients.equals(alone.coefficients)


def _fit(cells: Any, **given: Any) -> Model:
    asked: dict[str, Any] = {"causes": ["left"], "terms": ["a", "b"], **given}
    return fit(cells, **asked)


def _with(**columns: Any) -> pl.DataFrame:
    return GOOD.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


_THREE = pl.DataFrame({"a": ["x", "x", "y", "y", "z"], "b": [0, 0, 1, 1, 1], "exposed": [1_000] * 5, "left": [100] * 5})
_REFUSED: dict[str, tuple[Callable[[], Any], type[AnalyticsError], str]] = {
    "twins": (lambda: _fit(GOOD.with_columns(b="a")), CellsError, "a, b: these terms say the same"),
    "one within another": (lambda: _fit(_THREE), CellsError, "a, b: these terms say the same"),
    "everybody": (lambda: _fit(_with(left=[100, 150, 3_000, 4_000])), TooLittleError, "everybody of a 'y' is gone"),
    "nobody": (lambda: _fit(_with(left=[100, 0, 200, 0])), TooLittleError, "nobody of b 1 is gone for left: merge"),
    "separation": (
        lambda: _fit(_with(exposed=[1_000] * 4, left=[500, 1_000, 0, 500])),
        TooLittleError,
        "does not settle: beside the other terms nobody, or everybody, of (a 'y'|b 1) is gone for left",
    ),
    "without exposure": (lambda: _fit(_with(exposed=[1_000, 0, 3_000, 4_000])), CellsError, "exposed, row 1: a month"),
    "no number": (lambda: _fit(_with(exposed=[1e3, float("nan"), 3e3, 4e3])), CellsError, "exposed: not a count"),
    "endless": (lambda: _fit(_with(exposed=[1e3, float("inf"), 3e3, 4e3])), CellsError, "exposed: not a count"),
    "null level": (lambda: _fit(_with(b=[0, None, 0, 1])), CellsError, "b, row 1: a value is needed"),
    "no level": (lambda: _fit(_with(b=[0.5, float("nan"), 0.5, 1.5])), CellsError, "b, row 1: a value is needed"),
    "lists": (lambda: _fit(_with(b=[[0], [1], [0], [1]])), CellsError, "b: codes are needed"),
    "text": (lambda: _fit(GOOD, terms="ab"), CellsError, "terms: a list of names"),
    "cause as text": (lambda: _fit(GOOD, causes="left"), CellsError, "causes: a list of names"),
    "twice": (lambda: _fit(GOOD, terms=["a", "a"]), CellsError, "terms: a is there twice"),
    "cause twice": (lambda: _fit(GOOD, causes=["left", "left"]), CellsError, "causes: left is there twice"),
    "count as term": (lambda: _fit(GOOD, terms=["a", "left"]), CellsError, "left: a count is no term"),
    "no cause": (lambda: _fit(GOOD, causes=[]), CellsError, "causes: at least one"),
    "lazy": (lambda: _fit(GOOD.lazy()), CellsError, "cells: a polars DataFrame is needed, not a LazyFrame"),
    "nobody at all": (lambda: _fit(GOOD.clear()), TooLittleError, "0 exits are too few"),
    "tried on nothing": (lambda: calibration(_fit(GOOD), GOOD.drop("left")), CellsError, "cells lack the column left"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(_REFUSED))
def test_what_cannot_be_fitted_is_refused_by_name(case: str) -> None:
    ask, kind, words = _REFUSED[case]
    with pytest.raises(kind, match=words):
        ask()


@pytest.mark.parametrize(
    "term",
    [
        *("ethnicity_group", "Ethnic-Origin", "nhsEthnicity", "race1", "BAME", "wres_group", "national_origin", "sex "),
        *(
            "isFemale",
            "genderIdentity",
            "gender_reassignment",
            "sexual_orientation",
            "lgbt",
            "trans",
            "marital",
            "Married",
        ),
        *(
            "civil_partnership",
            "religion",
            "faith",
            "belief",
            "trade_union",
            "pregnancy",
            "maternity_leave",
            "is_disabled",
        ),
        *("health_condition", "sick_days", "family_status", "political_opinion", "genetics"),
    ],
)
def test_no_special_category_data_predicts_under_any_name(term: str) -> None:
    with pytest.raises(CellsError, match=f"{term}: special-category"):
        _fit(GOOD.rename({"b": term}), terms=["a", term])


@pytest.mark.parametrize("term", ["Age", "AgeBand", "age ", "age_group", "birth_year", "date_of_birth"])
def test_nor_age_that_is_not_declared(term: str) -> None:
    aged = GOOD.rename({"b": term})
    with pytest.raises(CellsError, match=f"{term}: a term about age must be declared"):
        _fit(aged, terms=["a", term])
    assert _fit(aged, terms=["a", term], declared=[term]).terms == ("a", term)


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (["Female", "male"], "special-category"),
        (["white", "black"], "special-category"),
        (["disabled", "non_disabled"], "special-category"),
        (["25-34", "65+"], "about age"),
    ],
)
def test_nor_its_groups_by_another_name(levels: list[str], words: str) -> None:
    with pytest.raises(CellsError, match=f"segment: .*{words}"):
        _fit(_with(segment=levels * 2), terms=["a", "segment"])


@pytest.mark.parametrize(
    "term", ["staff_group", "job_family", "stage", "agency", "language", "percentage", "Essex", "civil_service"]
)
def test_other_words_that_look_like_it_are_no_reason_to_refuse(term: str) -> None:
    assert _fit(GOOD.rename({"b": term}), terms=["a", term]).terms == ("a", term)
