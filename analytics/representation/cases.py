"""Facts -> who stood at each step of a career, and who went on. An open case is neither a success nor a failure.

The steps, each with its own denominator:
conversation  people in post on the first day who held a career conversation
offer         of people who held one, those offered development
application   of people with an offer, those who applied (open while an offer is undecided and nothing was applied for)
shortlist     of applications decided, those shortlisted
appointment   of shortlisted cases decided, those appointed
move          of people in post on the first day, those who started a post with another employer of the system
"""

from collections.abc import Collection
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.cells import main_posts
from analytics.errors import CellsError
from analytics.frames import Facts

LINKS: Final = ("conversation", "offer", "application", "shortlist", "appointment", "move")
LINK: Final = pl.Enum(LINKS)
WENT_ON: Final = {"application": "shortlisted", "shortlist": "appointed"}  # stage -> the outcome that leads on
PLACE: Final = ("staff_group", "level")
Window = tuple[date, date]
_STARTS: Final = {"shortlist": "application", "appointment": "shortlist"}  # link -> the stage it starts from
_EACH: Final = ("person", "organisation", *PLACE)
_STAGES: Final = ("conversation", "offer", "application")
_UNDECIDED: Final = len(_STAGES)  # of an offer
_Mask = NDArray[np.bool_]


def cases(facts: Facts, window: Window, *, per_organisation: bool = False) -> pl.DataFrame:
    """link, person, organisation, staff_group, level (where the person stood when the step began), success and open.

    window: first and last day; what was opened between them, as it stood on the last one. Raises CellsError where the
    facts have no events, or the window ends before it begins.
    """
    if facts.events is None:
        raise CellsError("the facts have no events")
    if window[1] < window[0]:
        raise CellsError("window: the last day is before the first")
    people = cohort(facts, window[0], per_organisation=per_organisation)
    found = linked(facts, window, people, selections(facts, window), per_organisation=per_organisation)
    return found.with_columns(pl.col(pl.Categorical).cast(pl.String))


def cohort(
    facts: Facts, on: date, *, per_organisation: bool = False, known: pl.DataFrame | None = None
) -> pl.DataFrame:
    """People in post on the day, one row each, or one for each of their employers: person, organisation, staff_group,
    level, and what else is `known` of the person. Names are categories, which are compared by number."""
    posts = main_posts(facts, on, ("person", "organisation") if per_organisation else ("person",))
    return _with_known(posts.select(_EACH).with_columns(_compact("organisation", "staff_group")), known)


def linked(
    facts: Facts,
    window: Window,
    people: pl.DataFrame,
    started: pl.DataFrame,
    *,
    per_organisation: bool = False,
    settled: bool = False,
) -> pl.DataFrame:
    """The `cases` of `people`, the cohort of the window's first day, and of those that `started` within it or before
    and after. settled: somebody whose only offers wait for an answer counts as not offered yet."""
    talked, offered, applied, undecided = _reached(people, facts, window, per_organisation=per_organisation)
    waits = talked & offered & undecided & ~applied
    if settled:
        offered, waits = offered & ~waits, np.zeros_like(waits)
    moved = _moved(people, facts, window)
    decided = as_it_stood(started, window)
    links = {
        "conversation": _marked(people, talked),
        "offer": _marked(people.filter(talked), offered[talked]),
        "application": _marked(people, applied, waits).filter(talked & offered),
        "move": _marked(people, moved),
        **{link: decided.filter(pl.col("stage") == stage).drop("stage") for link, stage in _STARTS.items()},
    }
    return pl.concat(links[link].select(pl.lit(link, dtype=LINK).alias("link"), pl.all()) for link in LINKS)


def opened(facts: Facts, window: Window, stages: Collection[str] = ()) -> pl.DataFrame:
    """Events opened in the window, of `stages` where told; what closed after its last day is open (closed_on and
    outcome null)."""
    if facts.events is None:
        raise CellsError("the facts have no events")
    inside = facts.events.filter(pl.col("opened_on").is_between(*window))
    chosen = inside.filter(pl.col("stage").is_in([*stages])) if stages else inside
    later = pl.col("closed_on") > window[1]
    closed = chosen.with_columns(pl.when(~later).then(column).alias(column) for column in ("closed_on", "outcome"))
    return closed.with_columns(pl.col("stage").cast(pl.String)).collect(engine="streaming")


def selections(
    facts: Facts, window: Window, stages: Collection[str] = tuple(WENT_ON), known: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Cases at the stages of WENT_ON, each where its person stood on the day it opened; without a place where none is
    on record: stage, the columns of `cohort`, opened_on, closed_on, and whether the person went on."""
    found = opened(facts, window, stages).with_columns(_compact("organisation")).sort("opened_on")
    concerned = facts.spells.select("started", *_EACH).join(found.lazy().select("person"), on="person", how="semi")
    placed = found.join_asof(
        concerned.sort("started").collect(engine="streaming").with_columns(_compact("organisation", "staff_group")),
        left_on="opened_on",
        right_on="started",
        by=["person", "organisation"],
        strategy="backward",
        check_sortedness=False,
    )
    leads_on = pl.col("stage").replace_strict(WENT_ON, return_dtype=pl.String)
    went_on = (pl.col("outcome").cast(pl.String) == leads_on).fill_null(value=False)
    told = placed.select("stage", *_EACH, "opened_on", "closed_on", success=went_on)
    return _with_known(told, known)


def as_it_stood(started: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Those of the `selections` that were opened in the window, with success and open as on its last day."""
    inside = started.filter(pl.col("opened_on").is_between(*window))
    closed = (pl.col("closed_on") <= window[1]).fill_null(value=False)
    stood = inside.with_columns(success=pl.col("success") & closed, open=~closed)
    return stood.select(pl.exclude("opened_on", "closed_on", "success", "open"), "success", "open")


def _compact(*columns: str) -> pl.Expr:
    return pl.col(*columns).cast(pl.Categorical)


def _with_known(people: pl.DataFrame, known: pl.DataFrame | None) -> pl.DataFrame:
    return people if known is None else people.join(known, on="person", how="left", maintain_order="left")


def _marked(people: pl.DataFrame, success: _Mask, waits: _Mask | None = None) -> pl.DataFrame:
    return people.with_columns(
        success=pl.Series(success), open=pl.lit(value=False) if waits is None else pl.Series(waits)
    )


def _reached(people: pl.DataFrame, facts: Facts, window: Window, *, per_organisation: bool) -> list[_Mask]:
    """Which of the people held a conversation, had an offer, applied, and have an offer that nobody has decided."""
    assert facts.events is not None  # noqa: S101
    undecided = pl.col("closed_on").is_null() | (pl.col("closed_on") > window[1])
    stage = pl.col("stage").cast(pl.String).replace_strict(_STAGES, range(_UNDECIDED), return_dtype=pl.UInt8)
    step = pl.when(undecided & (pl.col("stage") == "offer")).then(_UNDECIDED).otherwise(stage)
    inside = facts.events.filter(pl.col("opened_on").is_between(*window), pl.col("stage").is_in(_STAGES))
    theirs = inside.select("person", _compact("organisation"), step=step.cast(pl.UInt8))
    here = pl.col("organisation") == pl.col("at") if per_organisation else pl.lit(value=True)
    found = theirs.join(_places(people), on="person").filter(here).select("row", "step").collect(engine="streaming")
    seen = np.zeros((people.height, _UNDECIDED + 1), dtype=bool)
    seen[found.get_column("row").to_numpy(), found.get_column("step").to_numpy()] = True
    talked, decided, applied, waiting = seen.T
    return [talked, decided | waiting, applied, waiting]


def _moved(people: pl.DataFrame, facts: Facts, window: Window) -> _Mask:
    """Which of the people started a post with another employer."""
    begun = facts.spells.filter((pl.col("started") > window[0]) & (pl.col("started") <= window[1]))
    started = begun.select("person", _compact("organisation")).join(_places(people), on="person")
    moved = np.zeros(people.height, dtype=bool)
    elsewhere = started.filter(pl.col("organisation") != pl.col("at")).select("row").collect(engine="streaming")
    moved[elsewhere.get_column("row").to_numpy()] = True
    return moved


def _places(people: pl.DataFrame) -> pl.LazyFrame:
    return people.lazy().select("person", at="organisation").with_row_index("row")
