"""Events of each unit beside those expected of people like its own: indirect standardisation.

METHOD. Of all people of a stratum (age band x staff group x length of service, say) d of N have the event. Of n people
of a unit there n d / N are expected; E is their sum over strata, and O / E the standardised ratio (Breslow & Day 1987,
section 2.3). Were the unit like the rest, its events would have the variance V, the sum over strata of
n (N - n) d (N - d) / (N^2 (N - 1)), as in Mantel & Haenszel's test, since the unit is itself part of what it is
compared with; for person-years d n (N - n) / N^2. Ratios of two units with different people do not compare with one
another, only each with 1: never rank them.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics.errors import CellsError
from analytics.flags.rule import DEFAULT, FlagRule
from analytics.standardised.units import judged

FIGURES: Final = ("observed", "expected", "o_e", "low", "high", "p", "q", "state", "smallest_gap")


def standardised(
    cells: pl.DataFrame,
    by: Sequence[str],
    strata: Sequence[str],
    *,
    family: Sequence[str] = (),
    rule: FlagRule = DEFAULT,
) -> pl.DataFrame:
    """One row a unit (the columns `by`, sorted): observed, expected (events), o_e with its exact 95 % interval low and
    high, p, q, state (flag, watch, as_expected, too_little) and smallest_gap. What they mean: `units.judged`.

    cells: rows of by and strata with n (people, whole numbers; or person-years, floats) and events among them. family:
    columns of `by`; units alike in them are compared with one another and with nobody else, and corrected together
    (all units, where there are none). A null in a stratum is a stratum of its own. Raises CellsError for a column that
    is not there, a count that cannot be, more events than people, a family that is no part of by.

    >>> rows = [("a", "new", 200, 40), ("a", "old", 200, 20), ("b", "new", 600, 60), ("b", "old", 600, 30)]
    >>> cells = pl.DataFrame(rows, schema=["unit", "service", "n", "events"], orient="row")
    >>> standardised(cells, ["unit"], ["service"]).select("unit", "observed", "expected", "o_e", "state").rows()
    [('a', 60, 37.5, 1.6, 'flag'), ('b', 90, 112.5, 0.8, 'as_expected')]
    """
    _refuse(cells, by, strata, family)
    _refuse_counts(cells)
    return judged(summed(cells, by, strata, family), family, rule).select(*by, *FIGURES)


def summed(cells: pl.DataFrame, by: Sequence[str], strata: Sequence[str], family: Sequence[str]) -> pl.DataFrame:
    """The columns `by`, sorted, and for each unit people, observed, expected and variance."""
    keys = list(dict.fromkeys([*by, *strata]))
    together = cells.group_by(keys).agg(pl.col("n", "events").sum()).sort(keys)  # sums in the same order each time
    n, events = pl.col("n"), pl.col("events")
    if within := list(dict.fromkeys([*family, *strata])):
        every, gone = n.sum().over(within), events.sum().over(within)
    else:
        every, gone = n.sum(), events.sum()
    share = pl.when(every > 0).then(n / every).otherwise(0.0)
    whole = (every - gone) / (every - 1).clip(1) if cells.schema["n"].is_integer() else pl.lit(1.0)
    units = together.with_columns(expected=share * gone, variance=share * (1 - share) * gone * whole)
    return (
        units.group_by(by, maintain_order=True)
        .agg(
            people=n.sum(), observed=events.sum(), expected=pl.col("expected").sum(), variance=pl.col("variance").sum()
        )
        .sort(by)
    )


def _refuse(cells: pl.DataFrame, by: Sequence[str], strata: Sequence[str], family: Sequence[str]) -> None:
    if not by:
        raise CellsError("by: at least one column is needed to tell units apart")
    if strange := [name for name in family if name not in by]:
        raise CellsError(f"family: {strange[0]} is no part of by")
    for name in ("n", "events", *by, *strata):
        if name not in cells.columns:
            raise CellsError(f"cells lack the column {name}")


def _refuse_counts(cells: pl.DataFrame) -> None:
    for name in ("n", "events"):
        column = cells.get_column(name)
        numeric = column.dtype.is_numeric() and not column.dtype.is_decimal()
        if not numeric or column.null_count() or not column.is_finite().all() or (column < 0).any():
            raise CellsError(f"{name}: not a count of 0 or more")
    over = cells.select((pl.col("n") == 0) & (pl.col("events") > 0)).to_series()
    if cells.schema["n"].is_integer():
        over = cells.select(pl.col("events") > pl.col("n")).to_series()
    if over.any():
        raise CellsError(f"events, row {over.arg_max()}: more events than people")
