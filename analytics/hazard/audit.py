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
from analytics.hazard.refusals import EXPOSED

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
    _refuse(model, group)
    shown = [pl.when(pl.col("people") >= floor).then(name).alias(name) for name in _FIGURES]
    few = pl.when(pl.col("people") < floor).then(pl.lit(TOO_FEW)).otherwise(verdict())
    found = (
        observed_over_expected(cells, model, group, cause=cause).select(
            pl.lit(cause).alias("cause"), pl.col(group).alias("group"), *shown, state=few
        )
        for cause in model.causes
    )
    return pl.concat(found)


def verdict() -> pl.Expr:
    """The state that follows from observed, expected, low and high."""
    least, most = WITHIN
    outside = (pl.col("low") > most) | (pl.col("high") < least)
    few = pl.max_horizontal("observed", "expected") < FEWEST_EVENTS
    return pl.when(few).then(pl.lit(TOO_FEW)).when(outside).then(pl.lit(ALARM)).otherwise(pl.lit(NO_ALARM))


def divided(model: Model, cells: pl.DataFrame, characteristic: str, cause: str) -> pl.DataFrame:
    """group (a characteristic's, silence among them), observed and expected of one cause over person-months: exact
    figures, for disclosure control.

    The model is asked about months that people of all groups share, and they are told apart afterwards. Raises
    CellsError as `audit` does.
    """
    _refuse(model, characteristic)
    likely = model.rates(cells).get_column(cause) * cells.get_column(EXPOSED)
    group = pl.col(characteristic).cast(pl.String).alias("group")
    return cells.select(group, observed=cause, expected=likely).group_by("group").agg(pl.all().sum()).sort("group")


def _refuse(model: Model, group: str) -> None:
    if group not in CHARACTERISTICS:
        raise CellsError(f"group: {group!r} is none of {', '.join(CHARACTERISTICS)}")
    if group in model.terms:
        raise CellsError(f"{group}: what predicts is no audit of the prediction")
