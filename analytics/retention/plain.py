"""Plain columns of times and causes, as an at-risk table."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.errors import CountsError
from analytics.retention.at_risk import RESERVED, at_risk

Column = Sequence[Any] | NDArray[Any] | pl.Series
Table = pl.DataFrame | pl.LazyFrame
Columns = Column | pl.DataFrame | Mapping[str, Column]
_CAUSE, _SINCE, _GROUP, _LEFT = "cause", "entry", "group", "time"
_TAKEN: Final = (*RESERVED, _CAUSE, _SINCE)


def table_of(given: Table | Column, cause: Column | None, by: Columns | None, entry: Column | None) -> pl.DataFrame:
    """An at-risk table as it was given, or made of columns: times, causes (true or a number; 0, false or null is
    censored), groups, and since when each was watched.

    Raises CountsError where columns differ in length or are missing; FactsError for values that cannot be true.
    """
    if isinstance(given, pl.LazyFrame):
        given = given.collect()
    if isinstance(given, pl.DataFrame):
        if cause is not None or by is not None or entry is not None:
            raise CountsError("an at-risk table has its causes and groups already")
        return given
    if cause is None:
        raise CountsError("times need their causes: 0 for censored")
    groups = _grouped(by)
    columns = [*groups, _named(_LEFT, given), _whole(_named(_CAUSE, cause))]
    columns += [] if entry is None else [_named(_SINCE, entry)]
    if len({len(column) for column in columns}) > 1:
        raise CountsError(f"lengths differ: {[len(column) for column in columns]}")
    names = [column.name for column in groups]
    since = None if entry is None else _SINCE
    return at_risk(pl.DataFrame(columns), by=names, origin=None, entry=since, exit=_LEFT, cause=_CAUSE)


def _grouped(by: Columns | None) -> list[pl.Series]:
    if by is None:
        return []
    if isinstance(by, pl.DataFrame | Mapping):
        named = [_named(str(name), by[name]) for name in (by.columns if isinstance(by, pl.DataFrame) else by)]
    else:
        name = by.name if isinstance(by, pl.Series) else _GROUP
        named = [_named(name if name and name not in _TAKEN else _GROUP, by)]
    for series in named:
        if series.name in _TAKEN:
            raise CountsError(f"by: {series.name} is the name of a column of the table itself")
        if series.dtype.is_nested():
            raise CountsError(f"by: {series.name} holds {series.dtype}, no single values")
    return named


def _named(name: str, column: Column) -> pl.Series:
    """The column as a Series; numbers that are none are missing. Raises CountsError for what is no column."""
    if isinstance(column, str | bytes) or not hasattr(column, "__iter__"):
        raise CountsError(f"{name}: a column of values is needed, not {column!r}")
    try:
        series = column.alias(name) if isinstance(column, pl.Series) else pl.Series(name, _values(column), strict=False)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        raise CountsError(f"{name}: the values are of kinds that do not go together") from error
    if series.dtype == pl.Object or (name == _CAUSE and series.dtype.is_nested()):
        raise CountsError(f"{name}: the values are of kinds that do not go together")
    if series.dtype == pl.Int128 or series.dtype == pl.UInt128:
        series = series.cast(pl.Int64, strict=False) if _fits(series) else series.cast(pl.Float64)
    if series.dtype.is_decimal():
        series = series.cast(pl.Float64)
    return series.fill_nan(None) if series.dtype.is_float() and name != _CAUSE else series


def _fits(series: pl.Series) -> bool:
    """Whether whole numbers of 128 bits would do with 64."""
    return series.cast(pl.Int64, strict=False).null_count() == series.null_count()


def _values(column: Any) -> Any:
    return column if isinstance(column, np.ndarray) else list(column)


def _whole(cause: pl.Series) -> pl.Series:
    """Causes as whole numbers, where they are true or false, or numbers with nothing after the point."""
    if cause.dtype == pl.Boolean:
        return cause.cast(pl.Int8)
    if cause.dtype.is_float():
        if not (cause.is_finite() & (cause == cause.floor()) & (cause.abs() < 2**53)).all():
            raise CountsError("causes: not whole numbers")
        return cause.cast(pl.Int64)
    return cause
