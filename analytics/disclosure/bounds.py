"""What a reader can work out: the least and the most that every withheld figure can be, from all that is shown.

Every shown figure says that some cells add up to about so much. Each withheld one is then bounded by linear programs
over all views together, as somebody with a solver would. Bounds hold for whole numbers too, and may be wider for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, cast

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.disclosure.program import Program
from analytics.errors import DisclosureError

MOST_CELLS: Final = 4_000
_CLOSE: Final = 1e-6


@dataclass(frozen=True, eq=False)
class View:
    """One table, page or file that is published: figures as they are shown, null where withheld.

    keys: what names a cell -> its value that stands for the total along it, None where it has none. A key that other
    views have and this one has not is added up over. counts: column -> what it counts ("n" of one view is the "n" of
    another). totals: column -> which count it is the total of, over the last key. base: figures are rounded to its
    nearest multiple; floor: the least that is shown.
    """

    frame: pl.DataFrame
    keys: Mapping[str, str | None]
    counts: Mapping[str, str]
    totals: Mapping[str, str] | None = None
    base: int = 1
    floor: int = 0


def audit(views: Sequence[View]) -> pl.DataFrame:
    """One row for each withheld figure of each view: view (its place), the keys of all views (null where it has none),
    column, low and high (whole people; high is null where there is no end), and exact, where they are the same.

    Raises DisclosureError for no views, a column that is missing, figures that are no counts of people or cannot all be
    true, or more than 4,000 cells together (audit parts of so large a release one at a time).

    >>> shown = pl.DataFrame({"place": ["A", "B", "all"], "n": [None, 31, 40]})
    >>> audit([View(shown, {"place": "all"}, {"n": "n"})]).select("place", "low", "high", "exact").rows()
    [('A', 9, 9, True)]
    """
    _refuse(views)
    told = [figure for place, view in enumerate(views) for figure in _figures(place, view)]
    keys = list(dict.fromkeys(key for view in views for key in view.keys))
    sums = _matrix(told, _cells(views, keys), keys)
    known = np.array([figure.low is not None for figure in told])
    low = np.array([0.0 if figure.low is None else figure.low for figure in told])
    high = np.array([np.inf if figure.high is None else figure.high for figure in told])
    program = _program(sums[known], low[known], high[known])
    if not program.feasible:
        raise DisclosureError("the views cannot all be true: their figures contradict one another")
    rows = [_row(figure, keys, program.range(sums[at])) for at, figure in enumerate(told) if not known[at]]
    return pl.DataFrame(rows, schema=_schema(keys), orient="row")


def _refuse(views: object) -> None:
    if not isinstance(views, Sequence) or not views:
        raise DisclosureError("there are no views to audit")
    for place, view in enumerate(cast("Sequence[object]", views)):
        if not isinstance(view, View) or not isinstance(view.frame, pl.DataFrame):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DisclosureError(f"view {place} is no View of a polars DataFrame")
        if not view.keys or not view.counts or view.frame.is_empty():
            raise DisclosureError(f"view {place} needs a key, a count and a row")
        if view.base < 1 or view.floor < 0:
            raise DisclosureError(f"view {place}: base is at least 1, and floor at least 0")
        for column in (*view.counts, *(view.totals or {})):
            _refuse_no_count(place, view.frame, column)


def _refuse_no_count(place: int, frame: pl.DataFrame, column: str) -> None:
    if column not in frame.columns:
        raise DisclosureError(f"view {place} has no column {column}")
    values = frame.get_column(column)
    if values.dtype != pl.Null and (not values.dtype.is_integer() or (values < 0).any()):
        raise DisclosureError(f"view {place}: {column} is not a count of people, or null where withheld")


@dataclass(frozen=True)
class _Figure:
    """A shown or withheld figure: the keys it holds fixed, what it counts, and what a reader knows of it."""

    view: int
    fixed: Mapping[str, str]
    named: Mapping[str, str]
    column: str
    counts: str
    low: float | None
    high: float | None


def _figures(place: int, view: View) -> Iterator[_Figure]:
    last = list(view.keys)[-1]
    columns = {**{column: (counts, None) for column, counts in view.counts.items()}}
    columns |= {column: (counts, last) for column, counts in (view.totals or {}).items()}
    for column in (*view.keys, *columns):
        if column not in view.frame.columns:
            raise DisclosureError(f"view {place} has no column {column}")
    seen: set[tuple[object, ...]] = set()
    for row in view.frame.iter_rows(named=True):
        named = {key: str(row[key]) for key in view.keys}
        for column, (counts, over) in columns.items():
            parts = {key: value for key, value in named.items() if value != view.keys[key] and key != over}
            if (column, *parts.items()) not in seen:
                seen.add((column, *parts.items()))
                shown = {key: value for key, value in named.items() if key != over}
                yield _Figure(place, parts, shown, column, counts, *_known(row[column], view))


def _known(shown: int | None, view: View) -> tuple[float | None, float | None]:
    if shown is None:
        return None, None
    return max(shown - view.base // 2, view.floor), shown + (view.base + 1) // 2 - 1


def _cells(views: Sequence[View], keys: Sequence[str]) -> pl.DataFrame:
    """Every combination of every key's values, but for those that stand for totals, and of what is counted."""
    values = [pl.DataFrame({key: sorted(_values(views, key))}, schema={key: pl.String}) for key in keys]
    counted = sorted({count for view in views for count in (*view.counts.values(), *(view.totals or {}).values())})
    every = reduce(lambda left, right: left.join(right, how="cross"), values, pl.DataFrame({"": counted}))
    if every.height > MOST_CELLS:
        raise DisclosureError(f"{every.height} cells are too many to audit at once: {MOST_CELLS} at most")
    return every


def _values(views: Sequence[View], key: str) -> set[str]:
    having = (view for view in views if key in view.keys)
    return {str(value) for view in having for value in view.frame.get_column(key) if value != view.keys[key]}


def _matrix(told: Sequence[_Figure], cells: pl.DataFrame, keys: Sequence[str]) -> Floats:
    """Which cells each figure is the sum of."""
    columns = {key: cells.get_column(key).to_numpy() for key in keys}
    counted, sums = cells.get_column("").to_numpy(), np.zeros((len(told), cells.height))
    for at, figure in enumerate(told):
        chosen = counted == figure.counts
        for key, value in figure.fixed.items():
            chosen = chosen & (columns[key] == value)
        sums[at] = chosen
    return sums


def _program(sums: Floats, low: Floats, high: Floats) -> Program:
    """Figures of one cell are its bounds; all others are rows."""
    single = sums.sum(axis=1) == 1
    least, most = np.zeros(sums.shape[1]), np.full(sums.shape[1], np.inf)
    cell = sums[single].argmax(axis=1)
    np.maximum.at(least, cell, low[single])
    np.minimum.at(most, cell, high[single])
    return Program(sums[~single], least, most, low[~single], high[~single])


def _row(figure: _Figure, keys: Sequence[str], ends: tuple[float, float]) -> tuple[object, ...]:
    low = int(np.ceil(ends[0] - _CLOSE))
    high = int(np.floor(ends[1] + _CLOSE)) if np.isfinite(ends[1]) else None
    return (figure.view, *(figure.named.get(key) for key in keys), figure.column, low, high, low == high)


def _schema(keys: Sequence[str]) -> dict[str, type[pl.DataType]]:
    ends = {"column": pl.String, "low": pl.Int64, "high": pl.Int64, "exact": pl.Boolean}
    return {"view": pl.Int64, **dict.fromkeys(keys, pl.String), **ends}
