"""Answers that go missing: at random, or just where they would change the verdict."""

import numpy as np
import polars as pl

from tests.simulate.worlds import Scenario, draw, framed


def with_missing(world: Scenario, runs: int, seed: int, lost: tuple[float, float]) -> pl.DataFrame:
    """A world in which people lose their answer: successful members of the group with chance lost[0], all others with
    lost[1]. unknown_share, unknown_a and unknown_n are what an organisation would see."""
    whole = draw(world, runs, seed)
    rng = np.random.default_rng(seed + 1)
    a, n, c, m = (whole.get_column(column).to_numpy() for column in ("a", "n", "c", "m"))
    kept_a, kept_b = rng.binomial(a, 1 - lost[0]), rng.binomial(n - a, 1 - lost[1])
    kept_c, kept_d = rng.binomial(c, 1 - lost[1]), rng.binomial(m - c, 1 - lost[1])
    shape = (runs, world.organisations)
    kept = np.stack([kept_a, kept_a + kept_b, kept_c, kept_c + kept_d]).reshape(4, *shape)
    gone_a, gone_n = a + c - kept_a - kept_c, n + m - (kept[1] + kept[3]).ravel()
    rows = framed(kept, whole.get_column("affected").to_numpy().reshape(shape), (gone_n / (n + m)).reshape(shape))
    return rows.with_columns(unknown_a=pl.Series(gone_a), unknown_n=pl.Series(gone_n))
