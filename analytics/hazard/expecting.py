"""How many are expected to go in the months ahead, by unit, and how many did beside how many were expected.

METHOD. Of people there on a day, the chance to go for cause k within m months is sum over months t of S(t - 1) h_k(t),
with S(t) = product over months up to t of 1 - (sum of h_j): who has moved, retired or gone for another cause cannot
leave any more. Leaving S out, or the other causes, expects too many. In a stretch of months in which nothing changes
the sum is S (1 - (1 - h)^months) h_k / h. A unit's variance is that of independent people, the sum of p (1 - p).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.errors import CellsError
from analytics.flags.rule import DEFAULT, FlagRule
from analytics.hazard.model import Model
from analytics.hazard.person_periods import MONTHS, PATH
from analytics.hazard.refusals import EXPOSED, refuse_counts
from analytics.standardised.poisson import limits
from analytics.standardised.ratios import FIGURES, summed
from analytics.standardised.units import judged

YEAR: Final = 12
_SHOWN: Final = ("people", *FIGURES, "tau2")
_LEVELS: Final = {"95": 0.95, "998": 0.998}


def expected(model: Model, cells: pl.DataFrame, by: str | Sequence[str] = ()) -> pl.DataFrame:
    """People and how many of them are expected to be gone: the columns of by, people, and one a cause.

    cells: the paths of `ahead`, for as many months as they have; or people (exposed) as they stand, whose terms stay as
    they are for twelve months. Raises CellsError for a term, a level or a column that is not there.
    """
    keys = [by] if isinstance(by, str) else list(by)
    _refuse(cells, [EXPOSED, *keys])
    people, chances = forecast(model, cells)
    counts = {
        cause: row * people.get_column(EXPOSED).to_numpy() for cause, row in zip(model.causes, chances, strict=True)
    }
    told = people.select(*keys, people=EXPOSED).with_columns(**{name: pl.Series(n) for name, n in counts.items()})
    return told.group_by(keys, maintain_order=True).agg(pl.all().sum()) if keys else told.sum()


def forecast(model: Model, cells: pl.DataFrame) -> tuple[pl.DataFrame, Floats]:
    """Each path (or cell of people) once, as it begins, and its chance to be gone for each cause, cause x path."""
    if PATH not in cells.columns:
        return cells, model.within(cells, YEAR).to_numpy().T
    rows = cells.sort(PATH, maintain_order=True)
    monthly, months = model.chances(rows), rows.get_column(MONTHS).to_numpy()
    gone = monthly.sum(axis=0)
    lasting = months * np.log1p(-gone)
    first = np.flatnonzero(np.diff(rows.get_column(PATH).to_physical().cast(pl.Int64).to_numpy(), prepend=-1))
    before = np.cumsum(lasting) - lasting
    before -= np.repeat(before[first], np.diff(np.append(first, rows.height)))
    chance = monthly * np.exp(before) * -np.expm1(lasting) / gone
    return rows[first], np.add.reduceat(chance, first, axis=1)


def observed_over_expected(
    cells: pl.DataFrame,
    model: Model | None,
    by: str | Sequence[str],
    *,
    cause: str = "left",
    strata: Sequence[str] = (),
    family: Sequence[str] = (),
    rule: FlagRule = DEFAULT,
) -> pl.DataFrame:
    """Units (the columns of by) beside what the model expects of their people, or with None what people of the same
    strata do everywhere: people (or person-years), the figures of `standardised`, tau2 (the variance between units of a
    family beyond chance), and where units stray by chance alone: low_95, high_95, low_998 and high_998 (exact), and
    wide_low_95 to wide_high_998 with tau2 added. Limits are of o_e, for a funnel over expected.

    cells: those of `person_periods`, or the paths of `ahead` with outcomes. Raises CellsError for counts that cannot
    be, or a column that is not there.
    """
    keys = [by] if isinstance(by, str) else list(by)
    refuse_counts(cells, [cause], [*keys, *strata])
    units = _of_strata(cells, keys, cause, strata, family) if model is None else _of_model(cells, model, keys, cause)
    told = judged(units, family, rule)
    return told.select(*keys, *_SHOWN).with_columns(_funnel(told))


def _of_strata(
    cells: pl.DataFrame, keys: Sequence[str], cause: str, strata: Sequence[str], family: Sequence[str]
) -> pl.DataFrame:
    """People of paths, or person-years of cells."""
    if PATH in cells.columns:
        cells = cells.unique(PATH, keep="first", maintain_order=True).with_columns(n=pl.col(EXPOSED))
    else:
        cells = cells.with_columns(n=pl.col(EXPOSED) / YEAR)
    return summed(cells.rename({cause: "events"}), keys, strata, family)


def _of_model(cells: pl.DataFrame, model: Model, keys: Sequence[str], cause: str) -> pl.DataFrame:
    if cause not in model.causes:
        raise CellsError(f"cause: the model knows none called {cause!r}, but {', '.join(model.causes)}")
    paths = PATH in cells.columns
    people, chances = forecast(model, cells) if paths else (cells, model.chances(cells))
    chance = pl.Series(chances[model.causes.index(cause)])
    exposed = pl.col(EXPOSED)
    rows = people.select(
        *keys,
        people=exposed if paths else exposed / YEAR,
        observed=cause,
        expected=exposed * chance,
        variance=exposed * chance * (1 - chance),
    )
    return rows.sort(keys).group_by(keys, maintain_order=True).agg(pl.all().sum())


def _funnel(units: pl.DataFrame) -> list[pl.Series]:
    expected, tau2 = (units.get_column(name).to_numpy() for name in ("expected", "tau2"))
    found: dict[str, Floats] = {}
    for name, level in _LEVELS.items():
        found[f"low_{name}"], found[f"high_{name}"] = low, high = limits(expected, level)
        with np.errstate(divide="ignore", invalid="ignore"):
            wider = np.sqrt(1 + tau2 * expected)
            found[f"wide_low_{name}"], found[f"wide_high_{name}"] = low**wider, high**wider
    return [pl.Series(name, values, nan_to_null=True) for name, values in found.items()]


def _refuse(cells: pl.DataFrame, columns: Sequence[str]) -> None:
    if not isinstance(cells, pl.DataFrame):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"cells: a polars DataFrame is needed, not a {type(cells).__name__}")
    if missing := [name for name in columns if name not in cells.columns]:
        raise CellsError(f"cells lack the column {missing[0]}")
