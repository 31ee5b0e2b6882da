"""What a hazard may depend on: the terms there are, and the bands that each is told in.

Each term is a code of one of few values, so that cells stay few and no line is drawn through numbers. The first value
is what others are compared with.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from analytics.frames import CONTRACTS, GROUPS, LEVELS, NON_ANSWERS, Facts
from analytics.retention.cells import SERVICE

_YEAR: Final = 365.25


@dataclass(frozen=True)
class Since:
    """Time since something, in bands: `edges` are days at which the next band begins. The last is for never, too."""

    labels: pl.Enum
    edges: tuple[int, ...]


def _since(labels: list[str], *years: float) -> Since:
    return Since(pl.Enum(labels), tuple(round(year * _YEAR) for year in years))


SINCE: Final = {
    "service": Since(SERVICE, tuple(round(year * _YEAR) for year in (1, 2, 5, 10))),
    "in_level": _since(["under 1 year", "1 to 2 years", "2 to 5 years", "5 years or more"], 1, 2, 5),
    "since_move": _since(["under 1 year", "1 to 3 years", "longer ago or never"], 1, 3),
    "since_promotion": _since(["under 1 year", "1 to 3 years", "longer ago or never"], 1, 3),
    "since_conversation": _since(["under 6 months", "6 to 12 months", "longer ago or never"], 0.5, 1),
}
FTE: Final = pl.Enum(["full time", "0.6 to under 1", "under 0.6"])
FTE_EDGES: Final = (0.6, 1.0)
SIZE: Final = pl.Enum(["under 250", "250 to 999", "1,000 to 4,999", "5,000 or more"])
SIZE_EDGES: Final = (250, 1_000, 5_000)
LEVEL: Final = pl.Enum([*map(str, LEVELS), "unmapped"])
AGE: Final = pl.Enum([*GROUPS["age_band"], *NON_ANSWERS])
CONTRACT: Final = pl.Enum([*CONTRACTS, "not_known"])
TERMS: Final = (*SINCE, "staff_group", "level", "fte", "contract", "organisation_size", "age_band")
USUAL: Final = ("service", "in_level", "since_move", "since_promotion", "staff_group", "fte")


def usual(facts: Facts) -> tuple[str, ...]:
    """USUAL, and contract where the facts tell one of anybody."""
    return (*USUAL, "contract") if telling_contract(facts) else USUAL


def telling_contract(facts: Facts, since: date | None = None) -> float:
    """The share of substantive posts, of those that had not ended before a day, whose contract is told."""
    if "contract" not in facts.spells.collect_schema():
        return 0.0
    lasting = pl.col("ended").is_null() | (pl.col("ended") >= (since or date.min))
    posts = facts.spells.filter(pl.col("kind") == "substantive", lasting)
    told = posts.select(pl.col("contract").is_not_null().mean()).collect(engine="streaming").item()
    return float(told or 0.0)
