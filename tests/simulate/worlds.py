"""Made-up systems in which the truth about every organisation is known: what the flag rule is tried on.

A world is many runs of one scenario, each run a family of its own, so that all runs are decided in one call.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

Counts = np.ndarray[Any, np.dtype[np.int64]]
Rates = np.ndarray[Any, np.dtype[np.float64]]
YEARS = 3


@dataclass(frozen=True)
class Scenario:
    """organisations; median people a year at the stage (log-normal, sd of the log `spread`); the reference's rate; the
    group's share of people; the true ratio where there is a gap, and the share of organisations that have it; rho, how
    alike people of one group in one organisation are (intra-cluster correlation), drawn once or anew every year.
    """

    organisations: int = 220
    median: float = 500
    rate: float = 0.20
    share: float = 0.24
    ratio: float = 1.0
    affected: float = 0.0
    rho: float = 0.0
    yearly: bool = False
    spread: float = 0.8

    def null(self, **changed: Any) -> "Scenario":
        return replace(self, ratio=1.0, affected=0.0, **changed)

    def gap(self, ratio: float, affected: float, **changed: Any) -> "Scenario":
        return replace(self, ratio=ratio, affected=affected, **changed)


A = Scenario()
B = Scenario(median=250, rate=0.08, share=0.20)
GRADES = Scenario(organisations=8, spread=0.5)


def draw(world: Scenario, runs: int, seed: int) -> pl.DataFrame:
    """Comparisons for `decide` over three years pooled, with affected (the truth), one family a run."""
    rng = np.random.default_rng(seed)
    shape = (runs, world.organisations)
    affected = rng.random(shape) < world.affected
    group = world.rate * np.where(affected, world.ratio, 1.0)
    lasting = [_alike(rng, rate, world) for rate in (group, np.full(shape, world.rate))]
    size = rng.lognormal(np.log(world.median), world.spread, shape)
    totals = np.zeros((4, *shape), dtype=np.int64)
    for _ in range(YEARS):
        rates = [_alike(rng, rate, world) for rate in (group, np.full(shape, world.rate))] if world.yearly else lasting
        n = rng.binomial(np.maximum(1, size).astype(np.int64), world.share)
        m = np.maximum(1, size).astype(np.int64) - n
        totals += np.stack([rng.binomial(n, rates[0]), n, rng.binomial(m, rates[1]), m])
    return framed(totals, affected)


def framed(totals: Counts, affected: Any, unknown: Any = 0.0) -> pl.DataFrame:
    """Counts (a, n, c, m) by run and organisation as rows for `decide`."""
    runs, organisations = totals.shape[1:]
    columns = dict(zip(("a", "n", "c", "m"), totals.reshape(4, -1), strict=True))
    return pl.DataFrame(
        {
            "family": np.repeat(np.arange(runs), organisations),
            "unit": np.tile(np.arange(organisations), runs),
            **columns,
            "adverse": np.zeros(runs * organisations, dtype=bool),
            "unknown_share": np.broadcast_to(unknown, totals.shape[1:]).ravel(),
            "affected": affected.ravel(),
        }
    )


def _alike(rng: np.random.Generator, rate: Rates, world: Scenario) -> Rates:
    """Rates that differ between organisations as far as rho says (beta)."""
    if world.rho == 0:
        return rate
    strength = 1 / world.rho - 1
    return rng.beta(rate * strength, (1 - rate) * strength)
