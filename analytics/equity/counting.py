"""Facts -> a of n by step, organisation, staff group, level and group: what everything else is added up from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from analytics.at_once import at_once, both
from analytics.coded import Coded, Ints, coded, years_before
from analytics.equity.steps import CHAIN, CHARACTERISTICS, MERGED, MINORITY, POOL, SENIOR, UNANSWERED, UPPER, YEARS
from analytics.frames import GROUPS, Facts
from analytics.representation.cases import (
    NOWHERE,
    STARTS,
    Cases,
    Cohort,
    Reached,
    Window,
    reaching,
    selections,
)

STEPS: Final = (*CHAIN, SENIOR)
_LEVELS: Final = 10  # and 0, where there is none
_COHORT: Final = "cohort"
_BITS: Final = 4  # of `Flow.far`
By = Mapping[str, Cases]  # cases by step


def window(on: date, years: int = YEARS, back: int = 0) -> Window:
    """The first and the last day of `years` years that end `back` years before the day `on`, that day included."""
    last = years_before(on, back)
    return years_before(last, years) + timedelta(days=1), last


@dataclass(frozen=True, eq=False)
class Flow:
    """What flowed in one window: a cohort, how far its people came, and the cases of LINKS that start from an event."""

    people: Cohort
    reached: Reached
    selected: By

    @cached_property
    def far(self) -> Ints:
        """How far each of the cohort came, as one number."""
        masks = (self.reached.talked, self.reached.offered, self.reached.applied, self.reached.moved)
        return np.bitwise_or.reduce([mask.view(np.uint8) << np.uint8(bit) for bit, mask in enumerate(masks)])


def flowing(facts: Facts, windows: Sequence[Window]) -> list[Flow]:
    """The flow of each window; none for facts without events.

    Somebody whose only offers wait for an answer counts as not offered yet: what is open at the next step would
    otherwise be the difference of two figures.
    """
    if facts.events is None:
        return []
    codes = coded(facts)
    days = sorted({first for first, _ in windows})
    whole = min(days), max(last for _, last in windows)
    people, started = both(
        lambda: {on: Cohort(codes, on, per_organisation=True) for on in days}, lambda: selections(codes, whole)
    )

    def flow(of: Window) -> Flow:
        reached = reaching(codes, people[of[0]], of).settled()
        return Flow(people[of[0]], reached, {link: started.as_it_stood(stage, of) for link, stage in STARTS.items()})

    return at_once(flow, windows)


def standing(facts: Facts, on: date) -> By:
    """The cases of a stock: who of the people at the levels of POOL is at an upper one, on the day."""
    codes = coded(facts)
    posts = Cohort(codes, on, per_organisation=True)
    level = codes.spells["level"][posts.post]
    upper, pool = (np.isin(np.arange(_LEVELS), levels)[level] for levels in (UPPER, POOL))
    return {SENIOR: posts.cases(upper).where(pool)}


@dataclass(frozen=True, eq=False)
class Counts:
    """a of n, by step: a row for each place (an organisation's staff group and level), a column for each of `groups`.

    Who gave no answer is a group of their own; ethnic minorities are there together as well. Cases that are open are
    in neither. organisation, stratum: of each place, in order; organisations: their names, in order of the alphabet.
    """

    characteristic: str
    groups: Sequence[str]
    organisations: Sequence[str]
    organisation: Ints
    stratum: Ints
    a: Mapping[str, Ints]
    n: Mapping[str, Ints]
    summed: dict[str, tuple[Ints, Ints]] = field(default_factory=dict[str, tuple[Ints, Ints]])

    def units(self, step: str) -> tuple[Ints, Ints]:
        """a and n of each organisation, all its places together."""
        if step not in self.summed:
            self.summed[step] = self._units(step)
        return self.summed[step]

    def _units(self, step: str) -> tuple[Ints, Ints]:
        starts = np.flatnonzero(np.diff(self.organisation, prepend=-1))
        found = np.zeros((2, len(self.organisations), len(self.groups)), dtype=np.int64)
        for at, each in enumerate((self.a[step], self.n[step])):
            found[at, self.organisation[starts]] = np.add.reduceat(each, starts) if len(starts) else 0
        return found[0], found[1]

    @property
    def everybody(self) -> list[int]:
        """The columns that hold everybody once, with an answer or without."""
        return [at for at, group in enumerate(self.groups) if group != MINORITY]


def counted(
    facts: Facts,
    flow: Flow | None,
    by: By | None = None,
    characteristics: Sequence[str] = CHARACTERISTICS,
    *,
    strata: bool = True,
) -> list[Counts]:
    """A flow, and cases by step, counted by each characteristic. strata: apart for each staff group and level; a senior
    post's level is what is asked, so it is no stratum."""
    codes, cases = coded(facts), {**(flow.selected if flow else {}), **(by or {})}
    where = {step: _places(codes, of, strata=strata, graded=step != SENIOR) for step, of in cases.items()}
    if flow:
        where[_COHORT] = _places(codes, flow.people, strata=strata)
    seen = np.zeros(len(codes.organisations) * _strata(codes), dtype=bool)
    for each in where.values():
        seen[each] = True
    used, number = np.flatnonzero(seen), np.cumsum(seen) - 1
    place = {step: number[each] for step, each in where.items()}
    organisation, stratum = used // _strata(codes), used % _strata(codes)

    def of_one(characteristic: str) -> Counts:
        groups = [*GROUPS[characteristic], UNANSWERED]
        answer = np.minimum(codes.answers[characteristic], len(groups) - 1)
        shape = len(used), len(groups)
        tallies = {step: _tally(place[step], of, answer, shape) for step, of in cases.items()}
        if flow:
            tallies |= _far(place[_COHORT], flow, answer, shape)
        a, n = ({step: _with_merged(tallies[step][at], groups) for step in STEPS if step in tallies} for at in (0, 1))
        names = [*groups, *([MINORITY] if set(MERGED[MINORITY]) <= set(groups) else [])]
        return Counts(characteristic, names, codes.organisations, organisation, stratum, a, n)

    return at_once(of_one, characteristics)


def _strata(codes: Coded) -> int:
    return (len(codes.staff_groups) + 1) * _LEVELS


def _places(codes: Coded, cases: Cases | Cohort, *, strata: bool, graded: bool = True) -> Ints:
    """A number for each case's organisation, staff group and level, those of nowhere after all others."""
    whole = cases.organisation.astype(np.int64) * _strata(codes)
    if not strata:
        return whole
    group = np.where(cases.post == NOWHERE, len(codes.staff_groups), codes.spells["staff_group"][cases.post])
    level = np.where(cases.post == NOWHERE, 0, codes.spells["level"][cases.post]) if graded else 0
    return whole + group.astype(np.int64) * _LEVELS + level


def _tally(place: Ints, cases: Cases, answer: Ints, shape: tuple[int, int]) -> tuple[Ints, Ints]:
    """a and n of cases that are decided."""
    cell = (place * shape[1] + answer[cases.person]) * 2 + cases.success
    counts = np.bincount(cell[~cases.open], minlength=2 * shape[0] * shape[1]).reshape(*shape, 2)
    return counts[:, :, 1], counts.sum(axis=2)


def _far(place: Ints, flow: Flow, answer: Ints, shape: tuple[int, int]) -> dict[str, tuple[Ints, Ints]]:
    """a and n of the links that the whole cohort sets out on: how far each came is one number, counted once."""
    cell = ((place * shape[1] + answer[flow.people.person]) << _BITS) | flow.far
    states = np.bincount(cell, minlength=shape[0] * shape[1] << _BITS).reshape(*shape, *[2] * _BITS)
    everybody = states.sum(axis=(2, 3, 4, 5))
    talked, offered = states[..., 1].sum(axis=(2, 3, 4)), states[..., 1, 1].sum(axis=(2, 3))
    applied, moved = states[..., 1, 1, 1].sum(axis=2), states[:, :, 1].sum(axis=(2, 3, 4))
    return {
        "conversation": (talked, everybody),
        "offer": (offered, talked),
        "application": (applied, offered),
        "move": (moved, everybody),
    }


def _with_merged(counts: Ints, groups: Sequence[str]) -> Ints:
    parts = [groups.index(group) for group in MERGED[MINORITY] if group in groups]
    return np.column_stack([counts, counts[:, parts].sum(axis=1)]) if parts else counts


def still_open(facts: Facts, by: By) -> pl.DataFrame:
    """How many cases of each organisation and step wait for their outcome, where there are cases: unit, step, open."""
    names = coded(facts).organisations
    parts = [
        pl.DataFrame({"unit": names, "open": np.bincount(cases.organisation[cases.open], minlength=len(names))})
        .with_columns(step=pl.lit(step))
        .select("unit", "step", "open")
        for step, cases in by.items()
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema={"unit": pl.String, "step": pl.String, "open": pl.Int64})
