"""Facts -> moves between organisations, and between levels, gross and net."""

from datetime import date
from typing import Final, Literal

import numpy as np
import polars as pl

from analytics.errors import CellsError
from analytics.flow.transitions import FROM, TO
from analytics.frames import Facts
from analytics.retention import given
from analytics.retention.stays import GAP, Stays, day_number

OUTSIDE: Final = None  # where people come from who join the system, and go to who leave it


def between(
    facts: Facts, window: tuple[date, date], by: Literal["organisation", "level"] = "organisation", gap: int = GAP
) -> pl.DataFrame:
    """Who went from where to where in a period, its first and last day: columns from, to, n (gross), back (the other
    way round) and net, n less back.

    Of organisations: every move, and null for outside the system. Of levels: where people stood on the day before the
    period and on its last day, null for not in the system, or a grade without a level. Nobody's staying is shown.
    Raises CellsError for another `by`, or a period that ends before it begins.
    """
    first, last = (day_number(day) for day in given.period(facts, window))
    if by not in ("organisation", "level"):
        raise CellsError(f"by: {by!r} is neither organisation nor level")
    moved = _organisations(facts, first, last, gap) if by == "organisation" else _levels(facts, first, last, gap)
    return net(moved.group_by(FROM, TO).agg(n=pl.len().cast(pl.Int64)))


def net(moves: pl.DataFrame) -> pl.DataFrame:
    """Moves (from, to, n) between different places, with those the other way round, and the difference. Raises
    CellsError for a missing column, or an n that is no number of 0 or more."""
    moves = given.frame("moves", moves, (FROM, TO, "n"))
    given.counts("moves", moves, ("n",))
    moves = given.wide(moves, ("n",)).group_by(FROM, TO).agg(pl.col("n").sum())
    gross = moves.filter(pl.col(FROM).ne_missing(pl.col(TO)))
    turned = gross.select(pl.col(TO).alias(FROM), pl.col(FROM).alias(TO), pl.col("n").alias("back"))
    both = gross.join(turned, on=[FROM, TO], how="full", coalesce=True, nulls_equal=True)
    counts = both.with_columns(pl.col("n", "back").fill_null(0))
    return counts.with_columns(net=pl.col("n") - pl.col("back")).sort(FROM, TO)


def _organisations(facts: Facts, first: int, last: int, gap: int) -> pl.DataFrame:
    stays = Stays.of(facts.spells, ("person", "organisation"), [], gap)
    place = stays.posts.get_column("organisation")
    came = np.flatnonzero((stays.started >= first) & (stays.started <= last) & (stays.in_system_from == stays.started))
    gone = np.flatnonzero((stays.ended >= first - 1) & (stays.ended < last))
    followed = stays.stayed_in_system[gone]
    out, moved = gone[~followed], gone[followed]
    later = stays.following()[moved]
    known = (later >= 0) & (stays.ended[later] > stays.ended[moved])
    moved, later = moved[known], later[known]
    begins = pl.concat(
        [pl.Series([None] * len(came), dtype=pl.String), place.gather(stays.first_posts(np.append(out, moved)))]
    )
    ends = pl.concat(
        [
            place.gather(stays.first_posts(came)),
            pl.Series([None] * len(out), dtype=pl.String),
            place.gather(stays.first_posts(later)),
        ]
    )
    return pl.DataFrame([begins.alias(FROM), ends.alias(TO)])


def _levels(facts: Facts, first: int, last: int, gap: int) -> pl.DataFrame:
    stays = Stays.of(facts.spells, ("person",), ["level"], gap)
    stands: list[pl.DataFrame] = []
    for day, name in ((first - 1, FROM), (last, TO)):
        there = stays.there(day)
        level = stays.posts.get_column("level").gather(stays.posts_on(there, day))
        stands.append(pl.DataFrame({"person": stays.person[there], name: level}))
    return stands[0].join(stands[1], on="person", how="full", coalesce=True).select(FROM, TO)
