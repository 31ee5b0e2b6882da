"""Facts as whole numbers: every frame is read once and every name becomes a code, so that counting needs neither a
join nor a hash table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.at_once import at_once
from analytics.errors import FactsError
from analytics.frames import CODED, GROUPS, KINDS, Facts

FOREVER: Final = np.iinfo(np.int32).max  # the last day of what has not ended
Ints = NDArray[Any]  # whole numbers of any width
Columns = Mapping[str, Ints]
Window = tuple[date, date]  # the first and the last day
_NONE: Final[Mapping[str, int]] = {"level": 0, "ended": FOREVER, "closed_on": FOREVER}
_DENSE: Final = 8  # keys at most this many times as far apart as they could be are looked up in a table
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Coded:
    """people: each person's key, by their number; those with spells or events who are not among the people are the
    last, from the number `known`. answers: of each person by characteristic, the position in its GROUPS and then in
    NON_ANSWERS. spells, events: columns by name, what is of one person together. Days are counted from 1970, FOREVER
    where there is none; level is 0 where there is none. organisations, staff_groups: what the codes mean, in order of
    the alphabet; outcomes: the same, "" where there is none."""

    people: Ints
    known: int
    answers: Columns
    spells: Columns
    events: Columns
    organisations: Sequence[str]
    staff_groups: Sequence[str]
    outcomes: Sequence[str]
    mains: dict[date, "Mains"] = field(default_factory=dict[date, "Mains"])
    windows: dict[Window, Columns] = field(default_factory=dict[Window, Columns])

    def opened(self, window: Window) -> Columns:
        """The events that were opened from the first day of the window to the last."""
        if window not in self.windows:
            wider = [of for of in [*self.windows] if of[0] <= window[0] and window[1] <= of[1]]
            events = self.windows[wider[0]] if wider else self.events
            first, last = (day(on) for on in window)
            rows = np.flatnonzero((events["opened_on"] >= first) & (events["opened_on"] <= last))
            self.windows[window] = {name: values[rows] for name, values in events.items()}
        return self.windows[window]

    def main(self, on: date, *, per_organisation: bool) -> Ints:
        """Which spells are a main post on the day (see `cells.count`), one for each person, or for each of their
        employers. Those of people who hold one post only come first, the others in order of person and employer."""
        if on not in self.mains:
            self.mains[on] = self._main(day(on))
        found = self.mains[on]
        return found.by_employer if per_organisation else found.by_person

    def holding_one(self, on: date) -> int:
        """How many people hold one post on the day: so many of `main` come first."""
        self.main(on, per_organisation=False)
        return self.mains[on].alone

    def _main(self, on: int) -> "Mains":
        spells = self.spells
        held = np.flatnonzero((spells["started"] <= on) & (spells["ended"] >= on)).astype(np.int32)
        person = spells["person"][held]
        several = np.zeros(len(held), dtype=bool)
        several[1:] = person[1:] == person[:-1]
        several[:-1] |= several[1:]
        alone, rest = held[~several], held[several]
        of = {name: values[rest] for name, values in spells.items()}
        # the last sorts first; a level of 0 comes after all others
        order = (of["organisation"], of["staff_group"], -of["level"], of["started"], -of["fte"], of["kind"])
        ordered = rest[np.lexsort(order)]
        by_employer, by_person = (
            np.concatenate([alone, ordered[np.unique(holder, return_index=True)[1]]])
            for holder in (self.holder(ordered), spells["person"][ordered])
        )
        return Mains(len(alone), by_person, by_employer)

    def holder(self, rows: Ints) -> Ints:
        """One number for each person and employer, of these spells."""
        return holders(self.spells["person"][rows], self.spells["organisation"][rows])

    def refuse_strangers(self, rows: Ints) -> None:
        """Raises FactsError where the person of one of these spells is not among the people."""
        if self.known < len(self.people) and (self.spells["person"][rows] >= self.known).any():
            raise FactsError("spells", "person", "someone with an open assignment is not among the people")

    def answer(self, characteristic: str, rows: Ints) -> Ints:
        """The answer's code of whoever holds each of these spells."""
        return self.answers[characteristic][self.spells["person"][rows]]

    def posts(self, rows: Ints) -> pl.DataFrame:
        """These spells as they are among the facts: person, kind, fte, started, level, staff_group, organisation."""
        of = {name: values[rows] for name, values in self.spells.items()}
        level = pl.Series("level", of["level"], dtype=pl.Int8)
        return pl.DataFrame([
            pl.Series("person", self.people[of["person"]]),
            named("kind", KINDS, of["kind"]).cast(pl.Enum(KINDS)),
            pl.Series("fte", of["fte"]),
            pl.Series("started", of["started"]).cast(pl.Date),
            level.set(level == 0, None),
            named("staff_group", self.staff_groups, of["staff_group"]),
            named("organisation", self.organisations, of["organisation"]),
        ])  # fmt: skip


@dataclass(frozen=True, eq=False)
class Mains:
    """The main posts on a day, as spells; those of the people who hold one post only come first."""

    alone: int
    by_person: Ints
    by_employer: Ints


_KEPT: Final[WeakKeyDictionary[Facts, Coded]] = WeakKeyDictionary()


def coded(facts: Facts) -> Coded:
    """The facts as codes, kept for as long as the facts are: the next report need not read them again."""
    if facts not in _KEPT:
        _KEPT[facts] = _read(facts)
    return _KEPT[facts]


def years_before(on: date, years: int = 1) -> date:
    """The same day so many years before; 28 February for 29."""
    return on.replace(year=on.year - years, day=28 if (on.month, on.day) == (2, 29) else on.day)


def day(on: date) -> int:
    """The day, counted from 1970."""
    return (on - _EPOCH).days


def named(column: str, names: Sequence[str], codes: Ints) -> pl.Series:
    """The names that the codes stand for."""
    return pl.Series(column, names, dtype=pl.String).gather(codes)


def holders(person: Ints, organisation: Ints | int) -> Ints:
    """One number for each person and employer."""
    return person.astype(np.int64) << 32 | organisation


def _read(facts: Facts) -> Coded:
    held = [name for name in CODED if getattr(facts, name) is not None]
    people, spells, *rest = map(in_order, pl.collect_all([facts.compact(name, CODED[name]) for name in held]))
    events = rest[0] if rest else pl.DataFrame(schema=_NO_EVENTS)
    facts.given.clear()  # what was read is codes now
    (own, theirs), keys = _numbered(people, spells, events)
    names = [
        [spells.get_column("organisation"), events.get_column("organisation")],
        *([spells.get_column("staff_group")], [events.get_column("outcome")]),
    ]
    ((at, where), organisations), ((groups,), staff_groups), ((outcomes,), words) = at_once(_names, names)
    kept, seen = at_once(_columns, [spells, events])
    return Coded(
        keys,
        people.height,
        {name: _answers(people.get_column(name), len(keys), len(of)) for name, of in GROUPS.items()},
        kept | {"person": own, "organisation": at, "staff_group": groups},
        seen | {"person": theirs, "organisation": where, "outcome": outcomes},
        organisations,
        staff_groups,
        words,
    )


_NO_EVENTS: Final[Any] = {
    "person": pl.UInt64,
    "organisation": pl.Categorical,
    "stage": pl.Enum([]),
    "opened_on": pl.Date,
    "closed_on": pl.Date,
    "outcome": pl.Categorical,
}


def _columns(frame: pl.DataFrame) -> dict[str, Ints]:
    """The columns that are numbers already, or codes in a fixed order."""
    return {
        column.name: column.to_physical().fill_null(_NONE.get(column.name, 0)).to_numpy()
        for column in frame.get_columns()
        if column.name not in ("person", "organisation", "staff_group", "outcome")
    }


def _answers(column: pl.Series, people: int, unknown: int) -> Ints:
    """The codes; whoever is not among the people gave no answer: a code of `unknown`, or after it."""
    codes = column.to_physical().to_numpy()
    strangers = np.full(people - len(codes), unknown, dtype=codes.dtype)
    return np.concatenate([codes, strangers]) if len(strangers) else codes


def _names(columns: Sequence[pl.Series]) -> tuple[list[Ints], list[str]]:
    """Each column's codes, and what they mean: names in order of the alphabet, "" where there is none. Of a fixed list
    of names some may be nobody's."""
    distinct = [_distinct(column) for column in columns]
    names = sorted({name or "" for each in distinct for name in each.cast(pl.String).to_list()})
    place = {name: at for at, name in enumerate(names)}
    return [_translated(*each, place) for each in zip(columns, distinct, strict=True)], names


def _distinct(column: pl.Series) -> pl.Series:
    if not isinstance(column.dtype, pl.Enum):
        return column.unique()
    none = pl.Series([None] if column.has_nulls() else [], dtype=pl.String)
    return column.dtype.categories.append(none).cast(column.dtype)


def _translated(column: pl.Series, distinct: pl.Series, place: Mapping[str, int]) -> Ints:
    physical = distinct.to_physical().cast(pl.Int64)
    none = int(physical.max() or 0) + 1  # type: ignore[arg-type]
    table = np.zeros(none + 1, dtype=np.min_scalar_type(len(place)))
    table[physical.fill_null(none).to_numpy()] = [place[name or ""] for name in distinct.cast(pl.String).to_list()]
    codes = column.to_physical()
    if (table[:none] == np.arange(none)).all() and not column.has_nulls():
        return codes.to_numpy()
    return table[(codes.cast(pl.UInt32).fill_null(none) if column.has_nulls() else codes).to_numpy()]


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of one person together, as a snapshot has them, each person's in the order in which they came."""
    return frame if frame.get_column("person").is_sorted() else frame.sort("person", maintain_order=True)


def _numbered(people: pl.DataFrame, *frames: pl.DataFrame) -> tuple[list[Ints], Ints]:
    """The number of each row's person, and everybody's key: people first, then who is not among them."""
    keys = people.get_column("person").to_numpy().view(np.int64)  # which numpy looks up as they are
    wanted = [frame.get_column("person").to_numpy().view(np.int64) for frame in frames]
    places = at_once(lambda each: _places(keys, each), wanted)
    strangers = np.unique(np.concatenate([each[at < 0] for each, at in zip(wanted, places, strict=True)]))
    for each, at in zip(wanted, places, strict=True):
        absent = at < 0
        if len(strangers):
            at[absent] = len(keys) + np.searchsorted(strangers, each[absent])
    return places, np.concatenate([keys, strangers]).view(np.uint64)


def _places(keys: Ints, wanted: Ints) -> Ints:
    """Where each wanted key is among the keys; -1 where it is not."""
    highest = max(int(keys.max(initial=0)), int(wanted.max(initial=0)))
    least = min(int(keys.min(initial=0)), int(wanted.min(initial=0)))
    if least == 0 and highest <= _DENSE * (len(keys) + 1_000):
        table = np.full(highest + 1, -1, dtype=np.int32)
        table[keys] = np.arange(len(keys), dtype=np.int32)
        return table[wanted]
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], wanted).clip(0, len(keys) - 1)
    place = order[at]
    return np.where(keys[place] == wanted, place, -1).astype(np.int32)
