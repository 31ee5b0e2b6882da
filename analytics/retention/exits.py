"""Facts -> how long people stay and why they go: the at-risk table of a period, reasons, destinations and tenure."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from analytics.errors import CellsError
from analytics.frames import CHARACTERISTICS, Facts
from analytics.retention import given
from analytics.retention.at_risk import at_risk
from analytics.retention.causes import CAUSES, UNKNOWN, cause_of
from analytics.retention.stays import GAP, Stays, day_number

GROUPED: Final = ("organisation", "level", "staff_group", *CHARACTERISTICS)
_POST: Final = ("organisation", "level", "staff_group", "end_reason", "destination")


def time_to_exit(
    facts: Facts, window: tuple[date, date], by: Sequence[str] = ("organisation",), gap: int = GAP
) -> pl.DataFrame:
    """The at-risk table of everybody's time in their organisation, watched over a period, its first and last day: time
    is days of service, and the causes are left (the system), moved (within it), retired and other.

    People in post already enter at the service they had then. by: columns of GROUPED, as they were on the first day
    watched. Raises CellsError for an unknown one, or a period that ends before it begins.
    """
    by = _refuse(facts, by, window)
    first, last = (day_number(day) for day in window)
    stays = Stays.of(facts.spells, ("person", "organisation"), _POST, gap)
    seen = np.flatnonzero((stays.started <= last) & (stays.ended >= first))
    came = np.maximum(stays.started[seen], first)
    gone = np.minimum(stays.ended[seen], last) + 1
    watched = stays.posts[stays.posts_on(seen, came)].select("person", *_POST[:3])
    over = stays.ended[seen] < last
    reasons = stays.posts[stays.posts_on(seen, np.minimum(stays.ended[seen], last))].select("end_reason")
    cause = reasons.with_columns(in_system=pl.Series(stays.stayed_in_system[seen])).select(cause=cause_of())
    watched = watched.with_columns(
        entry=came - stays.started[seen],
        exit=gone - stays.started[seen],
        cause=pl.when(pl.Series(over)).then(cause.get_column("cause")),
    )
    return at_risk(_with_answers(facts, watched, by), by=by, origin=None, entry="entry", exit="exit", causes=CAUSES)


def reasons(
    facts: Facts, window: tuple[date, date], by: Sequence[str] = (), of: str = "end_reason", gap: int = GAP
) -> pl.DataFrame:
    """Why those who left the system in a period went (of: "end_reason"), or where to ("destination"): columns of by,
    reason (null: not known), n, known (how many gave one), share (of known; null in the row of the unknown) and
    unknown_share (of all who left, to be said aloud). Refusals are those of `time_to_exit`."""
    by = _refuse(facts, by, window)
    if of not in ("end_reason", "destination"):
        raise CellsError(f"of: {of!r} is neither end_reason nor destination")
    first, last = (day_number(day) for day in window)
    stays = Stays.of(facts.spells, ("person", "organisation"), _POST, gap)
    gone = np.flatnonzero((stays.ended >= first - 1) & (stays.ended < last) & ~stays.stayed_in_system)
    left = stays.posts[stays.posts_on(gone, stays.ended[gone])].select("person", *_POST)
    told_of = pl.when(~pl.col(of).is_in(UNKNOWN)).then(pl.col(of)).alias("reason")
    counted = _with_answers(facts, left, by).group_by(*by, told_of).agg(n=pl.len().cast(pl.Int64))
    known, everybody = (
        pl.col("n").filter(chosen).sum() for chosen in (pl.col("reason").is_not_null(), pl.lit(value=True))
    )
    if by:
        known, everybody = known.over(by), everybody.over(by)
    told = pl.when(pl.col("reason").is_not_null() & (pl.col("known") > 0)).then(pl.col("n") / pl.col("known"))
    counted = counted.with_columns(known=known, everybody=everybody)
    shares = counted.with_columns(share=told, unknown_share=1 - pl.col("known") / pl.col("everybody"))
    return shares.drop("everybody").sort(*by, "n", "reason", descending=[False] * len(by) + [True, False])


def median_tenure(facts: Facts, at: date, by: Sequence[str] = (), gap: int = GAP) -> pl.DataFrame:
    """Years that those there on the day `at` have been in their organisation: columns of by, n and the median. Refusals
    are those of `time_to_exit`."""
    by = _refuse(facts, by, (at, at))
    stays = Stays.of(facts.spells, ("person", "organisation"), _POST, gap)
    there = stays.there(day_number(at))
    posts = stays.posts[stays.posts_on(there, day_number(at))].select("person", *_POST[:3])
    years = pl.Series("years", (day_number(at) - stays.started[there]) / 365.25)
    known = _with_answers(facts, posts.with_columns(years), by)
    figures = (pl.len().cast(pl.Int64).alias("n"), pl.col("years").median().alias("median"))
    return known.group_by(by).agg(figures).sort(by) if by else known.select(figures)


def _refuse(facts: Facts, by: Sequence[str], window: tuple[date, date]) -> list[str]:
    given.period(facts, window)
    names = given.different("by", by)
    for column in names:
        if column not in GROUPED:
            raise CellsError(f"by: {column!r} is none of {', '.join(GROUPED)}")
    return names


def _with_answers(facts: Facts, rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    asked = [name for name in by if name in CHARACTERISTICS]
    if not asked:
        return rows
    answers = facts.people.select("person", *asked).collect()
    return rows.join(answers, on="person", how="left", maintain_order="left")
