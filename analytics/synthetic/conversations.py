"""Career conversations: about 45 in a hundred staff a year hold one, with somebody of a higher level."""

from __future__ import annotations

import numpy as np
import polars as pl

from analytics.synthetic import posts
from analytics.synthetic.dice import Flags, Ints, slots, stream
from analytics.synthetic.events import Cases, frame
from analytics.synthetic.people import days, gather
from analytics.synthetic.spells import Spells

HELD = 0.45
KINDS = {"follow_up": 0.78, "stay": 0.13, "transition": 0.09}  # after the first one, which is "initial"
UNMAPPED_MEETS = 6  # people on unmapped grades meet somebody at this level or above
NOBODY = -1


def _facilitator(rng: np.random.Generator, held: Spells, spells: Spells, year: tuple[int, int]) -> Ints:
    """For each conversation somebody at a higher level in the same organisation who was in post the whole year."""
    there = spells.where((spells.started <= year[0]) & (spells.ended >= year[1]))
    key = there.organisation.astype(np.int32) * 16 + posts.LEVEL[there.post]
    order = np.argsort(key, kind="stable")
    key, person = key[order], there.person[order]
    level = posts.LEVEL[held.post]
    wanted = np.where(level == 0, UNMAPPED_MEETS, level + 1)
    base = held.organisation.astype(np.int32) * 16
    low, high = np.searchsorted(key, base + wanted), np.searchsorted(key, base + 16)
    chosen = (low + rng.random(len(low)) * (high - low)).astype(np.int64)
    return np.where(high > low, np.append(person, NOBODY)[np.minimum(chosen, len(person))], NOBODY)


def _held(rng: np.random.Generator, spells: Spells, year: tuple[int, int]) -> tuple[Spells, Ints]:
    """Which spells hold a conversation in the year, and on which day."""
    low, high = np.maximum(spells.started, year[0]), np.minimum(spells.ended, year[1])
    held = rng.random(len(low)) < HELD * (high - low) / (year[1] - year[0])
    low, high = low[held], high[held]
    return spells.where(held), (low + rng.random(len(low)) * (high - low)).astype(np.int32)


def _in_order(people: Ints, day: Ints) -> tuple[Ints, Flags]:
    """The order by person and day, and which conversations are a person's first."""
    order = np.lexsort((day, people))
    return order, np.diff(people[order], prepend=-1) != 0


def make(
    seed: int, spells: Spells, years: list[tuple[int, int]], codes: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(events, conversations): every conversation as a stage event; those that had a facilitator with their detail."""
    rng = stream(seed, "conversations")
    met = [(*_held(rng, spells, year), year) for year in years]
    facilitator = np.concatenate([_facilitator(rng, held, spells, year) for held, _, year in met])
    person, at = (np.concatenate([getattr(held, name) for held, _, _ in met]) for name in ("person", "organisation"))
    day = np.concatenate([on for _, on, _ in met])
    order, initial = _in_order(person, day)
    person, at, day, facilitator = person[order], at[order], day[order], facilitator[order]
    n = len(day)
    events = frame(
        "conversation", Cases(person, at, day, day), day, gather(["held"], np.zeros(n, dtype=np.int8)), codes
    )
    kind = np.where(initial, 0, 1 + slots(np.array(list(KINDS.values())), 100)[rng.integers(0, 100, n)])
    due = day + np.array([182, 365, 365], dtype=np.int32)[rng.integers(0, 3, n)]
    talks = events.select("person", "organisation").with_columns(
        facilitator=pl.Series(np.maximum(facilitator, 0), dtype=pl.UInt32),
        kind=gather(["initial", *KINDS], kind),
        held_on=days(day),
        next_due_on=days(due).set(pl.Series(rng.random(n) < 0.1), None),
    )
    return events, talks.filter(pl.col("facilitator") > 0)
