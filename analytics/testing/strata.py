"""Mantel-Haenszel and Cochran-Mantel-Haenszel for many comparisons at once: the sums of `stratified`."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.distributions.tails import normal_two_sided
from analytics.errors import CountsError
from analytics.intervals import normal_quantile, two_groups

COUNTS: Final = ("a", "n", "c", "m")
SUMS: Final = ("strata", *COUNTS, "up", "down", "spread", "gap", "by_chance")  # of which several may be put together
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
    counts = two_groups(*(frame.get_column(column) for column in COUNTS))
    every = frame.select(by).unique(maintain_order=True)
    sign = np.ones(every.height) if towards is None else _signs(frame, by, towards)
    sums = stratum_sums(*counts, _rows_in(every, frame, by), sign)
    found = every.hstack(pl.DataFrame(sums))
    return measured(found.with_columns(told()), flip=towards is not None, level=level)


def _rows_in(every: pl.DataFrame, frame: pl.DataFrame, by: Sequence[str]) -> NDArray[np.int64]:
    """Which of the distinct rows each row is."""
    if not by:
        return np.zeros(frame.height, dtype=np.int64)
    placed = frame.select(by).join(every.with_row_index("_row"), on=by, how="left", maintain_order="left")
    return placed.get_column("_row").to_numpy().astype(np.int64)


def _signs(frame: pl.DataFrame, by: Sequence[str], towards: pl.Expr) -> Floats:
    signs = frame.select(*by, _sign=towards).group_by(by, maintain_order=True).first()
    return signs.get_column("_sign").to_numpy().astype(float)


def stratum_sums(
    a: Floats, n: Floats, c: Floats, m: Floats, of: NDArray[np.int64], sign: Floats | float = 1.0, size: int = 0
) -> dict[str, Any]:
    """What `measured` needs of each comparison, as columns: a row for each from 0 to the highest in `of`, which says
    whose each stratum is, or to `size`. Strata with one group absent are left out. sign: +1 or -1, as `towards` above.
    """
    size = max(size, int(of.max(initial=-1)) + 1)
    both = np.flatnonzero((n > 0) & (m > 0))
    whose = of[both]
    a, n, c, m = a[both], n[both], c[both], m[both]
    people, chosen = n + m, a + c

    def total(values: Floats | None = None) -> Any:
        return np.bincount(whose, values, minlength=size)

    def most(values: Floats) -> Floats:
        found = np.full(size, -np.inf)
        np.maximum.at(found, whose, values)
        return found

    return {
        "strata": total(),
        **{name: total(values).astype(np.int64) for name, values in zip(COUNTS, (a, n, c, m), strict=True)},
        "up": total(a * m / people),
        "down": total(c * n / people),
        "spread": total((n * m * chosen - a * c * people) / people**2),
        "gap": total(a - n * chosen / people),
        "by_chance": total(n * m * chosen * (people - chosen) / (people**2 * (people - 1))),
        "more": sign * most(m / people),
        "less": sign * most(n / people),
        "one": np.broadcast_to(sign, size).astype(float),
    }


def told() -> pl.Expr:
    """The columns of `stratum_sums` that say nothing where there are no strata, null there."""
    return pl.when(pl.col("strata") > 0).then(pl.col(*COUNTS, "more", "less"))


def measured(sums: pl.DataFrame, *, flip: bool = False, level: float = 0.95) -> pl.DataFrame:
    """The columns of `mantel_haenszel_by` from `stratum_sums` and what names them."""
    some = (pl.col("up") > 0) & (pl.col("down") > 0) & (pl.col("spread") > 0)
    ratio = pl.when(pl.col("up") + pl.col("down") > 0).then(pl.col("up") / pl.col("down"))
    variance = pl.when(some).then(pl.col("spread") / (pl.col("up") * pl.col("down")))
    found = sums.with_columns(ratio=ratio, variance=variance).with_columns(
        log=pl.when(some).then(pl.col("ratio").log())
    )
    half = normal_quantile(level) * pl.col("variance").sqrt()
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
