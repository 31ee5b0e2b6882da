"""Employments: who worked where, from when to when, and in which post at the end.

Made backwards. People employed on the last day and people who left the system within the window are drawn as they were
at the end (so groups, levels and sizes are as asked), and their earlier employments are traced back from there: a share
of joiners came from another organisation of the system, where an employment ended 1 to 20 days before.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from analytics.synthetic import posts
from analytics.synthetic.calibration import AGES, CLASS_OF_LEVEL, shares
from analytics.synthetic.dice import Flags, Floats, Ints, between, pick, stream
from analytics.synthetic.organisations import Organisations
from analytics.synthetic.service import ENDED, UNDER_WAY, YEAR, Rates, length

OPEN = np.int32(2**30)  # the end of an employment that goes on
STAYED = -1  # no organisation
ADULT = int(16 * YEAR)
RETIRING = 0.18  # of leavers, beside those who reach 60 in the ordinary course
BEFORE = np.array([-1, 0, 1])  # the level before a move, beside the level after it
MOVES_UP, MOVES_DOWN = 0.35, 0.05


@dataclass(frozen=True)
class Employments:
    """Columns of equal length; days count from 1 January 1970. `to` is the organisation moved to, or -1."""

    person: Ints
    organisation: Ints
    post: Ints
    started: Ints
    ended: Ints
    to: Ints

    def where(self, rows: Flags | Ints) -> Employments:
        """The rows chosen by a mask or by position."""
        return Employments(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Careers:
    """All employments that touch the window, person by person in order, and each person's day of birth, last post and
    last organisation (person n at position n - 1)."""

    employments: Employments
    born: Ints
    post: Ints
    organisation: Ints


def _birth(rng: np.random.Generator, level: Ints, at: Ints, leaver: Flags) -> Ints:
    """Days of birth with the ages of the level on day `at`; some leavers are of an age to retire."""
    table = np.array(AGES)
    band = pick(rng, shares("age"), CLASS_OF_LEVEL[level])
    age = table[band] + rng.random(len(at)) * (table[band + 1] - table[band])
    retiring = leaver & (rng.random(len(at)) < RETIRING)
    age = np.where(retiring, 58 + 10 * rng.random(len(at)), age)
    return (at - np.ceil(age * YEAR)).astype(np.int32)


def _last(seed: int, organisations: Organisations, rates: Rates, first: int, until: int) -> tuple[Employments, Ints]:
    """The last employment of everyone, in the order people will be numbered, and days of birth."""
    rng = stream(seed, "last employment")
    gone = rng.poisson(organisations.size * rates.leaving * (until - first) / YEAR)
    at = np.concatenate([np.repeat(np.arange(len(gone)), n) for n in (organisations.size, gone)]).astype(np.int16)
    order = rng.permutation(len(at))
    at, leaver = at[order], order >= organisations.size.sum()
    ended = np.where(leaver, between(rng, first, until - 1, len(at)), OPEN).astype(np.int32)
    seen = np.minimum(ended, until).astype(np.int32)
    post = posts.draw(rng, organisations.kind[at])
    born = _birth(rng, posts.LEVEL[post], seen, leaver)
    pace, longest = rates.pace[at], seen - born - ADULT
    served = np.where(leaver, length(rng, ENDED, pace, longest), length(rng, UNDER_WAY, pace, longest))
    person = np.arange(1, len(at) + 1, dtype=np.int32)
    started = (seen - served).astype(np.int32)
    return Employments(person, at, post, started, ended, np.full(len(at), STAYED, dtype=np.int16)), born


def _origin(rng: np.random.Generator, rates: Rates, organisation: Ints) -> Ints:
    """Where people who joined from within the system came from: one draw over all rows of the table of flows."""
    lines: Floats = rates.origins + np.arange(len(rates.origins))[:, None]
    drawn = np.searchsorted(lines.ravel(), organisation + rng.random(len(organisation)), side="right")
    return np.minimum(drawn - organisation.astype(np.int64) * len(lines), len(lines) - 1).astype(np.int16)


def _before(rng: np.random.Generator, later: Employments, kinds: Ints, rates: Rates, born: Ints) -> Employments:
    """The employment in another organisation that came before, for those of `later` who moved."""
    moved = later.where(rng.random(len(later.person)) < rates.from_within[later.organisation])
    n = len(moved.person)
    at = _origin(rng, rates, moved.organisation)
    level = posts.LEVEL[moved.post]
    step = BEFORE[np.searchsorted([MOVES_UP, 1 - MOVES_DOWN], rng.random(n))]
    level = np.where(level == 0, 0, np.clip(level + step, 1, 9))
    post = posts.like(rng, kinds[at], posts.GROUP[moved.post], level)
    ended = moved.started - 1 - between(rng, 0, 19, n)
    longest = ended - born[moved.person - 1] - ADULT
    started = (ended - length(rng, ENDED, rates.pace[at], np.maximum(longest, 0))).astype(np.int32)
    earlier = Employments(moved.person, at, post, started, ended.astype(np.int32), moved.organisation)
    return earlier.where((longest > 0) & (at != moved.organisation))


def careers(seed: int, organisations: Organisations, rates: Rates, first: int, until: int) -> Careers:
    """Every employment that ended on day `first` or later, of all employed on day `until` or gone since `first`."""
    last, born = _last(seed, organisations, rates, first, until)
    rng, parts = stream(seed, "earlier employments"), [last]
    while len((later := parts[-1].where(parts[-1].started > first)).person):
        earlier = _before(rng, later, organisations.kind, rates, born)
        parts.append(earlier.where(earlier.ended >= first))
    columns = (np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Employments))
    together = Employments(*columns)
    order = np.lexsort((together.started, together.person))
    return Careers(together.where(order), born, last.post, last.organisation)
