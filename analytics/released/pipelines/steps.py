"""Shares in steps so wide that one case changes none by more than a fifth of one, and that add up to 1 as shown."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.retention.at_risk import TIME
from analytics.retention.curves import kaplan_meier

STEPS: Final = ((500, 0.01), (250, 0.02), (100, 0.05))  # as many cases' worth at least: shares to the nearest
FEWEST: Final = STEPS[-1][0]
PRECISE: Final = "precise"


def precision(table: pl.DataFrame, unit: Sequence[str], at: Sequence[int]) -> pl.DataFrame:
    """unit, days and precise: how many cases there would be if each weighed as much as the heaviest that ended by then.
    Cases weigh more where some are followed for a shorter time."""
    curve = kaplan_meier(table)
    before = pl.col("survival").shift(1, fill_value=1.0).over(unit)
    weighed = curve.select(*unit, TIME, weight=(before / pl.col("at_risk")).cum_max().over(unit))
    found = [
        weighed.filter(pl.col(TIME) <= days)
        .group_by(unit)
        .agg(days=pl.lit(days, dtype=pl.Int64), precise=(1 / pl.col("weight").max()).floor().cast(pl.Int64))
        for days in at
    ]
    return pl.concat(found)


def in_steps(rows: pl.DataFrame, parts: Mapping[str, Floats], ends: Mapping[str, Floats]) -> dict[str, pl.Series]:
    """Shares in whole steps: `parts` add up to 1, the largest remainders getting the steps that are left over; the ends
    of a range, (low, high), are rounded outwards. rows: with the column precise. Null where there is no share."""
    enough = rows.get_column(PRECISE).fill_null(0).to_numpy()
    step = np.select([enough >= fewest for fewest, _ in STEPS], [step for _, step in STEPS], 1.0)[:, None]
    steps = np.stack([*parts.values()], axis=1) / step
    whole = np.floor(steps + 1e-9)
    lacking = np.round(1 / step[:, 0] - whole.sum(axis=1))
    order = np.argsort(np.argsort(-(steps - whole), axis=1, kind="stable"), axis=1)
    shares = (whole + (order < lacking[:, None])) * step
    found = dict(zip(parts, shares.T, strict=True))
    for (name, values), towards in zip(ends.items(), (np.floor, np.ceil), strict=False):
        found[name] = towards(values / step[:, 0]) * step[:, 0]
    return {name: pl.Series(name, values, nan_to_null=True) for name, values in found.items()}
