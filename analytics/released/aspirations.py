"""Facts -> what people say they want beside what there is, and the same after disclosure control.

What somebody wants is a job family, a level or a tier, and a place: one organisation, or anywhere in the system. What
there is: people who hold such a role there on the day, and published steps that lead to one. Somebody who muted their
aspiration is in none of these figures, nor is a wish for an organisation that must not learn of it.
"""

from datetime import date
from typing import Final

import polars as pl

from analytics.cells import main_posts
from analytics.coded import years_before
from analytics.disclosure import DEFAULT, NO_RATES, Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.frames import Facts

METHOD_VERSION: Final = "aspirations-1"
ANYWHERE: Final = ""
ALL: Final = "all"
_POST: Final = ["person", "organisation", "started", "kind", "fte"]
_KEYS: Final = ["family", "target", "place"]
_NO_ONE: Final = pl.DataFrame(schema=dict.fromkeys(_KEYS, pl.String) | {"wanted": pl.Int64, "held": pl.Int64})


def aspirations_report(facts: Facts, at: date, rule: Rule = DEFAULT) -> Released:
    """How many people want each kind of role in each place, beside how many hold one there, safe to show.

    One row for each family, target ("level:7", "tier:executive" or "any" role of the family) and place ("" is anywhere)
    that anybody wants, and for their totals ("all"). Columns: wanted, people who want it; held, people whose main post
    on the day `at` is such a role there (for all places: in the system), null where that cannot be shown. A row whose
    `wanted` is null must not be shown at all: that anybody wants it is what is withheld.
    """
    wanted = _wanted(facts)
    totals = [_together(wanted, keys) for keys in (["family", "target"], ["family"], ["target", "place"], [])]
    totals += [_together(wanted, keys) for keys in (["family", "place"], ["target"], ["place"])]
    held = _held(facts, at)
    held = pl.concat([held, held.filter(pl.col("place") == ANYWHERE).with_columns(place=pl.lit(ALL))])
    every = pl.concat([wanted, *totals]).join(held, on=_KEYS, how="left", maintain_order="left")
    one_kind = (pl.col("family") != ALL) & (pl.col("target") != ALL)
    every = every.with_columns(held=pl.when(one_kind).then(pl.col("held").fill_null(0)))
    codes = tuple(sorted({*every.get_column("place")} - {ANYWHERE, ALL}))
    return release_linked(
        every.sort(_KEYS),
        keys=_KEYS,
        counts=["wanted", "held"],
        splits=[*(Split(key, ALL) for key in _KEYS), Split("place", ANYWHERE, codes)],
        rule=rule,
        rates=NO_RATES,
    )


def supply(facts: Facts, at: date) -> pl.DataFrame:
    """Where roles of each kind are: family, target, place, with exists (somebody held one there in the twelve months up
    to the day) and steps (published steps that lead to one). Facts about employers and pathways: no count of people,
    and no row tells who."""
    if facts.roles is None:
        return pl.DataFrame(schema=dict.fromkeys(_KEYS, pl.String) | {"exists": pl.Boolean, "steps": pl.Int64})
    recent = facts.spells.filter(
        pl.col("started") <= at, pl.col("ended").is_null() | (pl.col("ended") > years_before(at))
    ).select(pl.col("organisation").cast(pl.String).alias("place"), "profile")
    seen = _with_targets(recent.unique().collect(engine="streaming"), facts)
    seen = pl.concat([seen, seen.with_columns(place=pl.lit(ANYWHERE))]).select(*_KEYS).unique()
    leading = _with_targets(facts.roles.select("profile", "steps").collect(), facts)
    steps = leading.group_by("family", "target").agg(pl.col("steps").cast(pl.Int64).sum())
    return seen.with_columns(exists=pl.lit(value=True)).join(steps, on=["family", "target"], how="full", coalesce=True)


def _wanted(facts: Facts) -> pl.DataFrame:
    if facts.aspirations is None:
        return _NO_ONE.drop("held")
    level, tier = pl.format("level:{}", pl.col("level").cast(pl.String)), pl.format("tier:{}", pl.col("tier"))
    return (
        facts.aspirations.select("family", pl.coalesce(tier, level).fill_null("any").alias("target"), "place")
        .group_by(_KEYS)
        .agg(pl.len().cast(pl.Int64).alias("wanted"))
        .sort(_KEYS)
        .collect()
    )


def _held(facts: Facts, at: date) -> pl.DataFrame:
    """People by family, target and place of their main post: a role has both its level and its tier as targets."""
    if facts.roles is None:
        return _NO_ONE.drop("wanted")
    posts = facts.spells.select(*_POST, "profile").collect(engine="streaming")
    parts = []
    for holder in (("person",), ("person", "organisation")):
        named = main_posts(facts, at, holder).select(*_POST).join(posts, on=_POST)
        # Two posts of somebody's that begin alike are told apart by the profile, so that it is always the same one.
        named = named.sort(*holder, "profile", nulls_last=True).unique([*holder], keep="first", maintain_order=True)
        place = pl.col("organisation").cast(pl.String) if "organisation" in holder else pl.lit(ANYWHERE)
        parts.append(_with_targets(named.select(place.alias("place"), "profile"), facts))
    return pl.concat(parts).group_by(_KEYS).agg(pl.len().cast(pl.Int64).alias("held"))


def _with_targets(placed: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Each row once for its profile's level, once for its tier if it has one, and once for any role of the family."""
    assert facts.roles is not None  # noqa: S101
    roles = facts.roles.select(
        "profile",
        "family",
        target=pl.concat_list(
            pl.format("level:{}", pl.col("level").cast(pl.String)), pl.format("tier:{}", pl.col("tier")), pl.lit("any")
        ),
    )
    named = roles.explode("target").drop_nulls("target").collect()
    return placed.join(named, on="profile").drop("profile")


def _together(wanted: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    sums = wanted.group_by(keys).agg(pl.col("wanted").sum()) if keys else wanted.select(pl.col("wanted").sum())
    named = sums.with_columns(pl.lit(ALL).alias(key) for key in _KEYS if key not in keys)
    return named.select(*_KEYS, "wanted")
