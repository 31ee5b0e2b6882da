"""Counts of a year -> the tables of the release: all that hangs together is protected together, then shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from analytics.counting import Floats
from analytics.disclosure import Released, Rule
from analytics.disclosure.protection import Mask
from analytics.released.retention import reasons
from analytics.released.retention.counted import ALL, Counter, heads, medians
from analytics.released.retention.flows import levels, moved
from analytics.released.retention.guard import NO_CELL, Guard
from analytics.released.retention.reading import ROOM, Ints

ORGANISATION: Final = "organisation"
LEAVING: Final = ("left", "retired", "other")
SHOWN: Final = (
    *("opening", "closing", "joined", "came", "left", "moved", "retired", "other"),
    *("leavers", "exits", "stayed", "in_system"),
)
# What is left where a share is told of the opening: not told, and protected like what is.
LEFT_OVER: Final = ("lost", "elsewhere", "away")
COUNTS: Final = (*SHOWN, *LEFT_OVER)
UNSEEN: Final = "reached"
SUMS: Final = (
    ("leavers", *LEAVING),
    ("exits", "leavers", "moved"),
    ("opening", "stayed", "lost"),
    ("opening", "in_system", "away"),
    ("in_system", "stayed", "elsewhere"),
    ("lost", "elsewhere", "away"),
)
# Where few moved, who left the system is told rather than who left the organisation.
FEW_MOVED: Final = (("exits", "moved"), ("in_system", "elsewhere"))
FIXED: Final = (ALL, "age_band", "ethnicity", "sex", "disability")  # what nobody changes within a year


@dataclass(frozen=True)
class Counted:
    """Everything about one year that is looked at together: heads by figure, organisation and slice, and reasons and
    destinations by organisation and code; then moves by origin and destination, whose sums are among those."""

    counter: Counter
    rule: Rule
    on: tuple[date, date]
    shares: Released | None = None

    @cached_property
    def heads(self) -> Mapping[str, Ints]:
        found = heads(self.counter)
        leavers = found["left"] + found["retired"] + found["other"]
        return found | {
            "leavers": leavers,
            "exits": leavers + found["moved"],
            "lost": found["opening"] - found["stayed"],
            "elsewhere": found["in_system"] - found["stayed"],
            "away": found["opening"] - found["in_system"],
            UNSEEN: found["opening"] + found["joined"] + found["came"],
        }

    @cached_property
    def medians(self) -> Floats:
        return medians(self.counter)

    @cached_property
    def there(self) -> Mapping[str, Mask]:
        """Which cells there are: organisations have the local slices alone; nobody joins after years of service; the
        system has no exits that are not its leavers; and where age is always known nobody's is not."""
        slices, places = self.counter.slices, len(self.counter.places)
        every = np.ones((places, len(slices.names)), dtype=bool)
        every[1:, slices.local :] = False
        silent = slices.place("age_band").stop - 1
        if not any(self.heads[name][0, silent] for name in ("opening", "closing", "joined", "exits")):
            every[:, silent] = False
        cells = dict.fromkeys((*COUNTS, UNSEEN), every)
        for name in ("joined", "came"):
            cells[name] = every.copy()
            cells[name][:, slices.place("service")] = False
        cells["exits"] = every.copy()
        cells["exits"][0] = False
        return cells

    @cached_property
    def codes(self) -> Mapping[str, Ints]:
        return {of: reasons.counted(self.counter, of) for of in reasons.OF}

    @cached_property
    def moves(self) -> Ints:
        return moved(self.counter)

    @cached_property
    def levels(self) -> Ints:
        return levels(self.counter)

    @cached_property
    def hidden(self) -> Mapping[str, Mask]:
        """What is withheld, by figure, and by "end_reason" and "destination"."""
        guard = Guard()
        at = {name: guard.add(self.heads[name], self.there[name], shown=name != UNSEEN) for name in (*COUNTS, UNSEEN)}
        codes = {of: guard.add(self.codes[of]) for of in reasons.OF}
        stacked = np.stack([at[name] for name in COUNTS])
        for name, day in zip(("opening", "closing"), self.on, strict=True):
            guard.hide(at[name][self._headcounts_hidden(day)])
        if self.shares is not None:
            guard.hide(at["closing"][self._groups_hidden(self.shares)])
        self.over_places(guard, stacked, codes)
        self.over_slices(guard, stacked)
        self._over_figures(guard, at)
        self._over_codes(guard, at, codes)
        for total, part in FEW_MOVED:
            guard.hide(at[total][self.heads[part] < self.rule.floor])
        guard.settle(at["stayed"][self._told_of_conversations & (self.heads["stayed"] >= self.rule.floor)])
        mask = guard.withheld(self.rule)
        return {name: _told(mask, places) for name, places in {**at, **codes}.items()}

    @property
    def _told_of_conversations(self) -> Mask:
        """Where the report on conversations shows who stayed, as those it counts."""
        told, slices = np.zeros(self.heads["stayed"].shape, dtype=bool), self.counter.slices
        told[:, slices.place(ALL)] = True
        for way in FIXED:
            told[0, slices.place(way)] = True
        return told

    def _headcounts_hidden(self, day: date) -> Mask:
        """What the report on representation withholds of that day's headcounts by level, here too: it counts people at
        their main post of any kind, which is the same for all but those who are lent elsewhere."""
        codes, (places, *_), slices = self.counter.year.codes, self.counter.shape, self.counter.slices
        counts = np.zeros((places + 1, 1 + ROOM), dtype=np.int64)
        here = {name: at for at, name in enumerate(self.counter.places)}
        lookup = np.array([here.get(name, -1) for name in codes.organisations])
        for each in (False, True):
            rows = codes.main(day, per_organisation=each)
            place = lookup[codes.spells["organisation"][rows]] if each else np.zeros(len(rows), dtype=np.int64)
            level = (codes.spells["level"][rows].astype(np.int64) - 1) % ROOM
            known = place >= 0
            found = np.bincount((place * ROOM + level)[known], minlength=(places + 1) * ROOM).reshape(-1, ROOM)
            counts[int(each) :, 1:] = found[int(each) :]
        counts[:, 0] = counts[:, 1:].sum(axis=1)
        guard = Guard()
        at = guard.add(counts)
        guard.adds_up((at[0], at[1:].T), key=ORGANISATION)
        guard.adds_up((at[:, 0], at[:, 1:]))
        mask = guard.withheld(self.rule)[at]
        hidden = np.zeros((places + 1, len(slices.names)), dtype=bool)
        hidden[:, 0], hidden[:, slices.place("level")] = mask[:, 0], mask[:, 1:]
        return hidden

    def _groups_hidden(self, shares: Released) -> Mask:
        """Groups of all levels together that the report on representation withholds."""
        hidden = np.zeros((len(self.counter.places), len(self.counter.slices.names)), dtype=bool)
        gone = shares.frame.filter(pl.col("n").is_null(), pl.col("level").cast(pl.String) == ALL)
        places = {name: at for at, name in enumerate(self.counter.places)}
        slices = {name: at for at, name in enumerate(self.counter.slices.names)}
        for place, of, group in gone.select("organisation", "characteristic", "group").iter_rows():
            at = places.get(place), slices.get(f"{of}:{group}")
            if at[0] is not None and at[1] is not None:
                hidden[at] = True
        return hidden

    def over_places(self, guard: Guard, stacked: Ints, codes: Mapping[str, Ints]) -> None:
        """Figure x organisation x slice, and organisation x code: organisations add up to the system."""
        sums = [(stacked[:, 0], np.moveaxis(stacked[:, 1:], 1, -1))]
        guard.adds_up(*sums, *((one[0], one[1:].T) for one in codes.values()), key=ORGANISATION, nearly=True)

    def over_slices(self, guard: Guard, stacked: Ints, *, nearly: bool = False) -> None:
        """The slices of each way to divide people add up to everybody."""
        slices = self.counter.slices
        for way in slices.words:
            if way != ALL and slices.words[way]:
                guard.adds_up((stacked[:, :, 0], stacked[:, :, slices.place(way)]), nearly=nearly)

    def _over_figures(self, guard: Guard, at: Mapping[str, Ints]) -> None:
        for total, *names in SUMS:
            guard.adds_up((at[total], np.stack([at[name] for name in names], axis=-1)))
        slices = self.counter.slices
        fixed = np.concatenate([np.arange(len(slices.names))[slices.place(way)] for way in FIXED])
        came = np.stack([at[name] for name in ("opening", "joined", "came")], axis=-1)
        gone = np.stack([at[name] for name in ("closing", "leavers", "moved")], axis=-1)
        for parts_ in (came, gone):
            guard.adds_up((at[UNSEEN][:, fixed], parts_[:, fixed]), alone=True)
        exits = np.stack([at[name] for name in ("closing", "exits")], axis=-1)
        guard.adds_up((at[UNSEEN][1:, fixed], exits[1:, fixed]), alone=True)

    def _over_codes(self, guard: Guard, at: Mapping[str, Ints], codes: Mapping[str, Ints]) -> None:
        known = reasons.codes_of(self.counter, reasons.END_REASON)
        for cause in LEAVING:
            of = [place for place, code in enumerate(known) if reasons.cause_of_code(code) == cause]
            if of:
                guard.adds_up((at[cause][:, 0], codes[reasons.END_REASON][:, of]))
        guard.adds_up((at["leavers"][:, 0], codes[reasons.DESTINATION]))

    @cached_property
    def moves_hidden(self) -> Mask:
        """Which moves between organisations are withheld: their sums are those told of as moved and came."""
        guard = Guard()
        flows = guard.add(self.moves, ~np.eye(len(self.moves), self.moves.shape[1], dtype=bool))
        for name, parts in (("moved", flows), ("came", flows[:, :-1].T)):
            totals = guard.add(self.heads[name][1:, 0])
            guard.hide(totals[self.hidden[name][1:, 0]])
            guard.adds_up((totals, parts), nearly=True)
        return _told(guard.withheld(self.rule), flows)

    @cached_property
    def levels_hidden(self) -> Mask:
        """Which moves between levels are withheld. Who stayed at one, came to it or went is told nowhere, but is part
        of what is."""
        guard, inside = Guard(), self.levels[:-1, :-1]
        level = self.counter.slices.place("level")
        flows = guard.add(inside, ~np.eye(len(inside), dtype=bool))
        still, joined, gone = (
            guard.add(n, shown=False)[:, None] for n in (np.diag(inside), self.levels[-1, :-1], self.levels[:-1, -1])
        )
        for name, parts in (
            ("opening", (flows, still, gone)),
            ("closing", (flows.T, still, joined)),
            ("in_system", (flows, still)),
        ):
            totals = guard.add(self.heads[name][0, level])
            guard.hide(totals[self.hidden[name][0, level]])
            guard.adds_up((totals, np.concatenate(parts, axis=1)), alone=True)
        return _told(guard.withheld(self.rule), flows)


def _told(mask: Mask, places: Ints) -> Mask:
    """Whether each is withheld; what is no cell is not."""
    return np.where(places == NO_CELL, False, mask[places])
