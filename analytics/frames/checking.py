"""Frames are checked as they come in, and refused by frame, column, row and value."""

from collections.abc import Mapping

import polars as pl

from analytics.errors import FactsError
from analytics.frames.columns import Column


def casts_safely(spec: Column, given: pl.DataType) -> bool:
    """Whether what cannot be cast is found again as a null where none may be."""
    text = spec.dtype == pl.String and isinstance(given, pl.String | pl.Enum | pl.Categorical)
    return given == spec.dtype or text or (not spec.nullable and not given.is_float())


def check(
    name: str, frame: pl.LazyFrame, columns: Mapping[str, Column], held: pl.LazyFrame | None = None
) -> pl.LazyFrame:
    """Only the named columns, in their dtypes. held: some of them, read already. Raises FactsError for a missing column
    or the first value refused."""
    absent = {column: spec for column, spec in columns.items() if column not in frame.collect_schema()}
    for column, spec in absent.items():
        if not spec.optional:
            raise FactsError(name, column, "this column is missing")
    frame = frame.with_columns(pl.lit(None, dtype=spec.dtype).alias(column) for column, spec in absent.items())
    present = frame.collect_schema()
    checked = frame.select(_cast(column, spec, present[column]) for column, spec in columns.items())
    doubtful = {column: spec for column, spec in columns.items() if not _cannot_fail(spec, present[column])}
    in_memory = held.collect_schema() if held is not None else pl.Schema()
    faults = _faults(frame, {c: (spec, present[c]) for c, spec in doubtful.items() if c not in in_memory})
    if held is not None:
        faults |= _faults(held, {c: (spec, in_memory[c]) for c, spec in doubtful.items() if c in in_memory})
    for column in columns:
        if faults.get(column):
            _refuse(name, frame, column, columns[column], present[column])
    return checked


def _faults(frame: pl.LazyFrame, columns: Mapping[str, tuple[Column, pl.DataType]]) -> dict[str, bool]:
    """Which columns hold a value that is refused."""
    if not columns:
        return {}
    wrong = frame.select(_refused(column, spec, given).any() for column, (spec, given) in columns.items())
    return wrong.collect(engine="streaming").row(0, named=True)


def _cast(column: str, spec: Column, given: pl.DataType) -> pl.Expr:
    if given == spec.dtype:
        return pl.col(column)
    source = pl.col(column)
    if isinstance(given, pl.Enum | pl.Categorical) and spec.dtype != pl.String:
        source = source.cast(pl.String)
    return source.cast(spec.dtype, strict=False)


def compact(column: str, spec: Column, given: pl.DataType) -> pl.Expr:
    if spec.dtype != pl.String:
        return _cast(column, spec, given)
    return pl.col(column) if isinstance(given, pl.Enum | pl.Categorical) else pl.col(column).cast(pl.Categorical)


def _cannot_fail(spec: Column, given: pl.DataType) -> bool:
    """Whether there is nothing to look for among the values: any will do, and so will none."""
    text = spec.dtype == pl.String and isinstance(given, pl.Enum | pl.Categorical)
    return spec.nullable and spec.test is None and (text or given == spec.dtype)


def _refused(column: str, spec: Column, given: pl.DataType) -> pl.Expr:
    """True where a value is absent but needed, cannot be cast, or fails its test."""
    if spec.dtype == pl.String and isinstance(given, pl.Enum):
        return _refused_name(column, spec, given.categories)
    value, was_there = _cast(column, spec, given), pl.col(column).is_not_null()
    refused = (was_there & value.is_null()) if spec.nullable else value.is_null()
    if given.is_float() and not pl.Series(dtype=spec.dtype).dtype.is_float():
        refused = refused | (pl.col(column) != pl.col(column).floor())
    return refused if spec.test is None else refused | (was_there & ~spec.test(value)).fill_null(value=False)


def _refused_name(column: str, spec: Column, names: pl.Series) -> pl.Expr:
    """The same where text comes as codes: each name is asked about once."""
    absent = pl.lit(value=False) if spec.nullable else pl.col(column).is_null()
    right = names.to_frame().select(pl.lit(value=True) if spec.test is None else spec.test(pl.first())).to_series()
    return absent if right.all() else absent | pl.col(column).is_in(names.filter(~right).to_list())


def _refuse(name: str, frame: pl.LazyFrame, column: str, spec: Column, given: pl.DataType) -> None:
    rows = frame.with_row_index("__row").filter(_refused(column, spec, given)).select("__row", pl.col(column))
    row, value = rows.head(1).collect().row(0)
    raise FactsError(name, column, spec.expected if value is not None else "a value is needed here", row, value)
