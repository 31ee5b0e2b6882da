"""Facts -> the cases of the last two years: whose stage, where the person stood, when it opened, and how it ended."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from analytics.coded import Coded, Columns, Ints, coded, day, in_order, years_before
from analytics.errors import FactsError
from analytics.flow.stages import LEFT, OUTCOMES, PROGRESSED, TURNED_DOWN, WITHDREW
from analytics.frames import SOURCES, Facts
from analytics.frames import STAGES as EVERY_STAGE

SYSTEM: Final = ""
ALL: Final = "all"
YEARS: Final = 2
BANDS: Final = {"1-4": (1, 4), "5-6": (5, 6), "7-9": (7, 9)}
SENIOR: Final = "7-9"
UNMAPPED: Final = "unmapped"
# Besides going on and leaving: who turned somebody down, and who could withdraw.
_SELECTED: Final = (TURNED_DOWN, WITHDREW)
MAY_END: Final[Mapping[str, tuple[str, ...]]] = {
    "offer": (WITHDREW, LEFT),
    "application": (*_SELECTED, LEFT),
    "shortlist": (*_SELECTED, LEFT),
    "appointment": (WITHDREW, LEFT),
    "completion": (TURNED_DOWN, LEFT),
}
STAGES: Final = tuple(MAY_END)
UNKNOWN: Final = "unknown"
# A person, an employer and a day as one number: days from the year 1697 on.
_EMPLOYER_BITS, _DAY_BITS, _EARLIEST = 16, 18, -100_000
_TEXTS: Final = dict.fromkeys(("organisation", "stage", "source", "outcome", "staff_group", "band"), pl.String)
_NONE: Final = {**_TEXTS, "opened_on": pl.Date, "closed_on": pl.Date}


def band_of(column: str = "level") -> pl.Expr:
    """The band of a level; "unmapped" where there is none."""
    level = pl.col(column)
    named = {level_: name for name, (low, high) in BANDS.items() for level_ in range(low, high + 1)}
    return level.replace_strict([*named], [*named.values()], default=UNMAPPED, return_dtype=pl.String)


def cases(facts: Facts, on: date) -> pl.DataFrame:
    """organisation, stage, source, staff_group, band, opened_on, closed_on and outcome of the cases opened in the two
    years up to the day, as they stood on it. Who left the system with an open case has left it.

    Raises FactsError for an outcome that is no end of its stage.
    """
    if facts.events is None:
        return pl.DataFrame(schema=_NONE)
    codes, first = coded(facts), day(years_before(on, YEARS))
    began, stage = codes.events["opened_on"], codes.events["stage"]
    asked = np.isin(np.arange(len(EVERY_STAGE)), [EVERY_STAGE.index(one) for one in STAGES])
    rows = np.flatnonzero((began > first) & (began <= day(on)) & asked[stage])
    of = {name: values[rows] for name, values in codes.events.items()}
    closed, outcome = _as_it_stood(codes, of, day(on))
    told = pl.DataFrame([
        _texts("organisation", codes.organisations, of["organisation"]),
        _texts("stage", EVERY_STAGE, of["stage"]),
        _sources(facts, rows),
        _days("opened_on", of["opened_on"]),
        closed,
        outcome,
        *_stood(codes, of),
    ])  # fmt: skip
    _refuse_no_end(told)
    return told.with_columns(band=band_of()).drop("level")


def _days(column: str, days: Ints) -> pl.Series:
    return pl.Series(column, days.astype(np.int32), dtype=pl.Int32).cast(pl.Date)


def _texts(column: str, names: Sequence[str], at: Ints) -> pl.Series:
    """Names as codes of a fixed list."""
    return pl.Series(column, names, dtype=pl.Enum(names)).gather(at)


def _as_it_stood(codes: Coded, of: Columns, on: int) -> tuple[pl.Series, pl.Series]:
    """When each case closed and how, null where it was open on the day; open cases of people whose last post in the
    system was over by then ended with it, or on the day they were opened."""
    last = np.zeros(len(codes.people), dtype=np.int32)
    np.maximum.at(last, codes.spells["person"], codes.spells["ended"].astype(np.int32))
    gone_on, was_open = last[of["person"]], of["closed_on"] > on
    # Whoever has no post on record has not left one.
    left = was_open & (gone_on < on) & (gone_on > 0)
    closed = np.where(left, np.maximum(gone_on, of["opened_on"]), of["closed_on"])
    known = list(dict.fromkeys([*codes.outcomes, LEFT]))
    how = _texts("outcome", known, np.where(left, known.index(LEFT), of["outcome"]))
    still = pl.Series(was_open & ~left)
    return _days("closed_on", closed).set(still, None), how.cast(pl.String).set(still | (how == ""), None)


def _stood(codes: Coded, of: Columns) -> tuple[pl.Series, pl.Series]:
    """The staff group and the level of the post that the person had begun last with that employer; of several begun on
    one day, one of them."""
    wanted = np.zeros(len(codes.people), dtype=bool)
    wanted[of["person"]] = True
    spells = np.flatnonzero(wanted[codes.spells["person"]])
    there = {name: codes.spells[name][spells] for name in ("person", "organisation")}
    begun, asked = _moments(there, codes.spells["started"][spells]), _moments(of, of["opened_on"])
    order = np.argsort(begun, kind="stable")
    at = np.searchsorted(begun[order], asked, side="right") - 1
    known = np.flatnonzero(at >= 0)
    post = order[at[known]]
    same = begun[post] >> _DAY_BITS == asked[known] >> _DAY_BITS
    known, row = known[same], spells[post[same]]
    group, level = np.full(len(asked), len(codes.staff_groups)), np.zeros(len(asked), dtype=np.int8)
    group[known], level[known] = codes.spells["staff_group"][row], codes.spells["level"][row]
    return _texts("staff_group", [*codes.staff_groups, UNMAPPED], group), pl.Series("level", level)


def _moments(of: Columns, on: Ints) -> Ints:
    """One rising number for each person, employer and day."""
    holder = of["person"].astype(np.int64) << _EMPLOYER_BITS | of["organisation"]
    return (holder << _DAY_BITS) + (on.astype(np.int64) - _EARLIEST)


def _sources(facts: Facts, rows: Ints) -> pl.Series:
    """What each case is about, in the order in which events are coded."""
    assert facts.events is not None  # noqa: S101
    told = facts.events.select("person", pl.col("source").cast(pl.Enum([*SOURCES, UNKNOWN]))).collect(
        engine="streaming"
    )
    return in_order(told).get_column("source").gather(rows).fill_null(UNKNOWN)


def _refuse_no_end(found: pl.DataFrame) -> None:
    for stage, may in MAY_END.items():
        codes = [code for code, end in OUTCOMES.items() if end in (PROGRESSED, *may)]
        bad = found.filter(pl.col("stage") == stage).filter(~pl.col("outcome").is_in(codes)).head(1)
        if bad.height:
            raise FactsError("events", "outcome", f"is no end of the stage {stage}: {bad.item(0, 'outcome')}")
