"""How long employments last: one curve for everybody, run faster where staff leave or move more."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from analytics.synthetic.calibration import AGES, shares
from analytics.synthetic.dice import Floats, Ints
from analytics.synthetic.organisations import Organisations
from analytics.synthetic.staffing import KINDS

YEAR = 365.25
# Exits a year in the first year of service, the second, to the fifth, tenth, twenty-fifth, and after. Ours; the shape
# (most exits early) is what published stability indices show.
HAZARDS = ((0, 0.22), (1, 0.17), (2, 0.12), (5, 0.09), (10, 0.075), (25, 0.15))
LONGEST = 50  # years
LEAVING = 0.08  # leave the system, a year, of all staff: between Civil Service 2021 (5.9 %) and the NHS 2024 (10.1 %)
MOVING = 0.03  # move to another organisation of the system, a year
MOST_MOVING = 0.08
HEALTH = ("trust", "board", "ambulance_trust", "primary_care")
ACROSS = 0.35  # a move between health and the rest, beside one within


def _curve() -> tuple[Floats, Floats, float]:
    """Ends of service by day, for employments that end and for those that are under way, and the mean in years."""
    days = np.arange(int(LONGEST * YEAR))
    starts, rates = np.array(HAZARDS).T
    staying = np.exp(-np.cumsum(rates[np.searchsorted(starts, days / YEAR, side="right") - 1]) / YEAR)
    return 1 - staying, np.cumsum(staying) / staying.sum(), float(staying.sum() / YEAR)


ENDED, UNDER_WAY, MEAN = _curve()
PACES = np.linspace(0.1, 6.0, 591)


def _joining() -> Floats:
    """Joiners a year, per member of staff, where the curve runs at each of PACES: more than the curve alone says, since
    the young cannot have served long."""
    ages = np.concatenate([np.linspace(low, high, 20) for low, high in itertools.pairwise(AGES)])
    weights = np.repeat(shares("age")[-1] / 20, 20)
    possible = np.maximum(ages - AGES[0], 0.25) * YEAR
    served = UNDER_WAY[np.minimum(np.outer(PACES, possible), len(UNDER_WAY) - 1).astype(np.int64)]
    return (weights / served).sum(axis=1) * PACES / MEAN


JOINING = _joining()


def length(rng: np.random.Generator, curve: Floats, pace: Floats, longest: Ints) -> Ints:
    """Days of service from a curve run at `pace` (1 = ordinary), never above `longest` days (short lives are drawn
    again within what is possible)."""
    limit = np.clip(longest * pace, 1, len(curve) - 1).astype(np.int64)
    days = np.searchsorted(curve, rng.random(len(pace)) * curve[limit])
    return np.minimum(days / pace, longest).astype(np.int32)


@dataclass(frozen=True)
class Rates:
    """By organisation: leaving the system and all exits, a year; the share of joiners from within the system, and where
    they came from (rows, cumulative over origins); and the pace of the service curve."""

    leaving: Floats
    exits: Floats
    from_within: Floats
    origins: Floats
    pace: Floats


def flows(organisations: Organisations, raised: Floats) -> Floats:
    """Moves a year between each two organisations: as many one way as the other, so sizes hold."""
    weight = organisations.size * raised
    health = np.isin(organisations.kind, [KINDS.index(kind) for kind in HEALTH])
    near = np.where(health[:, None] == health[None, :], 1.0, ACROSS)
    moves = np.outer(weight, weight) * near
    np.fill_diagonal(moves, 0.0)
    rates = moves.sum(axis=1) / organisations.size
    if not rates.any():
        return moves
    usual = MOVING * organisations.size.sum() / moves.sum()
    return moves * min(usual, MOST_MOVING / rates.max())


def rates(organisations: Organisations, raised: Floats) -> Rates:
    """Rates that hold sizes steady: people join as fast as they leave and move."""
    moves = flows(organisations, raised)
    moved = moves.sum(axis=1) / organisations.size
    leaving = LEAVING * raised
    exits = leaving + moved
    cumulative = np.cumsum(moves, axis=1) / np.maximum(moves.sum(axis=1, keepdims=True), 1e-12)
    pace = np.interp(exits, JOINING, PACES)
    return Rates(leaving, exits, moved / exits, cumulative, pace)
