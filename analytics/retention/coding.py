"""Groups and causes as whole numbers from 0, so that spells can be counted without a hash table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from analytics.errors import CellsError

WIDEST: Final = 4_096  # whole numbers further apart than this are looked up, not subtracted


@dataclass(frozen=True)
class Coding:
    """`code` makes of a row its value's position in `values`, or null for a value that is none of them. For a cause, 0
    stands for censored, and the causes follow from 1."""

    name: str
    code: pl.Expr
    values: pl.Series

    @property
    def width(self) -> int:
        return max(1, len(self.values))


def codings(
    frame: pl.LazyFrame, by: Sequence[str], cause: str, causes: Sequence[Any] | None
) -> tuple[list[Coding], Coding]:
    """Those of the columns `by` and of the cause, after one look at which values there are."""
    schema = frame.collect_schema()
    asked = [_range(name) if schema[name].is_integer() else _values(name) for name in by]
    asked += [_values(cause)] if causes is None else []
    seen = _seen(frame, asked)
    wide = [name for name in by if isinstance(seen[name], dict) and _breadth(seen[name]) > WIDEST]
    seen |= _seen(frame, [_values(name) for name in wide])
    groups = [_group(name, schema[name], seen[name]) for name in by]
    return groups, _cause(cause, schema[cause], seen[cause] if causes is None else causes)


def _seen(frame: pl.LazyFrame, asked: Sequence[pl.Expr]) -> dict[str, Any]:
    return frame.select(asked).collect(engine="streaming").row(0, named=True) if asked else {}


def _breadth(seen: dict[str, Any]) -> int:
    return 0 if seen["low"] is None else int(seen["high"] - seen["low"])


def _range(name: str) -> pl.Expr:
    column = pl.col(name)
    return pl.struct(low=column.min(), high=column.max(), gaps=column.null_count()).alias(name)


def _values(name: str) -> pl.Expr:
    return pl.col(name).unique().sort().implode()


def _group(name: str, kind: pl.DataType, seen: Any) -> Coding:
    """Nulls are a group of their own, the first."""
    if not isinstance(seen, dict):
        values = pl.Series(name, seen, dtype=kind)
        if kind == pl.String:
            place = pl.col(name).cast(pl.Enum(values.drop_nulls())).to_physical().cast(pl.Int32)
            return Coding(name, (place + values.null_count()).fill_null(0), values)
        places = dict(zip(values.to_list(), range(len(values)), strict=True))
        return Coding(name, pl.col(name).replace_strict(places, return_dtype=pl.Int32), values)
    low, high, gaps = (seen[key] for key in ("low", "high", "gaps"))
    if low is None:
        return Coding(name, pl.lit(0, pl.Int32), pl.Series(name, [None], dtype=kind))
    values, first = pl.Series(name, list(range(low, high + 1)), dtype=kind), low - bool(gaps)
    small = first >= -(2**31) and high < 2**31
    number = pl.col(name).cast(pl.Int32 if small else pl.Int128)
    code = (number - first).cast(pl.Int32) if first else number
    if not gaps:
        return Coding(name, code, values)
    return Coding(name, code.fill_null(0), pl.concat([pl.Series(name, [None], dtype=kind), values]))


def _whole(cause: float) -> int:
    if not math.isfinite(cause) or cause != int(cause):
        raise CellsError(f"cause: {cause} is no whole number")
    return int(cause)


def _cause(name: str, kind: pl.DataType, causes: Sequence[Any]) -> Coding:
    known = [cause for cause in causes if cause is not None and not (kind.is_numeric() and cause <= 0)]
    known = [*dict.fromkeys(map(_whole, known) if kind.is_float() else known)]
    values = pl.Series(name, [0 if kind.is_numeric() else None, *known])
    column = pl.col(name)
    if kind.is_integer() and known == list(range(1, len(known) + 1)):
        number = column.cast(pl.Int32).fill_null(0)
        return Coding(name, pl.when(number.is_between(0, len(known))).then(number), values)
    places = {value: place for place, value in enumerate(known, start=1)} | ({0: 0} if kind.is_numeric() else {})
    found = column.replace_strict(places, default=None, return_dtype=pl.Int32)
    return Coding(name, pl.when(column.is_null()).then(0).otherwise(found), values)
