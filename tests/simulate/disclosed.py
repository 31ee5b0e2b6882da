"""Released tables under attack: whether anybody with a solver can work out what was withheld."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import DEFAULT, View, audit, release
from tests.analytics.held import Held, Name
from tests.analytics.told import Release, insider, reader, settled
from tests.analytics.told import release as whole_release

# Staff, organisations and seed of made-up systems whose reports are attacked together.
WORLDS: Final = ((2_000, 2, 5), (3_000, 3, 8), (1_500, 4, 7), (2_500, 5, 2))
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


@dataclass
class Learnt:
    """Of the small withheld counts that were asked for: how many are known exactly, and how many to fewer values than
    the rule asks."""

    asked: int = 0
    exact: int = 0
    narrow: int = 0

    def ask(self, held: Held, names: list[Name], made: Release) -> None:
        for name in names:
            low, high = held.bounds(name)
            if not low - 1e-6 <= made.true(name) <= high + 1e-6:
                raise AssertionError(f"{name} is outside what was found of it")
            values = np.floor(high + 1e-6) - np.ceil(low - 1e-6)
            self.asked += 1
            self.exact += int(values < 1)
            self.narrow += int(values < DEFAULT.width)


def attack_on_reports(targets: int, seed: int) -> dict[str, Learnt]:
    """The reports on who stays, on representation and on conversations, together: for a reader without counts, for each
    organisation, and for each two that tell one another theirs. targets: counts asked for in each system, by each."""
    found = {"nobody's own counts": Learnt(), "one's own": Learnt(), "two organisations' own": Learnt()}
    for world in WORLDS:
        made = whole_release(settled(*world))
        places = made.made.counter.places[1:]
        for who, learnt in zip((0, 1, 2), found.values(), strict=True):
            readers = [*combinations(places, who)] if len(places) > who else []
            for mine in readers:
                held = insider(made, *mine) if mine else reader(made)
                names = [*_small(held, made, mine)]
                chosen = np.random.default_rng(seed).permutation(len(names))[: -(-targets // len(readers))]
                learnt.ask(held, [names[at] for at in chosen], made)
    return found


def _small(held: Held, made: Release, mine: tuple[str, ...]) -> Iterator[Name]:
    """Withheld counts below the floor of others. Whoever came to one of two organisations went from the other, and age
    is recorded of everybody: neither is a secret."""
    for name in dict.fromkeys(held.hidden):
        said = str(name)
        told = ("unanswered" in said and "age_band" in said) or (mine and name[-1] == "came")  # type: ignore[index]
        ours = mine and (name[0] in {"move", "step"} or name[1] in {*mine, ""})  # type: ignore[index]
        if made.true(name) < DEFAULT.floor and not told and not ours:
            yield name
