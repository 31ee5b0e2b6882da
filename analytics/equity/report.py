"""Verdicts beside the counts that may be shown: a state is there where all four of its counts are."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from analytics.at_once import both
from analytics.disclosure import DEFAULT, Rates, Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.equity.cells import NODES, released_cells
from analytics.equity.comparing import by_year, comparisons, silence
from analytics.equity.counting import By, Counts, counted, flowing, standing, still_open, window
from analytics.equity.steps import EVERYBODY, MINORITY, SENIOR, SHARE, STEPS, SYSTEM, UNANSWERED
from analytics.equity.verdicts import verdicts
from analytics.flags import smallest_gap
from analytics.frames import GROUPS, Facts

FOUR: Final = ("a", "n", "c", "m")
SHOWN: Final = ("a", "others", "n", "c", "reference_others", "m")
_KEYS: Final = ("step", "organisation", "group", "reference")
_RATES: Final = Rates({}, {}, {}, ratios={("ratio", "low", "high"): FOUR})
_CODES: Final = ("state", "like_ratio", "like_low", "like_high", "pattern", "smallest_gap", "declared", "comparisons")
_DECIDED: Final = ("shortlist", "appointment")  # the steps whose cases wait for an outcome
_FEWEST_DECLARED: Final = 100  # of fewer, a share to 5 in 100 would tell how many are silent
_TWENTIETHS: Final = 20
_CHARACTERISTIC_OF: Final = {group: of for of, groups in GROUPS.items() for group in groups} | {MINORITY: "ethnicity"}


def equity_report(facts: Facts, at: date, shares: Released, rule: Rule = DEFAULT) -> tuple[Released, Released]:
    """Every comparison of the chain and of senior posts, safe to show; and how many cases are still open.

    The first has one row a step, organisation ("" is the whole system), group and reference: a of n of the group went
    on, c of m of the reference (counts rounded, others and reference_others are the rest); ratio with low and high
    (Koopman, from the rounded counts); like_ratio with its range (like for like over staff group and level, null where
    fewer than three strata say it); state (one of `flags.STATES`, by the like-for-like figures), pattern (an
    organisation: it very likely shares the gap of the whole system; the system: its test is positive), comparisons (in
    the family), smallest_gap (the least one that could have been seen), declared (people with a known answer, to the
    nearest 5 in 100), and the reason where something is withheld. What flows is of the three years up to `at`, senior
    posts are of the day. Only a state whose four counts are shown is shown.

    The second has step, organisation and open. shares: `reports.representation_report` of the same facts.
    """
    flows = flowing(facts, [window(at), *(window(at, 1, back) for back in (2, 1, 0))])
    counts, each_year = both(
        lambda: counted(facts, flows[0] if flows else None, standing(facts, at)),
        lambda: by_year([counted(facts, year, strata=False) for year in flows[1:]]) if flows else None,
    )
    found = verdicts(comparisons(counts), each_year)
    every = _compared(found, counts, released_cells(counts, shares.frame, rule).frame)
    order = [pl.col("step").cast(pl.Enum(STEPS)), "organisation"]
    released = release_linked(
        every.sort(order, maintain_order=True),
        keys=_KEYS,
        counts=SHOWN,
        splits=[],
        rule=rule,
        rates=_RATES,
        codes=dict.fromkeys(_CODES, FOUR),
    )
    return released, _open_cases(facts, flows[0].selected if flows else {}, counts, rule)


def _compared(found: pl.DataFrame, counts: Sequence[Counts], cells: pl.DataFrame) -> pl.DataFrame:
    declared = pl.when(pl.col("known") >= _FEWEST_DECLARED).then(
        ((1 - pl.col("silent")) * _TWENTIETHS).round() / _TWENTIETHS
    )
    said = pl.concat(_declared(each) for each in counts)
    told = _beside(found, cells).join(said, on=["group", "asked", "unit"], how="left", maintain_order="left")
    gap = smallest_gap(told["n"].fill_null(0), told["m"].fill_null(0), _rate(told))
    return told.with_columns(declared=declared, smallest_gap=pl.Series(gap).round(2)).select(
        "step", pl.col("unit").alias("organisation"), "group", "reference", *SHOWN, *_CODES
    )


def _rate(told: pl.DataFrame) -> pl.Series:
    return told.select(pl.when(pl.col("m") > 0).then((pl.col("c") / pl.col("m")).clip(0, 1))).to_series()


def _beside(found: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Each comparison with the counts that the cells show: null wherever one is withheld there."""
    long = pl.concat(
        cells.select("unit", "group", asked=pl.lit(step), a=went, others=stayed, n=whole)
        for step, (went, stayed, whole) in NODES.items()
    )
    share = pl.col("step") == SHARE
    asked = found.with_columns(asked=pl.when(share).then(pl.lit(SENIOR)).otherwise("step"))
    own = asked.join(long, on=["unit", "group", "asked"], how="left", maintain_order="left")
    theirs = long.rename({"group": "reference", "a": "c", "others": "reference_others", "n": "m"})
    both = own.join(theirs, on=["unit", "reference", "asked"], how="left", maintain_order="left")
    return pl.concat([both.filter(~share), _shares(both.filter(share), cells)])


def _shares(rows: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Of a group's share of senior posts: all posts here, and the same in all other organisations, worked out from what
    is shown of the organisation and of the system."""
    of = pl.col("group").replace_strict(_CHARACTERISTIC_OF)
    senior = cells.select("unit", "group", of=of, a="upper")
    everybody = (
        senior.filter(pl.col("group").is_in(EVERYBODY))
        .group_by("unit", "of")
        .agg(n=pl.when(pl.col("a").is_not_null().all()).then(pl.col("a").sum()))
    )
    here = senior.join(everybody, on=["unit", "of"]).drop("of")
    whole = here.filter(pl.col("unit") == SYSTEM).select("group", all_a="a", all_n="n")
    told = rows.drop(*SHOWN).join(here, on=["unit", "group"], how="left", maintain_order="left")
    told = told.join(whole, on="group", how="left", maintain_order="left")
    told = told.with_columns(c=(pl.col("all_a") - pl.col("a")).clip(0), m=(pl.col("all_n") - pl.col("n")).clip(0))
    told = told.with_columns(
        others=(pl.col("n") - pl.col("a")).clip(0), reference_others=(pl.col("m") - pl.col("c")).clip(0)
    )
    return told.select(rows.columns)


def _declared(counts: Counts) -> pl.DataFrame:
    """Of each organisation's step and the system's: people with a known answer, and the share without; said again for
    each group."""
    parts = [_declared_at(counts, step) for step in counts.n]
    groups = pl.DataFrame({"group": [group for group in counts.groups if group != UNANSWERED]})
    return pl.concat(parts).join(groups, how="cross")


def _declared_at(counts: Counts, step: str) -> pl.DataFrame:
    n = counts.units(step)[1]
    both = np.vstack([n.sum(axis=0), n])
    silent = both[:, counts.groups.index(UNANSWERED)]
    known = both[:, counts.everybody].sum(axis=1) - silent
    units = [SYSTEM, *counts.organisations]
    return pl.DataFrame({"unit": units, "known": known, "silent": silence(counts, both)}).with_columns(
        asked=pl.lit(step)
    )


def _open_cases(facts: Facts, cases: By, counts: Sequence[Counts], rule: Rule) -> Released:
    """Cases that wait for their outcome, of all groups together."""
    names = counts[0].organisations
    units = [SYSTEM, *(names[at] for at in np.unique(counts[0].organisation))]
    every = pl.DataFrame({"step": _DECIDED}).join(pl.DataFrame({"organisation": units}), how="cross")
    waiting = still_open(facts, cases)
    whole = waiting.group_by("step").agg(pl.sum("open")).with_columns(unit=pl.lit(SYSTEM)).select(waiting.columns)
    both = pl.concat([waiting, whole]).rename({"unit": "organisation"})
    told = every.join(both, on=["step", "organisation"], how="left", maintain_order="left")
    filled = told.with_columns(pl.col("open").fill_null(0))
    return release_linked(
        filled, keys=["step", "organisation"], counts=["open"], splits=[Split("organisation", SYSTEM)], rule=rule
    )
