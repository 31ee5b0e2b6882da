"""P8: curves where causes compete, forecasts of the year ahead, a world that changes, and a group nobody modelled."""

from typing import Final

import numpy as np
import polars as pl

from analytics.frames import Facts
from analytics.hazard import Model, ahead, audit, calibration, drift, fit, person_periods
from analytics.retention import aalen_johansen, kaplan_meier
from tests.simulate.leaving import DEPLOYED, World, facts, lifetimes, truly_left, window

DAYS: Final = (365, 731, 1_096)
CAUSES: Final = ("left", "moved")
TERMS: Final = ("service", "staff_group")


def curve_bias(runs: int, seed: int, naive: bool = False) -> list[float]:
    """How far the share said to have left is from the truth on average, at 12, 24 and 36 months. naive: 1 minus
    Kaplan-Meier, as if those who moved could still leave."""
    found = np.zeros((runs, len(DAYS)))
    for run in range(runs):
        time, cause = lifetimes(seed + run)
        if naive:
            survival = kaplan_meier(time, (cause == 1).astype(int), at=DAYS).get_column("survival")
            found[run] = 1 - survival.to_numpy()
        else:
            curves = aalen_johansen(time, cause, at=DAYS).filter(pl.col("cause") == 1).sort("time")
            found[run] = curves.get_column("cif").to_numpy()
    return (found.mean(axis=0) - [truly_left(day) for day in DAYS]).tolist()


def fitted(world: Facts, causes: tuple[str, ...] = CAUSES) -> Model:
    """The model of the months before deployment."""
    return fit(person_periods(world, window(0, DEPLOYED), terms=TERMS), causes=causes, terms=TERMS)


def paths(world: Facts, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """The year after deployment of those there then, and who truly went."""
    return ahead(world, window(0, DEPLOYED)[1], terms=TERMS, by=by, outcomes=True)


def forecasts(runs: int, seed: int, causes: tuple[str, ...] = CAUSES) -> pl.DataFrame:
    """o_e and slope of leaving in the year ahead, one row a run. causes: without moving, it is as if nobody moved."""
    rows: list[pl.DataFrame] = []
    for run in range(runs):
        world = facts(World(), seed + run)
        rows.append(calibration(fitted(world, causes), paths(world)).filter(cause="left"))
    return pl.concat(rows)


def alarms(runs: int, seed: int, changed: float, staff: int = 4_000) -> pl.DataFrame:
    """Whether the drift of leaving was seen within 12 months of deployment, and events, one row a run."""
    rows: list[pl.DataFrame] = []
    for run in range(runs):
        world = facts(World(staff, changed), seed + run)
        later = person_periods(world, window(DEPLOYED, 12), terms=TERMS)
        rows.append(drift(fitted(world), later).filter(cause="left"))
    return pl.concat(rows)


def fairness(runs: int, seed: int, mobile: float = 2.0) -> pl.DataFrame:
    """Mean o_e of leaving by group, one of them moving more often for no reason that the model knows."""
    rows: list[pl.DataFrame] = []
    for run in range(runs):
        world = facts(World(mobile=mobile), seed + run)
        rows.append(audit(fitted(world), paths(world, by=("ethnicity",)), "ethnicity").filter(cause="left"))
    return pl.concat(rows).group_by("group").agg(pl.col("o_e").mean()).sort("group")
