"""The retention release as a reader with a solver sees it: what adds up to what, and what is true."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from analytics.coded import years_before
from analytics.disclosure import DEFAULT
from analytics.disclosure.linked import Split
from analytics.frames import Facts
from analytics.released.retention import reasons
from analytics.released.retention.counted import ALL, Counter, Slices, framed
from analytics.released.retention.reading import Year
from analytics.released.retention.report import RetentionReleased, retention_report
from analytics.released.retention.tables import COUNTS, FIXED, LEAVING, LEFT_OVER, SHOWN, UNSEEN, Counted
from analytics.synthetic import make

ON = date(2026, 9, 30)
KEYS = ["organisation", "slice"]


def counted(facts: Facts, on: date = ON) -> Counted:
    before = years_before(on)
    year = Year.of(facts, (before + timedelta(1), on), on.replace(year=on.year - 5))
    return Counted(Counter(year, Slices.of(year)), DEFAULT, (before, on))


@dataclass
class Seen:
    """A release, everything that is true, and what is shown of the same cells."""

    facts: Facts
    released: RetentionReleased
    counted: Counted
    truth: pl.DataFrame
    shown: pl.DataFrame
    splits: list[Split]


def seen(staff: int, organisations: int, seed: int) -> Seen:
    system = make(staff=staff, organisations=organisations, years=6, seed=seed, until=ON)
    facts = Facts.of(system.people.lazy(), system.spells.lazy())
    return of_release(facts, retention_report(facts, ON), counted(facts))


def of_release(facts: Facts, released: RetentionReleased, made: Counted) -> Seen:
    codes = pl.concat([_codes(made, of) for of in reasons.OF])
    truth = _apart(pl.concat([_heads(made), codes]))
    why = released.reasons.frame.with_columns(figure=pl.format("{}:{}", "of", "code"), slice=pl.lit(ALL))
    rates = released.rates.frame.select(*KEYS, *SHOWN, *(pl.lit(None, pl.Int64).alias(n) for n in (*LEFT_OVER, UNSEEN)))
    shown = rates.join(why.pivot("figure", index=KEYS, values="n"), on=KEYS, how="left", maintain_order="left")
    return Seen(facts, released, made, truth, _apart(shown), _splits(made))


def _apart(rows: pl.DataFrame) -> pl.DataFrame:
    """Length of service in the system is another thing than that in an organisation, and does not add up to it."""
    whole = (pl.col("organisation") == "") & pl.col("slice").str.starts_with("service:")
    return rows.with_columns(slice=pl.when(whole).then(pl.format("whole {}", "slice")).otherwise("slice"))


def _heads(made: Counted) -> pl.DataFrame:
    figures = (*COUNTS, UNSEEN)
    cells = framed(made.counter, {name: np.where(made.there[name], made.heads[name], -1) for name in figures})
    long = cells.unpivot(index=KEYS, on=figures, variable_name="figure", value_name="n").filter(pl.col("n") >= 0)
    fixed = [one for way in FIXED for one in ([ALL] if way == ALL else made.counter.slices.parts(way))]
    return long.filter((pl.col("figure") != UNSEEN) | pl.col("slice").is_in(fixed))


def _codes(made: Counted, of: str) -> pl.DataFrame:
    known, places = reasons.codes_of(made.counter, of), made.counter.places
    names = [f"{of}:{code}" for code in known]
    keys = {"organisation": np.repeat(places, len(known)), "slice": ALL, "figure": names * len(places)}
    return pl.DataFrame(keys | {"n": made.codes[of].ravel()})


def _splits(made: Counted) -> list[Split]:
    slices, known = made.counter.slices, reasons.codes_of(made.counter, reasons.END_REASON)
    of_cause = {c: tuple(f"end_reason:{code}" for code in known if reasons.cause_of_code(code) == c) for c in LEAVING}
    destinations = (f"destination:{code}" for code in reasons.codes_of(made.counter, reasons.DESTINATION))
    return [
        Split("organisation", ""),
        *(Split("slice", ALL, slices.parts(way)) for way in slices.words if way != ALL),
        Split("slice", ALL, tuple(f"whole {one}" for one in slices.parts("service"))),
        Split("figure", "leavers", LEAVING),
        Split("figure", "exits", ("leavers", "moved")),
        Split("figure", "opening", ("stayed", "lost")),
        Split("figure", "opening", ("in_system", "away")),
        Split("figure", "in_system", ("stayed", "elsewhere")),
        Split("figure", "lost", ("elsewhere", "away")),
        Split("figure", UNSEEN, ("opening", "joined", "came")),
        Split("figure", UNSEEN, ("closing", "leavers", "moved")),
        *(Split("figure", cause, codes) for cause, codes in of_cause.items()),
        Split("figure", "leavers", tuple(destinations)),
    ]
