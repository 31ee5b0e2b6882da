"""Facts -> the released representation report: the whole path from people to figures that may be shown."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from analytics.cells import CHARACTERISTIC, add, counts, in_order
from analytics.disclosure import DEFAULT, Rates, Released, Rule, release
from analytics.disclosure.unanswered import Answers
from analytics.errors import CellsError
from analytics.frames import LEVELS, Facts
from analytics.representation import with_denominators

SYSTEM: Final = ""
ALL_LEVELS: Final = "all"
UNMAPPED: Final = "unmapped"
METHOD_VERSION: Final = "representation-1"
_KEYS: Final[Mapping[str, str | None]] = {
    "organisation": SYSTEM,
    "level": ALL_LEVELS,
    "characteristic": None,
    "group": None,
}
_LEVEL: Final = pl.Enum([*(str(level) for level in LEVELS), UNMAPPED, ALL_LEVELS])
_ANSWERS: Final = Answers("n", "known", "in_scope", base="answered", recorded=("characteristic", "age_band"))
_RATES: Final = Rates(
    fractions={"share": ("n", "answered"), "declaration_rate": ("known", "in_scope")},
    intervals={("low", "high"): ("n", "answered")},
    beside={"whole_share": ("share", "level")},
)


def representation_report(facts: Facts, at: date, rule: Rule = DEFAULT) -> Released:
    """Each group's share at each level, for the system and for each organisation, on the day `at`, safe to show.

    Columns: organisation ("" is the whole system), level ("1".."9", "unmapped", "all"), characteristic, group; n
    people of known people with an answer (the denominator of share; where it is withheld, the shown counts of all
    groups together) of in_scope people (the denominator of declaration_rate); share with its Wilson interval low and
    high; whole_share, the group's share of the same organisation's whole workforce; reason where something is
    withheld. Counts are of people, rounded as the rule says; rates come from rounded counts.
    """
    per_organisation, system = counts(facts, [("organisation", "level"), ("level",)], at=at)
    return representation_release(per_organisation, system, rule)


def representation_release(per_organisation: pl.DataFrame, system: pl.DataFrame, rule: Rule = DEFAULT) -> Released:
    """The same from cells: by organisation and level, and by level for the system, where each person counts once."""
    if SYSTEM in per_organisation.get_column("organisation"):
        raise CellsError("an organisation's code cannot be empty: that is the whole system's")
    whole = system.select(pl.lit(SYSTEM).alias("organisation"), pl.all()).select(per_organisation.columns)
    measured = with_denominators(_with_all_levels(_named_levels(pl.concat([whole, per_organisation]))))
    return release(
        measured.with_columns(pl.col("characteristic").cast(CHARACTERISTIC)),
        counts=["n"],
        keys=_KEYS,
        totals=["known", "in_scope"],
        rule=rule,
        rates=_RATES,
        answers=_ANSWERS,
    )


def _named_levels(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(pl.col("level").cast(pl.String).fill_null(UNMAPPED).cast(_LEVEL))


def _with_all_levels(cells: pl.DataFrame) -> pl.DataFrame:
    everywhere = cells.with_columns(level=pl.lit(ALL_LEVELS, dtype=_LEVEL))
    return in_order(pl.concat([cells, add(everywhere)]))
