"""WRES and WDES: the workforce and board indicators, from our facts, in the orientation in which they are published.

Ratios come from counts, never from rounded rates. WRES 2 and 4, and WDES 2, put the reference above the group; WRES 3
and WDES 3 the group above the reference: above 1 is against the group in all of them. For the board, below 0 is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from analytics.cells import main_posts
from analytics.errors import CellsError
from analytics.frames import Facts
from analytics.intervals import wilson
from analytics.representation.cases import WENT_ON, opened
from analytics.representation.pairs import answers, crude_ratio, paired
from analytics.representation.standards import CLINICAL, MEDICAL, QUERIED, WDES, WRES, Standard

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
    if list(by) not in ([], ["organisation"]):
        raise CellsError(f"by: {', '.join(by)} is not organisation")
    staff, ratios = _staff_and_ratios(facts, standard, at, by)
    parts = [_bands(staff, standard), *ratios, _board(staff, _placed(_seats(facts, at), by), standard)]
    silent = staff.group_by("organisation").agg(unknown_share=pl.col("group").is_null().mean())
    rows = pl.concat([part.with_columns(**_lacking(part)).select("organisation", *COLUMNS) for part in parts])
    told = rows.join(silent, on="organisation", how="left", maintain_order="left")
    told = told.with_columns(pl.col("organisation").cast(pl.String))
    return told.sort("organisation", maintain_order=True).select(*by, pl.exclude("organisation"))


def likelihoods(facts: Facts, standard: Standard, *, at: date, by: Sequence[str] = ()) -> pl.DataFrame:
    """Indicators 2 to 4 alone (2 and 3 of WDES): organisation ("" for the system), indicator, a, n, c, m, value, low,
    high and p as `wres` tells them."""
    parts = _staff_and_ratios(facts, standard, at, by)[1]
    shown = ["indicator", *_FOUR, "value", "low", "high", "p"]
    return pl.concat(part.select(pl.col("organisation").cast(pl.String), *shown) for part in parts)


def _staff_and_ratios(
    facts: Facts, standard: Standard, at: date, by: Sequence[str]
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Who was in post, with their group; and the indicators that are a likelihood."""
    known = answers(facts, standard.characteristic, standard.merged)
    of_interest = {"shortlist", standard.stage, *(() if standard.training is None else ("completion", "appointment"))}
    events = _placed(opened(facts, (_year_before(at) + timedelta(days=1), at), of_interest), by)
    posts = _placed(main_posts(facts, at, HOLDER if by else ["person"]), by)
    staff = posts.join(known, on="person", how="left")
    if staff.is_empty():
        raise CellsError(f"nobody was in post on {at:%d %B %Y}")
    ratios = [_appointed(staff, events, known, standard), _process(staff, events, known, standard)]
    return staff, ratios if standard.training is None else [*ratios, _training(staff, events, standard)]


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


def _appointed(staff: pl.DataFrame, events: pl.DataFrame, known: pl.DataFrame, standard: Standard) -> pl.DataFrame:
    """Of shortlisted cases decided in the year, those appointed: the reference over the group."""
    decided = events.filter((pl.col("stage") == "shortlist") & pl.col("closed_on").is_not_null())
    appointed = (pl.col("outcome") == WENT_ON["shortlist"]).fill_null(value=False)
    placed = decided.join(known, on="person", how="left").with_columns(success=appointed)
    return _ratio("2", placed, staff, standard, reference_above=True)


def _process(staff: pl.DataFrame, events: pl.DataFrame, known: pl.DataFrame, standard: Standard) -> pl.DataFrame:
    """Of the headcount, and of people who have left, those who entered the process: the group over the reference."""
    entered = events.filter(pl.col("stage") == standard.stage).select(HOLDER).unique()
    gone = entered.join(staff, on=HOLDER, how="anti").join(known, on="person", how="left")
    everybody = pl.concat([staff.select(*HOLDER, "group"), gone])
    return _ratio(standard.process, _marked(everybody, entered), staff, standard)


def _training(staff: pl.DataFrame, events: pl.DataFrame, standard: Standard) -> pl.DataFrame:
    """Of the headcount, those who took up a place on development in the year: the reference over the group."""
    taken = (pl.col("stage") == "completion") | ((pl.col("stage") == "appointment") & (pl.col("outcome") == "accepted"))
    had = events.filter(taken).select(HOLDER).unique()
    return _ratio(str(standard.training), _marked(staff, had), staff, standard, reference_above=True)


def _marked(people: pl.DataFrame, those: pl.DataFrame) -> pl.DataFrame:
    marked = people.join(those.with_columns(success=pl.lit(value=True)), on=HOLDER, how="left")
    return marked.with_columns(pl.col("success").fill_null(value=False))


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


def _ratio(
    indicator: str, marked: pl.DataFrame, staff: pl.DataFrame, standard: Standard, *, reference_above: bool = False
) -> pl.DataFrame:
    """One row an organisation: events of the group and the reference, one over the other as the standard prints it."""
    sums = {"a": pl.col("success").sum().cast(pl.Int64), "n": pl.len().cast(pl.Int64)}
    sides = pl.DataFrame({"group": [standard.group, standard.reference]})
    counted = marked.drop_nulls("group").group_by("organisation", "group").agg(**sums)
    every = staff.select("organisation").unique().join(sides, how="cross")
    filled = every.join(counted, on=["organisation", "group"], how="left").with_columns(pl.col("a", "n").fill_null(0))
    rows = paired(filled, ["organisation"], standard.reference).sort("organisation")
    if reference_above:
        rows = rows.rename({"a": "c", "n": "m", "c": "a", "m": "n"})
    found = rows.with_columns(**crude_ratio(rows)).rename({"ratio": "value"})
    odd = ((pl.col("value") > QUERIED) | (pl.col("value") < 1 / QUERIED)).fill_null(value=False)
    return found.with_columns(indicator=pl.lit(indicator), measure=pl.lit("ratio"), query=odd)


def _year_before(day: date) -> date:
    """The same day a year before; 28 February for 29."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
