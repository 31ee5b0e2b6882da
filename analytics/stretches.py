"""Spells -> stretches of time in which each holder's main post stays the same, for counting person-time."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl


def stretches(
    spells: pl.LazyFrame, window: tuple[date, date], holder: Sequence[str], main_first: Mapping[str, bool]
) -> pl.DataFrame:
    """One row a holder and stretch: person, the post's columns, and days, from the window's first day to its last.

    holder: who has one main post at a time, ("person",) or ("person", "organisation"). main_first: the columns that
    say which of several open at once is the main one, and whether larger comes first. So the days of a stretch are the
    days on which `cells.count` would find its holder at that post.
    """
    held = _clipped(spells, window, [*holder, *main_first]).collect(engine="streaming")
    several = held.select(holder).is_duplicated()
    alone = held.filter(~several).with_columns(days=_length("first", "after"))
    return pl.concat([alone.select("person", *main_first, "days"), _divided(held.filter(several), holder, main_first)])


def _clipped(spells: pl.LazyFrame, window: tuple[date, date], columns: Sequence[str]) -> pl.LazyFrame:
    """Spells that touch the window, with first (the first day inside it) and after (the day after the last)."""
    last = pl.min_horizontal("ended", pl.lit(window[1]))
    inside = (pl.col("started") <= window[1]) & (pl.col("ended").is_null() | (pl.col("ended") >= window[0]))
    return spells.filter(inside).select(
        *dict.fromkeys(columns),
        pl.max_horizontal("started", pl.lit(window[0])).alias("first"),
        last.dt.offset_by("1d").alias("after"),
    )


def _divided(held: pl.DataFrame, holder: Sequence[str], main_first: Mapping[str, bool]) -> pl.DataFrame:
    """Each holder's time cut wherever a post begins or ends, and the main post of each piece."""
    edges = pl.concat([held.select(*holder, edge=end) for end in ("first", "after")]).unique().sort(*holder, "edge")
    pieces = edges.with_columns(until=pl.col("edge").shift(-1).over(holder)).drop_nulls("until")
    covered = pieces.join(held, on=[*holder]).filter(
        (pl.col("first") <= pl.col("edge")) & (pl.col("after") >= pl.col("until"))
    )
    ordered = covered.sort(list(main_first), descending=list(main_first.values()), nulls_last=True)
    main = ordered.unique([*holder, "edge"], keep="first", maintain_order=True)
    return main.with_columns(days=_length("edge", "until")).select("person", *main_first, "days")


def _length(start: str, end: str) -> pl.Expr:
    return (pl.col(end) - pl.col(start)).dt.total_days()
