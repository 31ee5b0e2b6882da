"""Facts -> a of n by organisation, step, staff group, level and group: what everything else is added up from."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics.cells import main_posts
from analytics.equity.steps import MERGED, MINORITY, POOL, SENIOR, UNANSWERED, UPPER, YEARS
from analytics.frames import Facts
from analytics.representation.cases import Window, cases
from analytics.representation.pairs import answers

STRATA: Final = ("staff_group", "level")
_HOLDER: Final = ("person", "organisation")


def window(on: date, years: int = YEARS, back: int = 0) -> Window:
    """The first and the last day of `years` years that end `back` years before the day `on`, that day included."""
    last = _years_before(on, back)
    return _years_before(last, years) + timedelta(days=1), last


def _years_before(on: date, years: int) -> date:
    return on.replace(year=on.year - years, day=28 if (on.month, on.day) == (2, 29) else on.day)


def flowing(facts: Facts, of: Window) -> pl.DataFrame:
    """One row a case of the chain: person, unit (their organisation), step, staff_group, level, success, open.

    Somebody whose only offers wait for an answer counts as not offered yet: what is open at the next step would
    otherwise be the difference of two figures. Empty for facts without events.
    """
    if facts.events is None:
        return pl.DataFrame(schema=_CASES)
    found = cases(facts, of, per_organisation=True)
    waits = found.filter((pl.col("link") == "application") & pl.col("open")).select(*_HOLDER, waits=pl.lit(value=True))
    marked = found.join(waits, on=_HOLDER, how="left", maintain_order="left")
    marked = marked.with_columns(pl.col("waits").fill_null(value=False))
    settled = marked.filter(~((pl.col("link") == "application") & pl.col("waits")))
    success = pl.col("success") & ~((pl.col("link") == "offer") & pl.col("waits"))
    return settled.with_columns(success=success).select(**_named("link"))


def standing(facts: Facts, on: date) -> pl.DataFrame:
    """The same of a stock: who of the people at the levels of POOL is at an upper one, on the day. Their level is what
    is asked, so it is no stratum."""
    posts = main_posts(facts, on, _HOLDER).filter(pl.col("level").is_in(POOL))
    marked = posts.with_columns(success=pl.col("level").is_in(UPPER), open=pl.lit(value=False), step=pl.lit(SENIOR))
    return marked.with_columns(level=pl.lit(None, dtype=pl.Int8)).select(**_named("step"))


_CASES: Final = {
    "person": pl.UInt64,
    "unit": pl.Categorical,
    "step": pl.Categorical,
    "staff_group": pl.Categorical,
    "level": pl.Int8,
    "success": pl.Boolean,
    "open": pl.Boolean,
}


def _named(step: str) -> dict[str, pl.Expr]:
    return {
        "person": pl.col("person"),
        "unit": pl.col("organisation").cast(pl.Categorical),
        "step": pl.col(step).cast(pl.Categorical),
        "staff_group": pl.col("staff_group").cast(pl.Categorical).fill_null(""),
        "level": pl.col("level").fill_null(0).cast(pl.Int8),
        "success": pl.col("success"),
        "open": pl.col("open"),
    }


def counted(facts: Facts, people: pl.DataFrame, characteristic: str, strata: Sequence[str] = STRATA) -> pl.DataFrame:
    """unit, step, `strata`, group, a and n, of cases that are decided. Who gave no answer is a group of their own;
    ethnic minorities are there together as well."""
    known = answers(facts, characteristic).with_columns(pl.col("group").fill_null(UNANSWERED).cast(pl.Categorical))
    placed = people.filter(~pl.col("open")).join(known, on="person", how="left")
    place = ["unit", "step", *strata]
    rows = placed.group_by(*place, "group").agg(a=pl.col("success").sum().cast(pl.Int64), n=pl.len().cast(pl.Int64))
    rows = rows.with_columns(pl.col(pl.Categorical).cast(pl.String))
    return pl.concat([rows, _merged(rows, place)]).sort(*place, "group")


def _merged(rows: pl.DataFrame, place: Sequence[str]) -> pl.DataFrame:
    part = rows.filter(pl.col("group").is_in(MERGED[MINORITY]))
    whole = part.group_by(place).agg(pl.sum("a", "n"))
    return whole.with_columns(group=pl.lit(MINORITY)).select(rows.columns)


def still_open(people: pl.DataFrame) -> pl.DataFrame:
    """How many cases of each organisation and step wait for their outcome."""
    found = people.group_by("unit", "step").agg(open=pl.col("open").sum().cast(pl.Int64))
    return found.with_columns(pl.col("unit", "step").cast(pl.String)).sort("unit", "step")
