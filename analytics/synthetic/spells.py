"""Spells: each employment cut into the posts held, and secondments and acting up laid over them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from analytics.synthetic import posts
from analytics.synthetic.careers import OPEN, STAYED, Careers, Employments
from analytics.synthetic.dice import Flags, Ints, between, stream
from analytics.synthetic.organisations import Organisations
from analytics.synthetic.service import YEAR

CHANGES = 0.08  # changes of post inside an employment, a year
PROMOTED = 0.5  # of changes, to a higher level
SHORTEST = 120  # days in a post before a change
SUBSTANTIVE, SECONDMENT, ACTING_UP = 0, 1, 2
GOES_ON, LEFT, MOVED, PROMOTION, CHANGE_OF_POST, END_OF_SECONDMENT, END_OF_ACTING_UP = range(7)
SECONDED, ACTED_UP = 0.014, 0.018  # begun in a year of substantive service


@dataclass(frozen=True)
class Spells:
    """Columns of equal length. `employment` is the position of the employment a spell lies in; `end` a code above."""

    employment: Ints
    person: Ints
    organisation: Ints
    kind: Ints
    post: Ints
    started: Ints
    ended: Ints
    end: Ints

    def where(self, rows: Flags | Ints) -> Spells:
        """The rows chosen by a mask or by position."""
        return Spells(*(getattr(self, field.name)[rows] for field in fields(self)))


def together(parts: list[Spells]) -> Spells:
    """All parts, person by person, in the order they started."""
    columns = [np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Spells)]
    return Spells(*columns).where(np.lexsort((columns[3], columns[5], columns[1])))


def _whole(jobs: Employments) -> Spells:
    """Each employment as a single spell."""
    end = np.where(jobs.ended == OPEN, GOES_ON, np.where(jobs.to == STAYED, LEFT, MOVED)).astype(np.int8)
    zero = np.zeros(len(end), dtype=np.int8)
    at = np.arange(len(end), dtype=np.int32)
    return Spells(at, jobs.person, jobs.organisation, zero, jobs.post, jobs.started, jobs.ended, end)


def _cut(rng: np.random.Generator, spells: Spells, until: int) -> tuple[Spells, Flags]:
    """Spells shortened to the last post held, and which of them were cut."""
    held = SHORTEST + rng.exponential(YEAR / CHANGES, len(spells.person))
    since = np.minimum(spells.ended, until) - held.astype(np.int32)
    cut = since > spells.started + SHORTEST
    started = np.where(cut, since, spells.started).astype(np.int32)
    columns = (spells.employment, spells.person, spells.organisation, spells.kind, spells.post)
    return Spells(*columns, started, spells.ended, spells.end), cut


def _earlier(rng: np.random.Generator, spells: Spells, began: Ints, kinds: Ints) -> Spells:
    """What came before the posts of `spells` in the same employments, which began on the days given."""
    level, group = posts.LEVEL[spells.post], posts.GROUP[spells.post]
    below = posts.like(rng, kinds[spells.organisation], group, np.maximum(level - 1, 0))
    rose = (rng.random(len(level)) < PROMOTED) & (posts.LEVEL[below] < level) & (posts.LEVEL[below] > 0)
    post = np.where(rose, below, spells.post).astype(np.int16)
    end = np.where(rose, PROMOTION, CHANGE_OF_POST).astype(np.int8)
    columns = (spells.employment, spells.person, spells.organisation, spells.kind)
    return Spells(*columns, post, began, (spells.started - 1).astype(np.int32), end)


def substantive(seed: int, careers: Careers, organisations: Organisations, first: int, until: int) -> Spells:
    """Substantive spells that ended on day `first` or later, never two at once."""
    rng, parts, left = stream(seed, "posts held"), [], _whole(careers.employments)
    while len(left.person):
        part, cut = _cut(rng, left, until)
        parts.append(part)
        more = cut & (part.started > first)
        left = _earlier(rng, part.where(more), left.started[more], organisations.kind)
    return together(parts)


def _overlay(rng: np.random.Generator, within: Spells, rate: float, first: int, until: int, longest: int) -> Spells:
    """Periods of 90 to `longest` days inside some of the spells, begun at `rate` a year of service; from before the
    window too, so that it opens with as many under way as it ends."""
    low, high = np.maximum(within.started, first - longest), np.minimum(within.ended, until)
    chosen = rng.random(len(low)) < rate * (high - low) / YEAR
    low, high, within = low[chosen], high[chosen], within.where(chosen)
    began = (low + rng.random(len(low)) * np.maximum(high - low - 30, 0)).astype(np.int32)
    ended = np.minimum(began + between(rng, 90, longest, len(low)), within.ended)
    ended = np.where(ended >= until, within.ended, ended).astype(np.int32)
    rows = (ended == OPEN) | ((ended > began) & (ended >= first) & (ended < until))
    return Spells(
        *(within.employment, within.person, within.organisation, within.kind, within.post), began, ended, within.end
    ).where(rows)


def _ending(spells: Spells, code: int) -> Ints:
    return np.where(spells.ended == OPEN, GOES_ON, code).astype(np.int8)


def seconded(seed: int, within: Spells, organisations: Organisations, first: int, until: int) -> Spells:
    """Secondments to other organisations, drawn by size, while the substantive post is kept."""
    rng = stream(seed, "secondments")
    lent = _overlay(rng, within, SECONDED, first, until, 540)
    ends = np.cumsum(organisations.size) / organisations.size.sum()
    host = np.searchsorted(ends, rng.random(len(lent.person)), side="right").astype(np.int16)
    post = posts.like(rng, organisations.kind[host], posts.GROUP[lent.post], posts.LEVEL[lent.post])
    kind = np.full(len(host), SECONDMENT, dtype=np.int8)
    end = _ending(lent, END_OF_SECONDMENT)
    away = host != lent.organisation
    return Spells(lent.employment, lent.person, host, kind, post, lent.started, lent.ended, end).where(away)


def acting(seed: int, within: Spells, organisations: Organisations, first: int, until: int) -> Spells:
    """Acting up one level in the same organisation, while the substantive post is kept."""
    rng = stream(seed, "acting up")
    some = _overlay(rng, within, ACTED_UP, first, until, 300)
    level = posts.LEVEL[some.post]
    kinds = organisations.kind[some.organisation]
    post = posts.like(rng, kinds, posts.GROUP[some.post], np.minimum(level + 1, 9))
    kind = np.full(len(post), ACTING_UP, dtype=np.int8)
    columns = (some.employment, some.person, some.organisation, kind, post, some.started, some.ended)
    return Spells(*columns, _ending(some, END_OF_ACTING_UP)).where((level > 0) & (posts.LEVEL[post] > level))
