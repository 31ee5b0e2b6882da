"""How long people stay, and what takes them: Kaplan and Meier (1958), and Aalen and Johansen (1978).

Both take an at-risk table, or plain columns. Rows are those of the table, or with `at` the times asked for; then a
figure is null where nobody of the group was watched as long. Ties are exact: all who leave at one time leave together.
Where several causes compete, one minus Kaplan-Meier of one of them says too much: use `aalen_johansen`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.errors import CountsError
from analytics.intervals import normal_quantile
from analytics.retention import given
from analytics.retention.at_risk import TIME
from analytics.retention.plain import Column, Columns, Table, table_of
from analytics.retention.risk_sets import Ints, RiskSets

STAYED = "stayed"
_ROUNDING: Final = 1e-12  # shares of steps add up to 1 but for this


def kaplan_meier(
    at_risk: Table | Column,
    event: Column | None = None,
    by: Columns | None = None,
    *,
    entry: Column | None = None,
    causes: Sequence[object] | None = None,
    at: Sequence[float] | None = None,
    level: float = 0.95,
    floor: int = 0,
) -> pl.DataFrame:
    """The share still there: columns of by, time, at_risk, events, survival, se (Greenwood's), and low and high, the
    interval at `level` on the log of minus the log.

    at_risk: a table of `at_risk.at_risk`; or times, with `event` (true where it happened, false where not yet), `by`
    and `entry` (watched only since then). causes: those that count as the event, others as censored; all where None.
    floor: the fewest people a group may have. Raises CellsError for what is no at-risk table, FactsError for columns
    that cannot be true, TooLittleError for a group below the floor.

    >>> weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    >>> remission = kaplan_meier(weeks, [1] * 9 + [0] * 12, at=[10, 23])
    >>> remission.select(pl.col("time", "survival", "se").round(4)).rows()
    [(10, 0.7529, 0.0963), (23, 0.4482, 0.1346)]
    """
    sets = _sets(at_risk, event, by, entry, floor)
    events = sets.events(causes)
    share, spread = sets.along(_product_limit, sets.at_risk, events)
    rows = _Rows.of(sets, at)
    figures = {"at_risk": sets.at_risk, "events": events, "survival": share, "se": share * np.sqrt(spread)}
    found = rows.frame.with_columns(rows.picked(name, column) for name, column in figures.items())
    return _with_interval(found.drop("events") if at is not None else found, level)


def aalen_johansen(
    at_risk: Table | Column,
    cause: Column | None = None,
    by: Columns | None = None,
    *,
    entry: Column | None = None,
    at: Sequence[float] | None = None,
    floor: int = 0,
) -> pl.DataFrame:
    """The share gone for each cause, where causes compete: columns of by, time, cause, cif and se (Greenwood's for
    several causes, the same as the infinitesimal jackknife of R's survfit). cif over causes and the share still there
    add up to 1.

    at_risk: a table of `at_risk.at_risk`; or times, with `cause` (0 where censored), `by` and `entry`. at, floor and
    refusals are those of `kaplan_meier`.

    >>> gone = aalen_johansen([1, 2, 3, 4, 5], [1, 2, 0, 1, 2], at=[4])
    >>> gone.select("cause", pl.col("cif", "se").round(4)).rows()
    [(1, 0.5, 0.255), (2, 0.2, 0.1789)]
    """
    sets = _sets(at_risk, cause, by, entry, floor)
    found = sets.along(_incidences, sets.at_risk, sets.events(None), *sets.exits)
    rows = _Rows.of(sets, at)
    height, causes = rows.frame.height, len(sets.causes)
    figured = [rows.frame[np.repeat(np.arange(height), causes)], _named(sets.causes, height).to_frame()]
    for first, name in ((0, "cif"), (1, "se")):
        values = np.array([rows.chosen(column) for column in found[first::2]]).reshape(causes, height)
        figured.append(pl.Series(name, values.T.ravel(), nan_to_null=True).to_frame())
    return pl.concat(figured, how="horizontal")


def stack(at_risk: Table, at: Sequence[float], level: float = 0.95, floor: int = 0) -> pl.DataFrame:
    """Where people are after each of the times `at`: columns of by, time, state ("stayed" or a cause), share, low, high
    and at_risk. The shares of one group and time add up to 1. low and high: the interval at `level` on the log of minus
    the log. Refusals are those of `kaplan_meier`."""
    stayed = kaplan_meier(at_risk, at=at, level=level, floor=floor)
    keys = stayed.columns[: stayed.columns.index(TIME) + 1]
    gone = aalen_johansen(at_risk, at=at).with_columns(state=pl.col("cause").cast(pl.String), share="cif")
    gone = _with_range(gone, "share", level).join(
        stayed.select(*keys, "at_risk"), on=keys, nulls_equal=True, maintain_order="left"
    )
    here = stayed.with_columns(state=pl.lit(STAYED)).rename({"survival": "share"})
    columns = [*keys, "state", "share", "low", "high", "at_risk"]
    return pl.concat([here.select(columns), gone.select(columns)]).sort(keys, maintain_order=True)


def median(curve: pl.DataFrame) -> pl.DataFrame:
    """The first time by which half have gone, of curves of `kaplan_meier`: columns of by, median, and its range low and
    high, where the interval passes one half (Brookmeyer and Crowley 1982); null where too few have gone.

    >>> remission = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    >>> median(kaplan_meier(remission, [1] * 21)).row(0)
    (8, 4, 11)
    """
    curve = given.frame("curves", curve, (TIME, "survival", "low", "high"))
    by = curve.columns[: curve.columns.index(TIME)]
    half = {"median": "survival", "low": "low", "high": "high"}
    passes = [pl.col(TIME).filter(pl.col(share) <= 0.5 + 1e-12).min().alias(name) for name, share in half.items()]
    return curve.group_by(by, maintain_order=True).agg(passes) if by else curve.select(passes)


@dataclass(frozen=True)
class _Rows:
    """Which rows of the sets are asked for, and the columns of by and the time that go with them."""

    frame: pl.DataFrame
    place: Ints
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, sets: RiskSets, at: Sequence[float] | float | None) -> "_Rows":
        """Every row, or each group at each of the times. Raises CountsError for times that are none."""
        if at is None:
            height = sets.table.height
            return cls(sets.table.select(*sets.by, TIME), np.arange(height), np.ones(height, dtype=bool))
        at = times_of(at)
        places = np.stack([sets.last_row(time) for time in at], axis=1)
        known = (places >= 0) & np.stack([sets.followed(time) for time in at], axis=1)
        times = pl.Series(TIME, list(at) * len(places))
        each = sets.table[np.repeat(sets.starts, len(at))].select(*sets.by, times)
        return cls(each, places.ravel(), known.ravel())

    def chosen(self, column: Floats) -> Floats:
        return np.where(self.known, column[self.place], np.nan)

    def picked(self, name: str, column: Floats) -> pl.Series:
        return pl.Series(name, self.chosen(column), nan_to_null=True)


def times_of(at: object) -> list[float]:
    """One time or several, as they were given. Raises CountsError where there is none, or one is no number of 0 or
    more."""
    several = [*at] if isinstance(at, Iterable) and not isinstance(at, str) else [at]
    for time in several:
        if isinstance(time, bool) or not isinstance(time, Real) or not math.isfinite(time) or time < 0:
            raise CountsError(f"at: {time!r} is no time of 0 or more")
    if not several:
        raise CountsError("at: name one time at least")
    return several  # pyright: ignore[reportReturnType]


def _sets(table: Any, cause: Any, by: Any, entry: Any, floor: int) -> RiskSets:
    sets = RiskSets.of(table_of(table, cause, by, entry))
    sets.refuse_small(floor)
    return sets


def _product_limit(n: Floats, events: Floats) -> tuple[Floats, Floats]:
    """The share still there, and the sum of Greenwood's terms (nothing is added where all who are left go)."""
    hazard = events / np.maximum(n, 1)
    share = np.cumprod(1 - hazard, axis=1, dtype=np.float64)
    return share, np.cumsum(hazard / np.maximum(n - events, 1) * (n > events), axis=1)


def _incidences(n: Floats, events: Floats, *causes: Floats) -> list[Floats]:
    """The share gone for each cause, and its standard error.

    The variance at t is the sum over s of (F(t) - F(s))^2 d/(n(n - d)) + S^2 d_k(n - d_k)/n^3 - 2(F(t) - F(s)) S
    d_k/n^2, with S the share still there just before s; F(t) is taken out of the sums, so that they run along once.
    """
    n = np.maximum(n, 1)
    before = np.ones_like(n)
    np.cumprod(1 - events[:, :-1] / n[:, :-1], axis=1, out=before[:, 1:])
    all_gone = events / (n * np.maximum(n - events, 1)) * (n > events)
    squares, weight = np.cumsum(all_gone, axis=1), before / n
    found: list[Floats] = []
    for exits in causes:
        rise = weight * exits
        cif, own = np.cumsum(rise, axis=1), rise / n
        product = cif * all_gone
        once = np.cumsum(product + own, axis=1)
        alone = np.cumsum(cif * (product + 2 * own) + weight * own * (n - exits), axis=1)
        variance = cif * (cif * squares - 2 * once) + alone
        found += [cif, np.sqrt(np.maximum(variance, 0))]
    return found


def _named(causes: Sequence[str], times: int) -> pl.Series:
    """The causes, so many times over; those that were numbers are numbers again."""
    names = pl.Series("cause", causes, dtype=pl.String)
    if all(cause.isdecimal() for cause in causes):
        names = names.cast(pl.Int64)
    return names.gather(np.tile(np.arange(len(causes)), times))


def _with_interval(curve: pl.DataFrame, level: float) -> pl.DataFrame:
    """The interval of a survival curve on the log of minus the log; nothing is known of it where nobody has gone."""
    return _with_range(curve, "survival", level)


def _with_range(curve: pl.DataFrame, share: str, level: float) -> pl.DataFrame:
    """low and high of a share, on the log of minus the log, which keeps them between 0 and 1."""
    value, spread = (curve.get_column(name).to_numpy() for name in (share, "se"))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = normal_quantile(level) * spread / np.abs(value * np.log(value))
        low, high = value ** np.exp(reach), value ** np.exp(-reach)
    certain = (value > 0) & (value < 1 - _ROUNDING)
    low, high = np.where(certain, low, value), np.where(certain, high, np.where(value == 0, value, 1.0))
    return curve.with_columns(
        pl.Series(name, np.where(np.isnan(value), np.nan, end), nan_to_null=True)
        for name, end in (("low", low), ("high", high))
    )
