"""Facts -> the cases of the last two years: whose stage, where the person stood, when it opened, and how it ended."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from analytics.errors import FactsError
from analytics.flow.stages import LEFT, OUTCOMES, PROGRESSED, TURNED_DOWN, WITHDREW
from analytics.frames import Facts

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
_COLUMNS: Final = ("person", "organisation", "stage", "source", "opened_on", "closed_on", "outcome")


def years_before(on: date, years: int) -> date:
    """The same day so many years before; 28 February for 29."""
    return on.replace(year=on.year - years, day=28 if (on.month, on.day) == (2, 29) else on.day)


def band_of(column: str = "level") -> pl.Expr:
    """The band of a level; "unmapped" where there is none."""
    level = pl.col(column)
    named = {level_: name for name, (low, high) in BANDS.items() for level_ in range(low, high + 1)}
    return level.replace_strict([*named], [*named.values()], default=UNMAPPED, return_dtype=pl.String)


def cases(facts: Facts, on: date) -> pl.DataFrame:
    """organisation, stage, focus columns (source, staff_group, band), opened_on, closed_on and outcome, of the cases
    opened in the two years up to the day, as they stood on it. Who left the system with an open case has left it.

    Raises FactsError for an outcome that is no end of its stage.
    """
    if facts.events is None:
        return pl.DataFrame(schema=dict.fromkeys((*_COLUMNS, "staff_group", "band"), pl.String))
    inside = pl.col("opened_on").is_between(years_before(on, YEARS), on, closed="right")
    texts = pl.col("organisation", "stage", "source", "outcome").cast(pl.String)
    opened = facts.events.filter(inside, pl.col("stage").cast(pl.String).is_in(STAGES)).select(_COLUMNS)
    found = opened.with_columns(texts).collect()
    _refuse_no_end(found)
    closed = pl.col("closed_on") <= on
    as_it_stood = found.with_columns(pl.when(closed).then(pl.col("closed_on", "outcome")))
    return _placed(_left(as_it_stood, facts, on), facts).with_columns(pl.col("source").fill_null("unknown"))


def _refuse_no_end(found: pl.DataFrame) -> None:
    wrong = pl.lit(value=False)
    for stage, may in MAY_END.items():
        codes = [code for code, end in OUTCOMES.items() if end in (PROGRESSED, *may)]
        known = pl.col("outcome").is_null() | pl.col("outcome").is_in(codes)
        wrong = wrong | ((pl.col("stage") == stage) & ~known)
    bad = found.filter(wrong).head(1)
    if bad.height:
        stage, outcome = bad.select("stage", "outcome").row(0)
        raise FactsError("events", "outcome", f"is no end of the stage {stage}", value=outcome)


def _left(found: pl.DataFrame, facts: Facts, on: date) -> pl.DataFrame:
    """Open cases of people whose last post in the system is over have ended with it, or on the day they were opened."""
    wanted = found.select("person").unique().lazy()
    last = (
        facts.spells.join(wanted, on="person", how="semi")
        .group_by("person")
        .agg(gone_on=pl.when(pl.col("ended").null_count() == 0).then(pl.col("ended").max()))
    )
    joined = found.join(last.collect(), on="person", how="left", maintain_order="left")
    gone = pl.col("closed_on").is_null() & (pl.col("gone_on") < on)
    return joined.with_columns(
        closed_on=pl.when(gone).then(pl.max_horizontal("gone_on", "opened_on")).otherwise("closed_on"),
        outcome=pl.when(gone).then(pl.lit(LEFT)).otherwise("outcome"),
    )


def _placed(found: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """With the staff group and the band of the post that the person had begun last with that employer."""
    posts = facts.spells.select("person", pl.col("organisation", "staff_group").cast(pl.String), "level", "started")
    there = posts.join(found.select("person").unique().lazy(), on="person", how="semi").collect().sort("started")
    stood = found.sort("opened_on").join_asof(
        there, left_on="opened_on", right_on="started", by=["person", "organisation"], check_sortedness=False
    )
    return stood.with_columns(pl.col("staff_group").fill_null(UNMAPPED), band=band_of())
