"""How a hazard model did on later months, and whether a forecast of its may be shown."""

import math
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.errors import TooLittleError
from analytics.hazard.expecting import forecast
from analytics.hazard.model import Model
from analytics.hazard.person_periods import PATH
from analytics.hazard.refusals import EXPOSED, refuse_counts
from analytics.intervals import normal_quantile
from analytics.standardised.poisson import interval

FEWEST: Final = 100  # events to judge calibration by more than observed over expected
FOR_SLOPE: Final = 200  # a perfect model's slope is out of range too often with fewer events
WITHIN: Final = (0.8, 1.25)
SLOPES: Final = (0.8, 1.2)
_ROUNDS, _NEAR = 50, 1e-9


def calibration(model: Model, observed: pl.DataFrame, level: float = 0.95) -> pl.DataFrame:
    """How the model did later, on person-months or on the paths of `ahead` with outcomes: one row a cause of cause,
    observed, expected, o_e with its exact interval low and high, slope (1 where differences between cells are as large
    as expected) with slope_low and slope_high, and gate: passed, failed, or too few events to judge by more than o_e
    and its interval.

    Of 100 events or more o_e must be within 0.8 and 1.25, of 200 or more the slope within 0.8 and 1.2 as well. Raises
    CellsError for counts that cannot be, or what the model does not know; TooLittleError for no months at all.
    """
    refuse_counts(observed, model.causes, list(model.levels))
    if observed.is_empty():
        raise TooLittleError("there are no later months to judge the model by")
    cells, chances = forecast(model, observed) if PATH in observed.columns else (observed, model.chances(observed))
    exposed = cells.get_column(EXPOSED).cast(pl.Float64).to_numpy()
    rows = [
        {"cause": cause, **_judged(cells.get_column(cause).cast(pl.Float64).to_numpy(), exposed, chance, level)}
        for cause, chance in zip(model.causes, chances, strict=True)
    ]
    return pl.DataFrame(rows)


def _judged(exits: Floats, exposed: Floats, chance: Floats, level: float) -> dict[str, Any]:
    seen, expected = float(exits.sum()), float((exposed * chance).sum())
    low, high = (float(bound[0]) / expected for bound in interval(np.array([seen]), level))
    slope, reach = math.nan, math.nan
    if FEWEST <= seen < exposed.sum() and np.ptp(chance) > 0:
        slope, error = _slope(exits, exposed, np.log(chance / (1 - chance)))
        reach = normal_quantile(level) * error
    ends = {"slope": slope, "slope_low": slope - reach, "slope_high": slope + reach}
    told = {name: None if math.isnan(value) else value for name, value in ends.items()}
    o_e = seen / expected
    return (
        {"observed": seen, "expected": expected, "o_e": o_e, "low": low, "high": high}
        | told
        | {"gate": _gate(seen, o_e, slope)}
    )


def _slope(exits: Floats, exposed: Floats, log_odds: Floats) -> tuple[float, float]:
    """The slope, and its error, of the logit of what was seen on the log odds that were expected."""
    line = np.stack([np.ones_like(log_odds), log_odds - log_odds.mean()])
    estimate = np.array([math.log(exits.sum() / (exposed.sum() - exits.sum())), 0.0])
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-(estimate @ line)))
        information = (line * (exposed * chance * (1 - chance))) @ line.T
        change = np.linalg.solve(information, line @ (exits - exposed * chance))
        largest = float(np.abs(change).max())
        estimate = estimate + change / max(1.0, largest)
        if largest < _NEAR:
            return float(estimate[1]), math.sqrt(float(np.linalg.inv(information)[1, 1]))
    return math.nan, math.nan


def _gate(events: float, o_e: float, slope: float) -> str:
    if events < FEWEST:
        return f"too few events: {events:.0f} of {FEWEST}"
    steep = events >= FOR_SLOPE and not SLOPES[0] <= slope <= SLOPES[1]
    return "passed" if WITHIN[0] <= o_e <= WITHIN[1] and not steep else "failed"
