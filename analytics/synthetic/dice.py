"""Repeatable randomness: one named stream per part, so that a change in one part leaves the others' draws alone."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator of part `name`; the same seed and name always give the same draws."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))


def slots(weights: Floats, size: int) -> Ints:
    """`size` positions of `weights`, each as often as its weight asks: drawing one at random is one look-up."""
    ends = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(ends, (np.arange(size) + 0.5) / size).astype(np.int16)


def pick(rng: np.random.Generator, shares: Floats, row: Ints) -> Ints:
    """For each entry of `row` one column of `shares` (rows sum to 1), drawn with the probabilities of that row."""
    ends = np.cumsum(shares, axis=1)
    drawn = rng.random(len(row))
    chosen = np.zeros(len(row), dtype=np.int8)
    for column in range(shares.shape[1] - 1):
        chosen += drawn >= ends[row, column]
    return chosen


def between(rng: np.random.Generator, low: int, high: int, n: int) -> Ints:
    """`n` whole numbers from `low` to `high`, both included."""
    return rng.integers(low, high + 1, n, dtype=np.int32)
