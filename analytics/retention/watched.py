"""When a spell came under observation and when it left it, in whole numbers."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.errors import FactsError
from analytics.retention.coding import Coding
from analytics.retention.refusals import Refusal

LONGEST: Final = 40_000  # days that two dates are apart at most: about 110 years
_WIDE: Final = 2**31


class Watched:
    """The columns that say it, and expressions of them: `left`, the time of the exit since the origin, and `came`, the
    time of a late entry (0 for everybody else; None where nobody can be late)."""

    def __init__(
        self, origin: str | None, entry: str | None, exit_: str, cause: str, until: date | float | None
    ) -> None:
        self.origin, self.entry, self.exit, self.cause, self.until = origin, entry, exit_, cause, until
        self.columns = [name for name in (origin, entry, exit_, cause) if name is not None]
        self.left = self._since(pl.col(exit_) if until is None else pl.col(exit_).fill_null(until))
        self.came = None if entry is None else self._since(pl.col(entry)).fill_null(0).clip(lower_bound=0)

    def _since(self, day: pl.Expr) -> pl.Expr:
        return day if self.origin is None else day.to_physical() - pl.col(self.origin).to_physical()

    def scale(self, frame: pl.LazyFrame) -> NDArray[Any] | None:
        """All times there are, in order, where some have fractions; None where all are whole. Raises FactsError for
        columns that are neither days nor numbers."""
        schema = frame.collect_schema()
        for name in self.columns[:-1]:
            if schema[name] != pl.Date if self.origin is not None else not schema[name].is_numeric():
                wanted = "a date" if self.origin is not None else "a number"
                raise FactsError("spells", name, f"this column is {schema[name]}, not {wanted}")
        ends = [self.left] if self.came is None else [self.left, self.came]
        if self.origin is not None or not self._needs_scale(frame, ends):
            return None
        seen = pl.concat(frame.select(end.cast(pl.Float64)).collect().to_series().rename("") for end in ends)
        times = np.unique(np.append(seen.drop_nulls().drop_nans().to_numpy(), 0.0))
        if not np.isfinite(times).all():
            raise FactsError("spells", self.exit, "a time is without end")
        return None if (times == np.floor(times)).all() and np.abs(times).max() < LONGEST else times

    @staticmethod
    def _needs_scale(frame: pl.LazyFrame, ends: list[pl.Expr]) -> bool:
        """Whether times may be other than whole numbers of a size to count by."""
        if frame.select(ends).collect_schema().dtypes()[0].is_float():
            return True
        largest = frame.select(end.max().cast(pl.Float64).alias(str(at)) for at, end in enumerate(ends))
        return any((top or 0) >= _WIDE for top in largest.collect(engine="streaming").row(0))

    def placed(self, time: pl.Expr, scale: NDArray[Any] | None, kind: pl.DataType) -> pl.Expr:
        """A time as a whole number: itself, or its place among the times of the scale."""
        if scale is None:
            return time.cast(kind, strict=False)
        return time.map_batches(lambda t: pl.Series(np.searchsorted(scale, t.to_numpy()), dtype=kind), kind)

    def refusals(self, why: Coding) -> list[Refusal]:
        """What may not be of a row, in the order in which it is looked for."""
        return [*self._missing(why), *self._in_the_future(), *self._out_of_order(), *self._without_cause(why)]

    def _missing(self, why: Coding) -> Iterator[Refusal]:
        """What leaves no number to count by."""
        for name in (self.origin, self.exit if self.until is None else None):
            if name is not None:
                yield Refusal(name, "a value is needed here", pl.col(name).is_null(), needed=False)
        known = ", ".join(map(str, why.values.to_list()[1:]))
        yield Refusal(self.cause, f"is none of {known}", why.code.is_null(), needed=False)

    def _in_the_future(self) -> Iterator[Refusal]:
        for name in (self.exit, self.entry, self.origin):
            if name is not None and self.until is not None:
                late = pl.col(name) > self.until
                yield Refusal(name, f"is after {self.until}, the last day known", late, needed=name != self.origin)

    def _out_of_order(self) -> Iterator[Refusal]:
        yield Refusal(self.exit, f"is before {self.origin or 'the origin, 0'}", self.left < 0)
        if self.came is not None:
            late = (self.came > 0) & (self.left <= self.came)
            yield Refusal(self.exit, f"is not after the entry, {self.entry}", late)

    def _without_cause(self, why: Coding) -> Iterator[Refusal]:
        if self.until is not None:
            still = pl.col(self.exit).is_null()
            yield Refusal(self.cause, f"is given, and there is no {self.exit}", still & (why.code != 0))
