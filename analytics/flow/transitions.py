"""Spells -> how many went from which state to which, from one look to the next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import Final

import numpy as np
import polars as pl

from analytics.errors import CellsError, FactsError, TooLittleError
from analytics.retention import given
from analytics.retention.refusals import Refusal, refuse, refuse_overlaps
from analytics.retention.stays import EPOCH, Ints, day_number

FROM, TO = "from", "to"
MOST_LOOKS: Final = 1_200
FOREVER: Final = 2**30
_STEP: Final = re.compile(r"([1-9]\d{0,3})(y|q|mo|w|d)")


def transitions(
    spells: pl.DataFrame | pl.LazyFrame,
    *,
    state: str,
    step: str = "1y",
    first: date | None = None,
    until: date | None = None,
    person: str = "person",
    started: str = "started",
    ended: str = "ended",
) -> pl.DataFrame:
    """Moves between states over all steps together: columns from, to (null: gone), n, exposed (people in `from` at the
    beginning of a step) and rate, n of exposed. Rates of one `from` add up to 1.

    spells: one row a stretch in one state; `ended` is its last day, null while it goes on. step: "1y", "6mo", "1mo" and
    so on, counted back from `until` (the last date there is, where not given) as far as `first` (the first date there
    is). Raises FactsError naming column and row: a person in two states at once, an end before its beginning, a date
    after `until`, a missing value; TooLittleError where there is no step, or nobody at the beginning of one.

    >>> day = date(2024, 3, 31)
    >>> posts = [(1, "a", day, None), (2, "a", day, date(2025, 1, 1)), (3, "b", day, None)]
    >>> spells = pl.DataFrame(posts, schema=["person", "level", "started", "ended"], orient="row")
    >>> transitions(spells, state="level", until=date(2025, 3, 31)).rows()
    [('a', 'a', 1, 2, 0.5), ('a', None, 1, 2, 0.5), ('b', 'b', 1, 1, 1.0)]
    """
    columns = {person: "person", state: "state", started: "started", ended: "ended"}
    frame = given.lazy("spells", spells)
    for name, asked in (("first", first), ("until", until)):
        if asked is not None:
            given.day(name, asked)
    for name in columns:
        if name not in frame.collect_schema():
            raise CellsError(f"the spells have no column {name}")
    kept = frame.select(pl.col(given).alias(name) for given, name in columns.items())
    _refuse(kept, until)
    held = _Held.of(kept)
    looks = _looks(held, step, first, until)
    moved = held.moves(looks)
    began, ended_in = np.nonzero(moved)
    ends = pl.concat([held.states, pl.Series([None], dtype=held.states.dtype)])
    columns = [held.states.gather(began).alias(FROM), ends.gather(ended_in).alias(TO)]
    return with_rates(pl.DataFrame([*columns, pl.Series("n", moved[began, ended_in])]))


def with_rates(moves: pl.DataFrame) -> pl.DataFrame:
    """Moves (from, to, n) in order, with how many there were to move, and which part of them did (null where there was
    nobody). Raises CellsError for a missing column, or an n that is no number of 0 or more."""
    moves = given.frame("moves", moves, (FROM, TO, "n"))
    given.counts("moves", moves, ("n",))
    counted = given.wide(moves, ("n",)).with_columns(exposed=pl.col("n").sum().over(FROM))
    part = pl.when(pl.col("exposed") > 0).then(pl.col("n") / pl.col("exposed"))
    return counted.with_columns(rate=part).sort(FROM, TO, nulls_last=True)


def _refuse(spells: pl.LazyFrame, until: date | None) -> None:
    schema = spells.collect_schema()
    for name in ("started", "ended"):
        kind = schema[name]
        if not (kind == pl.Date or kind == pl.Null):
            raise FactsError("spells", name, f"this column is {kind}, not a date")
    refusals = [
        Refusal(name, "a value is needed here", pl.col(name).is_null()) for name in ("person", "state", "started")
    ]
    refusals.append(Refusal("ended", "is before started", pl.col("ended") < pl.col("started")))
    if until is not None:
        late = f"is after {until}, the last day known"
        refusals += [Refusal(name, late, pl.col(name) > until) for name in ("started", "ended")]
    found = spells.select(refusal.where.any().alias(str(at)) for at, refusal in enumerate(refusals)).collect()
    if any(found.row(0)):
        refuse("spells", spells, refusals)


@dataclass(frozen=True)
class _Held:
    """One row a stretch, each person's together and in order: whose (from 0), in which of `states`, and from which day
    to which (numbers from 1970)."""

    person: Ints
    state: Ints
    began: Ints
    until: Ints
    states: pl.Series

    @classmethod
    def of(cls, spells: pl.LazyFrame) -> "_Held":
        """Raises FactsError where a person is in two states at once."""
        rows = spells.sort("person", "started").collect(engine="streaming")
        states = rows.get_column("state").unique().sort()
        codes = rows.get_column("state").rank("dense").to_numpy().astype(np.int64) - 1
        began, until = (rows.get_column(name).cast(pl.Date).to_physical() for name in ("started", "ended"))
        began, until = began.to_numpy(), until.fill_null(FOREVER).to_numpy()
        another = (rows.get_column("person") != rows.get_column("person").shift()).fill_null(value=True).to_numpy()
        if (~another[1:] & (began[1:] <= until[:-1])).any():
            free = pl.col("ended").cast(pl.Date).fill_null(date.max)
            refuse_overlaps(spells.with_columns(free), "person", "started", "ended", None, touching=True)
        return cls(np.cumsum(another) - 1, codes, began, until, states)

    def moves(self, looks: Sequence[int]) -> Ints:
        """How many went from which state to which between looks, all together; the last column is gone."""
        people, count = int(self.person.max(initial=-1)) + 1, len(self.states)
        moved = np.zeros((count, count + 1), dtype=np.int64)
        before: Ints | None = None
        for day in looks:
            there = np.flatnonzero((self.began <= day) & (self.until >= day))
            after = np.full(people, count, dtype=np.int64)
            after[self.person[there]] = self.state[there]
            if before is not None:
                seen = np.flatnonzero(before < count)
                if not len(seen):
                    raise TooLittleError("nobody is there at the beginning of a step: begin later")
                pairs = before[seen] * (count + 1) + after[seen]
                moved += np.bincount(pairs, minlength=moved.size).reshape(moved.shape)
            before = after
        return moved


def _looks(held: _Held, step: str, first: date | None, until: date | None) -> list[int]:
    """The days of the looks, as numbers, in order."""
    if not len(held.began):
        raise TooLittleError("there are no spells to see moves in")
    ended = held.until[held.until < FOREVER].max(initial=held.began.max())
    first, last = first or _day(held.began.min()), until or _day(max(ended, held.began.max()))
    days = _back(last, first, step)
    if len(days) < 2:
        raise TooLittleError(f"from {first} to {last} there is no step of {step}")
    return [day_number(day) for day in days]


def _day(number: int) -> date:
    return EPOCH + timedelta(days=int(number))


def _back(last: date, first: date, step: str) -> list[date]:
    """The days from the last one back, a step apart, in order."""
    parts = _STEP.fullmatch(str(step))
    if parts is None:
        raise CellsError(f"step: {step!r} is not a number of y, q, mo, w or d")
    steps = (f"-{at * int(parts[1])}{parts[2]}" for at in range(MOST_LOOKS + 1))
    days = [*takewhile(lambda day: day >= first, (_before(last, step) for step in steps))]
    if len(days) > MOST_LOOKS:
        raise CellsError(f"step: from {first} to {last} there are more than {MOST_LOOKS} steps of {step}")
    return days[::-1]


def _before(last: date, step: str) -> date:
    """The day a step before; the first of all days, where the calendar does not go back as far."""
    try:
        return pl.select(pl.lit(last).dt.offset_by(step)).item()
    except (ValueError, OverflowError, pl.exceptions.PolarsError):
        return date.min
