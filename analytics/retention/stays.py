"""Spells -> stays: the time somebody is in an organisation, or in the system, without a break.

Substantive posts only, as in the mobility ledger: who is lent elsewhere stays with the employer, and who acts up holds
their own post still. A day is a number from 1 January 1970; OPEN stands for an end that is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
GAP: Final = 31  # days between two posts that are no break: a month of notice or leave between two jobs
OPEN: Final = 2**20
EPOCH: Final = date(1970, 1, 1)
_NEVER: Final = EPOCH + timedelta(days=OPEN)
_WIDE: Final = 2**22  # more than OPEN and the days before 1970 that are told apart
_BEFORE_1970: Final = 2**16
_FEW: Final = 2**30


@dataclass(frozen=True)
class Stays:
    """`posts`: the substantive posts, in no particular order; `order`, `began` and `until` put each holder's together,
    by beginning, and `first` says where each stay's begin among them. By stay: when it began and ended, when the
    person's stay in the system did, the person and the holder, as numbers."""

    posts: pl.DataFrame
    order: Ints
    began: Ints
    until: Ints
    first: Ints
    started: Ints
    ended: Ints
    in_system_from: Ints
    in_system_to: Ints
    person: Ints
    holder: Ints

    @classmethod
    def of(cls, spells: pl.LazyFrame, holder: Sequence[str], columns: Sequence[str], gap: int = GAP) -> "Stays":
        """holder: ("person", "organisation") for stays in organisations, ("person",) for those in the system. columns:
        what else to keep of the posts."""
        kept = dict.fromkeys(["person", *holder, *columns, "started", "ended"])
        posts = spells.filter(pl.col("kind") == "substantive").select(*kept).collect(engine="streaming")
        person = _dense(posts.get_column("person"))
        whose = person if "organisation" not in holder else _beside(person, posts.get_column("organisation"))
        until = _days(posts.get_column("ended").fill_null(_NEVER))
        return cls.made(posts, (person, whose), _days(posts.get_column("started")), until, gap)

    @classmethod
    def made(cls, posts: pl.DataFrame, who: tuple[Ints, Ints], began: Ints, until: Ints, gap: int = GAP) -> "Stays":
        """The same from columns of the posts. who: numbers of the person and of the holder; a person's holders have
        numbers that no other person's lie between."""
        person, whose = who
        order = _in_order(whose, began)
        began, until, whose = began[order], until[order], whose[order]
        first, ended = _stays(whose, began, until, gap)
        started, of = began[first], person[order[first]]
        system = _in_system(of, started, ended, gap)
        holders = np.cumsum(np.diff(whose[first], prepend=-1) != 0, dtype=np.int64) - 1
        return cls(posts, order, began, until, first, started, ended, *system, of, holders)

    def posts_on(self, stays: Ints, day: Ints | int) -> Ints:
        """The row of the post of each of these stays on its day: of several the last begun; in a break the one
        before."""
        lengths = self.lengths[stays]
        place = self.first[stays].copy()
        several = np.flatnonzero(lengths > 1)
        of = np.repeat(several, lengths[several])
        steps = np.arange(len(of)) - np.repeat(np.cumsum(lengths[several]) - lengths[several], lengths[several])
        rows, on = place[of] + steps, np.broadcast_to(day, stays.shape)[of]
        come = self.began[rows] <= on
        for chosen in (come, come & (self.until[rows] >= on)):
            place[of[chosen]] = rows[chosen]
        return self.order[place]

    @cached_property
    def lengths(self) -> Ints:
        """How many posts each stay has."""
        return np.diff(np.append(self.first, len(self.order)))

    def posts_then(self, stays: Ints, day: int) -> Ints:
        """`posts_on` one day, of most of the stays at once."""
        place = self.first.copy()
        come = self.began <= day
        for rows in (np.flatnonzero(come), np.flatnonzero(come & (self.until >= day))):
            place[self._stay[rows]] = rows  # the last of a stay's is kept
        return self.order[place[stays]]

    @cached_property
    def _stay(self) -> NDArray[np.int32]:
        """The stay of each post in order."""
        return np.repeat(np.arange(len(self.first), dtype=np.int32), self.lengths)

    def first_posts(self, stays: Ints) -> Ints:
        """The row of the first post of each of these stays."""
        return self.order[self.first[stays]]

    def following(self) -> Ints:
        """The stay of the same person that began next after each; -1 where there is none."""
        later = np.full(len(self.person), -1, dtype=np.int64)
        several = _several(self.person)
        order = several[_in_order(self.person[several], self.started[several])]
        same = self.person[order[1:]] == self.person[order[:-1]]
        later[order[:-1][same]] = order[1:][same]
        return later

    def still(self, ids: Ints, then: Ints, now: Ints, day: int) -> Flags:
        """Whether each of the stays `then` has the same of `ids` (persons, or holders) as any of `now`, those there on
        a later day: most are the same stays."""
        kept = self.ended[then] >= day
        others = np.zeros(int(ids.max(initial=-1)) + 1, dtype=bool)
        others[ids[now]] = True
        gone = np.flatnonzero(~kept)
        kept[gone] = others[ids[then[gone]]]
        return kept

    @property
    def stayed_in_system(self) -> Flags:
        """Whether the person was in the system still when the stay ended."""
        return self.in_system_to > self.ended

    def there(self, day: int) -> Ints:
        """The stays under way on the day."""
        return np.flatnonzero((self.started <= day) & (self.ended >= day))


def day_number(day: date) -> int:
    return (day - EPOCH).days


def _days(column: pl.Series) -> Ints:
    return column.to_physical().to_numpy().astype(np.int64)


def _dense(column: pl.Series) -> Ints:
    """Whole numbers from 0 that tell values apart: the values themselves, where they are small."""
    if column.dtype.is_integer() and (column.is_empty() or int(str(column.max())) < _FEW):
        return column.to_numpy().astype(np.int64)
    return column.rank("dense").to_numpy().astype(np.int64) - 1


def _in_order(whose: Ints, began: Ints) -> Ints:
    """The places of each holder's together, by beginning."""
    return np.argsort(whose * _WIDE + began + _BEFORE_1970, kind="stable")  # quick where they nearly are already


def _beside(person: Ints, organisation: pl.Series) -> Ints:
    coded = organisation if organisation.dtype == pl.Categorical else organisation.cast(pl.Categorical)
    codes = coded.to_physical().to_numpy().astype(np.int64)
    return person * (int(codes.max(initial=0)) + 1) + codes


def _several(whose: Ints) -> Ints:
    """The places of those that lie beside another of the same holder: most holders have one alone."""
    same = whose[1:] == whose[:-1]
    several = np.zeros(len(whose), dtype=bool)
    several[1:] = same
    several[:-1] |= same
    return np.flatnonzero(several)


def _runs(changes: Flags, began: Ints, until: Ints, gap: int) -> tuple[Flags, Ints]:
    """Where a new stay begins, and how far those of the same holder have reached by each row."""
    line = np.cumsum(changes, dtype=np.int64) * _WIDE + _BEFORE_1970
    reach: Ints = np.maximum.accumulate(line + until) - line
    before = np.concatenate([[OPEN], reach[:-1]])
    return changes | (began > before + 1 + gap), reach


def _stays(whose: Ints, began: Ints, until: Ints, gap: int) -> tuple[Ints, Ints]:
    """The row at which each stay begins, and the day on which it ends; rows are in order."""
    new, ended = np.ones(len(whose), dtype=bool), until.copy()
    rows = _several(whose)
    if len(rows):
        found, reach = _runs(np.diff(whose[rows], prepend=-1) != 0, began[rows], until[rows], gap)
        new[rows] = found
        begin = np.flatnonzero(found)
        ended[rows[begin]] = reach[np.append(begin[1:], len(found)) - 1]
    first = np.flatnonzero(new)
    return first, ended[first]


def _in_system(person: Ints, started: Ints, ended: Ints, gap: int) -> tuple[Ints, Ints]:
    """When the stay in the system began and ended that each stay lies in; one person's lie together."""
    since, until = started.copy(), ended.copy()
    rows = _several(person)
    rows = rows[_in_order(person[rows], started[rows])]
    first, ends = _stays(person[rows], started[rows], ended[rows], gap)
    lengths = np.diff(np.append(first, len(rows)))
    since[rows], until[rows] = np.repeat(started[rows][first], lengths), np.repeat(ends, lengths)
    return since, until
