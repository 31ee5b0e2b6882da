"""Facts -> who stood at each step of a career, and who went on. An open case is neither a success nor a failure.

The steps, each with its own denominator:
conversation  people in post on the first day who held a career conversation
offer         of people who held one, those offered development
application   of people with an offer, those who applied (open while an offer is undecided and nothing was applied for)
shortlist     of applications decided, those shortlisted
appointment   of shortlisted cases decided, those appointed
move          of people in post on the first day, those who started a post with another employer of the system
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.coded import Coded, Ints, Window, coded, day, holders, named
from analytics.errors import CellsError
from analytics.frames import STAGES, Facts

LINKS: Final = ("conversation", "offer", "application", "shortlist", "appointment", "move")
LINK: Final = pl.Enum(LINKS)
WENT_ON: Final = {"application": "shortlisted", "shortlist": "appointed"}  # stage -> the outcome that leads on
PLACE: Final = ("staff_group", "level")
NOWHERE: Final = -1  # no post on record
Mask = NDArray[np.bool_]
STARTS: Final = {"shortlist": "application", "appointment": "shortlist"}  # link -> the stage it starts from
_TALKED, _OFFER, _APPLIED = (STAGES.index(stage) for stage in ("conversation", "offer", "application"))
_WAITING: Final = np.uint8(len(STAGES))  # an offer that waits for an answer
_SEVERAL: Final = -2


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases of one link: whose, with which employer, the spell they stood in when the step began, and how they stand,
    by the numbers and codes of `coded`."""

    person: Ints
    organisation: Ints
    post: Ints
    success: Mask
    open: Mask

    def where(self, chosen: Mask) -> "Cases":
        """Those of the cases."""
        rows = np.flatnonzero(chosen)
        return Cases(*(each[rows] for each in (self.person, self.organisation, self.post, self.success, self.open)))


@dataclass(frozen=True, eq=False)
class Selections:
    """Cases at the stages of WENT_ON, not cut off at any day: success is of the outcome, whenever it came."""

    stage: Ints
    opened: Ints
    closed: Ints
    cases: Cases

    def as_it_stood(self, stage: str, window: Window) -> Cases:
        """Those of a stage that were opened in the window, with success and open as on its last day."""
        inside = (self.stage == STAGES.index(stage)) & _between(self.opened, window)
        found, closed = self.cases.where(inside), self.closed[np.flatnonzero(inside)] <= day(window[1])
        return Cases(found.person, found.organisation, found.post, found.success & closed, ~closed)


class Cohort:
    """People in post on a day, one row each, or one for each of their employers."""

    def __init__(self, codes: Coded, on: date, *, per_organisation: bool = False) -> None:
        self.post, self.per_organisation = codes.main(on, per_organisation=per_organisation), per_organisation
        self.person, self.organisation = (codes.spells[of][self.post] for of in ("person", "organisation"))
        alone, size = codes.holding_one(on), len(self.person)
        self._alone = np.full(len(codes.people), NOWHERE, dtype=np.int32)
        self._alone[self.person[:alone]] = np.arange(alone, dtype=np.int32)
        self._alone[self.person[alone:]] = _SEVERAL
        self._several = np.arange(alone, size, dtype=np.int32)

    def rows(self, person: Ints) -> tuple[Ints, Ints]:
        """Which of these people are in the cohort, and their rows in it: one pair for each row of theirs."""
        row = self._alone[person]
        one, more = np.flatnonzero(row >= 0).astype(np.int32), np.flatnonzero(row == _SEVERAL)
        known = self.person[self._several]
        first, last = (np.searchsorted(known, person[more], side) for side in ("left", "right"))
        times = last - first
        at = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times) + np.repeat(first, times)
        return np.concatenate([one, np.repeat(more, times)]), np.concatenate([row[one], self._several[at]])

    def row(self, person: Ints, organisation: Ints) -> Ints:
        """The row of each of these people, with that employer where there is one row for each; NOWHERE of others."""
        row = self._alone[person]
        more = np.flatnonzero(row == _SEVERAL)
        if len(more):
            known = self._holder(self.person[self._several], self.organisation[self._several])
            wanted = self._holder(person[more], organisation[more])
            at = np.searchsorted(known, wanted).clip(0, len(known) - 1)
            row[more] = np.where(known[at] == wanted, self._several[at], NOWHERE)
        here = np.pad(self.organisation, (0, 1))[row] == organisation
        return np.where(here, row, np.int32(NOWHERE)) if self.per_organisation else row

    def _holder(self, person: Ints, organisation: Ints) -> Ints:
        return holders(person, organisation) if self.per_organisation else person

    def cases(self, success: Mask, waits: Mask | None = None) -> Cases:
        """Everybody in the cohort as a case."""
        return Cases(
            self.person, self.organisation, self.post, success, np.zeros_like(success) if waits is None else waits
        )


def cases(facts: Facts, window: Window, *, per_organisation: bool = False) -> pl.DataFrame:
    """link, person, organisation, staff_group, level (where the person stood when the step began), success and open.

    window: first and last day; what was opened between them, as it stood on the last one. Raises CellsError where the
    facts have no events, or the window ends before it begins.
    """
    if facts.events is None:
        raise CellsError("the facts have no events")
    if window[1] < window[0]:
        raise CellsError("window: the last day is before the first")
    codes = coded(facts)
    people = Cohort(codes, window[0], per_organisation=per_organisation)
    reached = reaching(codes, people, window)
    found = linked(people, reached, selections(codes, window), window)
    return pl.concat(_framed(codes, link, found[link]) for link in LINKS)


def _framed(codes: Coded, link: str, of: Cases) -> pl.DataFrame:
    stood, place = of.post != NOWHERE, {name: codes.spells[name][of.post] for name in PLACE}
    level = pl.Series("level", place["level"], dtype=pl.Int8)
    return pl.DataFrame([
        pl.repeat(link, len(stood), dtype=LINK, eager=True).alias("link"),
        pl.Series("person", codes.people[of.person], dtype=pl.UInt64),
        named("organisation", codes.organisations, of.organisation),
        named("staff_group", codes.staff_groups, place["staff_group"]).set(pl.Series(~stood), None),
        level.set(pl.Series(~stood) | (level == 0), None),
        pl.Series("success", of.success),
        pl.Series("open", of.open),
    ])  # fmt: skip


@dataclass(frozen=True, eq=False)
class Reached:
    """How far each of a cohort came in a window: who held a conversation, had an offer, applied, moved to another
    employer; and whose only offers wait for an answer."""

    talked: Mask
    offered: Mask
    applied: Mask
    moved: Mask
    waits: Mask

    def settled(self) -> "Reached":
        """The same, with those whose only offers wait for an answer not offered yet."""
        return replace(self, offered=self.offered & ~self.waits, waits=np.zeros_like(self.waits))


def linked(people: Cohort, reached: Reached, started: Selections, window: Window) -> Mapping[str, Cases]:
    """The cases of each link: of `people`, the cohort of the window's first day, and of what `started` within it or
    before and after."""
    return {
        "conversation": people.cases(reached.talked),
        "offer": people.cases(reached.offered).where(reached.talked),
        "application": people.cases(reached.applied, reached.waits).where(reached.talked & reached.offered),
        "move": people.cases(reached.moved),
        **{link: started.as_it_stood(stage, window) for link, stage in STARTS.items()},
    }


def selections(codes: Coded, window: Window) -> Selections:
    """Cases at the stages of WENT_ON that were opened in the window, each where its person stood on that day."""
    events, stages = codes.opened(window), [STAGES.index(stage) for stage in WENT_ON]
    rows = np.flatnonzero(np.logical_or.reduce([events["stage"] == stage for stage in stages]))
    of = {name: values[rows] for name, values in events.items()}
    leads = np.zeros((len(STAGES), max(1, len(codes.outcomes))), dtype=bool)
    for stage, outcome in WENT_ON.items():
        leads[STAGES.index(stage), [at for at, name in enumerate(codes.outcomes) if name == outcome]] = True
    success, post = leads[of["stage"], of["outcome"]], _stood(codes, of)
    found = Cases(of["person"], of["organisation"], post, success, np.zeros_like(success))
    return Selections(of["stage"], of["opened_on"], of["closed_on"], found)


def _stood(codes: Coded, events: Mapping[str, Ints]) -> Ints:
    """The spell that each event's person began last with that employer, on the day or before."""
    wanted = np.zeros(len(codes.people), dtype=bool)
    wanted[events["person"]] = True
    spells = np.flatnonzero(wanted[codes.spells["person"]])
    if not len(spells):
        return np.full(len(events["person"]), NOWHERE)
    began, theirs = codes.spells["started"][spells].astype(np.int64), events["opened_on"].astype(np.int64)
    earliest = min(int(began.min()), int(theirs.min(initial=0)))
    days = max(int(began.max()), int(theirs.max(initial=0))) - earliest + 1

    def instant(of: Any, on: Ints) -> Ints:
        employer = of["person"].astype(np.int64) * len(codes.organisations) + of["organisation"]
        return employer * days + (on - earliest)

    moments = instant({name: codes.spells[name][spells] for name in ("person", "organisation")}, began)
    order = np.argsort(moments, kind="stable")
    asked = instant(events, theirs)
    at = np.searchsorted(moments[order], asked, side="right") - 1
    found = np.where(at >= 0, order[at], 0)
    return np.where((at >= 0) & (moments[found] // days == asked // days), spells[found], NOWHERE)


def _between(days: Ints, window: Window) -> Any:
    return (days >= day(window[0])) & (days <= day(window[1]))


def reaching(codes: Coded, people: Cohort, window: Window) -> Reached:
    """How far the people came in the window; with their own employer, where the cohort has a row for each."""
    events = codes.opened(window)
    waits = (events["stage"] == _OFFER) & (events["closed_on"] > day(window[1]))
    step = np.where(waits, _WAITING, events["stage"])
    seen = np.zeros((_WAITING + 1, len(people.person) + 1), dtype=bool)  # the last is of people who are not in it
    seen[step, people.row(events["person"], events["organisation"])] = True
    talked, decided, applied, waiting = (seen[of, :-1] for of in (_TALKED, _OFFER, _APPLIED, _WAITING))
    offered = decided | waiting
    return Reached(talked, offered, applied, _moved(codes, people, window), talked & offered & waiting & ~applied)


def _moved(codes: Coded, people: Cohort, window: Window) -> Mask:
    """Which of the people started a post with another employer."""
    started = codes.spells["started"]
    begun = np.flatnonzero((started > day(window[0])) & (started <= day(window[1])))
    which, row = people.rows(codes.spells["person"][begun])
    elsewhere = people.organisation[row] != codes.spells["organisation"][begun][which]
    moved = np.zeros(len(people.person), dtype=bool)
    moved[row[elsewhere]] = True
    return moved
