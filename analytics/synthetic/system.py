"""Puts the made-up system together."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from datetime import date

import numpy as np
import polars as pl

from analytics.synthetic import conversations, events, people, records, truths
from analytics.synthetic.careers import Careers, careers
from analytics.synthetic.contracts import contracts
from analytics.synthetic.dice import stream
from analytics.synthetic.organisations import MOST as MOST_ORGANISATIONS
from analytics.synthetic.organisations import Organisations, organise
from analytics.synthetic.service import rates
from analytics.synthetic.spells import Spells, acting, seconded, substantive, together
from analytics.synthetic.truths import Truth

FEWEST, MOST = 200, 1_500_000
SMALLEST = 20  # staff per organisation, on average, at the least
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class System:
    """The frames of a made-up system; their columns are described in `analytics.synthetic`."""

    organisations: pl.DataFrame
    people: pl.DataFrame
    spells: pl.DataFrame
    events: pl.DataFrame
    conversations: pl.DataFrame
    truths: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """Each frame by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def _check(staff: int, organisations: int, years: int, seed: int) -> None:
    """Refuses what cannot be made, in words."""
    for name, value, low, high in (
        ("staff", staff, FEWEST, MOST),
        ("organisations", organisations, 1, min(staff // SMALLEST, MOST_ORGANISATIONS)),
        ("years", years, 1, 20),
        ("seed", seed, 0, 2**63 - 1),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name} must be between {low} and {high}, not {value}")


def _year_days(until: date, years: int) -> list[int]:
    """The same day of the month in each year back from `until` (28 February for 29), oldest first, as day numbers."""
    day = 28 if (until.month, until.day) == (2, 29) else until.day
    then = [until.replace(year=until.year - back, day=day) for back in range(years, 0, -1)]
    return [(at - EPOCH).days for at in [*then, until]]


def _spells(seed: int, made: Careers, employers: Organisations, first: int, last: int) -> tuple[Spells, Spells]:
    """Substantive spells, and all spells."""
    held = substantive(seed, made, employers, first, last)
    lent = seconded(seed, held, employers, first, last)
    free = held.where(~np.isin(held.employment, lent.employment))
    return held, together([held, lent, acting(seed, free, employers, first, last)])


def _answers(seed: int, made: Careers, employers: Organisations, planted: list[Truth]) -> people.Answers:
    ethnicity, sex, disability = (
        people.answers(seed, name, made, employers, planted) for name in ("ethnicity", "sex", "disability")
    )
    return people.Answers(ethnicity, sex, disability)


def make(
    staff: int = 15_000,
    organisations: int = 12,
    years: int = 5,
    seed: int = 1,
    until: date = date(2026, 9, 30),
) -> System:
    """A made-up system of `staff` people employed on the day `until`, with `years` years of history before it.

    People who left in those years come on top. The same arguments always give the same frames. Raises ValueError where
    an argument is out of range: 200 to 1.5 million staff, 1 to 500 organisations with at least 20
    staff each on average, 1 to 20 years.
    """
    _check(staff, organisations, years, seed)
    birthdays = _year_days(until, years)
    first, last = birthdays[0], birthdays[-1]
    employers = organise(seed, staff, organisations)
    planted, codes = truths.plant(employers), employers.frame["code"]
    pace = rates(employers, truths.relative(planted, "leaving", organisations))
    made = careers(seed, employers, pace, first, last)
    answers = _answers(seed, made, employers, planted)
    held, spells = _spells(seed, made, employers, first, last)
    talks = conversations.make(seed, held, list(itertools.pairwise(birthdays)), codes)
    cases = events.offers(stream(seed, "offered"), held, made.employments.ended[held.employment], first, last)
    posts = records.frame(seed, spells, made, codes)
    held_on = contracts(seed, spells, posts["end_reason"], made, pace, first, last)
    stages = events.chain(seed, cases, planted, answers, last, codes)
    return System(
        organisations=employers.frame,
        people=people.frame(seed, made, answers, codes, until),
        spells=posts.with_columns(contract=held_on),
        events=pl.concat([talks[0], *stages]),
        conversations=talks[1],
        truths=truths.frame(planted, codes),
    )
