"""Facts -> who stood at each step of a career, and who went on. An open case is neither a success nor a failure.

The steps, each with its own denominator:
conversation  people in post on the first day who held a career conversation
offer         of people who held one, those offered development
application   of people with an offer, those who applied (open while an offer is undecided and nothing was applied for)
shortlist     of applications decided, those shortlisted
appointment   of shortlisted cases decided, those appointed
move          of people in post on the first day, those who started a post with another employer of the system
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics.cells import main_posts
from analytics.errors import CellsError
from analytics.frames import Facts

LINKS: Final = ("conversation", "offer", "application", "shortlist", "appointment", "move")
LINK: Final = pl.Enum(LINKS)
WENT_ON: Final = {"application": "shortlisted", "shortlist": "appointed"}  # stage -> the outcome that leads on
PLACE: Final = ("staff_group", "level")
Window = tuple[date, date]


def cases(facts: Facts, window: Window, *, per_organisation: bool = False) -> pl.DataFrame:
    """link, person, organisation, staff_group, level (where the person stood when the step began), success and open.

    window: first and last day; what was opened between them, as it stood on the last one. Raises CellsError where the
    facts have no events, or the window ends before it begins.
    """
    if facts.events is None:
        raise CellsError("the facts have no events")
    if window[1] < window[0]:
        raise CellsError("window: the last day is before the first")
    holder = ("person", "organisation") if per_organisation else ("person",)
    events = opened(facts, window)
    cohort = main_posts(facts, window[0], holder).select("person", "organisation", *PLACE)
    held = _having(cohort, events, "conversation", holder)
    talked = held.filter("success")
    offered = _having(talked, events, "offer", holder)
    applied = _applied(offered.filter("success"), events, holder)
    decided = _decided(events, facts)
    links = {
        "conversation": held,
        "offer": offered,
        "application": applied,
        "shortlist": decided.filter(pl.col("stage") == "application"),
        "appointment": decided.filter(pl.col("stage") == "shortlist"),
        "move": _moved(cohort, facts, window),
    }
    return pl.concat(_named(link, links[link]) for link in LINKS)


def opened(facts: Facts, window: Window) -> pl.DataFrame:
    """Events opened in the window; what closed after its last day is open (closed_on and outcome null)."""
    if facts.events is None:
        raise CellsError("the facts have no events")
    inside = facts.events.filter(pl.col("opened_on").is_between(*window)).with_columns(pl.col("stage").cast(pl.String))
    later = pl.col("closed_on") > window[1]
    closed = inside.with_columns(pl.when(~later).then(column).alias(column) for column in ("closed_on", "outcome"))
    return closed.collect(engine="streaming")


def _having(cohort: pl.DataFrame, events: pl.DataFrame, stage: str, holder: Sequence[str]) -> pl.DataFrame:
    return _marked(cohort, events.filter(pl.col("stage") == stage).select(holder).unique(), holder)


def _marked(cohort: pl.DataFrame, those: pl.DataFrame, holder: Sequence[str]) -> pl.DataFrame:
    marked = cohort.select("person", "organisation", *PLACE).join(
        those.with_columns(success=pl.lit(value=True)), on=[*holder], how="left", maintain_order="left"
    )
    return marked.with_columns(pl.col("success").fill_null(value=False), open=pl.lit(value=False))


def _applied(offered: pl.DataFrame, events: pl.DataFrame, holder: Sequence[str]) -> pl.DataFrame:
    undecided = events.filter((pl.col("stage") == "offer") & pl.col("closed_on").is_null()).select(holder).unique()
    marked = _having(offered, events, "application", holder)
    waiting = marked.join(
        undecided.with_columns(waits=pl.lit(value=True)), on=[*holder], how="left", maintain_order="left"
    )
    return waiting.with_columns(open=pl.col("waits").fill_null(value=False) & ~pl.col("success")).drop("waits")


def _moved(cohort: pl.DataFrame, facts: Facts, window: Window) -> pl.DataFrame:
    begun = facts.spells.filter((pl.col("started") > window[0]) & (pl.col("started") <= window[1]))
    elsewhere = begun.select("person", pl.col("organisation").alias("to")).collect(engine="streaming")
    there = cohort.select("person", "organisation").join(elsewhere, on="person")
    moved = there.filter(pl.col("to") != pl.col("organisation")).select("person", "organisation").unique()
    return _marked(cohort, moved, ("person", "organisation"))


def _decided(events: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Cases at the stages of WENT_ON, each where its person stood on the day it opened; without a place where none is
    on record."""
    cases = events.filter(pl.col("stage").is_in(list(WENT_ON))).sort("opened_on")
    concerned = facts.spells.select("person", "organisation", "started", *PLACE).join(
        cases.lazy().select("person"), on="person", how="semi"
    )
    placed = cases.join_asof(
        concerned.sort("started").collect(engine="streaming"),
        left_on="opened_on",
        right_on="started",
        by=["person", "organisation"],
        strategy="backward",
        check_sortedness=False,
    )
    leads_on = pl.col("stage").replace_strict(WENT_ON, return_dtype=pl.String)
    went_on = (pl.col("outcome").cast(pl.String) == leads_on).fill_null(value=False)
    return placed.with_columns(success=went_on, open=pl.col("closed_on").is_null())


def _named(link: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.lit(link, dtype=LINK).alias("link"), "person", "organisation", *PLACE, "success", "open")
