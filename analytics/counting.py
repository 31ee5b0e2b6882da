"""Numbers in, numbers out: scalars, numpy arrays and polars Series share one path through numpy.

A Series may hold nulls ("no figure"), and they stay null. NaN is refused: it is a mistake somewhere upstream.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.errors import CountsError

Floats = NDArray[np.float64]
Numbers = TypeVar("Numbers", float, NDArray[Any], pl.Series)
AnyNumbers = float | NDArray[Any] | pl.Series


def as_floats(name: str, given: AnyNumbers) -> tuple[Floats, NDArray[np.bool_]]:
    """Values as float64, and a mask of the nulls in them (null becomes NaN). Raises CountsError on NaN or infinity."""
    missing = given.is_null().to_numpy() if isinstance(given, pl.Series) else np.zeros(np.shape(given), dtype=bool)
    try:
        values = np.asarray(given.cast(pl.Float64).to_numpy() if isinstance(given, pl.Series) else given, dtype=float)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise CountsError(f"{name}: {given!r} is not a number") from error
    if not np.isfinite(values[~missing]).all():
        raise CountsError(f"{name}: not a number, or infinite")
    return values, missing


def whole(name: str, given: AnyNumbers) -> Floats:
    """Counts of people as float64. Raises CountsError unless each is a whole number of 0 or more (or null)."""
    values, missing = as_floats(name, given)
    present = values[~missing]
    if (present < 0).any():
        raise CountsError(f"{name}: {present[present < 0][0]:g} is negative")
    if (present != np.floor(present)).any():
        raise CountsError(f"{name}: {present[present != np.floor(present)][0]:g} is not a whole number")
    return values


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
