"""Spells as records: numbers, grades, titles, hours, and why and where to people went."""

from __future__ import annotations

import numpy as np
import polars as pl

from analytics.synthetic import posts
from analytics.synthetic.careers import OPEN, Careers
from analytics.synthetic.dice import Floats, Ints, slots, stream
from analytics.synthetic.people import days, gather
from analytics.synthetic.service import YEAR
from analytics.synthetic.spells import LEFT, MOVED, Spells

KINDS = ("substantive", "secondment", "acting_up")
ENDS = (None, "left", "moved", "promotion", "change_of_post", "end_of_secondment", "end_of_acting_up")
UNKNOWN = 0.35  # leavers without a recorded reason; the NHS publishes 39 to 41 % for some staff groups
RETIREMENT = {55: 0.4, 60: 0.75, 65: 0.95}  # share of leavers with a reason who retire, from the age given
REASONS = {
    "resignation_work_life_balance": 0.34,
    "resignation_promotion": 0.23,
    "relocation": 0.17,
    "end_of_fixed_term": 0.17,
    "dismissal": 0.04,
    "ill_health": 0.05,
}
DESTINATIONS = {
    "not_known": 0.44,
    "other_public_sector": 0.2,
    "private_sector": 0.16,
    "not_employed": 0.09,
    "education_or_training": 0.06,
    "abroad": 0.05,
}
HOURS = {1.0: 0.6, 0.9: 0.08, 0.8: 0.13, 0.6: 0.12, 0.5: 0.07}
NUMBERS, PERSON_STEP, EMPLOYER_STEP = 30_000_000, 7_368_787, 104_729  # the step has no factor in common with NUMBERS


def _weights(shares: dict[str, float] | dict[float, float]) -> Floats:
    return np.array(list(shares.values()))


def _numbers(spells: Spells) -> pl.Series:
    """Employee numbers: eight digits, one per person and employer, a third of them with leading zeros."""
    number = (
        spells.person.astype(np.int64) * PERSON_STEP + spells.organisation.astype(np.int64) * EMPLOYER_STEP
    ) % NUMBERS
    return pl.Series(number).cast(pl.String).str.zfill(8)


def _retires(at: Ints, born: Ints) -> Floats:
    """The share of leavers with a reason who retire, at their age on day `at`."""
    return np.array([0.0, *RETIREMENT.values()])[np.searchsorted(list(RETIREMENT), (at - born) / YEAR, side="right")]


def end_of_fixed_term(at: Ints, born: Ints) -> Floats:
    """The chance that whoever leaves on day `at` is recorded as at the end of a fixed-term contract."""
    return (1 - UNKNOWN) * REASONS["end_of_fixed_term"] * (1 - _retires(at, born))


def _reasons(rng: np.random.Generator, spells: Spells, born: Ints) -> pl.Series:
    """Why each spell ended; retirement by age, and more than a third of leavers' reasons not known."""
    n = len(spells.person)
    words = [*ENDS, *REASONS, "retirement", "not_known"]
    likely = _retires(spells.ended, born[spells.person - 1])
    reason = len(ENDS) + slots(_weights(REASONS), 100)[rng.integers(0, 100, n)]
    reason = np.where(rng.random(n) < likely, len(words) - 2, reason)
    reason = np.where(rng.random(n) < UNKNOWN, len(words) - 1, reason)
    return gather(words, np.where(spells.end == LEFT, reason, spells.end))


def _destinations(rng: np.random.Generator, spells: Spells, to: Ints, codes: pl.Series) -> pl.Series:
    """Where leavers and movers went: a kind of place, or the code of an organisation of the system."""
    words = [None, *DESTINATIONS, *codes.to_list()]
    outside = 1 + slots(_weights(DESTINATIONS), 100)[rng.integers(0, 100, len(spells.person))]
    moved = 1 + len(DESTINATIONS) + to[spells.employment]
    return gather(words, np.select([spells.end == LEFT, spells.end == MOVED], [outside, moved], 0))


def _titles(spells: Spells) -> pl.Series:
    """Job titles; rows take turns between the two of a post, so that a change of post changes the title."""
    words = [title for pair in posts.titles() for title in pair]
    return gather(words, spells.post.astype(np.int32) * 2 + np.arange(len(spells.post)) % 2)


def _hours(rng: np.random.Generator, employment: Ints, employments: int) -> pl.Series:
    """Full-time equivalents, the same throughout an employment and independent of every characteristic."""
    table = np.array(list(HOURS), dtype=np.float32)[slots(_weights(HOURS), 100)]
    return pl.Series(table[rng.integers(0, 100, employments)][employment], dtype=pl.Float32)


def frame(seed: int, spells: Spells, careers: Careers, codes: pl.Series) -> pl.DataFrame:
    """One row per spell, in the order given."""
    rng, jobs = stream(seed, "records"), careers.employments
    post = posts.table()[spells.post]
    return pl.DataFrame(
        {
            "person": spells.person.astype(np.uint32),
            "organisation": gather(codes.to_list(), spells.organisation),
            "employee_number": _numbers(spells),
            "kind": gather(KINDS, spells.kind),
            **{name: post[name] for name in ("grade_scheme", "grade", "level", "staff_group")},
            "job_title": _titles(spells),
            "fte": _hours(rng, spells.employment, len(jobs.person)),
            "started": days(spells.started),
            "ended": days(spells.ended).set(pl.Series(spells.ended == OPEN), None),
            "end_reason": _reasons(rng, spells, careers.born),
            "destination": _destinations(rng, spells, jobs.to, codes),
        }
    )
