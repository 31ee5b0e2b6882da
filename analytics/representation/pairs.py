"""Counts of each group -> each group beside its reference, as a of n and c of m."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import polars as pl

from analytics.errors import CellsError
from analytics.frames import CHARACTERISTICS, NON_ANSWERS, Facts
from analytics.intervals import risk_ratio
from analytics.testing import mid_p
from analytics.testing.strata import mantel_haenszel_by

AND: Final = " and "
Merged = Mapping[str, Collection[str]]


def answers(facts: Facts, characteristic: str | Sequence[str], merged: Merged | None = None) -> pl.DataFrame:
    """person and group, null where the answer is not known. Of several characteristics the group is "asian and
    female", known where all are. merged: groups put together, {"ethnic_minority": ("asian", ...)}. Raises CellsError
    for an unknown characteristic."""
    names = [characteristic] if isinstance(characteristic, str) else [*characteristic]
    if not names:
        raise CellsError("characteristic: at least one is needed")
    for name in names:
        if name not in CHARACTERISTICS:
            raise CellsError(f"characteristic: {name!r} is none of {', '.join(CHARACTERISTICS)}")
    parts = [_known(name, merged or {}) for name in names]
    group = pl.concat_str(parts, separator=AND) if len(parts) > 1 else parts[0]
    return facts.people.select("person", group.alias("group")).collect(engine="streaming")


def _known(name: str, merged: Merged) -> pl.Expr:
    into = {group: whole for whole, groups in merged.items() for group in groups}
    answer = pl.col(name).cast(pl.String)
    return pl.when(~answer.is_in(NON_ANSWERS)).then(answer.replace(into))


def paired(counted: pl.DataFrame, by: Sequence[str], reference: str) -> pl.DataFrame:
    """Rows by, group, a, n, ... -> the rows of all other groups with c, m, ... of the reference beside them, noughts
    where a `by` has nobody of one of them. Raises CellsError where the reference is not among the groups."""
    groups = counted.select("group").unique().filter(pl.col("group") != reference).sort("group")
    if reference not in counted.get_column("group"):
        raise CellsError(f"no group {reference!r} among the cells")
    counts = [column for column in counted.columns if column not in (*by, "group")]
    places = counted.select(by).unique(maintain_order=True) if by else pl.DataFrame({"": [0]})
    every = places.join(groups, how="cross", maintain_order="left_right").drop("", strict=False)
    names = {"a": "c", "n": "m"} | {name: f"reference_{name}" for name in counts if name not in ("a", "n")}
    others = counted.filter(pl.col("group") == reference).drop("group").rename(names)
    own = every.join(counted, on=[*by, "group"], how="left", nulls_equal=True, maintain_order="left")
    if by:
        both = own.join(others, on=[*by], how="left", nulls_equal=True, maintain_order="left")
    else:
        both = own.join(others, how="cross")
    filled = both.with_columns(pl.col(*counts, *names.values()).fill_null(0).cast(pl.Int64))
    return filled.select(*by, "group", pl.lit(reference).alias("reference"), *counts, *names.values())


def compared(strata: pl.DataFrame, by: Sequence[str], level: float = 0.95) -> pl.DataFrame:
    """Rows by, group, reference and stratum -> one row for each by and group: counts, the crude ratio (Koopman, mid-P),
    and the like-for-like one (Mantel-Haenszel, CMH) as like_ratio, like_low, like_high, like_p, over `strata` of them.
    """
    keys = [*by, "group", "reference"]
    counts = [column for column in strata.columns if strata.schema[column] == pl.Int64 and column not in keys]
    totals = strata.group_by(keys, maintain_order=True).agg(pl.col(counts).sum())
    crude = totals.with_columns(**crude_ratio(totals, level))
    filled = strata.with_columns(pl.col(key).cast(pl.String).fill_null("") for key in keys)
    like = mantel_haenszel_by(filled, keys, level).select(
        pl.col("ratio", "low", "high", "p").name.prefix("like_"), "strata"
    )
    return pl.concat([crude, like], how="horizontal")


def crude_ratio(counts: pl.DataFrame, level: float = 0.95) -> dict[str, pl.Series]:
    """ratio, low, high and p of rows of a, n, c, m; null where there is nothing to compare."""
    four = [counts.get_column(name) for name in ("a", "n", "c", "m")]
    ratio, low, high = risk_ratio(four[0], four[1], four[2], four[3], level)
    p = pl.Series("p", mid_p(*four)).set(ratio.is_null(), None)
    return {"ratio": ratio, "low": low, "high": high, "p": p}
