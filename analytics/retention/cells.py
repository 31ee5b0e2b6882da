"""Facts -> who was there, came, stayed and went in a period: counts only, additive over partitions that keep people
whole.

Columns: those asked for in `by`; characteristic and group, where groups are asked for; then COUNTS. Who is there on the
day before the period is the opening, who is there on its last day the closing. opening + joined + came - left - moved -
retired - other is the closing, of an organisation; of the system it is so without came and moved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import polars as pl

from analytics.errors import CellsError
from analytics.frames import CHARACTERISTICS, Facts
from analytics.retention import given
from analytics.retention.causes import CAUSES, LEFT, SAID_MOVED, cause_of
from analytics.retention.stays import GAP, Ints, Stays, day_number

COUNTS: Final = (
    *("opening", "closing", "joined", "came", "left", "moved", "retired", "other"),
    *("unmatched", "stayed", "stayed_in_system"),
)
SCOPES: Final = ("organisation", "level", "staff_group", "age_band", "service")
YEARS: Final = (1, 2, 5, 10)
SERVICE: Final = pl.Enum(["under 1 year", "1 to 2 years", "2 to 5 years", "5 to 10 years", "10 years or more"])
_EVERYBODY: Final = pl.col("person").is_not_null()
_KEPT: Final = ("organisation", "level", "staff_group", "fte", "end_reason")


def count(
    facts: Facts,
    window: tuple[date, date],
    by: Sequence[str] = ("organisation",),
    *,
    characteristics: Sequence[str] = (),
    measure: Literal["headcount", "fte"] = "headcount",
    gap: int = GAP,
) -> pl.DataFrame:
    """The cells of a period, its first and last day, by any of SCOPES and the groups of `characteristics`.

    People are counted where they stand: at the opening where they were then, when they go where they were last. Without
    "organisation" in `by` a person counts once in the whole system, and moved and came count moves between its
    organisations. stayed: of the opening, those in the organisation (or system) at the closing, in the same staff group
    if that is in `by`; stayed_in_system: those in the system then. gap: days between posts that are no break. measure:
    people, or their full-time equivalents. Raises CellsError for an unknown column in `by` or `characteristics`, or a
    period that ends before it begins.
    """
    by = _refuse(by, characteristics)
    first, last = (day_number(day) for day in given.period(facts, window))
    if measure not in ("headcount", "fte") or gap < 0:
        raise CellsError("measure is headcount or fte, and gap a number of days of 0 or more")
    here = ("person", "organisation") if "organisation" in by else ("person",)
    stays = Stays.of(facts.spells, here, _KEPT, gap)
    asked = _Asked(facts, by, characteristics, measure)
    parts = [*_at_the_ends(stays, first - 1, last, asked), *_between(stays, first, last, asked)]
    if "organisation" not in by:
        inside = Stays.of(facts.spells, ("person", "organisation"), _KEPT, gap)
        parts += [part.select(*asked.keys, "came", "moved") for part in _between(inside, first, last, asked)]
    return _together(parts, asked)


def _refuse(by: Sequence[str], characteristics: Sequence[str]) -> list[str]:
    for argument, asked, known in (("by", by, SCOPES), ("characteristics", characteristics, CHARACTERISTICS)):
        for column in given.different(argument, asked):
            if column not in known:
                raise CellsError(f"{argument}: {column!r} is none of {', '.join(known)}")
    return given.different("by", by)


@dataclass(frozen=True)
class _Asked:
    """What the cells are of, and how rows are counted into them."""

    facts: Facts
    by: Sequence[str]
    characteristics: Sequence[str]
    measure: str

    @property
    def keys(self) -> list[str]:
        return [*self.by, *(["characteristic", "group"] if self.characteristics else [])]

    def counted(self, posts: pl.DataFrame, events: Mapping[str, pl.Expr]) -> pl.DataFrame:
        """The cells of these rows: for each event, those of which it is true, or their full-time equivalents."""
        answers = [name for name in CHARACTERISTICS if name in self.by or name in self.characteristics]
        if answers:
            people = self.facts.people.select("person", *answers).collect()
            posts = posts.join(people, on="person", how="left", maintain_order="left")
        weight = pl.lit(1, pl.Int64) if self.measure == "headcount" else pl.col("fte").cast(pl.Float64)
        sums = [(weight * event).sum().alias(name) for name, event in events.items()]
        if not self.characteristics:
            return posts.group_by(self.by).agg(sums) if self.by else posts.select(sums)
        return pl.concat(self._of_group(posts, name, sums) for name in self.characteristics)

    def _of_group(self, posts: pl.DataFrame, name: str, sums: list[pl.Expr]) -> pl.DataFrame:
        kind = pl.lit(name).cast(pl.Enum(CHARACTERISTICS)).alias("characteristic")
        return posts.group_by(*self.by, kind, pl.col(name).cast(pl.String).alias("group")).agg(sums)


def _at_the_ends(stays: Stays, opening: int, closing: int, asked: _Asked) -> Iterator[pl.DataFrame]:
    """Who was there at the opening and at the closing, and who of the first is among the last."""
    then, now = stays.there(opening), stays.there(closing)
    before, after = stays.posts_on(then, opening), stays.posts_on(now, closing)
    events: dict[str, pl.Expr] = {"opening": _EVERYBODY}
    groups = stays.posts.get_column("staff_group").cast(pl.Categorical).to_physical().to_numpy()
    posts = _placed(stays, then, before, opening)
    for event, ids in (("stayed", stays.holder), ("stayed_in_system", stays.person)):
        found = np.full(int(ids.max(initial=0)) + 1, -1, dtype=np.int64)
        found[ids[now]] = after
        later = found[ids[then]]
        still = (later >= 0) & ((groups[later] == groups[before]) | ("staff_group" not in asked.by))
        posts, events = posts.with_columns(pl.Series(event, still)), {**events, event: pl.col(event)}
    yield asked.counted(posts, events)
    yield asked.counted(_placed(stays, now, after, closing), {"closing": _EVERYBODY})


def _between(stays: Stays, first: int, last: int, asked: _Asked) -> Iterator[pl.DataFrame]:
    """Who came and who went in the period: gone is the first day away."""
    came = np.flatnonzero((stays.started >= first) & (stays.started <= last))
    gone = np.flatnonzero((stays.ended >= first - 1) & (stays.ended < last))
    inside = pl.Series("inside", stays.in_system_from[came] < stays.started[came])
    joined = _placed(stays, came, stays.posts_on(came, stays.started[came]), stays.started[came])
    coming = {"joined": ~pl.col("inside"), "came": pl.col("inside"), "moved": pl.lit(value=False)}
    yield asked.counted(joined.with_columns(inside), coming)
    still = pl.Series("in_system", stays.stayed_in_system[gone])
    left = _placed(stays, gone, stays.posts_on(gone, stays.ended[gone]), stays.ended[gone])
    left = left.with_columns(still).with_columns(cause=cause_of())
    going = {"came": pl.lit(value=False), **{cause: pl.col("cause") == cause for cause in CAUSES}}
    lost = (pl.col("cause") == LEFT) & (pl.col("end_reason") == SAID_MOVED).fill_null(value=False)
    yield asked.counted(left, {**going, "unmatched": lost})


def _placed(stays: Stays, which: Ints, rows: Ints, day: Ints | int) -> pl.DataFrame:
    """The posts of these stays on a day, with the length of service then."""
    years = (np.asarray(day) - stays.started[which]) / 365.25
    service = pl.Series("service", SERVICE.categories, SERVICE).gather(np.searchsorted(YEARS, years, side="right"))
    return stays.posts[rows].select("person", *_KEPT).with_columns(service)


def _together(parts: Sequence[pl.DataFrame], asked: _Asked) -> pl.DataFrame:
    empty = pl.DataFrame(schema=dict.fromkeys(COUNTS, pl.Int64 if asked.measure == "headcount" else pl.Float64))
    every = pl.concat([*parts, empty], how="diagonal_relaxed")
    sums = [pl.col(name).fill_null(0).sum() for name in COUNTS]
    return every.group_by(asked.keys).agg(sums).sort(asked.keys) if asked.keys else every.select(sums)
