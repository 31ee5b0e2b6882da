"""How exact a curve of cases is, where some are followed for a shorter time than others."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics.retention.at_risk import TIME
from analytics.retention.curves import kaplan_meier

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
