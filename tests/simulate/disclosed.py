"""Released tables under attack: whether anybody with a solver can work out what was withheld."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.disclosure import DEFAULT, View, audit, release

KEYS = {"organisation": "", "level": "all", "group": None}


@dataclass(frozen=True)
class Attack:
    """Of all withheld counts: how many were pinned to one value, how many to fewer than the rule's width, how many
    bounds were wrong; and how many a careless release (only counts below the floor withheld) would have given away."""

    withheld: int
    exact: int
    narrow: int
    wrong: int
    careless: int


def attack(tables: int, seed: int) -> Attack:
    """Releases `tables` random tables of three organisations, three levels and four groups, and audits each."""
    totals = np.zeros(5, dtype=np.int64)
    for number in range(tables):
        totals += _one(np.random.default_rng(seed + number))
    return Attack(*(int(total) for total in totals))


def _one(rng: np.random.Generator) -> np.ndarray:
    frame = _table(rng)
    safe = release(frame, counts=["n"], keys=KEYS, totals=["known"]).frame
    bounds = _bounds(safe, DEFAULT.base).join(frame, on=list(KEYS))
    open_by = (pl.col("high") - pl.col("low")).fill_null(DEFAULT.width)
    narrow, wrong = (
        open_by < DEFAULT.width,
        (pl.col("n") < pl.col("low")) | (pl.col("n") > pl.col("high")).fill_null(value=False),
    )
    found = bounds.select(pl.len(), pl.col("exact").sum(), narrow.sum(), wrong.sum()).row(0)
    careless = _bounds(frame.with_columns(pl.when(pl.col("n") >= DEFAULT.floor).then("n")), 1)
    return np.array([*found, int(careless.get_column("exact").sum())])


def _bounds(shown: pl.DataFrame, base: int) -> pl.DataFrame:
    view = View(shown, KEYS, {"n": "n"}, {"known": "n"}, base=base)
    return audit([view]).filter(pl.col("column") == "n").drop("view", "column")


def _table(rng: np.random.Generator) -> pl.DataFrame:
    shape = (3, 3, 4)
    n = rng.poisson(14 * rng.lognormal(0, 1.2, shape)) * (rng.random(shape) > 0.1)
    places = np.indices(shape).reshape(3, -1).astype(str)
    parts = pl.DataFrame({**dict(zip(KEYS, places, strict=True)), "n": n.ravel()})
    for key, total in (("level", "all"), ("organisation", "")):
        whole = parts.group_by(other for other in KEYS if other != key).agg(pl.col("n").sum())
        parts = pl.concat([parts, whole.with_columns(pl.lit(total).alias(key)).select(parts.columns)])
    return parts.with_columns(known=pl.col("n").sum().over("organisation", "level"))
