"""Do groups differ in how they leave? The log-rank test, and Gray's (1988) where causes compete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.distributions.tails import chi_squared
from analytics.errors import CellsError, TooLittleError
from analytics.retention.at_risk import ENTERED, TIME
from analytics.retention.plain import Column, Columns, Table, table_of
from analytics.retention.risk_sets import RiskSets, columns_of, names_of

_NOUGHT: Final = 1e-9  # of the largest: a way in which excesses cannot differ


def log_rank(
    at_risk: Table | Column,
    event: Column | None = None,
    by: Columns | None = None,
    *,
    entry: Column | None = None,
    causes: Sequence[object] | None = None,
) -> pl.DataFrame:
    """Whether groups leave at the same pace: one row of statistic, degrees and p (chi-squared).

    at_risk: a table with groups, or times with `event` and `by`. causes: those that count, others as censored; all
    where None. Raises CellsError for a table without groups, TooLittleError where fewer than two were ever at risk.

    >>> log_rank([6, 7, 10, 1, 2, 3], [1, 1, 0, 1, 1, 1], ["a"] * 3 + ["b"] * 3).select(pl.all().round(3)).row(0)
    (5.052, 1, 0.025)
    """
    lives = _Lives.of(table_of(at_risk, event, by, entry), causes)
    total, gone = lives.at_risk.sum(axis=0), lives.exits.sum(axis=0)
    share = lives.at_risk / np.maximum(total, 1)
    excess = (lives.exits - share * gone).sum(axis=1)
    weight = gone * (total - gone) / np.maximum(total - 1, 1)
    variance = np.diag((share * weight).sum(axis=1)) - (share * weight) @ share.T
    return pl.DataFrame([_tested(excess, variance)])


def gray(
    at_risk: Table | Column,
    cause: Column | None = None,
    by: Columns | None = None,
    *,
    causes: Sequence[object] | None = None,
) -> pl.DataFrame:
    """Whether groups differ in the share gone for each cause, where causes compete: one row a cause, of cause,
    statistic, degrees and p.

    at_risk: a table with groups, or times with `cause` (0 where censored) and `by`. causes: which to test; all where
    None. Everybody must have been watched from the origin. Raises CellsError where somebody was not, or for a table
    without groups; TooLittleError where fewer than two were ever at risk.
    """
    table = table_of(at_risk, cause, by, None)
    known = columns_of(table)[1]
    if not known:
        raise TooLittleError("nobody left for a cause: there is nothing to compare")
    if table.filter((pl.col(TIME) > 0) & (pl.col(ENTERED) > 0)).height:
        raise CellsError("Gray's test needs everybody watched from the origin: some entered later")
    everybody = _Lives.of(table, None)
    names = known if causes is None else names_of(causes)
    rows = [{"cause": name, **_gray(everybody, _Lives.of(table, [name]).exits)} for name in names]
    if all(name.isdecimal() for name in names):
        return pl.DataFrame(rows).with_columns(pl.col("cause").cast(pl.Int64))
    return pl.DataFrame(rows)


@dataclass(frozen=True)
class _Lives:
    """By group and time, of all times at which anybody left: how many were at risk, and how many left."""

    at_risk: Floats
    exits: Floats

    @classmethod
    def of(cls, table: pl.DataFrame, causes: Sequence[object] | None) -> "_Lives":
        sets = RiskSets.of(table)
        if not sets.by:
            raise CellsError("there are no groups to compare: give the at-risk table some")
        if len(sets.starts) < 2:
            raise TooLittleError("two groups at least are needed to compare")
        times, place = np.unique(sets.times, return_inverse=True)
        group = np.repeat(np.arange(len(sets.starts)), sets.lengths)
        came, gone, exits = (np.zeros((len(sets.starts), len(times))) for _ in range(3))
        came[group, place] = sets.entered
        gone[group, place] = sets.gone
        exits[group, place] = sets.events(causes)
        before = np.cumsum(came, axis=1) - came - (np.cumsum(gone, axis=1) - gone)
        return cls(before + came * (times == 0), exits)


def _gray(lives: _Lives, exits: Floats) -> dict[str, float]:
    """Gray's statistic of one cause, against what is expected where all groups share one curve F of those gone for it.

    Y is at risk, S still there and f gone for the cause, in each group, just before. Expected exits go by Y (1 - f) /
    S, which keeps those gone for other causes in the set. What an exit in group k does to the excess of group i, then
    and later, is `now` and `later`; the variance adds up their squares.
    """
    present = lives.at_risk > 0
    n = np.where(present, lives.at_risk, 1.0)
    left = np.cumprod(1 - lives.exits / n, axis=1, dtype=np.float64)
    before = _lagged(left, 1.0)
    held = np.where(present & (before > 0), lives.at_risk / np.where(before > 0, before, 1.0), 0.0)
    whole, gone = held.sum(axis=0), exits.sum(axis=0)
    expected = held * (1 - _lagged(np.cumsum(before * exits / n, axis=1), 0.0))
    excess = (exits - gone * _share(expected)).sum(axis=1)
    rise = np.divide(gone, whole, out=np.zeros_like(gone), where=whole > 0)
    shared = np.cumsum(rise)
    pace = rise / np.maximum(1 - _lagged(shared[None], 0.0)[0], 1e-12)
    still = np.where(left > 0, (1 - shared) / np.where(left > 0, left, 1.0), 0.0)
    own = _finite(gone, whole * before) * np.where(present, before * rise / n, 0.0)
    others = _finite(lives.exits - exits, n) * before**2 * (lives.exits - exits) / n**2
    groups, variance = len(n), np.zeros((len(n), len(n)))
    for k in range(groups):
        now = held[k] * ((np.arange(groups) == k)[:, None] - _share(held))
        later = (now * pace).sum(axis=1, keepdims=True) - np.cumsum(now * pace, axis=1)
        first, second = now + (1 - still[k]) * later, still[k] * later
        variance += (first * own[k]) @ first.T + (second * others[k]) @ second.T
    return _tested(excess, variance)


def _tested(excess: Floats, variance: Floats) -> dict[str, float]:
    """The statistic of excesses that add up to 0, its degrees of freedom and its p. Groups that were never at risk
    together (service bands, counted from the beginning of service) add up to 0 apart, and have a degree less each time.
    """
    some = np.flatnonzero(np.diag(variance) > 0)
    if len(some) < 2:
        raise TooLittleError("two groups with somebody at risk when people left are needed to compare")
    scale = np.sqrt(np.diag(variance)[some])
    sizes, ways = np.linalg.eigh(variance[np.ix_(some, some)] / np.outer(scale, scale))
    free = sizes > _NOUGHT * sizes[-1]
    along = ways[:, free].T @ (excess[some] / scale)
    statistic, degrees = float((along**2 / sizes[free]).sum()), int(free.sum())
    return {"statistic": statistic, "degrees": degrees, "p": chi_squared(statistic, degrees)}


def _lagged(values: Floats, first: float) -> Floats:
    return np.concatenate([np.full((len(values), 1), first), values[:, :-1]], axis=1)


def _share(values: Floats) -> Floats:
    whole = values.sum(axis=0)
    return np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)


def _finite(events: Floats, people: Floats) -> Floats:
    """What ties take off a variance: 1 for a single event."""
    several = (events > 1) & (people > 1)
    return np.where(several, 1 - (events - 1) / np.where(several, people - 1, 1), 1.0)
