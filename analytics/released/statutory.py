"""What the statutory returns ask beyond the report on representation, safe to show beside it: staff by kind of work,
and the likelihoods.

The bands of indicator 1 are the report on representation once more, so they are taken from there and not released
again. Staff by kind of work add up to it: where one of the three parts of a group is small, all three are withheld, and
where that leaves one organisation alone, others with it. A likelihood is of one year; the equity chain shows three, so
what lies between the two is protected as well.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from analytics.cells import counts as counts_of
from analytics.coded import coded
from analytics.disclosure import DEFAULT, Rates, Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.equity.counting import window
from analytics.errors import CellsError
from analytics.frames import STAGES, Facts
from analytics.representation.indicators import likelihoods
from analytics.representation.standards import CLINICAL, MEDICAL, Standard
from analytics.representation.year import GROUP, REFERENCE, Year

METHOD_VERSIONS: Final = ("wres-1", "wdes-1")
SYSTEM: Final = ""
PARTS: Final = ("non_clinical", "clinical", "medical")
_KEYS: Final = ("organisation", "part", "group")
_ROUNDS: Final = 20
_FOUR: Final = ("a", "n", "c", "m")
# Of each side: who went on, who did not, both; and the same over three years and in the two before this one.
_SIDES: Final = (("a", "a_rest", "n"), ("c", "c_rest", "m"))


def parts_report(facts: Facts, at: date, standard: Standard, shares: Released, rule: Rule = DEFAULT) -> Released:
    """n people of each of the two groups by kind of work: organisation ("" is the whole system), part, group, n.

    shares: `reports.representation_report` of the same facts and day. All three parts of a group are shown, or none.
    """
    cells = _parts(facts, at, standard)
    first = _small(cells, rule) | ~_whole_is_shown(cells, standard, shares)
    for _ in range(_ROUNDS):
        first = _all_or_none(cells, first)
        made = release_linked(
            cells, keys=_KEYS, counts=["n"], splits=[Split("organisation", SYSTEM)], rule=rule,
            withheld_first={"n": first},
        )  # fmt: skip
        hidden = made.frame.get_column("n").is_null().to_numpy()
        if not (_all_or_none(cells, hidden) & ~hidden).any():
            return made
        first = first | hidden
    raise CellsError("the parts of the standard's groups cannot be protected together")


def _parts(facts: Facts, at: date, standard: Standard) -> pl.DataFrame:
    """A row for every organisation, part and group, whether or not anybody is there; and the whole system."""
    medical, clinical = pl.col("staff_group") == MEDICAL, pl.col("staff_group").is_in(CLINICAL)
    part = pl.when(medical).then(pl.lit("medical")).when(clinical).then(pl.lit("clinical")).otherwise(pl.lit(PARTS[0]))
    into = {group: whole for whole, groups in standard.merged.items() for group in groups}
    cuts = [("organisation", "staff_group"), ("staff_group",)]
    own, whole = counts_of(facts, cuts, at=at, characteristics=[standard.characteristic])
    people = pl.concat([whole.select(pl.lit(SYSTEM).alias("organisation"), pl.all()).select(own.columns), own])
    named = people.with_columns(pl.col("group").replace(into), part=part)
    counted = named.group_by(_KEYS).agg(pl.sum("n"))
    places = people.select("organisation").unique().sort("organisation")
    groups = pl.DataFrame({"group": [standard.reference, standard.group]})
    every = places.join(pl.DataFrame({"part": PARTS}), how="cross", maintain_order="left_right")
    every = every.join(groups, how="cross", maintain_order="left_right")
    return every.join(counted, on=_KEYS, how="left", maintain_order="left").with_columns(pl.col("n").fill_null(0))


def _small(cells: pl.DataFrame, rule: Rule) -> np.ndarray:
    return (cells.get_column("n") < rule.floor).to_numpy()


def _all_or_none(cells: pl.DataFrame, hidden: np.ndarray) -> np.ndarray:
    marked = cells.with_columns(hidden=pl.Series(hidden))
    return marked.select(pl.col("hidden").any().over("organisation", "group")).to_series().to_numpy()


def _whole_is_shown(cells: pl.DataFrame, standard: Standard, shares: Released) -> np.ndarray:
    """Whether the report on representation shows the group over all levels; of groups put together, each of them."""
    inside = shares.frame.filter(
        pl.col("characteristic").cast(pl.String) == standard.characteristic, pl.col("level").cast(pl.String) == "all"
    )
    into = {group: whole for whole, groups in standard.merged.items() for group in groups}
    named = inside.select(
        pl.col("organisation").cast(pl.String), pl.col("group").cast(pl.String).replace(into), pl.col("n").is_null()
    )
    gaps = named.group_by("organisation", "group").agg(gap=pl.col("n").any())
    found = cells.join(gaps, on=["organisation", "group"], how="left", maintain_order="left")
    return ~found.get_column("gap").fill_null(value=True).to_numpy()


def likelihoods_report(
    facts: Facts, at: date, standard: Standard, shares: Released, rule: Rule = DEFAULT
) -> Released | None:
    """Indicators 2 to 4 of the year up to the day: organisation, indicator, a of n over c of m as the standard prints
    them, ratio with low and high (Koopman, from rounded counts), and the reason where something is withheld. Only those
    whose events are among the facts; None without any. All counts of a likelihood are shown, or none.
    """
    supplied = _supplied(facts, standard)
    if not supplied:
        return None
    cells = pl.concat([_likelihoods(facts, at, standard, by, supplied) for by in ([], ["organisation"])])
    first = cells.select(pl.any_horizontal(pl.col(count) < rule.floor for count in _COUNTS)).to_series().to_numpy()
    first = first | _headcount_is_withheld(cells, standard, shares) | _years_tell(cells, facts, at, standard, rule)
    splits = [Split("organisation", SYSTEM), *(Split("figure", whole, (went, rest)) for went, rest, whole in _SIDES)]
    for _ in range(_ROUNDS):
        made = release_linked(
            cells,
            keys=("organisation", "indicator"),
            counts=_COUNTS,
            splits=splits,
            rule=rule,
            rates=_RATES,
            withheld_first=dict.fromkeys(_COUNTS, first),
        )
        hidden = made.frame.select(pl.any_horizontal(pl.col(count).is_null() for count in _COUNTS)).to_series()
        if not (hidden.to_numpy() & ~first).any():
            return made
        first = first | hidden.to_numpy()
    raise CellsError("the likelihoods cannot be protected together")


def _supplied(facts: Facts, standard: Standard) -> list[str]:
    """The likelihoods whose events somebody recorded."""
    if facts.events is None:
        return []
    needed = {"2": "shortlist", standard.process: standard.stage}
    needed |= {standard.training: "completion"} if standard.training else {}
    stages = coded(facts).events["stage"]
    return [indicator for indicator, stage in needed.items() if (stages == STAGES.index(stage)).any()]


def _likelihoods(
    facts: Facts, at: date, standard: Standard, by: Sequence[str], supplied: Sequence[str]
) -> pl.DataFrame:
    computed = likelihoods(facts, standard, at=at, by=by)
    rows = computed.filter(pl.col("indicator").is_in(supplied)).sort("organisation", "indicator")
    four = rows.select(pl.col("organisation").cast(pl.String), "indicator", pl.col(_FOUR).cast(pl.Int64))
    return four.with_columns(a_rest=pl.col("n") - pl.col("a"), c_rest=pl.col("m") - pl.col("c"))


def _headcount_is_withheld(cells: pl.DataFrame, standard: Standard, shares: Released) -> np.ndarray:
    """Indicators 3 and 4 are of the headcount, which the report on representation may withhold."""
    both = pl.DataFrame({"group": [standard.reference, standard.group]})
    asked = cells.select("organisation").with_row_index("row").join(both, how="cross", maintain_order="left_right")
    shown = asked.with_columns(shown=pl.Series(_whole_is_shown(asked, standard, shares)))
    gaps = shown.group_by("row", maintain_order=True).agg(gap=~pl.col("shown").all()).get_column("gap")
    return (gaps & (cells.get_column("indicator") != "2")).to_numpy()


def _years_tell(cells: pl.DataFrame, facts: Facts, at: date, standard: Standard, rule: Rule) -> np.ndarray:
    """Indicator 2 of one year beside the equity chain's three: what lies between is fewer than the floor. Where there
    is nothing at all before this year, in any organisation, everybody knows it."""
    years = Year(coded(facts), standard, window(at), per_organisation=True)
    whose, appointed = years.decided("shortlist")
    went, stayed = years.tally(whose[appointed]), years.tally(whose[~appointed])
    own = pl.DataFrame({
        "organisation": years.codes.organisations,
        "a": went[:, REFERENCE], "a_rest": stayed[:, REFERENCE], "c": went[:, GROUP], "c_rest": stayed[:, GROUP],
    })  # fmt: skip
    every = pl.concat([own.select(pl.lit(SYSTEM).alias("organisation"), pl.col(_YEARLY).sum()), own])
    found = cells.select("organisation").join(every, on="organisation", how="left", maintain_order="left")
    before = [(found.get_column(name).fill_null(0) - cells.get_column(name)).alias(name) for name in _YEARLY]
    few = pl.DataFrame(before).select(pl.any_horizontal(pl.col(name) < rule.floor for name in _YEARLY)).to_series()
    second = cells.get_column("indicator") == "2"
    nothing = all((column.filter(second) == 0).all() for column in before)
    return np.zeros(cells.height, dtype=bool) if nothing else (few & second).to_numpy()


_COUNTS: Final = ("a", "a_rest", "n", "c", "c_rest", "m")
_YEARLY: Final = ("a", "a_rest", "c", "c_rest")
_RATES: Final = Rates({}, {}, {}, ratios={("ratio", "low", "high"): _FOUR})
