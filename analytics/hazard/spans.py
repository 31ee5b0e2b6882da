"""Facts -> stretches of months in which nothing of a person's terms changes, each with the codes of its terms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl

from analytics.errors import CellsError
from analytics.frames import CHARACTERISTICS, Facts
from analytics.hazard.codes import Codes, text, values
from analytics.hazard.refusals import DECLARED_ONLY, refuse_terms
from analytics.hazard.terms import AGE, FTE, FTE_EDGES, LEVEL, SINCE, SIZE, SIZE_EDGES, TERMS
from analytics.hazard.watch import Anchors, Changes, Owners, Watch
from analytics.retention.causes import cause_of
from analytics.retention.stays import Ints, Stays

BY: Final = ("organisation", "staff_group", "level", *CHARACTERISTICS)
_KEPT: Final[WeakKeyDictionary[Facts, dict[int, Stays]]] = WeakKeyDictionary()
Happened = tuple[Owners, Ints, Ints]  # the owners there are; whose it was and the day, once for each time
POST: Final = ("organisation", "level", "staff_group", "fte", "end_reason")


def stays_of(facts: Facts, gap: int) -> Stays:
    """The stays in organisations, kept for as long as the facts are: months behind and months ahead are of the same."""
    kept = _KEPT.setdefault(facts, {})
    if gap not in kept:
        kept[gap] = Stays.of(facts.spells, ("person", "organisation"), POST, gap)
    return kept[gap]


@dataclass(frozen=True)
class Asked:
    """Whose months are counted by what. sizes: columns organisation and headcount, where organisation_size is asked."""

    facts: Facts
    by: Sequence[str]
    terms: Sequence[str]
    declared: Sequence[str] = ()
    sizes: pl.DataFrame | None = None

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys([*self.by, *self.terms]))

    def refuse(self) -> None:
        """Raises CellsError for a column nobody knows, or a term that may not predict."""
        refuse_terms(self.terms, self.declared)
        for argument, given, known in (("by", self.by, BY), ("terms", self.terms, TERMS)):
            if strange := [name for name in given if name not in known]:
                raise CellsError(f"{argument}: {strange[0]!r} is none of {', '.join(known)}")


@dataclass(frozen=True)
class People:
    """The stays of a watch, and what is known of them. frozen_on: facts after that day are not known yet."""

    asked: Asked
    stays: Stays
    watch: Watch
    frozen_on: int | None = None
    _anchors: dict[str, Anchors] = field(default_factory=dict)

    @cached_property
    def spans(self) -> tuple[Ints, Ints, Ints]:
        """(whose, month, months), see `Watch.spans`."""
        return self.watch.spans(self._changes())

    def codes(self) -> Iterator[Codes]:
        """Each column that was asked for, one place a span."""
        whose, month, _ = self.spans
        day = self.watch.eves[month]
        known = day if self.frozen_on is None else np.full_like(day, self.frozen_on)
        rows = self.stays.posts_on(self.watch.which[whose], known)
        for name in self.asked.columns:
            yield self._coded(name, whose, day, rows)

    def gone(self) -> tuple[Ints, Ints]:
        """Whose stay ended within the window, and for which cause, as its place in CAUSES."""
        which = self.watch.which
        whose = np.flatnonzero(self.stays.ended[which] < self.watch.eves[-1])
        ended = which[whose]
        rows = self.stays.posts_on(ended, self.stays.ended[ended])
        reasons = self.stays.posts.select("end_reason")[rows]
        inside = pl.Series("in_system", self.stays.stayed_in_system[ended])
        cause = reasons.with_columns(inside).select(cause_of()).to_series().to_physical()
        return whose, cause.to_numpy().astype(np.int64)

    def _changes(self) -> Iterator[Changes]:
        for name in self.asked.columns:
            if name in SINCE:
                yield from self._since(name).changes(self.watch, SINCE[name].edges)
        if self.frozen_on is None and {"staff_group", "level", "fte"} & set(self.asked.columns):
            yield from self._posts()

    def _posts(self) -> Iterator[Changes]:
        """When a post begins, or ends while another goes on."""
        of = self._place[self._levels[0]]
        for day in (self.stays.began, self.stays.until + 1):
            chosen = (of >= 0) & (day > self.watch.eves[0]) & (day <= self.watch.eves[-2])
            yield of[chosen], self.watch.when(day[chosen])

    def _since(self, name: str) -> Anchors:
        if name not in self._anchors:
            owners, owner, day = getattr(self, f"_{name}")()
            known = (owner >= 0) & (day > self.watch.eves[0] - SINCE[name].edges[-1] - 1)
            known &= day <= (self.watch.eves[-1] if self.frozen_on is None else self.frozen_on)
            self._anchors[name] = Anchors.of(owners, owner[known], day[known])
        return self._anchors[name]

    def _service(self) -> Happened:
        return self._themselves, self._themselves.of, self.stays.started[self.watch.which]

    def _in_level(self) -> Happened:
        of, level = self._levels
        begins = np.append(True, (of[1:] != of[:-1]) | (level[1:] != level[:-1]))
        return self._themselves, self._place[of[begins]], self.stays.began[begins]

    def _since_move(self) -> Happened:
        came = np.flatnonzero(self.stays.in_system_from < self.stays.started)
        return self._persons, self._person(came), self.stays.started[came]

    def _since_promotion(self) -> Happened:
        """When a level rose within a stay, or from the last one of a stay to the first of the next."""
        of, level = self._levels
        up = np.flatnonzero(np.append(False, (of[1:] == of[:-1]) & (level[1:] > level[:-1]) & (level[:-1] > 0)))
        following = self.stays.following()
        before = np.flatnonzero(following >= 0)
        after = following[before]
        last = level[np.append(self.stays.first[1:], len(level))[before] - 1]
        rose = after[(level[self.stays.first[after]] > last) & (last > 0)]
        day = np.concatenate([self.stays.began[up], self.stays.started[rose]])
        return self._persons, self._person(np.concatenate([of[up], rose])), day

    def _since_conversation(self) -> Happened:
        """When a conversation of theirs was agreed."""
        if self.asked.facts.events is None:
            raise CellsError("since_conversation: these facts have no events")
        day = pl.col("closed_on").to_physical().cast(pl.Int64)
        low = int(self.watch.eves[0]) - SINCE["since_conversation"].edges[-1]
        held = self.asked.facts.events.filter(
            pl.col("stage") == "conversation", day.is_between(low, int(self.watch.eves[-1]))
        )
        found = held.select("person", day=day).collect(engine="streaming")
        people = self._people.gather(self._persons.start[:-1]).to_numpy()
        asked = found.get_column("person").to_numpy()
        place = np.minimum(np.searchsorted(people, asked), len(people) - 1)
        return self._persons, np.where(people[place] == asked, place, -1), found.get_column("day").to_numpy()

    @cached_property
    def _place(self) -> Ints:
        """Where each stay stands in the watch; -1 for one that is not watched."""
        place = np.full(len(self.stays.started), -1, dtype=np.int64)
        place[self.watch.which] = np.arange(len(self.watch.which))
        return place

    @cached_property
    def _themselves(self) -> Owners:
        return Owners(np.arange(len(self.watch.which)))

    @cached_property
    def _persons(self) -> Owners:
        """Stays are by holder, and a person's holders together: so the numbers of persons never fall."""
        return Owners(np.cumsum(np.diff(self.stays.person[self.watch.which], prepend=-1) != 0) - 1)

    def _person(self, stays: Ints) -> Ints:
        """The owner, by person, of any stays; -1 for a person who is not watched."""
        persons = self.stays.person[self.watch.which[self._persons.start[:-1]]]
        asked = self.stays.person[stays]
        place = np.minimum(np.searchsorted(persons, asked), len(persons) - 1)
        return np.where(persons[place] == asked, place, -1)

    @cached_property
    def _people(self) -> pl.Series:
        """The person of each stay of the watch."""
        rows = self.stays.first_posts(self.watch.which)
        return self.stays.posts.get_column("person").gather(rows)

    @cached_property
    def _levels(self) -> tuple[Ints, Ints]:
        """The stay and level of each post, in order; 0 for a level that is unmapped."""
        of = np.repeat(np.arange(len(self.stays.first)), np.diff(np.append(self.stays.first, len(self.stays.order))))
        level = self.stays.posts.get_column("level").fill_null(0).to_numpy().astype(np.int64)
        return of, level[self.stays.order]

    def _coded(self, name: str, whose: Ints, day: Ints, rows: Ints) -> Codes:
        if name in SINCE:
            passed = self._since(name).since(whose, day)
            place = np.searchsorted(SINCE[name].edges, passed, side="right")
            return Codes(name, place, values(name, SINCE[name].labels))
        if name in CHARACTERISTICS:
            return self._answers(name, whose)
        if name == "organisation_size":
            return self._sizes(rows)
        column = self.stays.posts.get_column(name)
        if name == "level":
            level = column.cast(pl.Int64).fill_null(len(LEVEL.categories)).to_numpy()[rows] - 1
            return Codes(name, level, values(name, LEVEL))
        if name == "fte":
            band = 2 - np.searchsorted(FTE_EDGES, column.to_numpy().astype(np.float64) + 1e-6, side="right")
            return Codes(name, band[rows], values(name, FTE))
        return text(name, column, rows)

    def _answers(self, name: str, whose: Ints) -> Codes:
        answers = self.asked.facts.people.select("person", name).collect()
        known = pl.DataFrame([self._people]).join(answers, on="person", how="left", maintain_order="left")
        column = known.get_column(name).cast(pl.String)
        if name in DECLARED_ONLY:
            place = column.cast(AGE).to_physical().fill_null(len(AGE.categories) - 1)
            return Codes(name, place.to_numpy().astype(np.int64)[whose], values(name, AGE))
        return text(name, column.fill_null("not_known"), whose)

    def _sizes(self, rows: Ints) -> Codes:
        if self.asked.sizes is None:
            raise CellsError("organisation_size: needs the sizes of organisations")
        of = text("organisation", self.stays.posts.get_column("organisation"), rows)
        sizes = pl.DataFrame([of.values]).join(self.asked.sizes, on="organisation", how="left", maintain_order="left")
        heads = sizes.get_column("headcount")
        if heads.null_count():
            missing = of.values[int(heads.is_null().arg_max() or 0)]
            raise CellsError(f"organisation_size: no size of {missing!r} was given")
        band = np.searchsorted(SIZE_EDGES, heads.to_numpy(), side="right")
        return Codes("organisation_size", band[of.place], values("organisation_size", SIZE))
