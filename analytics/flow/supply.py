"""How many there would be at each level in years to come, in three scenarios, where posts hold back who rises.

An illustration of present rates with a band, not a forecast. Rates of a small unit lean on those of the whole system;
the band draws them anew from what was seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.errors import CellsError, TooLittleError
from analytics.flow.transitions import FROM, TO

HORIZONS: Final = (1, 3, 8)
DRAWS: Final = 500
WEIGHT: Final = 20.0  # people whose moves the system's rates count for in a unit's
FEWEST: Final = 10


@dataclass(frozen=True)
class Scenario:
    """What is multiplied: leaving altogether, rising to a higher state, and hires from outside."""

    name: str
    leaving: float = 1.0
    rising: float = 1.0
    hiring: float = 1.0


SCENARIOS: Final = (
    Scenario("as now"),
    Scenario("a fifth fewer leave", leaving=0.8),
    Scenario("a fifth more rise", rising=1.2),
)


def supply(
    stock: pl.DataFrame,
    moves: pl.DataFrame,
    hires: pl.DataFrame,
    *,
    states: Sequence[Any],
    posts: Mapping[Any, float],
    system: pl.DataFrame | None = None,
    horizons: Sequence[int] = HORIZONS,
    scenarios: Sequence[Scenario] = SCENARIOS,
    draws: int = DRAWS,
    seed: int = 1,
) -> pl.DataFrame:
    """People in each state after each of the horizons: columns scenario, year, state, n, and low and high, 95 in 100 of
    the draws; vacant is the posts then left empty (null where posts are not limited), with its vacant_low and
    vacant_high.

    stock and hires (in a year): state and n. moves: from, to (null: gone) and n, a year apart, as `transitions` gives
    them; system: those of the whole system, which rates lean on. states: lowest first. posts: how many there are at the
    states where they are limited; who would rise into one that is full stays, and hires wait. Raises CellsError for
    unknown states or horizons; TooLittleError where fewer than 10 people were seen in a state (of the whole
    system, where it is given).
    """
    if not states or len(set(states)) < len(states) or any(year < 1 for year in horizons):
        raise CellsError("states: some different ones, lowest first; horizons: whole years of 1 or more")
    seen = _seen(moves, states)
    whole = seen if system is None else _seen(system, states)
    _refuse_few(whole, states)
    prior = _divided(whole) * (0 if system is None else WEIGHT)
    now, joining = (_heads(frame, states) for frame in (stock, hires))
    limits = np.array([posts.get(state, np.inf) for state in states], dtype=float)
    rng = np.random.default_rng(seed)
    drawn = np.concatenate([(seen + prior)[None], rng.gamma(seen + prior, size=(draws, *seen.shape))])
    rates = _divided(drawn)
    joined = np.concatenate([joining[None], rng.poisson(joining, size=(draws, len(states)))])
    found: list[pl.DataFrame] = []
    for one in scenarios:
        carried = _carried(now, _scaled(rates, one), joined * np.float64(one.hiring), limits, max(horizons))
        found += [_figures(one, carried, limits, states, year) for year in horizons]
    return pl.concat(found)


def step(now: Floats, rates: Floats, hires: Floats, limits: Floats) -> tuple[Floats, Floats, Floats]:
    """One year: the stock after it, who left and who joined, each by draw and state.

    now: draw x state. rates: draw x state x state and, last, gone. From the highest state down: those who would rise
    into a full one stay where they were, in equal shares; hires fill what is left.
    """
    coming = now[..., None] * rates[..., :-1]
    joined = np.zeros_like(now)
    for state in range(now.shape[-1] - 1, -1, -1):
        own = coming[:, state:, state].sum(axis=1)
        inward = coming[:, :state, state].sum(axis=1)
        places = np.maximum(limits[state] - own, 0)
        part = np.divide(np.minimum(inward, places), inward, out=np.ones_like(inward), where=inward > 0)
        kept_back = coming[:, :, state] * (1 - part)[:, None]
        kept_back[:, state:] = 0
        coming[:, :, state] -= kept_back
        index = np.arange(now.shape[-1])
        coming[:, index, index] += kept_back
        joined[:, state] = np.minimum(hires[:, state], np.maximum(places - inward * part, 0))
    return coming.sum(axis=1) + joined, now * rates[..., -1], joined


def _carried(now: Floats, rates: Floats, hires: Floats, limits: Floats, years: int) -> list[Floats]:
    stocks = [np.broadcast_to(now, (len(rates), len(now))).copy()]
    for _ in range(years):
        stocks.append(step(stocks[-1], rates, hires, limits)[0])
    return stocks


def _scaled(rates: Floats, scenario: Scenario) -> Floats:
    """Leaving and rising multiplied; who then neither leaves nor moves stays."""
    scaled = rates.copy()
    states = rates.shape[1]
    rise = np.triu(np.ones((states, states), dtype=bool), 1)
    scaled[:, :, -1] *= scenario.leaving
    scaled[:, :, :-1] = np.where(rise, scaled[:, :, :-1] * scenario.rising, scaled[:, :, :-1])
    index = np.arange(states)
    scaled[:, index, index] = 0
    away = scaled.sum(axis=2, keepdims=True)
    scaled /= np.maximum(away, 1)
    scaled[:, index, index] = 1 - scaled.sum(axis=2)
    return scaled


def _figures(
    scenario: Scenario, stocks: list[Floats], limits: Floats, states: Sequence[Any], year: int
) -> pl.DataFrame:
    there = stocks[year]
    empty = np.where(np.isfinite(limits), np.maximum(limits - there, 0), np.nan)
    columns: dict[str, Any] = {"scenario": [scenario.name] * len(states), "year": [year] * len(states), "state": states}
    for name, ends, values in (("n", ("low", "high"), there), ("vacant", ("vacant_low", "vacant_high"), empty)):
        columns[name] = values[0]
        columns[ends[0]], columns[ends[1]] = np.quantile(values[1:], [0.025, 0.975], axis=0)
    return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


def _seen(moves: pl.DataFrame, states: Sequence[Any]) -> Floats:
    """Counts of moves, state x state and, last, gone: whatever is none of the states."""
    place = {state: at for at, state in enumerate(states)}
    counts = np.zeros((len(states), len(states) + 1))
    for begin, end, n in moves.select(FROM, TO, "n").iter_rows():
        if begin in place:
            counts[place[begin], place.get(end, -1)] += n
    return counts


def _heads(frame: pl.DataFrame, states: Sequence[Any]) -> Floats:
    known = dict(frame.select("state", "n").iter_rows())
    return np.array([float(known.get(state, 0)) for state in states])


def _refuse_few(seen: Floats, states: Sequence[Any]) -> None:
    people = seen.sum(axis=1)
    if people.min() < FEWEST:
        state = states[int(people.argmin())]
        raise TooLittleError(f"fewer than {FEWEST} people were seen in {state!r}: too little to project from")


def _divided(counts: Floats) -> Floats:
    whole = counts.sum(axis=-1, keepdims=True)
    return np.divide(counts, whole, out=np.zeros_like(counts), where=whole > 0)
