"""Facts -> person-months by what a hazard may depend on, with who went and why; and the months ahead of those there.

A person counts in a month if they are in their organisation on its eve. They are gone in it if they are not on the eve
of the next. So who comes and goes within one month is never seen, and the exits of a year are those of
`retention.count` but for these. Nothing is kept of a person but the cell they count in.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from analytics.coded import Ints
from analytics.errors import CellsError
from analytics.frames import Facts
from analytics.hazard.asked import Asked
from analytics.hazard.codes import codes_of
from analytics.hazard.history import History
from analytics.hazard.people import People
from analytics.hazard.refusals import EXPOSED
from analytics.hazard.stretches import MONTHS, PATH, Ahead
from analytics.hazard.terms import usual
from analytics.hazard.watch import Watch, eves, months_of
from analytics.retention.causes import CAUSES
from analytics.retention.stays import EPOCH, GAP, day_number

__all__ = ["MONTHS", "PATH", "ahead", "person_periods"]

Weighed = tuple[Ints, Ints]  # combinations, and how many months each counts
_ROOM: Final = 2**24  # combinations that are counted in a table, whoever is in them


def person_periods(
    facts: Facts,
    window: tuple[date, date],
    *,
    terms: Sequence[str] | None = None,
    by: Sequence[str] = (),
    declared: Sequence[str] = (),
    sizes: pl.DataFrame | None = None,
    until: date | None = None,
    gap: int = GAP,
) -> pl.DataFrame:
    """Cells of person-months of a window of whole months, its first and last day: the columns of by and terms, exposed
    (person-months), and left, moved, retired and other (who is gone by the next eve, counted as in `retention`).

    terms: of `terms.TERMS`, each as it was on the eve; `terms.usual` where none are named; age_band only where it is
    declared; contract only of facts that tell it. by: organisation,
    staff_group, level, or a characteristic to audit by, which can be no term. sizes: the headcount of each
    organisation, for organisation_size. until: the last day that the facts know of. Counts are additive over parts
    that keep people whole. Raises CellsError for an unknown or undeclared column, facts that a term lacks, a window
    that is not of whole months or ends after `until`, and a month without exposure.
    """
    asked = Asked(facts, by, usual(facts) if terms is None else terms, declared, sizes)
    asked.refuse()
    days = eves(window[0], months_of(*window))
    if until is not None and window[1] > until:
        raise CellsError(f"the window ends on {window[1]}: nothing is known after {until}")
    history = History.of(facts, int(days[0]), gap)
    watch = Watch.of(history.stays, days)
    _refuse_bare(watch)
    codes = [codes_of(history, name, sizes) for name in asked.columns]
    return _cells(People(history, watch, codes, [len(one.values) for one in codes])).select(
        *asked.columns, EXPOSED, *CAUSES
    )


def ahead(
    facts: Facts,
    on: date,
    months: int = 12,
    *,
    terms: Sequence[str] | None = None,
    by: Sequence[str] = (),
    declared: Sequence[str] = (),
    sizes: pl.DataFrame | None = None,
    outcomes: bool = False,
    gap: int = GAP,
) -> pl.DataFrame:
    """The months ahead of those there on a day, as they stand: nobody's post changes, only time passes.

    One row a stretch of a path: path (a number; people who stand alike share one, its rows in order), the columns of by
    and terms, months (how long the stretch is) and exposed (people at the path's beginning, the same on each of its
    rows). outcomes: left, moved, retired and other as well, who truly was gone within these months, on a path's first
    row; for facts that know them. Refusals are those of `person_periods`.
    """
    asked = Asked(facts, by, usual(facts) if terms is None else terms, declared, sizes)
    asked.refuse()
    if not 1 <= months <= 120:
        raise CellsError(f"months: {months} is not between 1 and 120")
    history = History.of(facts, day_number(on), gap)
    there = history.stays.there(day_number(on))
    if not len(there):
        raise CellsError(f"nobody is there on {on}")
    days = eves(on + timedelta(days=1), months)
    found = Ahead.of(history, there, days, [codes_of(history, name, sizes) for name in asked.columns])
    return found.paths().select(PATH, *asked.columns, MONTHS, EXPOSED, *(CAUSES if outcomes else ()))


def _refuse_bare(watch: Watch) -> None:
    edges = np.bincount(watch.first, minlength=watch.months + 1) - np.bincount(watch.until, minlength=watch.months + 1)
    bare = np.cumsum(edges)[: watch.months] == 0
    if bare.any():
        began = EPOCH + timedelta(days=int(watch.eves[int(bare.argmax())]) + 1)
        raise CellsError(f"the month from {began} is without exposure: nobody was there on its eve")


def _cells(people: People) -> pl.DataFrame:
    """Each counts where they stand at first for as long as they stay, and at each change where they stand from then on
    instead."""
    watch, gone, now = people.watch, people.gone, np.zeros(len(people.watch.which), dtype=np.int64)
    ends = np.searchsorted(watch.until[gone], np.arange(1, watch.months + 2))
    counted, last = list[Weighed](), list[Ints]()
    for month, (places, combined) in enumerate(people.by_month()):
        lasting = watch.until[places] - month
        before = watch.first[places] < month
        counted += [(now[places[before]], -lasting[before]), (combined, lasting)]
        now[places] = combined
        last.append(now[gone[ends[month] : ends[month + 1]]])
    keys, exposed = _added(counted, people.space)
    exits = np.searchsorted(keys, np.concatenate(last)) * len(CAUSES) + people.why()
    counts = np.bincount(exits, minlength=len(keys) * len(CAUSES)).reshape(-1, len(CAUSES))
    columns = zip(people.codes, people.apart(keys), strict=True)
    told = [one.values.gather(place).alias(one.name) for one, place in columns]
    return pl.DataFrame([*told, pl.Series(EXPOSED, exposed)]).with_columns(pl.DataFrame(counts, schema=CAUSES))


def _added(counted: Sequence[Weighed], space: int) -> tuple[Ints, Ints]:
    """The combinations that occur, in order, and the sum of their weights: in a table where there is room for it."""
    combined, weight = (np.concatenate(parts) for parts in zip(*counted, strict=True))
    if space <= max(_ROOM, len(combined)):
        sums = np.bincount(combined, weight, space)
        keys = np.flatnonzero(sums)
        return keys, sums[keys].astype(np.int64)
    order = np.argsort(combined)
    combined = combined[order]
    first = np.flatnonzero(np.diff(combined, prepend=-1))
    sums = np.add.reduceat(weight[order], first, dtype=np.int64)
    return combined[first][sums > 0], sums[sums > 0]
