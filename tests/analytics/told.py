"""Everything that one release says of one year's staff, told to a reader with a solver (`held`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import polars as pl

from analytics.cells import main_posts
from analytics.disclosure import DEFAULT, Released, Rule
from analytics.frames import CHARACTERISTICS, GROUPS, NON_ANSWERS, Facts
from analytics.released.coverage import COUNTS as COVERED
from analytics.released.coverage import coverage_cells, coverage_report
from analytics.released.representation import representation_report
from analytics.released.retention.counted import ALL, LOCAL
from analytics.released.retention.earlier import Earlier, ends
from analytics.released.retention.flows import LEVEL_NAMES
from analytics.released.retention.reading import SYSTEM
from analytics.released.retention.report import RetentionReleased, retention_report
from analytics.released.retention.tables import UNSEEN, Counted
from analytics.synthetic import make
from tests.analytics.held import Held, Name
from tests.analytics.seen import KEYS, ON, Seen, counted, of_release

FULL, LEAST = 1.0, 0.2  # full-time equivalents of one person, as a reader would think
LEVELS = (*LEVEL_NAMES, ALL)
IN, OUT, HEADS = ("joined", "came"), ("left", "retired", "other", "moved"), ("opening", "closing")


def settled(staff: int, organisations: int, seed: int, years: int = 6) -> Facts:
    """Made-up people who are never in two posts at once, nor lent, nor away between two posts for less than two months:
    then all reports count the same people, and what one says can be held against the others."""
    system = make(staff=staff, organisations=organisations, years=years, seed=seed, until=ON)
    own = system.spells.sort("person", "started")
    after = (pl.col("started").shift(-1) - pl.col("ended")).dt.total_days().over("person")
    last = pl.col("started").shift(-1).over("person").is_null()
    fine = (last | (after == 1) | (after > 62)).fill_null(value=False) & (pl.col("kind") == "substantive")
    kept = own.with_columns(fine=fine.all().over("person")).filter("fine").drop("fine")
    return Facts.of(system.people.lazy(), kept.lazy(), system.events.lazy())


@dataclass
class Release:
    """A release of one day: the reports, and everything that is true."""

    facts: Facts
    on: date
    rule: Rule
    made: Counted
    retention: RetentionReleased
    shares: Released
    coverage: Released

    @cached_property
    def seen(self) -> Seen:
        return of_release(self.facts, self.retention, self.made)

    @cached_property
    def truth(self) -> dict[Name, float]:
        """Every count by the name that readers give it."""
        found: dict[Name, float] = {("year", *row[:2], row[2]): row[3] for row in self.seen.truth.iter_rows()}
        found |= {("fte", *key): n for key, n in self._of_heads("fte_closing")}
        places, made = self.made.counter.places, self.made
        for a, origin in enumerate(places[1:]):
            for b, destination in enumerate((*places[1:], "")):
                found["move", origin, destination] = int(made.moves[a, b])
        for a, b in np.ndindex(*made.levels.shape):
            found["step", (*LEVEL_NAMES, "")[a], (*LEVEL_NAMES, "")[b]] = int(made.levels[a, b])
        for row in coverage_cells(self.facts, self.on).iter_rows(named=True):
            found |= {("talk", row["organisation"], row["slice"], name): row[name] for name in COVERED}
        for at in range(len(self.earlier.days) - 1):
            for place, code in enumerate(places):
                found |= {("past", code, at, name): int(n[at, place]) for name, n in self.earlier.between.items()}
                found["past", code, at, "opening"] = int(self.earlier.heads[at, place])
                found["past", code, at, "closing"] = int(self.earlier.heads[at + 1, place])
        return found | self._people()

    def true(self, name: Name) -> float:
        return self.truth.get(name, 0)

    @cached_property
    def earlier(self) -> Earlier:
        return Earlier.of(self.made.counter.year, self.on)

    @property
    def earlier_days(self) -> Sequence[date]:
        """The last days of the earlier years."""
        return ends(self.on)[-1 - len(self.earlier.days) + 1 : -1]

    def _of_heads(self, figure: str) -> Iterator[tuple[tuple[str, str], float]]:
        counter = self.made.counter
        for place, slice_ in self.seen.truth.select(KEYS).unique().iter_rows():
            name = slice_.removeprefix("whole ")
            at = counter.places.index(place), counter.slices.names.index(name)
            yield (place, slice_), float(self.made.heads[figure][at])

    def _people(self) -> dict[Name, float]:
        posts = main_posts(self.facts, self.on).select("person", pl.col("organisation", "level").cast(pl.String))
        people = posts.join(self.facts.people.collect(), on="person", how="left")
        found: dict[Name, float] = {}
        for of in CHARACTERISTICS:
            answer = pl.col(of).cast(pl.String)
            group = pl.when(answer.is_in(NON_ANSWERS)).then(pl.lit("unanswered")).otherwise(answer).alias("group")
            named = people.select("organisation", pl.col("level").fill_null("unmapped"), group)
            for place, level in ((False, False), (False, True), (True, False), (True, True)):
                either = named.with_columns(
                    **({"organisation": pl.lit(SYSTEM)} if place else {}), **({"level": pl.lit(ALL)} if level else {})
                )
                counts = either.group_by("organisation", "level", "group").len()
                found |= {("people", o, lev, of, g): n for o, lev, g, n in counts.iter_rows()}
        return found


def release(facts: Facts, on: date = ON, rule: Rule = DEFAULT) -> Release:
    shares = representation_report(facts, on, rule)
    retention = retention_report(facts, on, rule, shares)
    return Release(facts, on, rule, counted(facts, on), retention, shares, coverage_report(facts, on, rule))


def reader(made: Release) -> Held:
    """Who holds all of it."""
    held = Held(made.rule)
    for part in (year, magnitudes, middles, moves, steps, people, talks, trends):
        part(held, made)
    return held


def of_two(earlier: Release, later: Release) -> Held:
    """Who holds two releases, of years that share most of their months: each figure of what happened is that of the
    months of both years, and of those of one alone; and who was there at one end is who was there at the other but for
    those who came and went in between."""
    held = Held(later.rule)
    for held.edition, made in (("earlier", earlier), ("later", later)):
        for part in (year, moves, steps, people, talks, trends):
            part(held, made)
    held.edition = ""
    fixed = {f"{way}:{word}" for way in CHARACTERISTICS for word in (*GROUPS[way], "unanswered")} | {ALL}
    for place, slice_ in earlier.seen.truth.filter(pl.col("slice").is_in(fixed)).select(KEYS).unique().iter_rows():
        names = {f: [(e, ("year", place, slice_, f)) for e in ("earlier", "later")] for f in (*IN, *OUT, *HEADS)}
        if all(name in held.index for two in names.values() for name in two):
            _overlapping(held, (place, slice_), names)
    return held


def _overlapping(held: Held, at: tuple[str, str], names: Mapping[str, Sequence[Name]]) -> None:
    first, last = ({f: (month, *at, f) for f in (*IN, *OUT)} for month in ("first", "last"))
    for figure in (*IN, *OUT):
        held.adds_up(names[figure][0], first[figure], ("both", *at, figure))
        held.adds_up(names[figure][1], last[figure], ("both", *at, figure))
        held.hidden += [first[figure], last[figure]]
    for end, month in zip(HEADS, (first, last), strict=True):
        before, after = names[end]
        came, gone = {month[f]: 1.0 for f in IN}, {month[f]: -1.0 for f in OUT}
        held.tell({before: 1.0, after: -1.0, **came, **gone}, 0, 0)


def insider(made: Release, *mine: str) -> Held:
    """Organisations that know their own counts exactly, and tell them one another."""
    held = reader(made)
    for name in held.index:
        if name[1] in mine or (name[0] == "move" and name[2] in mine):  # type: ignore[index]
            held.knows(name, made.true(name))
    return held


def year(held: Held, made: Release) -> None:
    """Counts of the year, and why people left."""
    seen = made.seen
    cells = seen.truth.select(*KEYS, "figure").rows()
    shown = seen.shown.unpivot(index=KEYS, variable_name="figure", value_name="n")
    told = {(o, s, f): n for o, s, f, n in shown.iter_rows()}
    for place, slice_, figure in cells:
        name = ("year", place, slice_, figure)
        if figure == UNSEEN:
            held.at(name)
        else:
            held.shown(name, told[place, slice_, figure])
    there = set(cells)
    for split in seen.splits:
        at = (*KEYS, "figure").index(split.key)
        others = sorted(there, key=lambda cell: (*cell[:at], *cell[at + 1 :]))
        for _, family in groupby(others, key=lambda cell: (*cell[:at], *cell[at + 1 :])):
            rows = list(family)
            total = [cell for cell in rows if cell[at] == split.total]
            parts = [c for c in rows if c[at] != split.total and (split.parts is None or c[at] in split.parts)]
            if total and parts:
                _sum(held, made, ("year", *total[0]), [("year", *part) for part in parts])


def _sum(held: Held, made: Release, total: Name, parts: Sequence[Name]) -> None:
    """A sum that nearly holds is taken as it is: the reader is lucky."""
    over = sum(made.true(part) for part in parts) - made.true(total)
    held.tell({total: -1.0, **dict.fromkeys(parts, 1.0)}, min(over, 0), max(over, 0))


def magnitudes(held: Held, made: Release) -> None:
    """Full-time equivalents of those there at the end, shown to the nearest of the base where their number is."""
    cells = made.seen.truth.select(KEYS).unique(maintain_order=True).rows()
    told = {(o, s): n for o, s, n in _apart(made.retention.rates.frame).select(*KEYS, "fte_closing").iter_rows()}
    half = made.rule.base / 2
    for place, slice_ in cells:
        fte, heads = ("fte", place, slice_), ("year", place, slice_, "closing")
        held.tell({fte: 1.0, heads: -FULL}, -np.inf, 0)
        held.tell({fte: 1.0, heads: -LEAST}, 0, np.inf)
        if told[place, slice_] is not None:
            held.within(fte, told[place, slice_] - half, told[place, slice_] + half)
    for place in made.made.counter.places:
        for way in LOCAL:
            parts = [s for o, s in cells if o == place and s.removeprefix("whole ").startswith(f"{way}:")]
            _sum(held, made, ("fte", place, ALL), [("fte", place, part) for part in parts])


def _apart(frame: pl.DataFrame) -> pl.DataFrame:
    whole = (pl.col("organisation") == SYSTEM) & pl.col("slice").str.starts_with("service:")
    return frame.with_columns(slice=pl.when(whole).then(pl.format("whole {}", "slice")).otherwise("slice"))


def middles(held: Held, made: Release) -> None:
    """Half have served longer than the median, which is shown to the nearest half year, and half less."""
    bands = {"under 1 year": (0, 1), "1 to 2 years": (1, 2), "2 to 5 years": (2, 5), "5 to 10 years": (5, 10)}
    told = made.retention.rates.frame.filter(slice=ALL).select("organisation", "median_years")
    for place, median in told.iter_rows():
        if median is None:
            continue
        prefix = "service:" if place else "whole service:"
        below = [("year", place, f"{prefix}{b}", "closing") for b, (_, end) in bands.items() if end <= median - 0.5]
        upto = [("year", place, f"{prefix}{b}", "closing") for b, (begin, _) in bands.items() if begin <= median + 0.5]
        everybody = ("year", place, ALL, "closing")
        held.tell({**dict.fromkeys(below, 1.0), everybody: -0.5}, -np.inf, 0)
        if median + 0.5 < 10:
            held.tell({**dict.fromkeys(upto, 1.0), everybody: -0.5}, 0, np.inf)


def moves(held: Held, made: Release) -> None:
    """Between organisations: those that are listed, and what came of all of them."""
    listed, places = _listed(made, "organisation"), made.made.counter.places[1:]
    for origin in places:
        row = [("move", origin, other) for other in (*places, "") if other != origin]
        for name in row:
            held.shown(name, listed.get(name[1:]))
        _sum(held, made, ("year", origin, ALL, "moved"), row)
    for to in places:
        _sum(held, made, ("year", to, ALL, "came"), [("move", other, to) for other in places if other != to])


def steps(held: Held, made: Release) -> None:
    """Between levels: those that are listed, those who stayed at theirs, and those who came and went."""
    listed = _listed(made, "level")
    for level in LEVEL_NAMES:
        out = [("step", level, other) for other in LEVEL_NAMES]
        into = [("step", other, level) for other in LEVEL_NAMES]
        for name in out:
            if name[1] != name[2]:
                held.shown(name, listed.get(name[1:]))
        at = ("year", SYSTEM, f"level:{level}")
        _sum(held, made, (*at, "in_system"), out)
        _sum(held, made, (*at, "opening"), [*out, ("step", level, "")])
        _sum(held, made, (*at, "closing"), [*into, ("step", "", level)])


def _listed(made: Release, kind: str) -> dict[tuple[str, str], int]:
    rows = made.retention.flows.frame.filter(kind=kind)
    found = {(o, d): n for o, d, n in rows.select("origin", "destination", "people").drop_nulls().iter_rows()}
    back = {(d, o): n for o, d, n in rows.select("origin", "destination", "back").drop_nulls().iter_rows()}
    return found | back


def people(held: Held, made: Release) -> None:
    """The report on representation: who is there at the end."""
    frame = made.shares.frame.with_columns(pl.col("organisation", "level", "characteristic", "group").cast(pl.String))
    told = set[tuple[str, ...]]()
    for row in frame.iter_rows(named=True):
        at = (row["organisation"], row["level"], row["characteristic"])
        held.shown(("people", *at, row["group"]), row["n"])
        if at in told:
            continue
        told.add(at)
        groups = [("people", *at, group) for group in (*GROUPS[at[2]], "unanswered")]
        slice_ = ALL if at[1] == ALL else f"level:{at[1]}"
        _sum(held, made, ("year", at[0], slice_, "closing"), groups)
        if row["known"] is not None:
            held.tell(dict.fromkeys(groups[:-1], 1.0), *held.ends(row["known"]))
        if row["in_scope"] is not None:
            held.within(("year", at[0], slice_, "closing"), *held.ends(row["in_scope"]))
        if row["known"] is None or row["in_scope"] is None:
            held.hidden.append(held.named(groups[-1]))
    _added_up(held, made)


def _added_up(held: Held, made: Release) -> None:
    """Groups over levels, over organisations, and those of the report on who stays."""
    places = made.made.counter.places
    for of in CHARACTERISTICS:
        for group in (*GROUPS[of], "unanswered"):
            for place in places:
                every = [("people", place, level, of, group) for level in LEVEL_NAMES]
                _sum(held, made, ("people", place, ALL, of, group), every)
            for level in LEVELS:
                each = [("people", place, level, of, group) for place in places[1:]]
                _sum(held, made, ("people", SYSTEM, level, of, group), each)
            same = ("year", SYSTEM, f"{of}:{group}", "closing")
            if held.named(same) in held.index:
                _sum(held, made, same, [("people", SYSTEM, ALL, of, group)])


def talks(held: Held, made: Release) -> None:
    """The report on conversations: who was employed for the year, and who came since."""
    frame = made.coverage.frame
    for row in frame.iter_rows(named=True):
        at = ("talk", row["organisation"], row["slice"])
        for figure in ("eligible", "agreed", "none", "dated", "undated"):
            held.shown((*at, figure), row[figure])
        held.adds_up((*at, "eligible"), (*at, "agreed"), (*at, "none"))
        held.adds_up((*at, "eligible"), (*at, "dated"), (*at, "undated"))
        _placed(held, made, row["organisation"], row["slice"])
    cells = frame.select(KEYS).rows()
    for place in made.made.counter.places:
        for way in ("level", "staff_group", *CHARACTERISTICS):
            parts = [("talk", place, s, "eligible") for o, s in cells if o == place and s.startswith(f"{way}:")]
            if parts:
                _sum(held, made, ("talk", place, ALL, "eligible"), parts)
    for slice_ in dict.fromkeys(s for o, s in cells if o):
        parts = [("talk", o, s, "eligible") for o, s in cells if o and s == slice_]
        _sum(held, made, ("talk", SYSTEM, slice_, "eligible"), parts)


def _placed(held: Held, made: Release, place: str, slice_: str) -> None:
    """Who was there a year ago too is who stayed, in what nobody changes within a year; of others at most all."""
    eligible, way = ("talk", place, slice_, "eligible"), slice_.partition(":")[0]
    if slice_ == "new":
        _sum(held, made, ("year", place, ALL, "closing"), [eligible, ("talk", place, ALL, "eligible")])
        return
    if held.named(("year", place, slice_, "closing")) not in held.index:
        return
    over = made.true(eligible) - made.true(("year", place, slice_, "closing"))
    held.tell({eligible: 1.0, ("year", place, slice_, "closing"): -1.0}, -np.inf, max(over, 0))
    if way in (ALL, *CHARACTERISTICS):
        _sum(held, made, ("year", place, slice_, "stayed"), [eligible])


def trends(held: Held, made: Release) -> None:
    """Rates of earlier years: with their ranges they tell the counts that they are made of, as these would be shown.
    Who was there at the end of one year was there at the beginning of the next."""
    told = {(row["organisation"], row["ended_on"]): row for row in made.retention.trend.frame.iter_rows(named=True)}
    days, places = made.earlier_days, made.made.counter.places
    for place in places:
        for at, day in enumerate(days):
            row, key = told.get((place, day)), ("past", place, at)
            rates = {} if row is None else row
            _past(held, made, key, rates)
            for total, *parts in PAST:
                if place or "exits" not in (total, *parts):
                    held.adds_up((*key, total), *((*key, part) for part in parts))
            following = ("past", place, at + 1, "opening") if at + 1 < len(days) else ("year", place, ALL, "opening")
            held.tell({(*key, "closing"): 1.0, following: -1.0}, 0, 0)
    for at in range(len(days)):
        for figure in ("opening", *(f for f in made.earlier.between if f not in ("exits", UNSEEN))):
            _sum(held, made, ("past", SYSTEM, at, figure), [("past", place, at, figure) for place in places[1:]])


PAST = (
    *(("leavers", "left", "retired", "other"), ("exits", "leavers", "moved"), ("opening", "stayed", "lost")),
    *(("opening", "in_system", "away"), ("in_system", "stayed", "elsewhere"), ("lost", "elsewhere", "away")),
    *((UNSEEN, "opening", "joined", "came"), (UNSEEN, "closing", "leavers", "moved")),
)


def _past(held: Held, made: Release, key: tuple[str, str, int], rates: Mapping[str, Any]) -> None:
    needed = {"leaver_rate": ("leavers", *HEADS), "exit_rate": ("exits", *HEADS), "stability": ("stayed", "opening")}
    known = {count for rate, counts in needed.items() if rates.get(rate) is not None for count in counts}
    for figure in ("opening", "closing", *made.earlier.between):
        name = (*key, figure)
        if figure == UNSEEN or (figure == "exits" and not key[1]):
            held.at(name)
        else:
            n = np.array([int(made.true(name))])
            held.shown(name, int(made.rule.rounding.rounded(n)[0]) if figure in known else None)
