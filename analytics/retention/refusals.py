"""Spells that cannot be true, refused with the column, the row and the value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Never

import polars as pl

from analytics.errors import FactsError

_ROW = "__row"


@dataclass(frozen=True)
class Refusal:
    """What is wrong with `column` where `where` is true. `needed`: nothing else would show that something is wrong."""

    column: str
    problem: str
    where: pl.Expr
    needed: bool = True


def refuse(name: str, frame: pl.LazyFrame, refusals: Sequence[Refusal]) -> Never:
    """Raises FactsError for the first of the refusals that a row of the frame meets, at its first row."""
    for refusal in refusals:
        chosen = frame.select(refusal.column, bad=refusal.where).with_row_index(_ROW).filter("bad")
        rows = chosen.select(_ROW, refusal.column).head(1).collect()
        if rows.height:
            row, value = rows.row(0)
            raise FactsError(name, refusal.column, refusal.problem, row, value)
    raise FactsError(name, "*", "a row cannot be counted")


def refuse_overlaps(
    frame: pl.LazyFrame, person: str, start: str | None, end: str, until: date | float | None, touching: bool = False
) -> None:
    """Raises FactsError where a stretch of a person begins before their last one ended, or (`touching`) on the day it
    did."""
    first = pl.lit(0) if start is None else pl.col(start)
    last = pl.col(end) if until is None else pl.col(end).fill_null(until)
    ordered = frame.select(pl.col(person), first.alias("_first"), last.alias("_last")).with_row_index(_ROW)
    ordered = ordered.sort(person, "_first", "_last")
    again = pl.col(person) == pl.col(person).shift()
    before = pl.col("_last").shift()
    early = pl.col("_first") <= before if touching else pl.col("_first") < before
    overlap = ordered.filter(again & early).select(_ROW, "_first").head(1)
    found = overlap.collect()
    if found.height:
        row, value = found.row(0)
        raise FactsError("spells", start or end, "this person is in an earlier stretch still", row, value)
