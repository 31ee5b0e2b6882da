"""Worlds in which people leave, move and come, with known monthly chances: for P8."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.frames import Facts
from analytics.hazard.watch import eves

Ints = NDArray[np.int64]
FIRST: Final = date(2023, 4, 1)
MONTHS: Final = 36
DEPLOYED: Final = 24  # months that a model is fitted on; then come those it is tried on
YEARS: Final = np.array([1, 2, 5, 10]) * 365.25
SERVICE: Final = np.array([1.9, 1.4, 1.0, 0.7, 0.5])
GROUPS: Final = {"nursing": 1.0, "administration": 1.4, "estates": 0.8, "medical": 1.8}
LEAVING, MOVING = 0.008, 0.006
ORGANISATIONS: Final = 4
MOBILE: Final = 0.2
_EVES: Final = eves(FIRST, MONTHS)


@dataclass(frozen=True)
class World:
    """staff: people there at any time. changed: what multiplies leaving from deployment on. mobile: what multiplies
    moving for one group of every five people, which no model knows of."""

    staff: int = 4_000
    changed: float = 1.0
    mobile: float = 1.0


@lru_cache(maxsize=64)
def facts(world: World, seed: int) -> Facts:
    """Three years of it. The mobile group answers black, everybody else white."""
    rng = np.random.default_rng(seed)
    n = world.staff
    person, known = np.arange(n), n
    since = int(_EVES[0]) - (rng.exponential(6, n) * 365.25).astype(np.int64)
    organisation, group = rng.integers(0, ORGANISATIONS, n), rng.integers(0, len(GROUPS), n)
    mobile, of_group = rng.random(n) < MOBILE, np.array(list(GROUPS.values()))
    answers, spells = [mobile], list[list[Ints]]()
    for month in range(MONTHS):
        service = SERVICE[np.searchsorted(YEARS, _EVES[month] - since, side="right")]
        leave = LEAVING * service * of_group[group] * (world.changed if month >= DEPLOYED else 1.0)
        move = MOVING * np.sqrt(service) * np.where(mobile, world.mobile, 1.0)
        drawn = rng.random(n)
        left, gone = np.flatnonzero(drawn < leave), np.flatnonzero(drawn < leave + move)
        moved = gone[drawn[gone] >= leave[gone]]
        last = rng.integers(_EVES[month], _EVES[month + 1], n)
        told = (person, organisation, group, since, last, drawn >= leave)
        spells.append([column[gone].astype(np.int64) for column in told])
        since[gone] = last[gone] + 1
        organisation[moved] = (organisation[moved] + rng.integers(1, ORGANISATIONS, len(moved))) % ORGANISATIONS
        person[left] = known + np.arange(len(left))
        known += len(left)
        mobile[left] = rng.random(len(left)) < MOBILE
        answers.append(mobile[left])
    spells.append([person, organisation, group, since, np.full(n, -1), np.zeros(n, dtype=np.int64)])
    return Facts.of(
        _people(np.concatenate(answers)), _spells(*(np.concatenate(column) for column in zip(*spells, strict=True)))
    )


def _people(mobile: NDArray[np.bool_]) -> pl.LazyFrame:
    told = pl.DataFrame({"person": np.arange(len(mobile)), "mobile": mobile}).lazy()
    return told.select(
        "person",
        ethnicity=pl.when("mobile").then(pl.lit("black")).otherwise(pl.lit("white")),
        sex=pl.lit("female"),
        disability=pl.lit("non_disabled"),
        age_band=pl.lit("35-44"),
    )


def _spells(person: Ints, organisation: Ints, group: Ints, since: Ints, last: Ints, moved: Ints) -> pl.LazyFrame:
    told = pl.DataFrame({"person": person, "organisation": organisation, "since": since, "last": last, "moved": moved})
    over = pl.col("last") >= 0
    return told.lazy().select(
        "person",
        pl.col("organisation").cast(pl.String),
        kind=pl.lit("substantive"),
        level=pl.lit(5),
        staff_group=pl.Series(list(GROUPS)).gather(group),
        fte=pl.lit(1.0),
        started=pl.col("since").cast(pl.Int32).cast(pl.Date),
        ended=pl.when(over).then(pl.col("last").cast(pl.Int32).cast(pl.Date)),
        end_reason=pl.when(over & (pl.col("moved") == 1)).then(pl.lit("moved")).when(over).then(pl.lit("relocation")),
        destination=pl.lit(None, pl.String),
    )


def window(first: int, months: int) -> tuple[date, date]:
    """So many months from a month of the world on."""
    return _day(_EVES[first]) + timedelta(days=1), _day(_EVES[first + months])


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(number))


def lifetimes(seed: int, people: int = 4_000) -> tuple[Ints, Ints]:
    """Days until somebody leaves (1), moves (2) or is no longer watched (0), and which of them: constant chances."""
    rng = np.random.default_rng(seed)
    gone = rng.exponential(1 / (DAILY_LEAVING + DAILY_MOVING), people)
    cause = np.where(rng.random(people) < DAILY_LEAVING / (DAILY_LEAVING + DAILY_MOVING), 1, 2)
    watched = rng.uniform(700, 1_500, people)
    return np.ceil(np.minimum(gone, watched)).astype(np.int64), np.where(gone <= watched, cause, 0)


DAILY_LEAVING, DAILY_MOVING = LEAVING * 12 / 365.25, 2 * MOVING * 12 / 365.25


def truly_left(day: int) -> float:
    """The chance to have left by a day in the world of `lifetimes`."""
    both = DAILY_LEAVING + DAILY_MOVING
    return DAILY_LEAVING / both * (1 - float(np.exp(-both * day)))
