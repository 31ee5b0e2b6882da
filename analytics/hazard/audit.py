"""Whether a model is as right for one group as for another: the only place where it meets protected data.

What it says is for those who answer for the model. It goes through disclosure control before anybody else sees it, and
never into a prediction.
"""

from typing import Final

import polars as pl

from analytics.errors import CellsError
from analytics.frames import CHARACTERISTICS
from analytics.hazard.calibrating import WITHIN
from analytics.hazard.expecting import observed_over_expected
from analytics.hazard.model import Model

FEWEST_EVENTS: Final = 50
FLOOR: Final = 10
ALARM, NO_ALARM, TOO_FEW = "alarm", "no_alarm", "too_few"
_FIGURES: Final = ("observed", "expected", "o_e", "low", "high")


def audit(model: Model, cells: pl.DataFrame, group: str, floor: int = FLOOR) -> pl.DataFrame:
    """cause, group (a characteristic's groups, silence among them), observed, expected, o_e with its exact interval low
    and high, and state: alarm, where the interval of at least 50 events lies wholly outside 0.8 to 1.25; no_alarm; or
    too_few.

    cells: of `person_periods`, or paths of `ahead` with outcomes, with the characteristic in `by`. Groups of fewer
    people (or person-years) than the floor have no figures. Raises CellsError for a column that is no characteristic or
    that predicts, and as `observed_over_expected` does.
    """
    if group not in CHARACTERISTICS:
        raise CellsError(f"group: {group!r} is none of {', '.join(CHARACTERISTICS)}")
    if group in model.terms:
        raise CellsError(f"{group}: what predicts is no audit of the prediction")
    low, high = WITHIN
    outside = (pl.col("low") > high) | (pl.col("high") < low)
    few = (pl.col("people") < floor) | (pl.max_horizontal("observed", "expected") < FEWEST_EVENTS)
    state = pl.when(few).then(pl.lit(TOO_FEW)).when(outside).then(pl.lit(ALARM)).otherwise(pl.lit(NO_ALARM))
    shown = [pl.when(pl.col("people") >= floor).then(name).alias(name) for name in _FIGURES]
    found = (
        observed_over_expected(cells, model, group, cause=cause).select(
            pl.lit(cause).alias("cause"), pl.col(group).alias("group"), *shown, state=state
        )
        for cause in model.causes
    )
    return pl.concat(found)
