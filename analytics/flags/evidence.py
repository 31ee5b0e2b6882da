"""What each comparison says for itself: its ratio, how sure that is, and whether one person could undo it."""

from typing import Any, Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.errors import CountsError
from analytics.flags.given import COUNTS
from analytics.flags.rule import FlagRule, outside
from analytics.intervals import normal_quantile, risk_ratio, two_groups
from analytics.testing import mid_p
from analytics.testing.mid_probability import doubled_mid_p, smallest_mid_p

YEARS_SEEN: Final = 3
YEARS_NEEDED: Final = 2


def with_evidence(frame: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """Adds ratio, low, high (Koopman, 95 %), p (mid-P), log (of the ratio, half a person added everywhere) and its
    variance, outside (the band), testable, survives (one person's change), pattern (over the years)."""
    a, n, c, m = (frame.get_column(column).to_numpy().astype(float) for column in COUNTS)
    ratio, low, high = (pl.Series(found, nan_to_null=True) for found in risk_ratio(a, n, c, m))
    log, variance = log_ratio(a, n, c, m)
    return frame.with_columns(
        ratio=ratio,
        low=low,
        high=high,
        p=pl.Series(mid_p(a, n, c, m), nan_to_null=True),
        log=pl.Series(log),
        variance=pl.Series(variance),
        outside=outside(rule),
        testable=(pl.min_horizontal("n", "m") >= rule.fewest) & pl.Series(_could_convince(a, n, c, m, rule)),
        pattern=_pattern(frame, rule),
    ).pipe(_survivors, rule)


def log_ratio(a: Floats, n: Floats, c: Floats, m: Floats) -> tuple[Floats, Floats]:
    """log of the ratio and its variance (Katz), with half a person added to each count."""
    a, n, c, m = a + 0.5, n + 0.5, c + 0.5, m + 0.5
    return np.log(a / n) - np.log(c / m), 1 / a - 1 / n + 1 / c - 1 / m


def _could_convince(a: Floats, n: Floats, c: Floats, m: Floats, rule: FlagRule) -> Any:
    """Whether the most extreme split of these margins would have a p of `convincing` or less."""
    return (smallest_mid_p(n, m, a + c) <= rule.convincing) & (n > 0) & (m > 0)


def _survivors(frame: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """survives: the ratio is still outside, and p below `flipped`, had one event fallen to the other side."""
    towards = pl.when("adverse").then(-1).otherwise(1)
    moved = frame.with_row_index("row").filter("outside").with_columns(a=pl.col("a") + towards, c=pl.col("c") - towards)
    p = doubled_mid_p(*(moved.get_column(column).to_numpy().astype(float) for column in COUNTS))
    still = moved.with_columns(flipped_p=pl.Series(p)).filter((pl.col("flipped_p") < rule.flipped) & outside(rule))
    survives = np.zeros(frame.height, dtype=bool)
    survives[still.get_column("row").to_numpy()] = True
    return frame.with_columns(survives=pl.Series(survives))


def _pattern(frame: pl.DataFrame, rule: FlagRule) -> pl.Series:
    """Whether at least two of the last three years are outside the band, each with p below `flipped`."""
    if "years" not in frame.columns:
        return pl.Series(np.zeros(frame.height, dtype=bool))
    years = _each_year(frame)
    p = mid_p(*(years.get_column(column) for column in COUNTS))
    seen = years.select("row", seen=outside(rule) & (p < rule.flipped).fill_null(value=False))
    times = np.bincount(seen.get_column("row").to_numpy(), weights=seen.get_column("seen"), minlength=frame.height)
    return pl.Series(times >= YEARS_NEEDED)


def _each_year(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a comparison and year, of the last three. Raises CountsError for one year alone, or none, and for counts
    that cannot be."""
    given = frame.get_column("years")
    if given.is_null().all():
        raise CountsError("years: one year alone shows no pattern; leave the column out")
    if (given.list.len().max() or 0) < YEARS_NEEDED if isinstance(given.dtype, pl.List) else False:  # type: ignore[operator]
        raise CountsError("years: one year alone shows no pattern; leave the column out")
    year = given.dtype.inner if isinstance(given.dtype, pl.List) else given.dtype
    if not isinstance(year, pl.Struct) or not {*COUNTS} <= {field.name for field in year.fields}:
        raise CountsError("years: each must be a list of a, n, c and m, one a year")
    years = frame.select("adverse", pl.col("years").list.tail(YEARS_SEEN)).with_row_index("row")
    if (years.get_column("years").list.len().max() or 0) < YEARS_NEEDED:  # type: ignore[operator]
        raise CountsError("years: one year alone shows no pattern; leave the column out")
    each = years.explode("years").drop_nulls("years").unnest("years")
    if each.select(pl.any_horizontal(pl.col(COUNTS).is_null().any())).item():
        raise CountsError("years: a count is missing")
    two_groups(*(each.get_column(column) for column in COUNTS))
    return each.cast(dict.fromkeys(COUNTS, pl.Int64))


def half_width(level: float, variance: str = "variance") -> pl.Expr:
    """Half the width of the log ratio's interval, with the variance between units added."""
    return normal_quantile(level) * (pl.col(variance) + pl.col("tau2")).sqrt()
