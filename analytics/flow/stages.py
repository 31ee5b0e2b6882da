"""Facts -> how far cases get at a stage, where some are open: the newest must not look worse for being new."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from analytics.errors import FactsError
from analytics.retention.at_risk import at_risk
from analytics.retention.curves import STAYED, stack

PROGRESSED, WITHDREW, TURNED_DOWN, LEFT = ENDS = ("progressed", "withdrew", "turned_down", "left")
OPEN: Final = "open"
OUTCOMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("accepted", "shortlisted", "appointed", "completed", "held", "agreed"), PROGRESSED),
    **dict.fromkeys(("withdrawn", "declined", "lapsed"), WITHDREW),
    **dict.fromkeys(("rejected", "not_appointed", "did_not_complete"), TURNED_DOWN),
    "left": LEFT,
}


def conversion(
    events: pl.DataFrame | pl.LazyFrame,
    until: date,
    at: Sequence[int] = (30, 90, 180),
    by: Sequence[str] = ("stage",),
    outcomes: Mapping[str, str] = OUTCOMES,
) -> pl.DataFrame:
    """Where cases are so many days after they opened: columns of by, time, state (open, progressed, withdrew,
    turned_down or left), share with its range low and high, and at_risk (cases followed as long and open still).

    The shares of one stage and time add up to 1: open cases count for as long as they were seen, up to `until`. Null
    where no case was followed as long. Raises FactsError naming column and row for an outcome that is not known, a
    closed case without one, a case that closed before it opened, or a date after `until`.
    """
    return where_they_are(followed(events, until, by, outcomes), at)


def followed(
    events: pl.DataFrame | pl.LazyFrame,
    until: date,
    by: Sequence[str] = ("stage",),
    outcomes: Mapping[str, str] = OUTCOMES,
) -> pl.DataFrame:
    """The additive at-risk table of cases, by days since they opened, with a column for each of ENDS. Refusals are
    those of `conversion`."""
    frame = events.lazy()
    known = pl.col("outcome").cast(pl.String)
    coded = frame.with_columns(end=known.replace_strict(outcomes, default=known))
    lost = coded.select(closed=pl.col("closed_on").is_not_null() & pl.col("end").is_null()).with_row_index("row")
    bare = lost.filter("closed").head(1).collect()
    if bare.height:
        raise FactsError("events", "outcome", "a closed case needs an outcome", bare.item(0, "row"))
    return at_risk(coded, by=by, origin="opened_on", exit="closed_on", cause="end", causes=ENDS, until=until)


def where_they_are(table: pl.DataFrame, at: Sequence[int]) -> pl.DataFrame:
    """The shares of an at-risk table of cases, as `conversion` tells them."""
    found = stack(table, list(at))
    return found.with_columns(state=pl.when(pl.col("state") == STAYED).then(pl.lit(OPEN)).otherwise("state"))
