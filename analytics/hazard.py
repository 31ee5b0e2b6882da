"""How many would be expected to go, by cause, from what people's work is like: a discrete-time hazard model.

Each month somebody stays, or goes for one of the causes: a multinomial logit on person-months (Allison 1982), fitted on
cells (one row a combination of terms, with the person-months in it and the exits by cause), so that a million people
cost what their distinct cells cost. It is for groups: what is said of a person's own month is for that person only. No
special-category data predicts anything here; it is kept to audit fairness.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.errors import CellsError, TooLittleError
from analytics.intervals import normal_quantile
from analytics.tails import gamma_quantile

EXPOSED: Final = "exposed"
_HEALTH: Final = ("disability", "disabled", "health", "sickness", "pregnancy", "maternity")
_BELIEF: Final = ("religion", "belief", "union")
_WHO: Final = ("ethnicity", "ethnic", "race", "nationality", "sex", "sexual", "gender", "marital")
REFUSED: Final = frozenset((*_HEALTH, *_BELIEF, *_WHO))  # words in the name of a term
DECLARED_ONLY: Final = ("age", "age_band")
FEWEST: Final = 100  # events to fit on, and to judge calibration by more than observed over expected
FOR_SLOPE: Final = 200  # a perfect model's slope is out of range too often with fewer events
WITHIN: Final = (0.8, 1.25)
SLOPES: Final = (0.8, 1.2)
_ROUNDS, _NEAR = 50, 1e-10


@dataclass(frozen=True, eq=False)
class Model:
    """coefficients: cause, term, level (null for the intercept), estimate and se, on the scale of the log odds against
    staying; the first level of each term is what others are compared with. log_likelihood: of the months, given their
    terms."""

    causes: tuple[str, ...]
    levels: dict[str, list[Any]]
    estimates: Floats
    coefficients: pl.DataFrame
    log_likelihood: float

    def rates(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The chance to go in a month for each cause, one row a cell. Raises CellsError for a term or level that the
        model does not know."""
        return pl.DataFrame(dict(zip(self.causes, _chances(_design(cells, self.levels), self.estimates), strict=True)))

    def expected(self, cells: pl.DataFrame, by: str | Sequence[str] = ()) -> pl.DataFrame:
        """Expected exits over the person-months of the cells: the columns of by, and one a cause."""
        keys = [by] if isinstance(by, str) else list(by)
        counts = self.rates(cells).select(pl.all() * cells.get_column(EXPOSED))
        together = pl.concat([cells.select(keys), counts], how="horizontal") if keys else counts
        return together.group_by(keys, maintain_order=True).agg(pl.all().sum()) if keys else together.sum()

    def within(self, cells: pl.DataFrame, months: int = 12) -> pl.DataFrame:
        """The chance to have gone for each cause within so many months, if the terms stay as they are: staying is
        needed to go later."""
        monthly = self.rates(cells)
        gone = monthly.sum_horizontal()
        ever = (1 - (1 - gone) ** months) / gone
        return monthly.select(pl.all() * ever)


def fit(
    person_period_cells: pl.DataFrame,
    *,
    causes: Sequence[str],
    terms: Sequence[str],
    declared: Sequence[str] = (),
    fewest: int = FEWEST,
) -> Model:
    """The model of the cells: columns of terms (codes, no numbers to draw lines through), exposed (person-months), and
    one a cause with its exits. Fitted by Newton's method (iteratively reweighted least squares).

    declared: terms about age that the data protection assessment declares lawful. Raises CellsError naming column and
    row for a term that is special-category or undeclared, a column that is missing, a count that cannot be, a cell
    without exposure; TooLittleError for fewer than `fewest` exits, or a level with none for a cause, saying which.

    >>> cells = pl.DataFrame({"band": ["a", "b"], "exposed": [1_000, 1_000], "left": [100, 200]})
    >>> fit(cells, causes=["left"], terms=["band"]).coefficients.get_column("estimate").round(4).to_list()
    [-2.1972, 0.8109]
    """
    _refuse_terms(terms, declared)
    _refuse_counts(person_period_cells, causes, terms)
    _refuse_few(person_period_cells, causes, terms, fewest)
    levels = {term: person_period_cells.get_column(term).unique().sort().to_list() for term in terms}
    design = _design(person_period_cells, levels)
    exposed = person_period_cells.get_column(EXPOSED).cast(pl.Float64).to_numpy()
    exits = np.stack([person_period_cells.get_column(cause).cast(pl.Float64).to_numpy() for cause in causes])
    estimates, errors, likelihood = _newton(design, exposed, exits)
    return Model(tuple(causes), levels, estimates, _told(causes, levels, estimates, errors), likelihood)


def calibration(model: Model, observed: pl.DataFrame, level: float = 0.95) -> pl.DataFrame:
    """How the model did on later months: one row a cause of cause, observed, expected, o_e with its exact interval low
    and high, slope (1 where differences between cells are as large as expected) with slope_low and slope_high, and
    gate: passed, failed, or too few events to judge by more than o_e and its interval.

    Of 100 events or more o_e must be within 0.8 and 1.25, of 200 or more the slope within 0.8 and 1.2 as well. Raises
    CellsError for counts that cannot be, or what the model does not know.
    """
    _refuse_counts(observed, model.causes, list(model.levels))
    exposed = observed.get_column(EXPOSED).cast(pl.Float64).to_numpy()
    chances = _chances(_design(observed, model.levels), model.estimates)
    rows = [
        {"cause": cause, **_judged(observed.get_column(cause).cast(pl.Float64).to_numpy(), exposed, chance, level)}
        for cause, chance in zip(model.causes, chances, strict=True)
    ]
    return pl.DataFrame(rows)


def _judged(exits: Floats, exposed: Floats, chance: Floats, level: float) -> dict[str, Any]:
    seen, expected = float(exits.sum()), float((exposed * chance).sum())
    tail = (1 - level) / 2
    low = float(gamma_quantile(tail, np.array([seen]))[0]) / expected if seen else 0.0
    high = float(gamma_quantile(1 - tail, np.array([seen + 1]))[0]) / expected
    slope, reach = math.nan, math.nan
    if seen >= FEWEST and np.ptp(chance) > 0:
        lines = np.stack([np.ones_like(chance), np.log(chance / (1 - chance))], axis=1)
        estimates, errors, _ = _newton(lines, exposed, exits[None])
        slope, reach = float(estimates[0, 1]), normal_quantile(level) * float(errors[0, 1])
    ends = {"slope": slope, "slope_low": slope - reach, "slope_high": slope + reach}
    told = {name: None if math.isnan(value) else value for name, value in ends.items()}
    o_e = seen / expected
    return (
        {"observed": seen, "expected": expected, "o_e": o_e, "low": low, "high": high}
        | told
        | {"gate": _gate(seen, o_e, slope)}
    )


def _gate(events: float, o_e: float, slope: float) -> str:
    if events < FEWEST:
        return f"too few events: {events:.0f} of {FEWEST}"
    steep = events >= FOR_SLOPE and not SLOPES[0] <= slope <= SLOPES[1]
    return "passed" if WITHIN[0] <= o_e <= WITHIN[1] and not steep else "failed"


def _design(cells: pl.DataFrame, levels: dict[str, list[Any]]) -> Floats:
    """One column for the intercept, and one for each level of each term but the first."""
    columns = [np.ones(cells.height)]
    for term, known in levels.items():
        if term not in cells.columns:
            raise CellsError(f"cells lack the column {term}")
        column = cells.get_column(term)
        strange = ~column.is_in(known)
        if strange.fill_null(value=True).any():
            row = int(strange.fill_null(value=True).arg_max() or 0)
            raise CellsError(f"{term}, row {row}: {column[row]!r} is no level that the model knows")
        columns += [(column == level).to_numpy().astype(np.float64) for level in known[1:]]
    return np.stack(columns, axis=1)


def _chances(design: Floats, estimates: Floats) -> Floats:
    """The chance of each cause, cause x cell."""
    odds = np.exp(estimates @ design.T)
    return odds / (1 + odds.sum(axis=0))


def _newton(design: Floats, exposed: Floats, exits: Floats) -> tuple[Floats, Floats, float]:
    """Estimates and standard errors, cause x column, and the log-likelihood."""
    causes, width = len(exits), design.shape[1]
    estimates = np.zeros((causes, width))
    estimates[:, 0] = np.log(exits.sum(axis=1) / (exposed.sum() - exits.sum()))
    information = np.zeros((causes * width, causes * width))
    for _ in range(_ROUNDS):
        chances = _chances(design, estimates)
        score = (exits - exposed * chances) @ design
        for k in range(causes):
            for j in range(k + 1):
                weight = exposed * chances[k] * ((1.0 if j == k else 0.0) - chances[j])
                block = (design * weight[:, None]).T @ design
                information[k * width : (k + 1) * width, j * width : (j + 1) * width] = block
                information[j * width : (j + 1) * width, k * width : (k + 1) * width] = block.T
        change = np.linalg.solve(information, score.ravel()).reshape(causes, width)
        estimates = estimates + change / max(1.0, float(np.abs(change).max()) / 2)
        if np.abs(change).max() < _NEAR:
            break
    else:
        raise TooLittleError("the model does not settle: merge levels in which hardly anybody went")
    chances = _chances(design, estimates)
    stayed = exposed - exits.sum(axis=0)
    likelihood = float((exits * np.log(chances)).sum() + (stayed * np.log1p(-chances.sum(axis=0))).sum())
    return estimates, np.sqrt(np.diag(np.linalg.inv(information))).reshape(causes, width), likelihood


def _told(causes: Sequence[str], levels: dict[str, list[Any]], estimates: Floats, errors: Floats) -> pl.DataFrame:
    names = [("intercept", None), *((term, str(level)) for term, known in levels.items() for level in known[1:])]
    rows = [
        (cause, term, level, float(estimates[k, at]), float(errors[k, at]))
        for k, cause in enumerate(causes)
        for at, (term, level) in enumerate(names)
    ]
    kinds = {"cause": pl.String, "term": pl.String, "level": pl.String, "estimate": pl.Float64, "se": pl.Float64}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _refuse_terms(terms: Sequence[str], declared: Sequence[str]) -> None:
    for term in terms:
        if REFUSED & set(term.lower().split("_")):
            raise CellsError(f"{term}: special-category and other protected data may not predict, only audit")
        if term in DECLARED_ONLY and term not in declared:
            raise CellsError(f"{term}: a term about age must be declared lawful first")


def _refuse_counts(cells: pl.DataFrame, causes: Sequence[str], terms: Sequence[str]) -> None:
    for name in (EXPOSED, *causes, *terms):
        if name not in cells.columns:
            raise CellsError(f"cells lack the column {name}")
    for name in (EXPOSED, *causes):
        column = cells.get_column(name)
        if not column.dtype.is_numeric() or column.null_count() or (column < 0).any():
            raise CellsError(f"{name}: not a count of 0 or more")
    bare = cells.get_column(EXPOSED) == 0
    if bare.any():
        raise CellsError(f"{EXPOSED}, row {bare.arg_max()}: a month without exposure")
    over = cells.select(pl.sum_horizontal(causes) > pl.col(EXPOSED)).to_series()
    if over.any():
        raise CellsError(f"{EXPOSED}, row {over.arg_max()}: more people go than there are")


def _refuse_few(cells: pl.DataFrame, causes: Sequence[str], terms: Sequence[str], fewest: int) -> None:
    events = int(cells.select(causes).sum().sum_horizontal().item())
    if events < fewest:
        raise TooLittleError(f"{events} exits are too few to fit on: {fewest} are needed")
    for term in terms:
        for row in cells.group_by(term).agg(pl.col(causes).sum()).sort(term).iter_rows(named=True):
            for cause in causes:
                if not row[cause]:
                    raise TooLittleError(
                        f"nobody of {term} {row[term]!r} is gone for {cause}: merge it with another level"
                    )
