"""The hazard model of cells, by Newton's method (iteratively reweighted least squares).

METHOD. In a month, of those exposed with the terms x, the chance to go for cause k is
h_k = exp(x b_k) / (1 + sum of exp(x b_j) over causes), the multinomial logit on person-months of Allison (1982,
Sociological Methodology 13:61) and Singer & Willett (1993). Its log-likelihood is
sum over cells of exits_k log h_k + (exposed - exits) log(1 - sum of h_k), so cells do for person-months. Each step
solves information x change = score, with information of causes k and j the sum of exposed h_k (1[k = j] - h_j) x x'.
Standard errors are roots of the diagonal of its inverse.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.errors import TooLittleError
from analytics.hazard.layout import Layout
from analytics.hazard.model import Model
from analytics.hazard.places import levels_of, places
from analytics.hazard.refusals import EXPOSED, refuse_collinear, refuse_counts, refuse_few, refuse_levels, refuse_terms

FEWEST: Final = 100  # exits to fit on
_ROUNDS: Final = 50
_FAR: Final = 20.0  # nobody's odds are a hundred million times those of others
_NEAR: Final = 1e-7  # the next step would be about its square


def fit(
    person_period_cells: pl.DataFrame,
    *,
    causes: Sequence[str],
    terms: Sequence[str],
    declared: Sequence[str] = (),
    fewest: int = FEWEST,
) -> Model:
    """The model of the cells: columns of terms (codes, no numbers to draw lines through), exposed (person-months), and
    one a cause with its exits.

    declared: terms about age that the data protection assessment declares lawful. Raises CellsError naming column and
    row for a term that is special-category or undeclared, a column or value that is missing, a count that cannot be, a
    cell without exposure, terms that say the same, levels that are the groups of a characteristic; TooLittleError for
    fewer than `fewest` exits, or a level in which nobody is gone for a cause, or everybody, saying which.

    >>> cells = pl.DataFrame({"band": ["a", "b"], "exposed": [1_000, 1_000], "left": [100, 200]})
    >>> fit(cells, causes=["left"], terms=["band"]).coefficients.get_column("estimate").round(4).to_list()
    [-2.1972, 0.8109]
    """
    refuse_terms(terms, declared)
    refuse_counts(person_period_cells, causes, terms)
    levels = levels_of(person_period_cells, terms)
    refuse_levels(levels, declared)
    exposed = person_period_cells.get_column(EXPOSED).cast(pl.Float64).to_numpy()
    exits = np.stack([person_period_cells.get_column(cause).cast(pl.Float64).to_numpy() for cause in causes])
    sizes = [len(known) for known in levels.values()]
    cells = Layout.of(places(person_period_cells, levels), sizes, exposed, exits)
    refuse_few(cells, levels, causes, fewest)
    refuse_collinear(cells, levels)
    estimates, covariance, likelihood = _newton(cells, causes, levels)
    told = _told(causes, levels, estimates, np.sqrt(np.diag(covariance)).reshape(estimates.shape))
    seen = dict(zip(causes, exits.sum(axis=1).tolist(), strict=True))
    return Model(tuple(causes), levels, estimates, covariance, told, likelihood, float(exposed.sum()), seen)


def _newton(cells: Layout, causes: Sequence[str], levels: dict[str, list[Any]]) -> tuple[Floats, Floats, float]:
    """Estimates (cause x column), their covariance and the log-likelihood."""
    exits = cells.exits.sum(axis=1)
    estimates = np.zeros((len(exits), cells.width))
    estimates[:, 0] = np.log(exits / (cells.exposed.sum() - exits.sum()))
    for _ in range(_ROUNDS):
        chances = _chances(cells.odds(estimates))
        expected = chances * cells.exposed
        score = np.concatenate([cells.score(row) for row in cells.exits - expected])
        information = _information(cells, chances, expected)
        try:
            change = np.linalg.solve(information, score).reshape(estimates.shape)
        except np.linalg.LinAlgError:
            break
        largest = float(np.abs(change).max())
        estimates = estimates + change / max(1.0, largest / 2)
        if np.abs(estimates[:, 1:]).max(initial=0) > _FAR:
            break
        if largest < _NEAR:
            return estimates, np.linalg.inv(information).astype(np.float64), _log_likelihood(cells, estimates)
    raise TooLittleError(_runaway(causes, levels, estimates))


def _runaway(causes: Sequence[str], levels: dict[str, list[Any]], estimates: Floats) -> str:
    """Which level the fit went off with: nothing that is seen holds it (separation)."""
    names = [f"{term} {level!r}" for term, known in levels.items() for level in known[1:]]
    cause, column = divmod(int(np.abs(estimates[:, 1:]).argmax()), len(names))
    return (
        f"the model does not settle: beside the other terms nobody, or everybody, of {names[column]} is gone for"
        f" {causes[cause]}, so merge it with another level"
    )


def _chances(odds: Floats) -> Floats:
    return np.divide(odds, 1 + odds.sum(axis=0), out=odds)


def _information(cells: Layout, chances: Floats, expected: Floats) -> Floats:
    causes, width = len(chances), cells.width
    found = np.zeros((causes, width, causes, width))
    for k in range(causes):
        for j in range(k + 1):
            weight = expected[k] * ((1.0 if j == k else 0.0) - chances[j])
            found[k, :, j, :] = found[j, :, k, :] = cells.information(weight)
    return found.reshape(causes * width, causes * width)


def _log_likelihood(cells: Layout, estimates: Floats) -> float:
    odds = cells.odds(estimates)
    stay = np.log1p(odds.sum(axis=0))
    return float((cells.exits * np.log(odds)).sum() - (cells.exposed * stay).sum())


def _told(causes: Sequence[str], levels: dict[str, list[Any]], estimates: Floats, errors: Floats) -> pl.DataFrame:
    names = [("intercept", None), *((term, str(level)) for term, known in levels.items() for level in known[1:])]
    rows = [
        (cause, term, level, float(estimates[k, at]), float(errors[k, at]))
        for k, cause in enumerate(causes)
        for at, (term, level) in enumerate(names)
    ]
    kinds = {"cause": pl.String, "term": pl.String, "level": pl.String, "estimate": pl.Float64, "se": pl.Float64}
    return pl.DataFrame(rows, schema=kinds, orient="row")
