"""Spells -> the at-risk table: who came under observation, who stopped and why, by time since the origin.

Columns: those of `by`, then time (days since the origin, or the unit of the numbers given), entered (people who came
under observation then), censored (who stopped being watched, for no cause of theirs) and one column a cause. Counts
only, and a row only where something happened: tables of two partitions, put together by `add`, are the table of their
union. Who entered at 0 is at risk from 0 on; who entered later, after that time.
"""

import math
from collections.abc import Sequence
from datetime import date
from functools import reduce
from numbers import Real
from operator import or_
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.errors import CellsError
from analytics.retention import given
from analytics.retention.coding import Coding, codings
from analytics.retention.refusals import refuse, refuse_overlaps
from analytics.retention.tallies import Tallies, tallies
from analytics.retention.watched import LONGEST, Watched

TIME, ENTERED, CENSORED = "time", "entered", "censored"
RESERVED: Final = (TIME, ENTERED, CENSORED)


def at_risk(
    spells: pl.DataFrame | pl.LazyFrame,
    *,
    by: str | Sequence[str] = (),
    origin: str | None = "started",
    entry: str | None = None,
    exit: str = "ended",  # noqa: A002 - the notebook's word
    cause: str = "cause",
    causes: Sequence[Any] | None = None,
    until: date | float | None = None,
    person: str | None = None,
) -> pl.DataFrame:
    """The additive at-risk table of spells, one row a stretch of service.

    origin: the day from which time counts; with None, entry and exit are times already. entry: since when the spell was
    watched, where that is later (people already in post when records begin); null is from the origin. exit: when it
    ended, or was last seen. cause: why, a whole number with 0 for censored, or a code with null for censored. causes:
    those there may be; those seen, where not given. until: the last day known: who has no exit is censored then, and
    later dates are refused. person: where given, one person's stretches may not overlap.

    Raises CellsError for a column that is not there; FactsError naming column and row for an exit before its origin or
    not after its entry, a day after `until`, a cause that is none of `causes`, a cause without an exit, overlapping
    stretches, or a value that is missing.

    >>> spells = pl.DataFrame({"since": [0, 0, 4], "left": [3, 6, 6], "cause": [1, 0, 2]})
    >>> at_risk(spells, origin=None, entry="since", exit="left").rows()
    [(0, 2, 0, 0, 0), (3, 0, 0, 1, 0), (4, 1, 0, 0, 0), (6, 0, 1, 0, 1)]
    """
    by, frame = given.different("by", by), given.lazy("spells", spells)
    _refuse_last(origin, until)
    _refuse_no_names(exit, cause, *(name for name in (origin, entry, person) if name is not None))
    watched = Watched(origin, entry, exit, cause, until)
    _refuse_columns(frame.collect_schema(), [*by, *watched.columns, *([person] if person else [])], by, cause)
    if person is not None:
        refuse_overlaps(frame, person, entry or origin, exit, until)
    groups, why = codings(frame, by, cause, causes)
    _refuse_names(by, why)
    scale = watched.scale(frame)
    return _table(_counts(frame, watched, groups, why, scale), groups, why, scale)


def add(*tables: pl.DataFrame) -> pl.DataFrame:
    """The at-risk table of a union from those of its parts; a cause that one of them lacks is nought there.
    Raises CellsError for what is no such table, or none."""
    if not tables:
        raise CellsError("there are no tables to add")
    parts = [given.frame("at-risk tables", table, RESERVED) for table in tables]
    together = pl.concat(parts, how="diagonal_relaxed")
    keys = together.columns[: together.columns.index(TIME) + 1]
    counts = [column for column in together.columns if column not in keys]
    return together.group_by(keys).agg(pl.col(counts).fill_null(0).sum()).select(*keys, *counts).sort(keys)


def _refuse_columns(schema: pl.Schema, names: Sequence[str], by: Sequence[str], cause: str) -> None:
    for name in names:
        if not isinstance(name, str) or name not in schema:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise CellsError(f"the spells have no column {name}")
    for name in by:
        if name in RESERVED:
            raise CellsError(f"by: {name} is the name of a column of the table itself")
        if _is_no_code(schema[name]):
            raise CellsError(f"by: {name} holds {schema[name]}, no single values")
    if _is_no_code(schema[cause]):
        raise CellsError(f"cause: {cause} holds {schema[cause]}, no codes")


def _refuse_no_names(*names: object) -> None:
    for name in names:
        if not isinstance(name, str):
            raise CellsError(f"the spells have no column {name!r}")


def _is_no_code(kind: pl.DataType) -> bool:
    return kind.is_nested() or kind.is_decimal() or kind == pl.Object or kind == pl.Time


def _refuse_last(origin: str | None, until: object) -> None:
    if until is None:
        return
    if origin is not None:
        given.day("until", until)
    elif not isinstance(until, Real) or not math.isfinite(until):
        raise CellsError(f"until: a number is needed, not {until!r}")


def _refuse_names(by: Sequence[str], why: Coding) -> None:
    for cause in map(str, why.values.to_list()[1:]):
        if cause in RESERVED or cause in by:
            raise CellsError(f"cause: {cause} is the name of another column of the table")


def _counts(
    frame: pl.LazyFrame, watched: Watched, groups: Sequence[Coding], why: Coding, scale: NDArray[Any] | None
) -> Tallies:
    """One reading of the spells: polars makes one whole number of each, and the numbers are counted."""
    width = math.prod(coding.width for coding in groups)
    small = watched.origin is not None and LONGEST * width * why.width < 2**31
    kind = pl.Int32() if small else pl.Int64()
    group = reduce(lambda code, coding: code * coding.width + coding.code.cast(kind), groups, pl.lit(0, kind))
    refusals = watched.refusals(why)
    wrong = reduce(or_, (refusal.where for refusal in refusals if refusal.needed))
    place = (watched.placed(watched.left, scale, kind) * why.width + why.code.cast(kind)) * width + group
    exits = _collected(frame.select(pl.when(wrong).then(None).otherwise(place)))
    if exits.null_count():
        refuse("spells", frame, refusals)
    late = pl.Series(dtype=kind)
    if watched.came is not None:
        came = frame.filter(watched.came > 0)
        late = _collected(came.select(watched.placed(watched.came, scale, kind) * width + group))
    return tallies(exits.to_numpy(), late.to_numpy(), width, why.width)


def _collected(codes: pl.LazyFrame) -> pl.Series:
    return codes.collect(engine="streaming").to_series()


def _table(found: Tallies, groups: Sequence[Coding], why: Coding, scale: NDArray[Any] | None) -> pl.DataFrame:
    columns: list[pl.Series] = []
    group = found.group
    for coding in reversed(groups):
        columns.append(coding.values.gather(group % coding.width))
        group = group // coding.width
    times = found.time.astype(np.int32) if scale is None else scale[found.time]
    names = [CENSORED, *(str(cause) for cause in why.values.to_list()[1:])]
    counts = [pl.Series(name, gone) for name, gone in zip(names, found.exits, strict=True)]
    return pl.DataFrame([*reversed(columns), pl.Series(TIME, times), pl.Series(ENTERED, found.entered), *counts])
