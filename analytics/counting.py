"""Numbers in, numbers out: scalars, numpy arrays and polars Series share one path through numpy.

A Series may hold nulls ("no figure"), and they stay null. NaN is refused: it is a mistake somewhere upstream.
"""

from collections.abc import Sequence
from numbers import Real
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.errors import CountsError

MOST_PEOPLE: Final = 10**10  # there have never been more at once, and whole numbers this large are exact in a float
Floats = NDArray[np.float64]
Numbers = TypeVar("Numbers", float, NDArray[Any], pl.Series)
AnyNumbers = float | NDArray[Any] | pl.Series


def as_floats(name: str, given: AnyNumbers) -> tuple[Floats, NDArray[np.bool_]]:
    """Values as float64, and a mask of the nulls in them (null becomes NaN). Raises CountsError on NaN or infinity, and
    on what only looks like a number: text, true and false, values behind a mask."""
    values = numbers(name, given)
    missing = given.is_null().to_numpy() if isinstance(given, pl.Series) else np.zeros(values.shape, dtype=bool)
    if not np.isfinite(values[~missing]).all():
        raise CountsError(f"{name}: not a number, or infinite")
    return values, missing


def numbers(name: str, given: AnyNumbers) -> Floats:
    """Values as float64, nulls as NaN, whatever they are. Raises CountsError for what is no number."""
    if isinstance(given, pl.Series):
        if not (given.dtype.is_numeric() or given.dtype == pl.Null):
            raise CountsError(f"{name}: a column of {given.dtype} does not hold numbers")
        return given.cast(pl.Float64).to_numpy()
    try:
        values = np.asarray(given)
    except ValueError as error:
        raise CountsError(f"{name}: {given!r} is not a list of numbers") from error
    if values.dtype.kind not in "iuf" or np.ma.is_masked(given):
        raise CountsError(f"{name}: {given!r} is not a number")
    return values.astype(np.float64, copy=False)


def whole(name: str, given: AnyNumbers) -> Floats:
    """Counts of people as float64. Raises CountsError unless each is a whole number of 0 or more (or null), and no more
    than there are people."""
    values, missing = as_floats(name, given)
    present = values[~missing]
    if (present < 0).any():
        raise CountsError(f"{name}: {present[present < 0][0]:g} is negative")
    if (present != np.floor(present)).any():
        raise CountsError(f"{name}: {present[present != np.floor(present)][0]:g} is not a whole number")
    if (present > MOST_PEOPLE).any():
        raise CountsError(f"{name}: {present[present > MOST_PEOPLE][0]:g} is more people than there are")
    return values


def confidence(level: float) -> float:
    """The level of an interval. Raises CountsError unless it is a number between 0 and 1."""
    if not isinstance(level, Real) or not 0 < level < 1:
        raise CountsError(f"level: {level!r} is not between 0 and 1")
    return float(level)


def as_frame(name: str, given: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """A polars frame, collected where it is lazy. Raises CountsError for anything else."""
    if isinstance(given, pl.LazyFrame):
        return given.collect()
    if not isinstance(given, pl.DataFrame):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CountsError(f"{name}: a polars frame is needed, not a {type(given).__name__}")
    return given


def events_of(name: str, a: AnyNumbers, total: str, n: AnyNumbers) -> tuple[Floats, Floats]:
    """`a` events among `n` people, broadcast to one shape. Raises CountsError where a > n."""
    events, people = broadcast(whole(name, a), whole(total, n))
    if (events > people).any():
        at = int(np.argmax((events > people).ravel()))
        raise CountsError(f"{name}: {events.ravel()[at]:g} is more than {total} {people.ravel()[at]:g}")
    return events, people


def broadcast(*arrays: Floats) -> tuple[Floats, ...]:
    """Arrays of one shape. Raises CountsError where lengths differ."""
    try:
        return tuple(np.broadcast_arrays(*arrays))
    except ValueError as error:
        raise CountsError(f"lengths differ: {[a.shape for a in arrays]}") from error


def like(given: Sequence[AnyNumbers], result: Floats) -> Any:
    """`result` in the form of what was given: a Series (NaN as null) if any was, else an array if any was, else a
    float."""
    if any(isinstance(one, pl.Series) for one in given):
        return pl.Series(np.atleast_1d(result), nan_to_null=True)
    return result if result.ndim or any(isinstance(one, np.ndarray) for one in given) else float(result)
