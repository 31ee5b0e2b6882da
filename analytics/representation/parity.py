"""When a group's share at a level would reach what its feeder pool has, if people went on joining, rising and leaving
as they do: an illustration of present rates with a band, not a forecast.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.errors import CellsError, TooLittleError
from analytics.representation.flows import Flows

HORIZON: Final = 100
DRAWS: Final = 500
FEWEST_YEARS: Final = 2
FEWEST_PEOPLE: Final = 10
FEWEST_RISES: Final = 5
NEVER: Final = "never at current rates"


@dataclass(frozen=True, eq=False)
class Parity:
    """year: whole years from now until the share is `target` or more, None where that is never at current rates. low,
    high: of 95 in 100 draws; high is None where more than 2.5 in 100 never get there. chance_never: of the draws.
    shares: year, share, low, high. words: the same in a sentence."""

    year: int | None
    low: int | None
    high: int | None
    chance_never: float
    target: float
    shares: pl.DataFrame
    words: str


def time_to_parity(
    flows: Flows,
    *,
    levels: Sequence[object],
    group: str,
    target: float | None = None,
    horizon: int = HORIZON,
    draws: int = DRAWS,
    seed: int = 1,
) -> Parity:
    """Years until `group` has the target share at the last of `levels` (given lowest first), of all groups in `flows`.

    The number of posts at each level holds steady; everybody else is the reference. target: a share of 1; where None,
    the group's share today at the level before the last, its feeder pool. The band draws every rate anew from what was
    seen (Bayesian bootstrap over people). Raises TooLittleError for fewer than two years, fewer than 10 of the group
    at the last two levels together, or fewer than 5 rises into the last level on either side; CellsError for unknown
    levels or groups, or a target that is no share.
    """
    if not isinstance(flows, Flows):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise CellsError(f"flows: made by `flows`, not a {type(flows).__name__}")
    seen = _Seen.of(flows, levels, group)
    _refuse_too_little(flows, seen)
    wanted = float(seen.stocks[0, -2] / seen.stocks[:, -2].sum()) if target is None else target
    if not 0 < wanted < 1:
        raise CellsError(f"target: {wanted:g} is not a share between 0 and 1")
    point = project(seen.stocks, seen.rates(None), seen.hired(None), horizon)[0]
    rng = np.random.default_rng(seed)
    drawn = project(seen.stocks, seen.rates(rng, draws), seen.hired(rng, draws), horizon)
    low, high = np.quantile(drawn[:, :, -1], [0.025, 0.975], axis=0)
    shares = pl.DataFrame({"year": np.arange(horizon + 1), "share": point[:, -1], "low": low, "high": high})
    first = _first(point[None, :, -1], wanted)[0]
    years = _first(drawn[:, :, -1], wanted)
    ends = [int(end) if np.isfinite(end) else None for end in np.quantile(years, [0.025, 0.975], method="higher")]
    year = int(first) if np.isfinite(first) else None
    return Parity(
        year, ends[0], ends[1], float(np.isinf(years).mean()), wanted, shares, _words(year, ends[0], ends[1], group)
    )


def project(stocks: Floats, rates: Floats, hired: Floats, years: int) -> Floats:
    """The group's share at each level, by draw, year (0 is today) and level.

    stocks: group and reference, by level. rates: draw, side, level, level a year later (what is missing to 1 leaves).
    hired: draw, level, the group's share of those who fill what is left vacant. Posts at each level hold steady: where
    more rise than there are posts for, the surplus is taken back in the same shares.
    """
    posts, now = stocks.sum(axis=0), np.broadcast_to(stocks, (len(rates), *stocks.shape))
    shares = [_share(now)]
    for _ in range(years):
        stayed = np.einsum("dsf,dsft->dst", now, rates)
        vacant = posts - stayed.sum(axis=1)
        now = stayed + np.stack([vacant * hired, vacant * (1 - hired)], axis=1)
        shares.append(_share(now))
    return np.stack(shares, axis=1)


@dataclass(frozen=True)
class _Seen:
    """Counts as arrays: side 0 is the group, 1 everybody else."""

    stocks: Floats
    moves: Floats  # side, level, level a year later or gone
    hires: Floats  # side, level

    @classmethod
    def of(cls, flows: Flows, levels: Sequence[object], group: str) -> "_Seen":
        known = flows.stocks.get_column("level").to_list()
        if len(levels) < 2 or len(set(levels)) < len(levels) or not set(levels) <= set(known):
            raise CellsError("levels: at least two different ones of the flows, lowest first")
        if group not in flows.stocks.get_column("group"):
            raise CellsError(f"no group {group!r} among the flows")
        place = {level: at for at, level in enumerate(levels)}
        stocks, hires = np.zeros((2, len(levels))), np.zeros((2, len(levels)))
        moves = np.zeros((2, len(levels), len(levels) + 1))
        for frame, into in ((flows.stocks, stocks), (flows.hires, hires)):
            for row in frame.iter_rows(named=True):
                if row["level"] in place:
                    into[int(row["group"] != group), place[row["level"]]] += row["n"]
        for row in flows.moves.iter_rows(named=True):
            if row["level"] in place:
                to = place.get(row["to"], len(levels))
                moves[int(row["group"] != group), place[row["level"]], to] += row["n"]
        return cls(stocks, moves, hires)

    def rates(self, rng: np.random.Generator | None, draws: int = 1) -> Floats:
        """Moves as rates: as seen, or drawn anew."""
        counts = self.moves[None] if rng is None else rng.gamma(self.moves, size=(draws, *self.moves.shape))
        return _divided(counts, counts.sum(axis=-1, keepdims=True))[..., :-1]

    def hired(self, rng: np.random.Generator | None, draws: int = 1) -> Floats:
        """The group's share of joiners at each level; of all joiners where nobody joined that level."""
        counts = self.hires[None] if rng is None else rng.gamma(self.hires, size=(draws, *self.hires.shape))
        everywhere = _divided(counts[:, 0].sum(axis=-1, keepdims=True), counts.sum(axis=(1, 2))[:, None])
        whole = counts.sum(axis=1)
        return np.where(whole > 0, _divided(counts[:, 0], whole), everywhere)


def _refuse_too_little(flows: Flows, seen: _Seen) -> None:
    if flows.years < FEWEST_YEARS:
        raise TooLittleError(f"{flows.years} year of moves is too little to project from: {FEWEST_YEARS} are needed")
    if seen.stocks[0, -2:].sum() < FEWEST_PEOPLE:
        raise TooLittleError(
            f"fewer than {FEWEST_PEOPLE} people of the group near the level: too little to project from"
        )
    rises = seen.moves[:, :-1, -2].sum(axis=1)
    if rises.min() < FEWEST_RISES:
        raise TooLittleError(f"fewer than {FEWEST_RISES} rises into the level on one side: too little to project from")


def _words(year: int | None, low: int | None, high: int | None, group: str) -> str:
    late = "or never" if high is None else f"to {high}"
    if year is None:
        early = "" if low is None else f" (at the soonest in {low} years)"
        return f"{group}: parity {NEVER}{early}."
    if year == 0:
        return f"{group}: at parity now."
    return f"{group}: parity in {year} years at current rates (plausible range {low} {late})."


def _first(shares: Floats, target: float) -> Floats:
    """The first year in which each row reaches the target; infinite where none does."""
    reached = shares >= target
    return np.where(reached.any(axis=1), reached.argmax(axis=1), np.inf)


def _share(stocks: Floats) -> Floats:
    return _divided(stocks[:, 0], stocks.sum(axis=1))


def _divided(a: Floats, b: Floats) -> Any:
    return np.divide(a, b, out=np.zeros(np.broadcast_shapes(a.shape, b.shape)), where=b > 0)
