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
from analytics.coded import Coded, Ints, coded, day, holders
from analytics.errors import CellsError
from analytics.frames import GROUPS, NON_ANSWERS, STAGES, Facts
from analytics.intervals import wilson
from analytics.representation.cases import WENT_ON, Mask, opened
from analytics.representation.pairs import answers, crude_ratio
from analytics.representation.standards import CLINICAL, MEDICAL, QUERIED, WDES, WRES, Standard

COLUMNS: Final = ("indicator", "part", "band", "measure", "a", "n", "c", "m", "value", "low", "high", "p", "query")
HOLDER: Final = ["person", "organisation"]
_FOUR: Final = ("a", "n", "c", "m")
_SIDES: Final = 3
_BITS: Final = 32  # of a holder's number that are the organisation
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
    year = _Year(codes, standard, at, per_organisation=per_organisation)
    if not len(year.staff):
        raise CellsError(f"nobody was in post on {at:%d %B %Y}")
    ratios = [_appointed(year), _process(year)]
    return ratios if standard.training is None else [*ratios, _training(year, standard.training)]


class _Year:
    """The year up to a day, as codes: who was in post on it, and what was opened in it. A holder is a person, or a
    person in an organisation; for the whole system, everybody is in organisation 0."""

    def __init__(self, codes: Coded, standard: Standard, at: date, *, per_organisation: bool) -> None:
        self.codes, self.standard, self.per_organisation = codes, standard, per_organisation
        self.window = _year_before(at) + timedelta(days=1), at
        self.side = _sides(codes, standard)
        staff = codes.main(at, per_organisation=per_organisation)
        self.staff = self._holders(codes.spells["person"][staff], codes.spells["organisation"][staff])
        self.headcount = self.tally(self.staff)
        needed = ("shortlist", standard.stage, "completion", "appointment")
        rows = opened(codes, self.window, needed)
        self.events = {name: values[rows] for name, values in codes.events.items()}

    def entered(self, *stages: str, outcome: str | None = None) -> Ints:
        """The holders of whom a step was opened in the year, each once."""
        chosen = np.isin(self.events["stage"], [STAGES.index(stage) for stage in stages])
        if outcome is not None:
            chosen &= self.events["outcome"] == self.outcome(outcome)
        return _distinct(self._holders(*(self.events[of][chosen] for of in ("person", "organisation"))))

    def among(self, some: Ints, others: Ints) -> Mask:
        """Which of the holders are among the others, each of whom is there once, in order."""
        people = np.zeros(len(self.codes.people), dtype=bool)
        people[others >> _BITS] = True
        maybe = np.flatnonzero(people[some >> _BITS])
        found = np.zeros(len(some), dtype=bool)
        at = np.searchsorted(others, some[maybe]).clip(0, len(others) - 1)
        found[maybe] = others[at] == some[maybe]
        return found

    def decided(self, stage: str) -> tuple[Ints, Ints]:
        """Of cases opened in the year and decided by its last day: whose, and whether they went on."""
        chosen = (self.events["stage"] == STAGES.index(stage)) & (self.events["closed_on"] <= day(self.window[1]))
        whose = self._holders(*(self.events[of][chosen] for of in ("person", "organisation")))
        return whose, self.events["outcome"][chosen] == self.outcome(WENT_ON[stage])

    def outcome(self, name: str) -> int:
        """The outcome's code; -1 where no event has it."""
        return self.codes.outcomes.index(name) if name in self.codes.outcomes else -1

    def tally(self, holders: Ints) -> Ints:
        """How many of each organisation, by side: the group, the reference, all others."""
        person, organisation = holders >> _BITS, holders & (2**_BITS - 1)
        cell = organisation * _SIDES + self.side[person]
        size = len(self.codes.organisations) if self.per_organisation else 1
        return np.bincount(cell, minlength=size * _SIDES).reshape(size, _SIDES)

    def ratio(self, indicator: str, a: Ints, n: Ints, *, reference_above: bool = False) -> pl.DataFrame:
        """One row an organisation: events of the group and the reference (a, n as of `tally`), one over the other as
        the standard prints it."""
        present = np.flatnonzero(self.headcount.sum(axis=1))
        names = self.codes.organisations if self.per_organisation else [""]
        above, below = (1, 0) if reference_above else (0, 1)
        rows = pl.DataFrame({
            "organisation": [names[at] for at in present.tolist()],
            "a": a[present, above],
            "n": n[present, above],
            "c": a[present, below],
            "m": n[present, below],
        })  # fmt: skip
        found = rows.with_columns(**crude_ratio(rows)).rename({"ratio": "value"})
        odd = ((pl.col("value") > QUERIED) | (pl.col("value") < 1 / QUERIED)).fill_null(value=False)
        return found.with_columns(indicator=pl.lit(indicator), measure=pl.lit("ratio"), query=odd)

    def _holders(self, person: Ints, organisation: Ints) -> Ints:
        return holders(person, organisation if self.per_organisation else np.zeros_like(organisation))


def _sides(codes: Coded, standard: Standard) -> Ints:
    """Of each person: 0 in the group, 1 in the reference, 2 neither, or not known."""
    into = {group: whole for whole, groups in standard.merged.items() for group in groups}
    names = [into.get(group, group) for group in (*GROUPS[standard.characteristic], *NON_ANSWERS)]
    sides = {standard.group: 0, standard.reference: 1}
    return np.array([sides.get(name, 2) for name in names])[codes.answers[standard.characteristic]]


def _distinct(values: Ints) -> Ints:
    """Each value once, in order; np.unique looks them up one by one, which takes longer."""
    ordered = np.sort(values)
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _appointed(year: _Year) -> pl.DataFrame:
    """Of shortlisted cases decided in the year, those appointed: the reference over the group."""
    whose, appointed = year.decided("shortlist")
    return year.ratio("2", year.tally(whose[appointed]), year.tally(whose), reference_above=True)


def _process(year: _Year) -> pl.DataFrame:
    """Of the headcount, and of people who have left, those who entered the process: the group over the reference."""
    entered = year.entered(year.standard.stage)
    here = year.staff[year.among(year.staff, entered)]
    people = year.headcount + year.tally(entered) - year.tally(here)
    return year.ratio(year.standard.process, year.tally(entered), people)


def _training(year: _Year, indicator: str) -> pl.DataFrame:
    """Of the headcount, those who took up a place on development in the year: the reference over the group."""
    had = _distinct(np.concatenate([year.entered("completion"), year.entered("appointment", outcome="accepted")]))
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


def _year_before(day: date) -> date:
    """The same day a year before; 28 February for 29."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
