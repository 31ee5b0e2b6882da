"""The year up to a day, as codes: what the likelihoods of the standards are counted from."""

from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from analytics.coded import Coded, Columns, Ints, Window, day, holders
from analytics.frames import GROUPS, NON_ANSWERS, STAGES
from analytics.representation.cases import WENT_ON, Mask
from analytics.representation.pairs import crude_ratio
from analytics.representation.standards import QUERIED, Standard

GROUP, REFERENCE, _NEITHER = range(3)  # the sides
_SIDES: Final = 3
_BITS: Final = 32  # of a holder's number that are the organisation


class Year:
    """A year, or several, as codes: who was in post on the last day, and what was opened in it. A holder is a person,
    or a person in an organisation; for the whole system, everybody is in organisation 0."""

    def __init__(self, codes: Coded, standard: Standard, window: Window, *, per_organisation: bool) -> None:
        self.codes, self.standard, self.window, self.per_organisation = codes, standard, window, per_organisation
        self.side = _sides(codes, standard)
        self.events = codes.opened(window)

    @cached_property
    def staff(self) -> Ints:
        """The holders of the posts on the last day."""
        posts = self.codes.main(self.window[1], per_organisation=self.per_organisation)
        return self._holders(self.codes.spells, posts)

    @cached_property
    def headcount(self) -> Ints:
        """How many they are, as `tally` tells it."""
        return self.tally(self.staff)

    def entered(self, stage: str, outcome: str | None = None) -> Ints:
        """The holders of whom a step was opened in the year, each once."""
        chosen = self.events["stage"] == STAGES.index(stage)
        if outcome is not None:
            chosen &= self.events["outcome"] == self.outcome(outcome)
        return distinct(self._holders(self.events, np.flatnonzero(chosen)))

    def among(self, some: Ints, others: Ints) -> Mask:
        """Which of the holders are among the others, each of whom is there once, in order."""
        people = np.zeros(len(self.codes.people), dtype=bool)
        people[others >> _BITS] = True
        maybe = np.flatnonzero(people[some >> _BITS])
        found = np.zeros(len(some), dtype=bool)
        at = np.searchsorted(others, some[maybe]).clip(0, len(others) - 1)
        found[maybe] = others[at] == some[maybe]
        return found

    def decided(self, stage: str) -> tuple[Ints, Ints]:
        """Of cases opened in the year and decided by its last day: whose, and whether they went on."""
        at_stage = self.events["stage"] == STAGES.index(stage)
        chosen = np.flatnonzero(at_stage & (self.events["closed_on"] <= day(self.window[1])))
        return self._holders(self.events, chosen), self.events["outcome"][chosen] == self.outcome(WENT_ON[stage])

    def outcome(self, name: str) -> int:
        """The outcome's code; -1 where no event has it."""
        return self.codes.outcomes.index(name) if name in self.codes.outcomes else -1

    def tally(self, holders: Ints) -> Ints:
        """How many of each organisation, by side."""
        person, organisation = holders >> _BITS, holders & (2**_BITS - 1)
        cell = organisation * _SIDES + self.side[person]
        size = len(self.codes.organisations) if self.per_organisation else 1
        return np.bincount(cell, minlength=size * _SIDES).reshape(size, _SIDES)

    def ratio(self, indicator: str, a: Ints, n: Ints, *, reference_above: bool = False) -> pl.DataFrame:
        """One row an organisation: events of the group and the reference (a, n as of `tally`), one over the other as
        the standard prints it."""
        present = np.flatnonzero(self.headcount.sum(axis=1))
        names = self.codes.organisations if self.per_organisation else [""]
        above, below = (REFERENCE, GROUP) if reference_above else (GROUP, REFERENCE)
        rows = pl.DataFrame({
            "organisation": [names[at] for at in present.tolist()],
            "a": a[present, above],
            "n": n[present, above],
            "c": a[present, below],
            "m": n[present, below],
        })  # fmt: skip
        found = rows.with_columns(**crude_ratio(rows)).rename({"ratio": "value"})
        odd = ((pl.col("value") > QUERIED) | (pl.col("value") < 1 / QUERIED)).fill_null(value=False)
        return found.with_columns(indicator=pl.lit(indicator), measure=pl.lit("ratio"), query=odd)

    def _holders(self, of: Columns, rows: Ints) -> Ints:
        organisation = of["organisation"][rows] if self.per_organisation else 0
        return holders(of["person"][rows], organisation)


def _sides(codes: Coded, standard: Standard) -> Ints:
    """Of each person: in the group, in the reference, neither or not known."""
    into = {group: whole for whole, groups in standard.merged.items() for group in groups}
    names = [into.get(group, group) for group in (*GROUPS[standard.characteristic], *NON_ANSWERS)]
    sides = {standard.group: GROUP, standard.reference: REFERENCE}
    return np.array([sides.get(name, _NEITHER) for name in names])[codes.answers[standard.characteristic]]


def distinct(values: Ints) -> Ints:
    """Each value once, in order; np.unique looks them up one by one, which takes longer."""
    ordered = np.sort(values)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def year_before(on: date) -> date:
    """The same day a year before; 28 February for 29."""
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return on.replace(year=on.year - 1, day=28)
