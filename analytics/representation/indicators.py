"""WRES and WDES: the workforce and board indicators, from our facts, in the orientation in which they are published.

Ratios come from counts, never from rounded rates. WRES 2 and 4, and WDES 2, put the reference above the group; WRES 3
and WDES 3 the group above the reference: above 1 is against the group in all of them. For the board, below 0 is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from analytics.cells import main_posts, refuse_no_facts
from analytics.coded import coded
from analytics.errors import CellsError
from analytics.frames import Facts
from analytics.intervals import wilson
from analytics.representation.pairs import answers
from analytics.representation.standards import CLINICAL, MEDICAL, WDES, WRES, Standard
from analytics.representation.year import Year, distinct, year_before

COLUMNS: Final = ("indicator", "part", "band", "measure", "a", "n", "c", "m", "value", "low", "high", "p", "query")
HOLDER: Final = ["person", "organisation"]
_FOUR: Final = ("a", "n", "c", "m")
_EMPTY: Final[Mapping[str, pl.Expr]] = {
    "part": pl.lit(None, dtype=pl.String),
    "band": pl.lit(None, dtype=pl.String),
    "low": pl.lit(None, dtype=pl.Float64),
    "high": pl.lit(None, dtype=pl.Float64),
    "p": pl.lit(None, dtype=pl.Float64),
    "query": pl.lit(value=False),
}


def wres(facts: Facts, *, at: date, by: Sequence[str] = ()) -> pl.DataFrame:
    """Indicators 1 to 4 and 9 on the day `at` and over the year to it, for the system or by=("organisation",).

    Columns: by, indicator, part (clinical, non_clinical, medical; voting, all), band (system level), measure, a, n, c,
    m, value, low, high, p, query, unknown_share (of staff). 1: share, a of n with a known answer at the band beside c
    of m in the whole workforce (Wilson). 2 and 4: ratio, a of n white over c of m ethnic minority. 3: ratio, a of n
    ethnic minority over c of m white; n and m are the headcount, and people who entered the process and have left. 9:
    percentage points between the board's share (a of n) and the workforce's (c of m), without an interval: boards are
    too small for one. query: a ratio above 5 or below 1/5, to be looked into first. Null where there is nothing to
    compare: no event, nobody, no board on record. Raises CellsError for facts without events, groups that are not
    there, or another `by`.
    """
    return _indicators(facts, WRES, at, by)


def wdes(facts: Facts, *, at: date, by: Sequence[str] = ()) -> pl.DataFrame:
    """Metrics 1 to 3 and 10, as `wres`. 1: share disabled by pay cluster. 2: ratio, a of n non-disabled over c of m
    disabled appointed from shortlisting. 3: ratio, a of n disabled over c of m non-disabled entering a formal
    capability process. 10: percentage points between the board and the workforce."""
    return _indicators(facts, WDES, at, by)


def _indicators(facts: Facts, standard: Standard, at: date, by: Sequence[str]) -> pl.DataFrame:
    refuse_no_facts(facts, at)
    if list(by) not in ([], ["organisation"]):
        raise CellsError(f"by: {', '.join(by)} is not organisation")
    staff = _staff(facts, standard, at, by)
    ratios = _likelihoods(facts, standard, at, per_organisation=bool(by))
    parts = [_bands(staff, standard), *ratios, _board(staff, _placed(_seats(facts, at), by), standard)]
    place = pl.col("organisation").cast(pl.String)
    silent = staff.group_by(place).agg(unknown_share=pl.col("group").is_null().mean())
    rows = pl.concat([part.with_columns(**_lacking(part)).select(place, *COLUMNS) for part in parts])
    told = rows.join(silent, on="organisation", how="left", maintain_order="left")
    return told.sort("organisation", maintain_order=True).select(*by, pl.exclude("organisation"))


def likelihoods(facts: Facts, standard: Standard, *, at: date, by: Sequence[str] = ()) -> pl.DataFrame:
    """Indicators 2 to 4 alone (2 and 3 of WDES): organisation ("" for the system), indicator, a, n, c, m, value, low,
    high and p as `wres` tells them."""
    parts = _likelihoods(facts, standard, at, per_organisation=bool(by))
    shown = ["indicator", *_FOUR, "value", "low", "high", "p"]
    return pl.concat(part.select("organisation", *shown) for part in parts)


def _staff(facts: Facts, standard: Standard, at: date, by: Sequence[str]) -> pl.DataFrame:
    """Who was in post, with their group."""
    known = answers(facts, standard.characteristic, standard.merged)
    posts = _placed(main_posts(facts, at, HOLDER if by else ["person"]), by)
    return posts.join(known, on="person", how="left")


def _likelihoods(facts: Facts, standard: Standard, at: date, *, per_organisation: bool) -> list[pl.DataFrame]:
    """The indicators that are a likelihood, one row an organisation with somebody in post."""
    if facts.events is None:
        raise CellsError("the facts have no events")
    codes = coded(facts)
    window = year_before(at) + timedelta(days=1), at
    year = Year(codes, standard, window, per_organisation=per_organisation)
    if not len(year.staff):
        raise CellsError(f"nobody was in post on {at:%d %B %Y}")
    ratios = [_appointed(year), _process(year)]
    return ratios if standard.training is None else [*ratios, _training(year, standard.training)]


def _appointed(year: Year) -> pl.DataFrame:
    """Of shortlisted cases decided in the year, those appointed: the reference over the group."""
    whose, appointed = year.decided("shortlist")
    return year.ratio("2", year.tally(whose[appointed]), year.tally(whose), reference_above=True)


def _process(year: Year) -> pl.DataFrame:
    """Of the headcount, and of people who have left, those who entered the process: the group over the reference."""
    entered = year.entered(year.standard.stage)
    here = year.staff[year.among(year.staff, entered)]
    people = year.headcount + year.tally(entered) - year.tally(here)
    return year.ratio(year.standard.process, year.tally(entered), people)


def _training(year: Year, indicator: str) -> pl.DataFrame:
    """Of the headcount, those who took up a place on development in the year: the reference over the group."""
    had = distinct(np.concatenate([year.entered("completion"), year.entered("appointment", "accepted")]))
    taken = year.staff[year.among(year.staff, had)]
    return year.ratio(indicator, year.tally(taken), year.headcount, reference_above=True)


def _placed(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The frame as it is by organisation; for the system, as if there were one organisation without a name. Names are
    categories, which are compared by number."""
    organisation = pl.col("organisation") if by else pl.lit("")
    return frame.with_columns(organisation=organisation.cast(pl.Categorical))


def _lacking(part: pl.DataFrame) -> dict[str, pl.Expr]:
    return {name: nothing for name, nothing in _EMPTY.items() if name not in part.columns}


def _bands(staff: pl.DataFrame, standard: Standard) -> pl.DataFrame:
    medical, clinical = pl.col("staff_group") == MEDICAL, pl.col("staff_group").is_in(CLINICAL)
    part = pl.when(medical).then(pl.lit("medical")).when(clinical).then(pl.lit("clinical"))
    names = {level: band for band, levels in standard.bands.items() for level in levels}
    band = pl.col("level").replace_strict(names, default=None, return_dtype=pl.String)
    known = staff.drop_nulls("group").with_columns(part=part.otherwise(pl.lit("non_clinical")), band=band)
    whole = _counted(known, ["organisation"], standard).rename({"a": "c", "n": "m"})
    banded = _counted(known.drop_nulls("band"), ["organisation", "part", "band"], standard)
    rows = banded.join(whole, on="organisation", how="left").sort("organisation", "part", "band")
    low, high = wilson(rows.get_column("a"), rows.get_column("n"))
    share = pl.col("a") / pl.col("n")
    return rows.with_columns(indicator=pl.lit("1"), measure=pl.lit("share"), value=share, low=low, high=high)


def _seats(facts: Facts, at: date) -> pl.DataFrame:
    is_open = (pl.col("started") <= at) & (pl.col("ended").is_null() | (pl.col("ended") >= at))
    held = facts.spells.filter(is_open & pl.col("board").is_not_null())
    return held.select(*HOLDER, "board").collect(engine="streaming")


def _board(staff: pl.DataFrame, seats: pl.DataFrame, standard: Standard) -> pl.DataFrame:
    known = staff.drop_nulls("group").select(*HOLDER, "group")
    workforce = _counted(known, ["organisation"], standard).rename({"a": "c", "n": "m"}).sort("organisation")
    parts: list[pl.DataFrame] = []
    for part, chosen in (("voting", seats.filter(pl.col("board") == "voting")), ("all", seats)):
        members = known.join(chosen.select(HOLDER).unique(), on=HOLDER)
        seen = _counted(members, ["organisation"], standard)
        beside = workforce.join(seen, on="organisation", how="left", maintain_order="left")
        parts.append(beside.with_columns(pl.col("a", "n").fill_null(0), part=pl.lit(part)))
    points = 100 * (pl.col("a") / pl.col("n") - pl.col("c") / pl.col("m"))
    value = pl.when(pl.col("n") > 0).then(points)
    return pl.concat(parts).with_columns(
        indicator=pl.lit(standard.board), measure=pl.lit("percentage_points"), value=value
    )


def _counted(people: pl.DataFrame, keys: list[str], standard: Standard) -> pl.DataFrame:
    """a of the group among n."""
    ours = (pl.col("group") == standard.group).sum()
    return people.group_by(keys).agg(a=ours.cast(pl.Int64), n=pl.len().cast(pl.Int64))
