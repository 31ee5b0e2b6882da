"""Cells -> leaver, joiner and stability rates, of an organisation or of the system: two rates, two labels.

The same person who moves from one employer of the system to another is an exit for the organisation and none for the
system. What the cells are is said in `cells`.
"""

from typing import Any, Final, Literal

import numpy as np
import polars as pl

from analytics.counting import AnyNumbers, Floats, as_floats, broadcast, like
from analytics.errors import CellsError, CountsError
from analytics.intervals import normal_quantile, wilson_bounds
from analytics.retention import given

_NEEDED: Final = (
    "opening",
    "closing",
    "unmatched",
    *("left", "moved", "retired", "other"),
    *("joined", "came", "stayed"),
)
Level = Literal["organisation", "system"]
LEAVERS: Final = {
    "organisation": ("left", "moved", "retired", "other"),
    "system": ("left", "retired", "other"),
}
STAYED: Final = {"organisation": "stayed", "system": "stayed_in_system"}
JOINED: Final = {"organisation": ("joined", "came"), "system": ("joined",)}


def leaver_rate(leavers: Any, opening: AnyNumbers, closing: AnyNumbers) -> Any:
    """Leavers in a period over the mean of the headcounts at its beginning and end; of joiners, the joiner rate.

    NaN (null in a Series) where there was nobody at either. It can pass 1. Raises CountsError for a negative count.

    >>> f"{leaver_rate(27_580, 455_310, 484_880):.5f}"  # out of the Civil Service, year to March 2021
    '0.05867'
    >>> f"{leaver_rate(27_580 + 11_910, 455_310, 484_880):.5f}"  # out of a department: transfers count too
    '0.08400'
    """
    given = {"leavers": leavers, "opening": opening, "closing": closing}
    gone, first, last = broadcast(*(_amounts(name, value) for name, value in given.items()))
    return like([leavers, opening, closing], _over(gone, (first + last) / 2))


def stability_index(stayed: Any, opening: AnyNumbers) -> Any:
    """The share of those there at the beginning who are there at the end; joiners within the period count for nothing.

    NaN (null in a Series) where nobody was there. Raises CountsError for counts that cannot be, more stayers than there
    were people among them.

    >>> stability_index(90, 100)
    0.9
    """
    still, first = broadcast(_amounts("stayed", stayed), _amounts("opening", opening))
    if (still > first).any():
        raise CountsError("stayed: more than there were at the opening")
    return like([stayed, opening], _over(still, first))


def rates(cells: pl.DataFrame, level: Level = "organisation", confidence: float = 0.95) -> pl.DataFrame:
    """The rates of each cell, seen from the organisation or from the system.

    The columns of the cell, then opening, closing, mean (of both), leavers (for the system: without those who moved
    within it), leaver_rate with its Wilson interval low and high, joiners, joiner_rate, turnover (half of both rates
    together), stability with stability_low and stability_high, exits (out of the organisation, wherever to), retained
    (exits who are in the system still) and retained_share of exits, and unmatched (leavers whose record says that they
    moved within the system, and nobody was found to have joined). Rates are fractions of 1; of nobody they are null.
    Intervals are those of counts: null for cells in full-time equivalents. Raises CellsError for a frame that is not
    such cells, or an unknown level.
    """
    if level not in LEAVERS:
        raise CellsError(f"level: {level!r} is neither organisation nor system")
    cells = given.frame("cells", cells, _NEEDED)
    given.counts("cells", cells, _NEEDED)
    cells = given.wide(cells, _NEEDED)
    if cells.select((pl.col(STAYED[level]) > pl.col("opening")).any()).item():
        raise CellsError(f"{STAYED[level]}: more than there were at the opening")
    counted = cells.with_columns(
        mean=(pl.col("opening") + pl.col("closing")) / 2,
        leavers=pl.sum_horizontal(LEAVERS[level]),
        joiners=pl.sum_horizontal(JOINED[level]),
        exits=pl.sum_horizontal(LEAVERS["organisation"]),
        retained=pl.col("moved"),
        stayers=pl.col(STAYED[level]),
    )
    keys = cells.columns[: cells.columns.index("opening")]
    return _measured(counted, confidence).select(*keys, *_SHOWN)


_SHOWN: Final = (
    *("opening", "closing", "mean", "leavers", "leaver_rate", "low", "high", "joiners", "joiner_rate", "turnover"),
    *("stability", "stability_low", "stability_high", "exits", "retained", "retained_share", "unmatched"),
)


def _measured(counted: pl.DataFrame, confidence: float) -> pl.DataFrame:
    low, high = _interval(counted, "leavers", "mean", confidence)
    stable_low, stable_high = _interval(counted, "stayers", "opening", confidence)
    measured = counted.with_columns(
        low=low,
        high=high,
        leaver_rate=_fraction("leavers", "mean"),
        joiner_rate=_fraction("joiners", "mean"),
        stability=_fraction("stayers", "opening"),
        stability_low=stable_low,
        stability_high=stable_high,
        retained_share=_fraction("retained", "exits"),
    )
    return measured.with_columns(turnover=(pl.col("leaver_rate") + pl.col("joiner_rate")) / 2)


def _fraction(a: str, n: str) -> pl.Expr:
    return pl.when(pl.col(n) > 0).then(pl.col(a) / pl.col(n))


def _interval(counted: pl.DataFrame, a: str, n: str, confidence: float) -> tuple[pl.Series, pl.Series]:
    """Wilson's, where there are no more events than people; null elsewhere, and for full-time equivalents."""
    events, people = (counted.get_column(name).cast(pl.Float64).to_numpy() for name in (a, n))
    usable = (events <= people) & (people > 0) & counted.schema[a].is_integer()
    low, high = (
        np.where(usable, bound, np.nan) for bound in wilson_bounds(events, people, normal_quantile(confidence))
    )
    return pl.Series(low, nan_to_null=True), pl.Series(high, nan_to_null=True)


def _over(a: Floats, n: Floats) -> Floats:
    return np.divide(a, n, out=np.full(np.shape(n), np.nan), where=n > 0)


def _amounts(name: str, given: AnyNumbers) -> Floats:
    """People or full-time equivalents: 0 or more."""
    values, missing = as_floats(name, given)
    if (values[~missing] < 0).any():
        raise CountsError(f"{name}: {values[~missing].min():g} is negative")
    return values
