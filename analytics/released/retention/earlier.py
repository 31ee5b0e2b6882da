"""The years before the newest, counted for everybody: heads on the days that they share, and what happened between.

The same figures as of the newest year, at the cost of one: who went and came in all of them is looked for once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from analytics.coded import years_before
from analytics.disclosure.protection import Mask
from analytics.released.retention.reading import CAUSE, Flags, Ints, Year
from analytics.released.retention.tables import LEAVING, UNSEEN
from analytics.retention.stays import day_number

WINDOWS: Final = 5
SOON: Final = 31  # days without anybody going that say nothing
CHANCE: Final = 3  # nobody goes where so many would have, by the rest of the year: the record is not as old
NEARLY_ALL: Final = 0.95
_NEVER: Final = 2**40


def ends(on: date) -> tuple[date, ...]:
    """The days on which the years begin and end, in order: the last is `on`."""
    days = [on]
    for _ in range(WINDOWS):
        days.append(years_before(days[-1]))
    return (*reversed(days),)


@dataclass(frozen=True)
class Earlier:
    """`days` in order, the last the eve of the newest year; heads on them (day x place, the system first), and by
    figure what happened between them (year x place). first: by organisation, the first day on which anybody is known to
    have gone."""

    days: Ints
    heads: Ints
    between: Mapping[str, Ints]
    first: Ints

    @classmethod
    def of(cls, year: Year, on: date) -> "Earlier":
        """From a reading that goes back as far: `on` is its last day. Years that the record of the system does not go
        back to are left out."""
        days = np.array([day_number(day) for day in ends(on)[:-1]])
        there = [_There.on(year, int(day)) for day in days]
        went, came = _Went.between(year, days), _came(year, days)
        heads = np.stack([one.heads for one in there])
        kept = [np.stack(part) for part in zip(*map(_There.kept, there, there[1:]), strict=True)]
        found = {**went.counted(), **came, "stayed": kept[0], "in_system": kept[1]}
        found["leavers"] = np.sum([found[name] for name in LEAVING], axis=0)
        found["exits"] = found["leavers"] + found["moved"]
        found |= {"lost": heads[:-1] - kept[0], "elsewhere": kept[1] - kept[0], "away": heads[:-1] - kept[1]}
        found[UNSEEN] = heads[:-1] + found["joined"] + found["came"]
        return cls(days, heads, found, went.first).covered()

    def covered(self) -> "Earlier":
        """Without the years that the record of the system does not go back to."""
        begin = len(self.days) - 1 - int(np.cumprod(self.known[::-1, 0]).sum())
        between = {name: n[begin:] for name, n in self.between.items()}
        return Earlier(self.days[begin:], self.heads[begin:], between, self.first)

    @cached_property
    def known(self) -> Mask:
        """Year x place: whether the record goes back as far, of the system that of nearly all its people. Who left
        before it began is in no record."""
        known, gone = np.zeros((len(self.days) - 1, self.heads.shape[1]), dtype=bool), self.between["exits"][:, 1:]
        silent = self.first - self.days[:-1, None]
        missed = gone * silent / np.maximum(self.days[1:, None] - self.first, 1)
        known[:, 1:] = (silent <= SOON) | ((gone > 0) & (missed <= CHANCE))
        each = self.heads[:-1, 1:]
        known[:, 0] = (each * known[:, 1:]).sum(axis=1) >= NEARLY_ALL * np.maximum(each.sum(axis=1), 1)
        return known


@dataclass(frozen=True)
class _There:
    """Who was there on a day: stays, and which count once in the system."""

    year: Year
    day: int
    rows: Ints
    once: Flags

    @classmethod
    def on(cls, year: Year, day: int) -> "_There":
        rows = year.stays.there(day)
        return cls(year, day, rows, year.once(rows, np.zeros(len(rows), dtype=np.int8)))

    @cached_property
    def heads(self) -> Ints:
        return _by_place(self.year, self.rows, self.once)

    def kept(self, later: "_There") -> tuple[Ints, Ints]:
        """How many of these are with the same employer on a later day, and how many in the system."""
        stays, found = self.year.stays, list[Ints]()
        for ids in (stays.holder, stays.person):
            gone = ~stays.still(ids, self.rows, later.rows, later.day)
            found.append(self.heads - _by_place(self.year, self.rows[gone], self.once[gone]))
        return found[0], found[1]


@dataclass(frozen=True)
class _Went:
    """Who went between the days: stays, the year in which, and which count once; and the figure each belongs to."""

    year: Year
    rows: Ints
    within: Ints
    once: Flags
    of: Mapping[str, Flags]
    years: int

    @classmethod
    def between(cls, year: Year, days: Ints) -> "_Went":
        stays = year.stays
        rows = np.flatnonzero((stays.ended >= days[0]) & (stays.ended < days[-1]))
        inside = stays.stayed_in_system[rows]
        out = year.rows(rows[~inside], stays.ended[rows[~inside]], stays.in_system_to[rows[~inside]])
        once, causes = np.ones(len(rows), dtype=bool), np.full(len(rows), -1)
        once[~inside], causes[~inside] = out.once, year.cause_of(out)
        of = {"moved": inside} | {name: causes == CAUSE[name] for name in LEAVING}
        return cls(year, rows, np.searchsorted(days, stays.ended[rows], side="right") - 1, once, of, len(days) - 1)

    def counted(self) -> dict[str, Ints]:
        """Year x place, by figure."""
        each = [self.within == at for at in range(self.years)]
        return {
            name: _stacked(self.year, self.rows, self.once, [chosen & one for one in each])
            for name, chosen in self.of.items()
        }

    @property
    def first(self) -> Ints:
        """By organisation, the first day on which anybody went; later than all days where nobody did."""
        first = np.full(len(self.year.posts.words["organisation"]), _NEVER)
        np.minimum.at(first, self.year.employers[self.rows], self.year.stays.ended[self.rows])
        return first


def _came(year: Year, days: Ints) -> dict[str, Ints]:
    """joined and came: year x place."""
    stays = year.stays
    rows = np.flatnonzero((stays.started > days[0]) & (stays.started <= days[-1]))
    within = np.searchsorted(days, stays.started[rows]) - 1
    inside = stays.in_system_from[rows] < stays.started[rows]
    once = inside.copy()
    once[~inside] = year.once(rows[~inside], stays.in_system_from[rows[~inside]])
    each = [within == at for at in range(len(days) - 1)]
    of = {"joined": ~inside, "came": inside}
    return {name: _stacked(year, rows, once, [chosen & one for one in each]) for name, chosen in of.items()}


def _stacked(year: Year, rows: Ints, once: Flags, chosen: list[Flags]) -> Ints:
    return np.stack([_by_place(year, rows[one], once[one]) for one in chosen])


def _by_place(year: Year, rows: Ints, once: Flags) -> Ints:
    each = np.bincount(year.employers[rows], minlength=len(year.posts.words["organisation"]))
    return np.concatenate([[np.count_nonzero(once)], each])
