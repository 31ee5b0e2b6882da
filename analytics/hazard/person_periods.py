"""Facts -> person-months by what a hazard may depend on, with who went and why; and the months ahead of those there.

A person counts in a month if they are in their organisation on its eve. They are gone in it if they are not on the eve
of the next. So who comes and goes within one month is never seen, and the exits of a year are those of
`retention.count` but for these. Nothing is kept of a person but the cell they count in.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from analytics.errors import CellsError
from analytics.frames import Facts
from analytics.hazard.codes import Codes, apart, together
from analytics.hazard.refusals import EXPOSED
from analytics.hazard.spans import Asked, People, stays_of
from analytics.hazard.terms import USUAL
from analytics.hazard.watch import Watch, eves, months_of
from analytics.retention.causes import CAUSES
from analytics.retention.stays import EPOCH, GAP, day_number

PATH, MONTHS = "path", "months"


def person_periods(
    facts: Facts,
    window: tuple[date, date],
    *,
    terms: Sequence[str] = USUAL,
    by: Sequence[str] = (),
    declared: Sequence[str] = (),
    sizes: pl.DataFrame | None = None,
    until: date | None = None,
    gap: int = GAP,
) -> pl.DataFrame:
    """Cells of person-months of a window of whole months, its first and last day: the columns of by and terms, exposed
    (person-months), and left, moved, retired and other (who is gone by the next eve, counted as in `retention`).

    terms: of `terms.TERMS`, each as it was on the eve; age_band only where it is declared. by: organisation,
    staff_group, level, or a characteristic to audit by, which can be no term. sizes: the headcount of each
    organisation, for organisation_size. until: the last day that the facts know of. Counts are additive over parts
    that keep people whole. Raises CellsError for an unknown or undeclared column, facts that a term lacks, a window
    that is not of whole months or ends after `until`, and a month without exposure.
    """
    asked = Asked(facts, by, terms, declared, sizes)
    asked.refuse()
    days = eves(window[0], months_of(*window))
    if until is not None and window[1] > until:
        raise CellsError(f"the window ends on {window[1]}: nothing is known after {until}")
    stays = stays_of(facts, gap)
    people = People(asked, stays, Watch.of(stays, days))
    _refuse_bare(people.watch)
    whose, _, months = people.spans
    codes = list(people.codes())
    last = np.flatnonzero(np.append(whose[1:] != whose[:-1], True))
    cause = np.full(len(whose), -1, dtype=np.int8)
    gone, why = people.gone()
    cause[last[gone]] = why
    return _cells(codes, asked, pl.DataFrame({"key": together(codes), EXPOSED: months, "cause": cause}))


def ahead(
    facts: Facts,
    on: date,
    months: int = 12,
    *,
    terms: Sequence[str] = USUAL,
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
    asked = Asked(facts, by, terms, declared, sizes)
    asked.refuse()
    if not 1 <= months <= 120:
        raise CellsError(f"months: {months} is not between 1 and 120")
    days = eves(on + timedelta(days=1), months)
    stays = stays_of(facts, gap)
    there = stays.there(day_number(on))
    if not len(there):
        raise CellsError(f"nobody is there on {on}")
    watch = Watch(days, there, np.zeros(len(there), dtype=np.int64), np.full(len(there), months))
    people = People(asked, stays, watch, frozen_on=day_number(on))
    codes = list(people.codes())
    return _paths(people, codes, outcomes)


def _refuse_bare(watch: Watch) -> None:
    edges = np.bincount(watch.first, minlength=watch.months + 1) - np.bincount(watch.until, minlength=watch.months + 1)
    bare = np.cumsum(edges)[: watch.months] == 0
    if bare.any():
        began = EPOCH + timedelta(days=int(watch.eves[int(bare.argmax())]) + 1)
        raise CellsError(f"the month from {began} is without exposure: nobody was there on its eve")


def _cells(codes: Sequence[Codes], asked: Asked, spans: pl.DataFrame) -> pl.DataFrame:
    counts = [pl.col(EXPOSED).sum(), *_by_cause()]
    cells = spans.group_by("key").agg(counts).sort("key")
    keys = apart(cells.get_column("key").to_numpy(), codes)
    return pl.DataFrame([*keys, *cells.drop("key").get_columns()]).select(*asked.columns, EXPOSED, *CAUSES)


def _paths(people: People, codes: Sequence[Codes], outcomes: bool) -> pl.DataFrame:
    """People who stand alike, stretch by stretch: one column a stretch to group them by."""
    whose, month, _ = people.spans
    key = together(codes)
    new = np.append(True, (whose[1:] != whose[:-1]) | (key[1:] != key[:-1]))
    whose, key, month = whose[new], key[new], month[new]
    first = np.flatnonzero(np.diff(whose, prepend=-1))
    ends = np.append(month[1:], 0)
    ends[np.append(first[1:], len(whose)) - 1] = people.watch.months
    months = ends - month
    step = np.arange(len(whose)) - np.repeat(first, np.diff(np.append(first, len(whose))))
    stretches = {"key": key, MONTHS: months}
    steps = [f"{name}{at}" for at in range(int(step.max()) + 1) for name in stretches]
    wide = {name: np.full(len(first), -1, dtype=np.int64) for name in steps}
    for at in range(int(step.max()) + 1):
        for name, values in stretches.items():
            wide[f"{name}{at}"][whose[step == at]] = values[step == at]
    cause = np.full(len(first), -1, dtype=np.int8)
    gone, why = people.gone()
    cause[gone] = why
    alike = (
        pl.DataFrame({**wide, "cause": cause}).group_by(steps).agg(pl.len().cast(pl.Int64).alias(EXPOSED), *_by_cause())
    )
    return _told(alike.sort(steps), codes, people.asked, outcomes)


def _told(alike: pl.DataFrame, codes: Sequence[Codes], asked: Asked, outcomes: bool) -> pl.DataFrame:
    numbered = alike.with_row_index(PATH)
    parts: list[pl.DataFrame] = []
    for at in range((alike.width - len(CAUSES) - 1) // 2):
        part = numbered.filter(pl.col(f"key{at}") >= 0)
        counts = [pl.col(cause) if at == 0 else pl.lit(0, pl.Int64).alias(cause) for cause in CAUSES]
        parts.append(part.select(PATH, EXPOSED, *counts, _step=pl.lit(at), key=f"key{at}", months=f"{MONTHS}{at}"))
    rows = pl.concat(parts).sort(PATH, "_step")
    keys = apart(rows.get_column("key").to_numpy(), codes)
    told = rows.with_columns(keys)
    return told.select(PATH, *asked.columns, MONTHS, EXPOSED, *(CAUSES if outcomes else ()))


def _by_cause() -> list[pl.Expr]:
    return [(pl.col("cause") == at).sum().cast(pl.Int64).alias(cause) for at, cause in enumerate(CAUSES)]
