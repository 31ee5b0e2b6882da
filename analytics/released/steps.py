"""Shares that add up to 1 as shown, in steps so wide that one person or case changes none by more than a fifth."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats

STEPS: Final = ((500, 0.01), (250, 0.02), (100, 0.05))  # as many at least: shares to the nearest
FEWEST: Final = STEPS[-1][0]
NEAREST: Final = STEPS[0][1]


def step_of(enough: Floats) -> Floats:
    """What shares are rounded to, of so many people or as many cases' worth."""
    return np.select([enough >= fewest for fewest, _ in STEPS], [step for _, step in STEPS], 1.0)


def in_steps(step: Floats, parts: Mapping[str, Floats], ends: Mapping[str, Floats]) -> dict[str, pl.Series]:
    """Shares in whole steps: `parts` add up to 1, the largest remainders getting the steps that are left over; the ends
    of a range, low and high, are rounded outwards. step: one a row. Null where there is no share."""
    width = step[:, None]
    steps = np.stack([*parts.values()], axis=1) / width
    whole = np.floor(steps + 1e-9)
    lacking = np.round(1 / step - whole.sum(axis=1))
    order = np.argsort(np.argsort(-(steps - whole), axis=1, kind="stable"), axis=1)
    shares = (whole + (order < lacking[:, None])) * width
    found = dict(zip(parts, shares.T, strict=True))
    for (name, values), towards in zip(ends.items(), (np.floor, np.ceil), strict=False):
        found[name] = towards(values / step) * step
    return {name: pl.Series(name, values, nan_to_null=True) for name, values in found.items()}
