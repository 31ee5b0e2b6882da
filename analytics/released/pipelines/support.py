"""New leaders by leadership tier: support arranged in time, in role a year later, and how supported they feel."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics.coded import years_before
from analytics.disclosure import Rates, Released, Rule, release_linked
from analytics.disclosure.linked import FIGURE, Split
from analytics.frames import Facts
from analytics.released.pipelines.cases import ALL, SYSTEM

WITHIN: Final = timedelta(days=14)
FELT: Final = tuple(f"felt_{answer}" for answer in range(1, 6))
SUPPORTED_FROM: Final = 4
_KEYS: Final = ["organisation", "tier"]
COUNTS: Final = (
    *("began", "supported", "unsupported", "earlier", "in_role_12", "not_12"),
    *("asked", "answered", "silent", "feel_supported", "feel_less", *FELT),
)
SPLITS: Final = (
    Split("organisation", SYSTEM),
    Split("tier", ALL),
    Split(FIGURE, "began", ("supported", "unsupported")),
    Split(FIGURE, "earlier", ("in_role_12", "not_12")),
    Split(FIGURE, "asked", ("answered", "silent")),
    Split(FIGURE, "answered", ("feel_supported", "feel_less")),
    Split(FIGURE, "feel_supported", FELT[3:]),
    Split(FIGURE, "feel_less", FELT[:3]),
)
_TOLD: Final = ("began", "supported", "earlier", "in_role_12", "asked", "answered", "feel_supported", *FELT)
_RATES: Final = Rates(
    fractions={
        "supported_share": ("supported", "began"),
        "in_role_share": ("in_role_12", "earlier"),
        "feel_share": ("feel_supported", "answered"),
        "answer_rate": ("answered", "asked"),
    },
    intervals={
        ("supported_low", "supported_high"): ("supported", "began"),
        ("in_role_low", "in_role_high"): ("in_role_12", "earlier"),
        ("feel_low", "feel_high"): ("feel_supported", "answered"),
    },
    beside={},
)


def support_report(facts: Facts, on: date, rule: Rule) -> Released:
    """One row an organisation and tier: see `report.pipelines_report`. Without transitions, none."""
    return release_linked(
        support_cells(facts, on), keys=_KEYS, counts=COUNTS, splits=SPLITS, rule=rule, rates=_RATES, told=_TOLD
    )


def support_cells(facts: Facts, on: date) -> pl.DataFrame:
    """The true counts: organisation ("" is the system), tier ("all" is every one) and COUNTS."""
    if facts.transitions is None:
        return pl.DataFrame(schema={**dict.fromkeys(_KEYS, pl.String), **dict.fromkeys(COUNTS, pl.Int64)})
    people = _counted(facts, on)
    both = [people, people.with_columns(organisation=pl.lit(SYSTEM))]
    every = pl.concat([*both, *(one.with_columns(tier=pl.lit(ALL)) for one in both)])
    cells = every.group_by(_KEYS).agg(pl.col(COUNTS).cast(pl.Int64).sum())
    places = pl.DataFrame({"organisation": [SYSTEM, *sorted(set(people.get_column("organisation")))]})
    tiers = pl.DataFrame({"tier": [ALL, *sorted(set(people.get_column("tier")))]})
    rows = places.join(tiers, how="cross", maintain_order="left_right")
    joined = rows.join(cells, on=_KEYS, how="left", maintain_order="left")
    return joined.with_columns(pl.col(COUNTS).fill_null(0))


def _counted(facts: Facts, on: date) -> pl.DataFrame:
    """One row a person who began in a tier in the last two years, and whether each count counts them. Of several in one
    year, the last; who began in both years is in both."""
    assert facts.transitions is not None  # noqa: S101
    begun = facts.transitions.filter(pl.col("started_on").is_between(years_before(on, 2), on, closed="right"))
    new = pl.col("started_on") > years_before(on, 1)
    named = begun.with_columns(pl.col("organisation", "tier").cast(pl.String), new=new).sort("person", "started_on")
    last = named.unique(["person", "new"], keep="last", maintain_order=True).collect()
    return _with_role(last, facts).select("organisation", "tier", *_flags(on))


def _flags(on: date) -> list[pl.Expr]:
    new, in_time = pl.col("new"), pl.col("started_on") + WITHIN
    began = new & (in_time <= on) & (pl.col("ended_on").is_null() | (pl.col("ended_on") >= in_time))
    supported = began & (pl.col("supported_on") <= in_time).fill_null(value=False)
    answer = pl.when(pl.col("perceived_on") <= on).then(pl.col("perception"))
    asked = new & ((pl.col("asked_on") <= on).fill_null(value=False) | answer.is_not_null())
    answered = asked & answer.is_not_null()
    felt = {name: answered & (answer == at) for at, name in enumerate(FELT, start=1)}
    well = answered & (answer >= SUPPORTED_FROM)
    flags = {"began": began, "supported": supported, "unsupported": began & ~supported}
    flags |= {"earlier": ~new, "in_role_12": ~new & pl.col("in_role"), "not_12": ~new & ~pl.col("in_role")}
    flags |= {"asked": asked, "answered": answered, "silent": asked & ~answered}
    flags |= {"feel_supported": well, "feel_less": answered & ~well} | felt
    return [flag.fill_null(value=False).cast(pl.Int64).alias(name) for name, flag in flags.items()]


def _with_role(people: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Whether each held a post of that level or above it twelve months after they began, anywhere in the system."""
    wanted = people.select("person").unique().lazy()
    posts = (
        facts.spells.join(wanted, on="person", how="semi")
        .select("person", pl.col("organisation").cast(pl.String), "level", "started", "ended")
        .collect()
    )
    own = people.select("person", "organisation", "started_on").unique()
    both = own.join(posts.rename({"organisation": "where"}), on="person")
    begun = (pl.col("started") == pl.col("started_on")) & (pl.col("where") == pl.col("organisation"))
    key = ["person", "organisation", "started_on"]
    least = pl.col("level").filter(begun).max().over(key).fill_null(0)
    later = pl.col("started_on").dt.offset_by("1y")
    there = (pl.col("started") <= later) & (pl.col("ended").is_null() | (pl.col("ended") >= later))
    high_enough = pl.col("level").fill_null(0) >= pl.col("least")
    held = both.with_columns(least=least).group_by(key).agg(in_role=(there & high_enough).any())
    return people.join(held, on=key, how="left").with_columns(pl.col("in_role").fill_null(value=False))
