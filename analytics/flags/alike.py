"""Like for like: comparisons within strata (staff group and band, say), put together for each unit."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics.flags.given import COUNTS, checked, keys_of
from analytics.flags.rule import FlagRule
from analytics.testing.strata import mantel_haenszel_by

ADJUSTED: Final = "adjusted"
FIGURES: Final = ("ratio", "low", "high", "log", "variance", "p", "flipped_ratio", "flipped_p")


def like_for_like(frame: pl.DataFrame, strata: Sequence[str]) -> pl.DataFrame:
    """Rows for `decide`, one for each comparison, from rows that are one for each stratum of it as well.

    Counts are those of strata with somebody on both sides. `adjusted` holds the Mantel-Haenszel ratio, its interval,
    the CMH p, and both again had one event fallen to the other side; `decide` goes by it and shows the crude ratio
    beside. Other columns are taken from a comparison's first stratum; unknown_share is worked out anew. Raises
    CountsError as `decide` does.

    >>> counts = pl.DataFrame({"band": ["5", "6"], "a": [12, 10], "n": [40, 50], "c": [48, 30], "m": [80, 100]})
    >>> banded = counts.with_columns(family=pl.lit("f"), unit=pl.lit("u"), adverse=pl.lit(False), unknown_share=0.2)
    >>> one = like_for_like(banded, ["band"]).unnest("adjusted")
    >>> one.select("a", "n", pl.col("unknown_share", "ratio", "p").round(4)).rows()
    [(22, 90, 0.2, 0.5641, 0.0019)]
    """
    given = checked(frame, strata)
    keys = keys_of(given)
    towards = pl.when("adverse").then(-1).otherwise(1)
    together = mantel_haenszel_by(given, keys, towards=towards)
    known, share = pl.col("n") + pl.col("m"), pl.col("unknown_share")
    unknown = pl.when(known > 0).then(known * share / (1 - share)).otherwise(0.0).sum()
    others = given.group_by(keys, maintain_order=True).agg(
        pl.exclude(*keys, *COUNTS, *strata, "unknown_share").first(),
        unknown_share=(unknown / (unknown + known.sum())).fill_nan(0.0),
    )
    counted = together.select(*keys, pl.col(COUNTS).fill_null(0), pl.struct(FIGURES).alias(ADJUSTED))
    return counted.join(others, on=keys, how="left", maintain_order="left")


def with_adjusted(crude: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """What `evidence` adds, from the adjusted figures where the frame has them, the crude ratio kept as crude_ratio.

    Where no event fell on one side the adjusted ratio has no logarithm: the interval then stays the crude one.
    """
    if ADJUSTED not in crude.columns:
        return crude
    found = pl.col(ADJUSTED).struct
    kept = {name: pl.coalesce(found.field(name), name) for name in ("low", "high", "log", "variance")}
    flipped = beyond(found.field("flipped_ratio"), rule) & (found.field("flipped_p") < rule.flipped)
    return crude.with_columns(
        crude_ratio="ratio",
        ratio=found.field("ratio"),
        p=found.field("p"),
        outside=beyond(found.field("ratio"), rule).fill_null(value=False),
        testable=pl.col("testable") & found.field("p").is_not_null(),
        survives=flipped.fill_null(value=False),
        **kept,
    ).drop(ADJUSTED)


def beyond(ratio: pl.Expr, rule: FlagRule) -> pl.Expr:
    """Whether a ratio is beyond the band, to the group's disadvantage."""
    return pl.when("adverse").then(ratio > 1 / rule.edge).otherwise(ratio < rule.edge)
