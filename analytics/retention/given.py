"""What a caller gave, refused by name where it is of the wrong kind: a notebook passes anything."""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from analytics.errors import CellsError
from analytics.frames import Facts


def lazy(name: str, given: object) -> pl.LazyFrame:
    """Raises CellsError for what is no polars frame."""
    if not isinstance(given, pl.DataFrame | pl.LazyFrame):
        raise CellsError(f"{name}: a polars DataFrame or LazyFrame is needed, not a {type(given).__name__}")
    return given.lazy()


def frame(name: str, given: object, columns: Sequence[str] = ()) -> pl.DataFrame:
    """Raises CellsError for what is no polars frame, or lacks one of the columns."""
    found = given if isinstance(given, pl.DataFrame) else lazy(name, given).collect()
    for column in columns:
        if column not in found.columns:
            raise CellsError(f"the {name} lack the column {column}")
    return found


def counts(name: str, found: pl.DataFrame, columns: Sequence[str]) -> None:
    """Raises CellsError for a column with anything but numbers of 0 or more."""
    for column in columns:
        values = found.get_column(column)
        usable = values.dtype.is_numeric() and not values.has_nulls() and values.cast(pl.Float64).is_finite().all()
        if found.height and (not usable or (values < 0).any()):
            raise CellsError(f"{name}: {column} holds what is no number of 0 or more")


def wide(found: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Numbers as Int64 or Float64: what is narrow or has no sign goes wrong where it is added or taken away."""
    kinds = ((name, found.schema[name].is_integer()) for name in columns)
    return found.with_columns(pl.col(name).cast(pl.Int64 if whole else pl.Float64) for name, whole in kinds)


def day(name: str, given: object) -> date:
    """Raises CellsError for what is no date; a time of day is none."""
    if not isinstance(given, date) or isinstance(given, datetime):
        raise CellsError(f"{name}: a date is needed, not {given!r}")
    return given


def period(facts: object, window: object) -> tuple[date, date]:
    """The first and the last day. Raises CellsError for what are no facts, or no period."""
    if not isinstance(facts, Facts):
        raise CellsError(f"facts: checked facts are needed (Facts.of), not a {type(facts).__name__}")
    if not isinstance(window, Sequence) or isinstance(window, str) or len(window) != 2:
        raise CellsError(f"window: the first and the last day of a period are needed, not {window!r}")
    first, last = (day("window", one) for one in window)
    if last < first:
        raise CellsError("the period ends before it begins")
    return first, last


def different(name: str, given: Sequence[str]) -> list[str]:
    """Several names, or one. Raises CellsError where one is there twice."""
    names = [given] if isinstance(given, str) else [*given]
    if twice := [one for at, one in enumerate(names) if one in names[:at]]:
        raise CellsError(f"{name}: {twice[0]} is there twice")
    return names
