"""Who could step up, beside the posts that fall free: people ready now and soon, roles that would be missed, and
vacancies to be expected, by job family and band of levels.

Vacancies are counted from the record: substantive posts that were left in the last year, for whatever reason, and
secondments, acting up and fixed terms whose last day lies in the next. Nothing is modelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from analytics.coded import years_before
from analytics.disclosure import Released, Rule, release_linked
from analytics.disclosure.protection import Mask
from analytics.flow.cover import COUNTS as COVERED
from analytics.flow.cover import cover
from analytics.frames import Facts
from analytics.released.pipelines.cases import ALL, BANDS, band_of
from analytics.released.pipelines.members import members
from analytics.released.retention.reading import Ints

READY_NOW, READY_SOON, CRITICAL, VACANCIES = "ready_now", "ready_soon", "critical", "expected_vacancies"
FIGURES: Final = (READY_NOW, READY_SOON, CRITICAL, VACANCIES)
LED: Final = tuple(band for band in BANDS if band != "1-4")  # the bands of levels that lead
_KEYS: Final = ["organisation", "level", "family"]


@dataclass(frozen=True)
class Needed:
    """counts: figure x place (the system first) x band x family (all first)."""

    places: Sequence[str]
    families: Sequence[str]
    counts: Ints


def needed(facts: Facts, on: date, places: Sequence[str]) -> Needed:
    """The true counts. places: "" for the system, then the organisations. Families are those with a role profile."""
    people, known = members(facts, on), _families(facts)
    frames = {
        READY_NOW: people.filter(stage=READY_NOW),
        READY_SOON: people.filter(stage=READY_SOON),
        CRITICAL: _critical(facts),
        VACANCIES: _vacated(facts, on),
    }
    names = sorted({family for frame in frames.values() for family in frame.get_column("family")} | set(known))
    counts = np.zeros((len(FIGURES), len(places), len(LED), 1 + len(names)), dtype=np.int64)
    for at, frame in enumerate(frames.values()):
        there = frame.filter(pl.col("band").is_in(LED), pl.col("organisation").is_in(places[1:]))
        where = ("organisation", places), ("band", LED), ("family", [ALL, *names])
        np.add.at(counts[at], tuple(_codes(there.get_column(column), of) for column, of in where), 1)
    counts[..., 0] = counts[..., 1:].sum(axis=-1)
    counts[:, 0] = counts[:, 1:].sum(axis=1)
    return Needed(places, names, counts)


def released(found: Needed, hidden: Mask, rule: Rule) -> Released:
    """One row an organisation, band of levels and family, where anything could be: see `report.pipelines_report`."""
    shape = found.counts.shape[1:]
    place, band, family = (axis.ravel() for axis in np.indices(shape))
    names = [ALL, *found.families]
    rows = pl.DataFrame({
        "organisation": pl.Series(found.places).gather(place),
        "level": pl.Series(LED).gather(band),
        "family": pl.Series(names).gather(family),
        **{name: found.counts[at].ravel() for at, name in enumerate(FIGURES)},
        **{f"{name}_hidden": hidden[at].ravel() for at, name in enumerate(FIGURES)},
    })  # fmt: skip
    return release_linked(
        rows,
        keys=_KEYS,
        counts=FIGURES,
        splits=[],
        rule=rule,
        withheld_first={name: rows.get_column(f"{name}_hidden").to_numpy() for name in FIGURES},
        derived=_covered,
    )


def _covered(shown: pl.DataFrame) -> pl.DataFrame:
    """Cover and shortfall of the counts as shown; null where one that they need is not."""
    found = cover(shown.with_columns(pl.col(COVERED).fill_null(0)))
    now, every = pl.col(READY_NOW, VACANCIES).is_null(), pl.col(COVERED).is_null()
    gaps = shown.select(now=pl.any_horizontal(now), every=pl.any_horizontal(every))
    return found.with_columns(
        pl.when(~gaps.get_column("now")).then("cover_now").alias("cover_now"),
        pl.when(~gaps.get_column("every")).then(pl.col("cover_soon", "shortfall")),
    )


def _families(facts: Facts) -> list[str]:
    if facts.roles is None:
        return []
    return facts.roles.select(pl.col("family").cast(pl.String)).unique().collect().to_series().to_list()


def _critical(facts: Facts) -> pl.DataFrame:
    if facts.critical is None:
        return pl.DataFrame(schema=dict.fromkeys(("organisation", "band", "family"), pl.String))
    texts = pl.col("organisation", "family").cast(pl.String)
    return facts.critical.select(texts, band=band_of()).collect()


def _vacated(facts: Facts, on: date) -> pl.DataFrame:
    """organisation, band and family, one row a post that was left in the last year or ends in the next."""
    if facts.roles is None:
        return pl.DataFrame(schema=dict.fromkeys(("organisation", "band", "family"), pl.String))
    families = facts.roles.select(pl.col("profile", "family").cast(pl.String)).unique("profile")
    wanted = ("person", "organisation", "kind", "contract", "started", "ended", "profile", "level")
    posts = facts.spells.filter(pl.col("ended").is_null() | (pl.col("ended") > years_before(on, 1))).select(wanted)
    texts = pl.col("organisation", "profile", "kind", "contract").cast(pl.String)
    held = posts.with_columns(texts, band=band_of()).join(families, on="profile").collect()
    own = held.filter(kind="substantive")
    left = own.filter(pl.col("ended") <= on)
    again = own.select("person", "organisation", "band", "family", ended=pl.col("started") - timedelta(days=1))
    vacated = left.join(again, on=["person", "organisation", "band", "family", "ended"], how="anti")
    lent = (pl.col("kind") != "substantive") | (pl.col("contract") == "fixed_term").fill_null(value=False)
    ending = held.filter(lent, pl.col("ended") > on, pl.col("ended") <= _a_year_on(on))
    return pl.concat([one.select("organisation", "band", "family") for one in (vacated, ending)])


def _a_year_on(on: date) -> date:
    return years_before(on, -1)


def _codes(column: pl.Series, names: Sequence[str]) -> Ints:
    return column.replace_strict([*names], [*range(len(names))], return_dtype=pl.Int64).to_numpy()
