"""Mantel-Haenszel and Cochran-Mantel-Haenszel for many comparisons at once: the sums of `stratified`, in polars."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics.errors import CountsError
from analytics.intervals import normal_quantile, two_groups
from analytics.tails import normal_two_sided

COUNTS: Final = ("a", "n", "c", "m")
_WORKING: Final = ("up", "down", "spread", "gap", "by_chance", "more", "less", "one")


def mantel_haenszel_by(
    frame: pl.DataFrame, by: Sequence[str], level: float = 0.95, *, towards: pl.Expr | None = None
) -> pl.DataFrame:
    """One row for each `by`, in order: strata (with somebody on both sides), a, n, c, m (their people, all together),
    ratio, low, high (Mantel-Haenszel; Greenland & Robins 1985), log and variance, cmh and p.

    frame: one stratum a row. towards: +1 or -1, whether a flipped event is one more or one less of the group's; adds
    flipped_ratio and flipped_p, had one event fallen to the other side in the stratum where it matters most. Null
    where strata cannot say. Raises CountsError for counts that cannot be, nulls, or a missing column.

    >>> two = pl.DataFrame({"place": "x", "a": [12, 10], "n": [40, 50], "c": [48, 30], "m": [80, 100]})
    >>> mantel_haenszel_by(two, ["place"]).select(pl.col("ratio", "low", "high").round(3), "strata").rows()
    [(0.564, 0.38, 0.837, 2)]
    """
    for column in (*by, *COUNTS):
        if column not in frame.columns or frame.get_column(column).has_nulls():
            raise CountsError(f"strata: column {column} is missing, or has nulls")
    two_groups(*(frame.get_column(column) for column in COUNTS))
    both = frame.filter((pl.col("n") > 0) & (pl.col("m") > 0))
    sums = both.group_by(by).agg(pl.len().alias("strata"), pl.sum(*COUNTS), *_sums(towards))
    every = frame.select(by).unique(maintain_order=True)
    found = every.join(sums, on=by, how="left", maintain_order="left").with_columns(pl.col("strata").fill_null(0))
    return _measured(found, normal_quantile(level), flip=towards is not None)


def _sums(towards: pl.Expr | None) -> list[pl.Expr]:
    a, n, c, m = (pl.col(column).cast(pl.Float64) for column in COUNTS)
    people, chosen = n + m, a + c
    sums = [
        (a * m / people).sum().alias("up"),
        (c * n / people).sum().alias("down"),
        ((n * m * chosen - a * c * people) / people**2).sum().alias("spread"),
        (a - n * chosen / people).sum().alias("gap"),
        (n * m * chosen * (people - chosen) / (people**2 * (people - 1))).sum().alias("by_chance"),
    ]
    if towards is None:
        return sums
    return [
        *sums,
        (towards.first() * (m / people).max()).alias("more"),
        (towards.first() * (n / people).max()).alias("less"),
        towards.first().alias("one"),
    ]


def _measured(sums: pl.DataFrame, z: float, *, flip: bool) -> pl.DataFrame:
    some = (pl.col("up") > 0) & (pl.col("down") > 0)
    ratio = pl.when(pl.col("up") + pl.col("down") > 0).then(pl.col("up") / pl.col("down"))
    variance = pl.when(some).then(pl.col("spread") / (pl.col("up") * pl.col("down")))
    found = sums.with_columns(ratio=ratio, variance=variance).with_columns(
        log=pl.when(some).then(pl.col("ratio").log())
    )
    half = z * pl.col("variance").sqrt()
    cmh = pl.when(pl.col("by_chance") > 0).then(pl.col("gap") ** 2 / pl.col("by_chance"))
    found = found.with_columns(low=(pl.col("log") - half).exp(), high=(pl.col("log") + half).exp(), cmh=cmh)
    found = found.with_columns(p=_p(found.get_column("cmh")))
    kept = ("strata", *COUNTS, "ratio", "low", "high", "log", "variance", "cmh", "p")
    keys = [column for column in sums.columns if column not in (*kept, *_WORKING)]
    return (_flipped(found) if flip else found).select(*keys, *kept, *(("flipped_ratio", "flipped_p") if flip else ()))


def _flipped(found: pl.DataFrame) -> pl.DataFrame:
    left = pl.col("down") - pl.col("less")
    cmh = pl.when(pl.col("by_chance") > 0).then((pl.col("gap") + pl.col("one")) ** 2 / pl.col("by_chance"))
    ratio = pl.when(left > 0).then((pl.col("up") + pl.col("more")) / left)
    return found.with_columns(flipped_ratio=ratio, flipped_p=_p(found.select(cmh).to_series()))


def _p(cmh: pl.Series) -> pl.Series:
    z = cmh.cast(pl.Float64).sqrt().to_numpy()
    return pl.Series(normal_two_sided(z), nan_to_null=True)
