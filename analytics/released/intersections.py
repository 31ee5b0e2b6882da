"""Facts -> two characteristics at once, at senior levels beside the whole workforce, for the whole system alone: safe
to show beside the report on representation of the same facts.

All pairs of groups of a band are shown, or none: then there is nothing among them to subtract. A band is withheld where
a pair is small; where one organisation makes up nearly all of one; and where its pairs, added up, would tell a level
that the report on representation withholds. Senior posts and all others go together, for each is the rest of the other.
"""

from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Final

import numpy as np
import polars as pl

from analytics.cells import main_posts
from analytics.disclosure import DEFAULT, Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.disclosure.protection import Mask
from analytics.frames import GROUPS, LEVELS, NON_ANSWERS, Facts
from analytics.intervals import wilson

METHOD_VERSION: Final = "intersections-1"
ALL, SENIOR, OTHERS, UNMAPPED = "all", "senior", "others", "unmapped"
CUTS: Final = (("ethnicity", "sex"), ("disability", "sex"), ("ethnicity", "disability"))
UPPER: Final = ("7", "8", "9")
PAIRS: Final = 2  # of each group
BANDS: Final[Mapping[str, tuple[str, ...]]] = {
    SENIOR: UPPER,
    OTHERS: (*(str(level) for level in LEVELS if str(level) not in UPPER), UNMAPPED),
}
_MERGED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "ethnicity": {"white": ("white",), "ethnic_minority": ("mixed", "asian", "black", "other")}
}
_KEYS: Final = ("cut", "band", "first", "second")
_MARGINS: Final = {"first": "all_first", "second": "all_second"}


def groups_of(characteristic: str) -> Mapping[str, tuple[str, ...]]:
    """The groups told here, each with the groups of the facts that it puts together."""
    return _MERGED.get(characteristic, {group: (group,) for group in GROUPS[characteristic]})


def intersections_report(facts: Facts, at: date, shares: Released, rule: Rule = DEFAULT) -> Released:
    """One row for each of CUTS ("ethnicity_sex", ...), band (all, senior: levels 7 to 9, others) and pair of groups
    (first, second), on the day `at`: n people of known people with both answers (what the shown pairs add up to), share
    with its Wilson interval low and high, whole_share, the pair's share of the whole workforce; and the reason where
    something is withheld. Counts are rounded as the rule says.

    shares: `reports.representation_report` of the same facts and day.
    """
    people = _people(facts, at)
    cells = pl.concat([_cells(people, cut) for cut in CUTS])
    hidden = _hidden(cells, shares.frame, rule)
    return release_linked(
        cells,
        keys=_KEYS,
        counts=["n"],
        splits=[Split("band", ALL)],
        rule=rule,
        withheld_first={"n": hidden},
        derived=_shares,
    )


def _people(facts: Facts, at: date) -> pl.DataFrame:
    """Everybody in post, once: where, in which band, and their answers (null where there is none)."""
    named = [_answer(name) for name in dict.fromkeys(name for cut in CUTS for name in cut)]
    answers = facts.people.select("person", *named).collect(engine="streaming")
    senior = pl.col("level").cast(pl.String).is_in(UPPER).fill_null(value=False)
    band = pl.when(senior).then(pl.lit(SENIOR)).otherwise(pl.lit(OTHERS))
    posts = main_posts(facts, at).select("person", pl.col("organisation").cast(pl.String), band=band)
    return posts.join(answers, on="person", how="left")


def _answer(characteristic: str) -> pl.Expr:
    answer = pl.col(characteristic).cast(pl.String)
    return pl.when(~answer.is_in(NON_ANSWERS)).then(answer.replace(_into(characteristic))).alias(characteristic)


def _into(characteristic: str) -> dict[str, str]:
    return {group: whole for whole, groups in groups_of(characteristic).items() for group in groups}


def _cells(people: pl.DataFrame, cut: tuple[str, str]) -> pl.DataFrame:
    """A row for each band and pair: n, and most, how many of them the organisation with most has; and all of each of
    the two groups in the band."""
    both = people.drop_nulls(cut).select("organisation", "band", first=cut[0], second=cut[1])
    every = pl.concat([both, both.with_columns(band=pl.lit(ALL))])
    own = every.group_by("organisation", *_KEYS[1:]).agg(pl.len().cast(pl.Int64).alias("n"))
    whole = own.group_by(_KEYS[1:]).agg(most=pl.max("n"), n=pl.sum("n"))
    pairs = [("_".join(cut), *row) for row in product((ALL, *BANDS), *(groups_of(name) for name in cut))]
    found = pl.DataFrame(pairs, schema=[*_KEYS], orient="row")
    for of, on in ((whole, [*_KEYS[1:]]), *((_margin(people, name, key), ["band", key]) for name, key in _named(cut))):
        found = found.join(of, on=on, how="left", maintain_order="left")
    return found.with_columns(pl.col("n", "most", *_MARGINS.values()).fill_null(0))


def _margin(people: pl.DataFrame, characteristic: str, key: str) -> pl.DataFrame:
    """Everybody of a group in each band, whatever else is known of them."""
    answered = people.drop_nulls(characteristic).select("band", pl.col(characteristic).alias(key))
    every = pl.concat([answered, answered.with_columns(band=pl.lit(ALL))])
    return every.group_by("band", key).agg(pl.len().cast(pl.Int64).alias(_MARGINS[key]))


def _named(cut: tuple[str, str]) -> list[tuple[str, str]]:
    return [*zip(cut, _MARGINS, strict=True)]


def _hidden(cells: pl.DataFrame, shares: pl.DataFrame, rule: Rule) -> Mask:
    """The bands to withhold, whole: those of a cut that are not everybody go together, and all go with everybody."""
    n = pl.col("n")
    few = (n < rule.floor) | ((n - pl.col("most") < rule.floor) if rule.insiders else pl.lit(value=False))
    marked = cells.with_columns(gap=few | pl.Series(_telling(cells, shares, rule)))
    parts = (pl.col("band") == ALL, pl.col("band") != ALL)
    gone = [(pl.col("gap") & part).any().over("cut") for part in parts]
    return marked.select(gone[0] | (gone[1] & parts[1])).to_series().to_numpy()


def _telling(cells: pl.DataFrame, shares: pl.DataFrame, rule: Rule) -> Mask:
    """Pairs that would tell, added up, what the report on representation withholds of one of their groups: a reader who
    takes the shown levels off must be left with `width` values at least of one, and with the floor of several; even one
    who knows how many gave no other answer."""
    tells = np.zeros(cells.height, dtype=bool)
    for cut in CUTS:
        mine = cells.get_column("cut").to_numpy() == "_".join(cut)
        for name, key in _named(cut):
            tells |= mine & _margin_tells(cells, key, _levels(shares, name), rule)
    return tells


def _margin_tells(cells: pl.DataFrame, key: str, levels: pl.DataFrame, rule: Rule) -> Mask:
    told = cells.join(levels.rename({"group": key}), on=["band", key], how="left", maintain_order="left")
    total = pl.Series("total", rule.rounding.rounded(cells.get_column(_MARGINS[key]).to_numpy()))
    left, slack = total - pl.col("shown"), rule.base // 2 * (pl.col("parts") + PAIRS)
    most, least = left + slack, (left - slack).clip(0)
    one, several = pl.col("gone") == 1, pl.col("gone") > 1
    wrong = (one & (most - least < rule.width)) | (several & (most < rule.floor))
    return told.select(wrong.fill_null(value=False)).to_series().to_numpy()


def _levels(shares: pl.DataFrame, characteristic: str) -> pl.DataFrame:
    """Of each group and band what the report on representation shows of the whole system: cells gone and shown, and the
    sum of those."""
    bands = [(band, level) for band, levels in {ALL: (ALL,), **BANDS}.items() for level in levels]
    named = shares.select(pl.col("organisation", "level", "characteristic", "group").cast(pl.String), "n")
    mine = named.filter(pl.col("organisation") == "", pl.col("characteristic") == characteristic)
    placed = mine.with_columns(pl.col("group").replace(_into(characteristic))).join(
        pl.DataFrame(bands, schema=["band", "level"], orient="row"), on="level"
    )
    n = pl.col("n")
    return placed.group_by("band", "group").agg(gone=n.is_null().sum(), shown=n.sum(), parts=n.count().cast(pl.Int64))


def _shares(shown: pl.DataFrame) -> pl.DataFrame:
    """Each pair's share of all pairs of its band, from what is shown."""
    n = pl.col("n")
    whole = pl.when(n.is_not_null().all().over("cut", "band")).then(n.sum().over("cut", "band"))
    known = shown.with_columns(known=whole)
    low, high = wilson(known.get_column("n"), known.get_column("known"))
    told = known.with_columns(share=n / pl.col("known"), low=low, high=high)
    total = told.filter(pl.col("band") == ALL).select("cut", "first", "second", whole_share="share")
    return told.join(total, on=["cut", "first", "second"], how="left", maintain_order="left")
