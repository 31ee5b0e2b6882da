"""Counting codes: by position in an array where it is of a size to hold, else those that occur."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
LARGEST: Final = 60_000_000  # cells of an array


@dataclass(frozen=True)
class Tallies:
    """One row a group and time at which something happened, in that order: who entered, and for each reason, censored
    first, who left."""

    group: Ints
    time: Ints
    entered: Ints
    exits: list[Ints]


def tallies(left: NDArray[Any], came: NDArray[Any], groups: int, whys: int) -> Tallies:
    """left: (time x whys + why) x groups + group, of everybody. came: time x groups + group of those who entered late;
    everybody else entered at 0."""
    times = 1 + int(left.max(initial=0)) // (groups * whys)
    return (_dense if times * groups * whys <= LARGEST else _sparse)(left, came, groups, whys)


def _dense(left: NDArray[Any], came: NDArray[Any], groups: int, whys: int) -> Tallies:
    times = 1 + int(left.max(initial=0)) // (groups * whys)
    gone = np.bincount(left, minlength=times * groups * whys).reshape(times, whys, groups)
    gone = np.ascontiguousarray(gone.transpose(1, 2, 0))
    entered = np.bincount(came, minlength=times * groups).reshape(times, groups).T.copy()
    entered[:, 0] += gone.sum(axis=(0, 2)) - entered.sum(axis=1)
    kept = (entered > 0) | gone.any(axis=0)
    group, time = np.nonzero(kept)
    return Tallies(group, time, entered[kept], [why[kept] for why in gone])


def _sparse(left: NDArray[Any], came: NDArray[Any], groups: int, whys: int) -> Tallies:
    codes, n = np.unique(left, return_counts=True)
    keys = codes // (groups * whys) * groups + codes % groups
    late, arrived = np.unique(came, return_counts=True)
    from_start = np.bincount(keys % groups, n, minlength=groups) - np.bincount(late % groups, arrived, minlength=groups)
    every = np.unique(np.concatenate([keys, late, np.arange(groups)]))
    gone, entered = np.zeros((whys, len(every)), dtype=np.int64), np.zeros(len(every), dtype=np.int64)
    gone[codes // groups % whys, np.searchsorted(every, keys)] = n
    entered[np.searchsorted(every, late)] = arrived
    entered[:groups] += from_start.astype(np.int64)  # the first keys are those of time 0
    order = np.lexsort((every // groups, every % groups))
    order = order[(entered + gone.sum(axis=0))[order] > 0]
    return Tallies(every[order] % groups, every[order] // groups, entered[order], [why[order] for why in gone])
