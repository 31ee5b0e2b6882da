"""Facts -> one reading of a year that every table of the release is counted from: whole numbers for all codes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.at_once import at_once
from analytics.coded import Coded, coded
from analytics.errors import FactsError
from analytics.frames import GROUPS, KINDS, LEVELS, Facts
from analytics.retention.causes import CAUSES, ENDED, LEFT, OTHER, RETIRED, RETIREMENT
from analytics.retention.stays import GAP, OPEN, Stays, day_number

SYSTEM: Final = ""
UNANSWERED, UNMAPPED, UNKNOWN = "unanswered", "unmapped", "unknown"
YEARS: Final = (1, 2, 5, 10)
SERVICE: Final = ("under 1 year", "1 to 2 years", "2 to 5 years", "5 to 10 years", "10 years or more")
CAUSE: Final = {cause: code for code, cause in enumerate(CAUSES)}
DAYS: Final = 365.25
ROOM: Final = len(LEVELS) + 1  # levels, and none
_ENDS: Final = ("end_reason", "destination")
_SUBSTANTIVE: Final = KINDS.index("substantive")
Flags = NDArray[np.bool_]
Ints = NDArray[Any]  # whole numbers of any width


@dataclass(frozen=True)
class Rows:
    """Stays that something happened to: which, the post it happened in, the day, and which of them count once a person
    in the whole system."""

    stays: Ints
    posts: Ints
    day: Ints
    once: Flags

    def only(self, chosen: Flags) -> "Rows":
        return Rows(self.stays[chosen], self.posts[chosen], self.day[chosen], self.once[chosen])


@dataclass(frozen=True)
class Posts:
    """The substantive posts of everybody who was there since the first day that matters, as codes: organisation, level
    (0 where there is none) and staff_group; why they ended and where to, as places among the words, the last where that
    is not known."""

    organisation: Ints
    level: Ints
    staff_group: Ints
    fte: NDArray[np.float32]
    end_reason: Ints
    destination: Ints
    words: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, facts: Facts, codes: Coded, rows: Ints, since: date) -> "Posts":
        # A post may have ended shortly before the first day that matters, and the stay go on after a break.
        spells, last = codes.spells, codes.spells["ended"][rows] >= day_number(since) - GAP - 1
        organisation, here = _used(spells["organisation"][rows], last, codes.organisations)
        staff_group, groups = _used(spells["staff_group"][rows], last, codes.staff_groups)
        (why, where), words = _ends(facts, since, len(spells["kind"]))
        names = {"organisation": here, "staff_group": groups, **words}
        level, fte = spells["level"][rows], spells["fte"][rows]
        return cls(organisation, level, staff_group, fte, why[rows], where[rows], names)


@dataclass(frozen=True)
class Year:
    """Twelve months up to `last`, as day numbers: `first` is their first day. Of what was before `since` no more is
    known than when somebody came who was there on that day or later."""

    codes: Coded
    stays: Stays
    posts: Posts
    first: int
    last: int
    since: int

    @classmethod
    def of(cls, facts: Facts, window: tuple[date, date], since: date) -> "Year":
        """Read the facts, or what has been read of them."""
        codes = coded(facts)
        spells = codes.spells
        there = np.zeros(len(codes.people), dtype=bool)
        there[spells["person"][spells["ended"] >= day_number(since)]] = True
        rows = np.flatnonzero((spells["kind"] == _SUBSTANTIVE) & there[spells["person"]])
        person = spells["person"][rows].astype(np.int64)
        if (person >= codes.known).any():
            raise FactsError("spells", "person", "someone with a post is not among the people")
        whose = person * len(codes.organisations) + spells["organisation"][rows]
        until = np.minimum(spells["ended"][rows], OPEN).astype(np.int64)
        began = spells["started"][rows].astype(np.int64)
        pieces: list[Callable[[], Any]] = [
            lambda: Stays.made(pl.DataFrame(), (person, whose), began, until),
            lambda: Posts.of(facts, codes, rows, since),
        ]
        stays, posts = at_once(lambda piece: piece(), pieces)
        return cls(codes, stays, posts, day_number(window[0]), day_number(window[1]), day_number(since))

    @cached_property
    def opening(self) -> Rows:
        """Those there on the day before the year."""
        return self.there(self.first - 1)

    @cached_property
    def closing(self) -> Rows:
        """Those there on its last day."""
        return self.there(self.last)

    @cached_property
    def joined(self) -> Rows:
        """Those who came to an organisation from outside the system, on their first day."""
        return self._came(inside=False)

    @cached_property
    def came(self) -> Rows:
        """Those who came to an organisation from inside the system, on their first day."""
        return self._came(inside=True)

    @cached_property
    def moved(self) -> Rows:
        """Those who went from an organisation and stayed in the system: the day is their last."""
        return self._went(inside=True)

    @cached_property
    def gone(self) -> Rows:
        """Those who went from an organisation and from the system: the day is their last."""
        return self._went(inside=False)

    def _came(self, *, inside: bool) -> Rows:
        stays = self.stays
        within = np.flatnonzero((stays.started >= self.first) & (stays.started <= self.last))
        chosen = within[(stays.in_system_from[within] < stays.started[within]) == inside]
        return self.rows(chosen, stays.started[chosen], None if inside else stays.in_system_from[chosen])

    def _went(self, *, inside: bool) -> Rows:
        stays = self.stays
        within = np.flatnonzero((stays.ended >= self.first - 1) & (stays.ended < self.last))
        chosen = within[(stays.in_system_to[within] > stays.ended[within]) == inside]
        return self.rows(chosen, stays.ended[chosen], None if inside else stays.in_system_to[chosen])

    def there(self, day: int) -> Rows:
        """Those there on a day."""
        stays = self.stays.there(day)
        days = np.broadcast_to(np.int64(day), stays.shape)
        once = self.once(stays, np.zeros(len(stays), dtype=np.int8))
        return Rows(stays, self.stays.posts_then(stays, day), days, once)

    def rows(self, stays: Ints, day: Ints, which: Ints | None = None) -> Rows:
        """Stays on their days, in order. Of one person's with the same `which`, the one begun last counts in the
        system; all of them, where there is none."""
        once = np.ones(len(stays), dtype=bool) if which is None else self.once(stays, which)
        return Rows(stays, self.stays.posts_on(stays, day), day, once)

    def once(self, stays: Ints, which: Ints) -> Flags:
        """Whether each of these stays, in order, counts in the system: of one person's with the same `which` the one
        begun last."""
        once, person = np.ones(len(stays), dtype=bool), self.stays.person[stays]
        same = person[1:] == person[:-1]
        several = np.flatnonzero(np.append(same, False) | np.append(False, same))
        once[several] = self._last_begun(stays[several], which[several])
        return once

    def _last_begun(self, stays: Ints, which: Ints) -> Flags:
        person = self.stays.person[stays]
        order = np.lexsort((self.stays.started[stays], which, person))
        one, of = person[order], which[order]
        last = np.ones(len(order), dtype=bool)
        last[:-1] = (one[1:] != one[:-1]) | (of[1:] != of[:-1])
        found = np.empty(len(order), dtype=bool)
        found[order] = last
        return found

    def cause_of(self, gone: Rows) -> Ints:
        """Why people who are out of the system went, as codes of CAUSES."""
        by_reason = np.array([_cause(word) for word in self.posts.words["end_reason"]])
        return by_reason[self.posts.end_reason[gone.posts]]

    def service(self, rows: Rows, *, system: bool) -> Ints:
        """Length of service on the day, in the organisation or in the system, as a code of SERVICE."""
        began = self.stays.in_system_from if system else self.stays.started
        return service_of(rows.day - began[rows.stays])

    @cached_property
    def employers(self) -> Ints:
        """The organisation of each stay that matters."""
        # Of posts that ended before anything matters the code is 0.
        return np.maximum.reduceat(self.posts.organisation[self.stays.order], self.stays.first)

    def answer(self, characteristic: str, stays: Ints) -> Ints:
        """What the people of these stays answered: the place among its groups, or the last where they gave none."""
        table = np.minimum(self.codes.answers[characteristic], len(GROUPS[characteristic]))
        return table[self.stays.person[stays]]

    @staticmethod
    def answers(characteristic: str) -> tuple[str, ...]:
        return (*GROUPS[characteristic], UNANSWERED)


def service_of(days: Ints) -> Ints:
    """A code of SERVICE for so many days."""
    table = np.searchsorted(YEARS, np.arange(int(YEARS[-1] * DAYS) + 2) / DAYS, side="right").astype(np.int8)
    return table[np.minimum(days, len(table) - 1)]


def _used(column: Ints, chosen: Flags, words: Sequence[str]) -> tuple[Ints, tuple[str, ...]]:
    """A column of codes, told anew from 0 in the order of the words that occur among the chosen rows; the others, which
    nobody asks for, are 0."""
    seen = np.flatnonzero(np.bincount(column[chosen], minlength=len(words)))
    table = np.zeros(len(words), dtype=np.int32)
    table[seen] = np.arange(len(seen))
    return table[column], tuple(words[int(at)] for at in seen)


def _ends(facts: Facts, since: date, size: int) -> tuple[list[Ints], dict[str, tuple[str, ...]]]:
    """Why each spell ended and where to, of those that ended since: places among the words, the last for not known."""
    ended = facts.spells.select("ended", *_ENDS).with_row_index("row").filter(pl.col("ended") >= since)
    found = ended.select("row", *_ENDS).collect(engine="streaming")
    rows, columns, words = found.get_column("row").to_numpy(), [], dict[str, tuple[str, ...]]()
    for name in _ENDS:
        column = found.get_column(name)
        words[name] = (*column.unique().drop_nulls().sort(), UNKNOWN)
        known = column.cast(pl.Enum(words[name][:-1])).to_physical()
        codes = np.full(size, len(words[name]) - 1, dtype=np.int32)
        codes[rows] = known.cast(pl.Int32).fill_null(len(words[name]) - 1).to_numpy()
        columns.append(codes)
    return columns, words


def _cause(reason: str) -> int:
    if reason in RETIREMENT:
        return CAUSE[RETIRED]
    return CAUSE[OTHER] if reason in ENDED else CAUSE[LEFT]
