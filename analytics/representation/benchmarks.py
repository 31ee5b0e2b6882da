"""A grade's share against what could be expected: its feeder pool, or a share known from outside.

The verdict can turn on the benchmark, so each figure carries the name of its own.
"""

import math
from collections.abc import Collection, Mapping
from numbers import Real
from typing import Any, Final

import polars as pl

from analytics.cells import scope_of
from analytics.errors import CellsError
from analytics.intervals import wilson
from analytics.representation.pairs import crude_ratio
from analytics.representation.shares import with_denominators
from analytics.testing import binomial_mid_p

FEEDER_POOL: Final = "feeder_pool"
_CLOSE: Final = 1e-6


def against_feeder_pool(cells: pl.DataFrame, feeders: Mapping[Any, Collection[Any]]) -> pl.DataFrame:
    """Each group's share at a level beside its share of the levels that feed it, in each scope.

    feeders: level -> the levels below it that people come from. One row a scope, level, characteristic and group: a of
    n at the level, c of m in the pool, ratio of the two shares (below 1: fewer than the pool has) with Koopman's
    interval and mid-P; comparator says feeder_pool. Rows are as `flags.decide` wants them. Raises CellsError for a
    frame that is not cells by level, a level that feeds itself, or one without feeders.

    >>> grades = {"EO": (18470, 89810), "SCS": (630, 5320)}  # ethnic minority and white, Civil Service, 31 March 2021
    >>> rows = [(g, "ethnicity", who, n) for g, ns in grades.items() for who, n in zip(("minority", "white"), ns)]
    >>> cells = pl.DataFrame(rows, schema=["level", "characteristic", "group", "n"], orient="row")
    >>> pool = against_feeder_pool(cells, {"SCS": ["EO"]}).filter(pl.col("group") == "minority")
    >>> pool.select("a", "n", "c", "m", pl.col("ratio").round(3)).rows()
    [(630, 5950, 18470, 108280, 0.621)]
    """
    scope = [column for column in scope_of(cells) if column != "level"]
    keys = [*scope, "characteristic", "group"]
    known = with_denominators(cells).select(*keys, "level", "n", "known")
    if not feeders:
        raise CellsError("feeders: no level is named")
    _refuse_levels(cells, {*feeders, *(one for below in feeders.values() for one in below)})
    parts: list[pl.DataFrame] = []
    for level, below in feeders.items():
        if level in below or not below:
            raise CellsError(f"level {level!r} needs feeders other than itself")
        here = known.filter(pl.col("level") == level).group_by(keys).agg(a=pl.sum("n"), n=pl.sum("known"))
        pool = known.filter(pl.col("level").is_in(list(below))).group_by(keys).agg(c=pl.sum("n"), m=pl.sum("known"))
        parts.append(here.join(pool, on=keys, how="left").with_columns(level=pl.lit(level)))
    rows = pl.concat(parts).with_columns(pl.col("c", "m").fill_null(0), comparator=pl.lit(FEEDER_POOL))
    rows = rows.sort(*scope, "level", "characteristic", "group")
    return rows.select(*scope, "level", "characteristic", "group", "comparator", "a", "n", "c", "m").with_columns(
        **crude_ratio(rows)
    )


def against_benchmark(
    cells: pl.DataFrame, characteristic: str, benchmark: Mapping[str, float], *, name: str, level: float = 0.95
) -> pl.DataFrame:
    """Each group's share in each cell beside a share from outside (a census, a professional register) fixed beforehand.

    benchmark: group -> share, every group once, adding up to 1. One row a scope and group: n of known people, share
    with Wilson's interval, comparator (the benchmark's name), expected (its share), expected_n, shortfall (expected_n
    less n), ratio and p (exact binomial mid-P). Raises CellsError where the benchmark does not add up to 1, has other
    groups than the cells, or has no name.
    """
    scope_of(cells)
    _refuse(benchmark, name)
    measured = with_denominators(cells.filter(pl.col("characteristic") == characteristic))
    seen = set(measured.get_column("group").to_list())
    if seen != set(benchmark):
        raise CellsError(f"benchmark {name}: its groups are {sorted(benchmark)}, those of the cells {sorted(seen)}")
    share = pl.col("group").cast(pl.String).replace_strict(dict(benchmark), return_dtype=pl.Float64)
    rows = measured.with_columns(comparator=pl.lit(name), expected=share)
    counts, known = rows.get_column("n"), rows.get_column("known")
    low, high = wilson(counts, known, level)
    shown = pl.when(pl.col("known") > 0).then(pl.col("n") / pl.col("known"))
    rows = rows.with_columns(share=shown, low=low, high=high, expected_n=pl.col("expected") * pl.col("known"))
    p = binomial_mid_p(counts, known, rows.get_column("expected"))
    ratio = pl.when(pl.col("expected") > 0).then(pl.col("share") / pl.col("expected"))
    figures = rows.with_columns(shortfall=pl.col("expected_n") - pl.col("n"), ratio=ratio, p=p)
    names = ("n", "known", "share", "low", "high", "comparator", "expected", "expected_n", "shortfall", "ratio", "p")
    return figures.select(*scope_of(cells), "characteristic", "group", *names)


def _refuse_levels(cells: pl.DataFrame, levels: Collection[Any]) -> None:
    numbers = cells.schema["level"].is_numeric()
    for level in levels:
        if isinstance(level, str) == numbers:
            raise CellsError(f"level {level!r} is no level of the cells")


def _refuse(benchmark: Mapping[str, float], name: str) -> None:
    if not isinstance(benchmark, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError("a benchmark is a share for each group")
    if not name:
        raise CellsError("a benchmark needs a name, which is shown beside every figure")
    for group, share in benchmark.items():
        if not (isinstance(share, Real) and math.isfinite(share) and 0 <= share <= 1):
            raise CellsError(f"benchmark {name}: {group} is {share!r}, not a share between 0 and 1")
    total = math.fsum(benchmark.values())
    if abs(total - 1) > _CLOSE:
        raise CellsError(f"benchmark {name}: its shares add up to {total:.6g}, not to 1")
