"""Facts -> the steps people really took from one role profile to another, and the same after disclosure control.

A step is from one substantive post to the next, in another role profile, in the same organisation or another one, in
the five years up to the day. The next post begins when the one before it ends, or up to 92 days later, or at most 31
days sooner. Secondments and acting up are no steps: people come back from them.
"""

from datetime import date
from typing import Final

import polars as pl

from analytics.coded import years_before
from analytics.disclosure import DEFAULT, Rates, Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.frames import Facts

METHOD_VERSION: Final = "routes-1"
YEARS: Final = 5
LATEST, SOONEST = 92, -31  # days from the end of one post to the start of the next
ALL: Final = "all"
NEAREST_MONTHS: Final = 3
COUNTS: Final = ("people", "across", "within")
_KEYS: Final = ["from_profile", "to_profile"]
_RATES: Final = Rates(fractions={"across_share": ("across", "people")}, intervals={}, beside={})
_MONTH: Final = 365.25 / 12


def routes_report(facts: Facts, at: date, rule: Rule = DEFAULT) -> Released:
    """The routes between role profiles, safe to show: one row for each pair that anybody took, and one for all routes
    out of a profile (to_profile "all").

    Columns: people who took it, of whom across went to another organisation and within stayed; across_share;
    median_months spent in the profile before (in any organisation), by those who took it, to the nearest 3 months. A
    route that nobody took is not there, and one that few took has nothing but nulls: show neither. A reader is taken to
    know how many came to each profile and left it, though only the latter is shown.
    """
    counted = route_cells(facts, at)
    totals = [_together(counted, keys) for keys in (["from_profile"], ["to_profile"], [])]
    every = pl.concat([counted.select(*_KEYS, *COUNTS, "median_months"), *totals]).sort(_KEYS)
    return release_linked(
        every,
        keys=_KEYS,
        counts=COUNTS,
        splits=[
            Split("to_profile", ALL),
            Split("from_profile", ALL),
            Split("figure", "people", ("across", "within")),
        ],
        rule=rule,
        rates=_RATES,
        middles={"median_months": (("people",), NEAREST_MONTHS)},
    )


def route_cells(facts: Facts, at: date) -> pl.DataFrame:
    """The true counts of people for each pair of profiles, and their median_months. A person who took a route twice
    counts once, with the first time."""
    taken = steps(facts, at).unique(["person", *_KEYS], keep="first", maintain_order=True)
    return (
        taken.group_by(_KEYS)
        .agg(
            pl.len().cast(pl.Int64).alias("people"),
            pl.col("across").sum().cast(pl.Int64),
            (~pl.col("across")).sum().cast(pl.Int64).alias("within"),
            pl.col("months").median().alias("median_months"),
        )
        .sort(_KEYS)
    )


def steps(facts: Facts, at: date) -> pl.DataFrame:
    """One row a step: person, from_profile, to_profile, across (to another organisation), months in the profile before.
    In order of person and day."""
    posts = (
        facts.spells.filter(
            pl.col("kind").cast(pl.String) == "substantive", pl.col("started") <= at, pl.col("profile").is_not_null()
        )
        .select("person", pl.col("organisation").cast(pl.String), "profile", "started", "ended")
        .sort("person", "started", "ended", "organisation", nulls_last=True)
        .collect(engine="streaming")
    )
    # In order of person and day: what came before is the row above, if it is the same person's.
    posts = posts.with_columns(pl.col("person", "organisation", "profile", "ended").shift(1).name.suffix("_before"))
    gap = (pl.col("started") - pl.col("ended_before")).dt.total_days()
    follows = (pl.col("person") == pl.col("person_before")) & gap.is_between(SOONEST, LATEST)
    stays = (follows & (pl.col("profile") == pl.col("profile_before"))).fill_null(value=False)
    since = pl.when(~stays).then(pl.col("started")).forward_fill()
    return (
        posts.with_columns(since_before=since.shift(1))
        .filter(follows & ~stays & (pl.col("started") > years_before(at, YEARS)))
        .select(
            "person",
            from_profile="profile_before",
            to_profile="profile",
            across=pl.col("organisation") != pl.col("organisation_before"),
            months=(pl.col("started") - pl.col("since_before")).dt.total_days() / _MONTH,
        )
    )


def _together(counted: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The sums over whichever of the two profiles is not in `keys`."""
    sums = counted.group_by(keys).agg(pl.col(COUNTS).sum()) if keys else counted.select(pl.col(COUNTS).sum())
    named = sums.with_columns(pl.lit(ALL).alias(key) for key in _KEYS if key not in keys)
    return named.select(*_KEYS, *COUNTS, pl.lit(None, dtype=pl.Float64).alias("median_months"))
