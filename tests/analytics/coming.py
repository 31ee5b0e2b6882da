"""A made-up system with people on their way: memberships, critical roles, applications for senior posts and first posts
in leadership, drawn the same way for everybody."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from analytics.cells import main_posts
from analytics.frames import PIPELINE, Facts
from analytics.synthetic import make

ON = date(2026, 9, 30)
DAY = timedelta(days=1)
FAMILIES = ("finance", "midwifery", "nursing")
TIERS = ("enabled_leader", "mid_senior", "executive")


def coming(staff: int, organisations: int, seed: int) -> Facts:
    system = make(staff=staff, organisations=organisations, years=3, seed=seed, until=ON)
    here = main_posts(Facts.of(system.people.lazy(), system.spells.lazy()), ON).sort("person")
    rng = np.random.default_rng(seed)
    profiles = pl.Series("profile", [*FAMILIES, None])
    spells = system.spells.with_columns(profiles.gather(rng.integers(0, 4, system.spells.height)).alias("profile"))
    return Facts.of(
        system.people.lazy(),
        spells.lazy(),
        _events(system.events, rng),
        roles=pl.LazyFrame({"profile": FAMILIES, "family": FAMILIES, "level": [7, 8, 7], "tier": None, "steps": 1}),
        members=_members(here, rng),
        critical=pl.LazyFrame({"organisation": here["organisation"][:30], "family": "nursing", "level": 8}),
        transitions=_transitions(here, rng),
    )


def _drawn(here: pl.DataFrame, often: float, rng: np.random.Generator) -> pl.DataFrame:
    return here.filter(pl.Series(rng.random(here.height) < often)).select("person", "organisation")


def _picked(values: Any, chances: Any, size: int, rng: np.random.Generator) -> list[Any]:
    return [values[at] for at in rng.choice(len(values), size, p=chances)]


def _members(here: pl.DataFrame, rng: np.random.Generator) -> pl.LazyFrame:
    rows = _drawn(here, 0.12, rng)
    return rows.with_columns(
        family=pl.Series(_picked(FAMILIES, (0.7, 0.25, 0.05), rows.height, rng)),
        level=pl.Series(_picked((8, 6), (0.9, 0.1), rows.height, rng)),
        stage=pl.Series(_picked(PIPELINE, (0.5, 0.3, 0.14, 0.06), rows.height, rng)),
        entered_on=pl.lit(ON - 100 * DAY),
        expires_on=pl.lit(ON + 100 * DAY),
    ).lazy()


def _events(events: pl.DataFrame, rng: np.random.Generator) -> pl.LazyFrame:
    aimed = pl.Series(rng.random(events.height) < 0.5)
    return events.with_columns(
        source=pl.when(aimed).then(pl.lit("opportunity")).otherwise(pl.lit("offer")),
        target=pl.when(aimed).then(pl.lit(8)),
    ).lazy()


def _transitions(here: pl.DataFrame, rng: np.random.Generator) -> pl.LazyFrame:
    rows = _drawn(here, 0.15, rng)
    size = rows.height
    began = pl.Series([ON - int(days) * DAY for days in rng.integers(0, 730, size)])
    asked = began + 30 * DAY
    return (
        rows.with_columns(
            tier=pl.Series(_picked(TIERS, (0.7, 0.25, 0.05), size, rng)),
            started_on=began,
            supported_on=pl.Series(_picked((True, False), (0.9, 0.1), size, rng)).replace_strict({True: 3, False: 40}),
            ended_on=pl.lit(None, dtype=pl.Date),
            asked_on=asked,
            perception=pl.Series(
                _picked((1, 2, 3, 4, 5, None), (0.02, 0.05, 0.23, 0.3, 0.3, 0.1), size, rng), dtype=pl.Int8
            ),
            perceived_on=asked,
        )
        .with_columns(supported_on=pl.col("started_on") + pl.duration(days="supported_on"))
        .lazy()
    )
