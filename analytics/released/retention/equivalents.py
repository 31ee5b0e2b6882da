"""Which full-time equivalents are withheld: wherever the headcount is, and more where they would give a part away.

They add up as headcounts do, so they are protected along the same lines. And they are magnitudes: what is left of a
total when all that is shown is taken off it may not come nearly all from one organisation or two ((n,k) and p%). Of one
cell no person is ever so much: it takes 10 full-time equivalents, and a person is 1.5 at most.
"""

from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure.dominance import dominated
from analytics.disclosure.protection import Mask
from analytics.released.retention.guard import Guard
from analytics.released.retention.reading import Ints
from analytics.released.retention.tables import Counted

CLOSING, FTE = "closing", "fte_closing"
ROUNDS: Final = 40


def equivalents(counted: Counted) -> Ints:
    """Organisation x slice, in whole ones."""
    return np.rint(counted.heads[FTE]).astype(np.int64)


def withheld(counted: Counted) -> Mask:
    """Organisation x slice: those not to be shown."""
    fte, hidden = equivalents(counted), counted.hidden[CLOSING]
    for _ in range(ROUNDS):
        hidden = _linked(counted, fte, hidden)
        more = _companions(fte, hidden, _given_away(counted, fte, hidden))
        if not more.any():
            return hidden
        hidden = hidden | more
    return np.ones_like(hidden)


def _linked(counted: Counted, fte: Ints, hidden: Mask) -> Mask:
    guard = Guard()
    at = guard.add(fte, counted.there[CLOSING])
    guard.hide(at[hidden])
    counted.over_places(guard, at[None], {})
    counted.over_slices(guard, at[None], nearly=True)
    return np.where(at >= 0, guard.withheld(counted.rule)[at], False)


def _given_away(counted: Counted, fte: Ints, hidden: Mask) -> Ints:
    """The slices whose total, shown, says too much of the organisations that are not."""
    local = counted.counter.slices.local
    row, at = np.nonzero(hidden[1:, :local] & ~hidden[0, :local])
    left = pl.DataFrame({"slice": at, "fte": fte[1:][row, at].astype(np.float64)})
    some = dominated(left, ["slice"], "fte").filter(pl.col("dominated"), pl.col("contributors") > 0)
    return some.get_column("slice").to_numpy()


def _companions(fte: Ints, hidden: Mask, slices: Ints) -> Mask:
    """In each of the slices the smallest organisation that is shown; the total, where none is."""
    more, shown = np.zeros_like(hidden), np.where(hidden[1:], np.iinfo(np.int64).max, fte[1:])
    for at in slices:
        least = int(shown[:, at].argmin())
        more[0 if hidden[1 + least, at] else 1 + least, at] = True
    return more
