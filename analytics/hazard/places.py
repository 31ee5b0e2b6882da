"""Terms as places: which level of each term a cell has, as a whole number from 0."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.errors import CellsError

Places = list[NDArray[np.int64]]
_WIDEST: Final = 4_096  # whole numbers up to this are looked up, others compared


def levels_of(cells: pl.DataFrame, terms: Sequence[str]) -> dict[str, list[Any]]:
    """The levels of each term, in order; that of an Enum is its own. Raises CellsError for a missing value."""
    found: dict[str, list[Any]] = {}
    for term in terms:
        column = cells.get_column(term)
        if column.dtype.is_nested():
            raise CellsError(f"{term}: codes are needed, not {column.dtype}")
        absent = column.is_null() | column.is_nan() if column.dtype.is_float() else column.is_null()
        if absent.any():
            raise CellsError(f"{term}, row {absent.arg_max()}: a value is needed here")
        found[term] = _small(column) if _is_small(column) else column.unique().sort().to_list()
    return found


def places(cells: pl.DataFrame, levels: Mapping[str, Sequence[Any]]) -> Places:
    """One array a term. Raises CellsError for a term that the cells lack, or a level that the model does not know."""
    if not isinstance(cells, pl.DataFrame):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"cells: a polars DataFrame is needed, not a {type(cells).__name__}")
    return [_places(cells, term, known) for term, known in levels.items()]


def _places(cells: pl.DataFrame, term: str, known: Sequence[Any]) -> NDArray[np.int64]:
    if term not in cells.columns:
        raise CellsError(f"cells lack the column {term}")
    column = cells.get_column(term)
    found = _looked_up(column, known) if _is_small(column) else _compared(column, known)
    if len(found) and found.min() < 0:
        row = int(found.argmin())
        raise CellsError(f"{term}, row {row}: {column[row]!r} is no level that the model knows")
    return found


def _is_small(column: pl.Series) -> bool:
    """Whether values are few whole numbers, or the codes of an Enum."""
    if not (column.dtype.is_integer() or column.dtype == pl.Enum) or column.null_count() or column.is_empty():
        return False
    numbers = column.to_physical()
    return int(str(numbers.min())) >= 0 and int(str(numbers.max())) < _WIDEST


def _small(column: pl.Series) -> list[Any]:
    seen: list[int] = np.flatnonzero(np.bincount(column.to_physical().to_numpy())).tolist()
    return [column.dtype.categories[at] for at in seen] if isinstance(column.dtype, pl.Enum) else seen


def _looked_up(column: pl.Series, known: Sequence[Any]) -> NDArray[np.int64]:
    numbers = column.to_physical().to_numpy()
    values = list(column.dtype.categories) if isinstance(column.dtype, pl.Enum) else range(int(numbers.max()) + 1)
    of = {value: at for at, value in enumerate(known)}
    return np.array([of.get(value, -1) for value in values], dtype=np.int64)[numbers]


def _compared(column: pl.Series, known: Sequence[Any]) -> NDArray[np.int64]:
    values = pl.Series(known, dtype=column.dtype, strict=False)
    table = pl.DataFrame({"value": values, "place": np.arange(len(known))})
    found = column.to_frame("value").join(table, on="value", how="left", maintain_order="left")
    return found.get_column("place").fill_null(-1).to_numpy()
