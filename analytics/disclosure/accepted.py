"""What disclosure control accepts: counts of people in named cells, and a rule of whole numbers."""

from collections.abc import Mapping, Sequence

import polars as pl

from analytics.counting import MOST_PEOPLE
from analytics.errors import DisclosureError


def refuse_no_rule(version: object, **numbers: object) -> None:
    """Raises DisclosureError unless the version is a word and all numbers are whole."""
    if not isinstance(version, str) or not version:
        raise DisclosureError("version: a rule needs one, to be kept beside the figures")
    for name, number in numbers.items():
        if not isinstance(number, int) or isinstance(number, bool):
            raise DisclosureError(f"{name}: {number!r} is not a whole number")


def named_keys(keys: object) -> dict[str, str | None]:
    """Each key with the value that stands for the total along it. Raises DisclosureError for what names no columns."""
    if isinstance(keys, str) or not isinstance(keys, Mapping | Sequence) or not keys:
        raise DisclosureError("keys: a list of columns is needed, one at least")
    named: list[object] = [*keys]
    if not all(isinstance(key, str) for key in named):
        raise DisclosureError("keys: a column is named by text")
    return dict(keys) if isinstance(keys, Mapping) else dict.fromkeys(keys)


def checked(frame: pl.DataFrame, keys: Sequence[str], counts: Sequence[str], totals: Sequence[str]) -> pl.DataFrame:
    """Keys, counts and totals alone, counts as Int64. Raises DisclosureError for what is no frame or no column, what is
    no count, a cell that is there twice, and a count of more people than its family has."""
    if isinstance(counts, str) or isinstance(totals, str):
        raise DisclosureError("counts and totals are lists of columns")
    cells = _named(frame, keys, [*counts, *totals])
    for key in keys:
        if cells.get_column(key).has_nulls():
            raise DisclosureError(f"{key}: a value is needed in every row, to name the cell")
    for column in (*counts, *totals):
        _refuse_no_count(cells.get_column(column), nulls=False)
    for total in totals:
        above = [count for count in counts if (cells.get_column(count) > cells.get_column(total)).any()]
        if above:
            raise DisclosureError(f"{above[0]}: more people than the whole family has ({total})")
    return cells.with_columns(pl.col(column).cast(pl.Int64) for column in (*counts, *totals))


def checked_linked(frame: pl.DataFrame, keys: Sequence[str], counts: Sequence[str]) -> pl.DataFrame:
    """The same where a null is no cell; keys as text."""
    cells = _named(frame, keys, counts)
    for column in counts:
        _refuse_no_count(cells.get_column(column), nulls=True)
    return cells.select(*(pl.col(key).cast(pl.String) for key in keys), *(pl.col(c).cast(pl.Int64) for c in counts))


def _named(frame: pl.DataFrame, keys: Sequence[str], counts: Sequence[str]) -> pl.DataFrame:
    if not isinstance(frame, pl.DataFrame):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DisclosureError(f"the figures must be a polars DataFrame, not a {type(frame).__name__}")
    if isinstance(keys, str) or isinstance(counts, str) or not keys:
        raise DisclosureError("keys and counts are lists of columns, and there is one key at least")
    for column in (*keys, *counts):
        if column not in frame.columns:
            raise DisclosureError(f"the figures have no column {column}")
    if len({*keys, *counts}) < len([*keys, *counts]):
        raise DisclosureError("a column is named twice among the keys and counts")
    if frame.select(keys).is_duplicated().any():
        raise DisclosureError(f"two rows for one cell of {', '.join(keys)}")
    return frame.select(*keys, *counts)


def _refuse_no_count(values: pl.Series, *, nulls: bool) -> None:
    none = values.dtype == pl.Null and nulls
    if not (values.dtype.is_integer() or none) or (values.has_nulls() and not nulls) or (values < 0).any():
        raise DisclosureError(f"{values.name}: not a count of people (whole numbers of 0 or more)")
    if (values.max() or 0) > MOST_PEOPLE:  # type: ignore[operator]
        raise DisclosureError(f"{values.name}: more people than there are")
