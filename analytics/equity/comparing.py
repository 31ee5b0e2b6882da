"""Counts -> comparisons: a row for each organisation, step, group and reference, like-for-like strata put together."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from analytics.coded import Ints, named
from analytics.equity.counting import STEPS, Counts
from analytics.equity.steps import ELSEWHERE, EVERYBODY, PAIRS, SENIOR, SHARE, UNANSWERED, Pair
from analytics.testing.strata import stratum_sums, told

KEYS: Final = ("family", "unit", "group")
FOUR: Final = ("a", "n", "c", "m")
FEWEST_BESIDE: Final = 3  # organisations: with two, each would be told about the other
Four = tuple[Ints, Ints, Ints, Ints]


def comparisons(counts: Sequence[Counts]) -> pl.DataFrame:
    """family, unit, group, reference, characteristic, step, asked (the step whose counts they are), unknown_share,
    all_n and all_m (people on each side), and the columns of `strata.stratum_sums`. Families of nobody are left out.

    A group's share of senior posts beside its share of them everywhere else is a step of its own.
    """
    parts = [part for each in counts for part in _of(each)]
    if not parts:
        return pl.DataFrame(schema=_SCHEMA)
    rows = _stacked(parts, counts[0].organisations).with_columns(adverse=pl.lit(value=False))
    somebody = (pl.col("all_n").sum().over("family") > 0) & (pl.col("all_m").sum().over("family") > 0)
    return rows.with_columns(told()).filter(somebody)


_SCHEMA: Final = dict.fromkeys((*KEYS, "reference", "characteristic", "step", "asked"), pl.String) | {
    "all_n": pl.Int64,
    "all_m": pl.Int64,
}


def _of(counts: Counts) -> list[dict[str, Any]]:
    pairs = [pair for pair in PAIRS if pair.characteristic == counts.characteristic]
    steps = [step for step in STEPS if step in counts.n]
    parts = [_row(counts, pair, step, _beside_reference(counts, pair, step)) for pair in pairs for step in steps]
    if SENIOR in counts.n and np.count_nonzero(counts.units(SENIOR)[1].sum(axis=1)) >= FEWEST_BESIDE:
        parts += [_row(counts, pair, SHARE, _beside_others(counts, pair)) for pair in pairs]
    return parts


def _beside_reference(counts: Counts, pair: Pair, step: str) -> Four:
    focus, reference = (counts.groups.index(group) for group in (pair.focus, pair.reference))
    a, n = counts.a[step], counts.n[step]
    return a[:, focus], n[:, focus], a[:, reference], n[:, reference]


def _beside_others(counts: Counts, pair: Pair) -> Four:
    """a of n: the group's senior posts of all in the stratum; c of m: the same in all other organisations. Nobody on
    either side where an organisation has nobody to compare in the stratum."""
    senior = counts.a[SENIOR]
    here = counts.n[SENIOR].sum(axis=1) > 0
    everybody = [counts.groups.index(group) for group in EVERYBODY if group in counts.groups]
    own = senior[:, counts.groups.index(pair.focus)], senior[:, everybody].sum(axis=1)
    c, m = (_total(counts.stratum, each) - each for each in own)
    return own[0], own[1], np.where(here, c, 0), np.where(here, m, 0)


def _total(stratum: Ints, counts: Ints) -> Ints:
    return np.bincount(stratum, counts)[stratum].astype(np.int64)


def _row(counts: Counts, pair: Pair, step: str, four: Four) -> dict[str, Any]:
    """The organisations where there is somebody to compare."""
    asked, size = SENIOR if step == SHARE else step, len(counts.organisations)
    a, n, c, m = (each.astype(float) for each in four)
    sums = stratum_sums(a, n, c, m, counts.organisation, size=size)
    all_n, all_m = (np.bincount(counts.organisation, each, minlength=size).astype(np.int64) for each in four[1::2])
    everybody = counts.units(asked)[1]
    present = np.flatnonzero(everybody.sum(axis=1) if step == SHARE else all_n + all_m)
    words = {
        "family": f"{step}/{pair.family}",
        "group": pair.focus,
        "reference": ELSEWHERE if step == SHARE else pair.reference,
        "characteristic": counts.characteristic,
        "step": step,
        "asked": asked,
    }
    share = np.where(all_n + all_m > 0, silence(counts, everybody), 0.0)
    numbers = {"unit": present, "unknown_share": share[present], "all_n": all_n[present], "all_m": all_m[present]}
    return words | numbers | {name: values[present] for name, values in sums.items()}


def _stacked(parts: Sequence[dict[str, Any]], units: Sequence[str]) -> pl.DataFrame:
    """The rows of all parts in one frame: what is one word in a part is said of each of its rows."""
    sizes = [len(part["unit"]) for part in parts]
    columns: list[pl.Series] = []
    for name in parts[0]:
        values = [part[name] for part in parts]
        if isinstance(values[0], str):
            columns.append(pl.Series(name, values, dtype=pl.String).gather(np.repeat(np.arange(len(parts)), sizes)))
        else:
            columns.append(pl.Series(name, np.concatenate(values)))
    frame = pl.DataFrame(columns)
    return frame.with_columns(named("unit", units, frame.get_column("unit").to_numpy()))


def silence(counts: Counts, everybody: Ints) -> Any:
    """Of each row's people or cases, the share without a known answer; 0 of nobody."""
    known = everybody[:, counts.everybody].sum(axis=1)
    silent = everybody[:, counts.groups.index(UNANSWERED)]
    return np.divide(silent, known, out=np.zeros(len(known)), where=known > 0)


def by_year(years: Sequence[Sequence[Counts]]) -> pl.DataFrame:
    """family, unit, group and years, a list of a, n, c and m of each year where there is somebody on both sides, the
    latest last. years: the counts of each, by characteristic."""
    parts = [
        _one_year(counts, pair, step, year)
        for year, each in enumerate(years)
        for counts in each
        for pair in PAIRS
        if pair.characteristic == counts.characteristic
        for step in counts.n
    ]
    every = _stacked(parts, years[0][0].organisations).sort("year", maintain_order=True)
    return every.group_by(KEYS).agg(years=pl.struct(FOUR))


def _one_year(counts: Counts, pair: Pair, step: str, year: int) -> dict[str, Any]:
    focus, reference = (counts.groups.index(group) for group in (pair.focus, pair.reference))
    a, n = counts.units(step)
    both = np.flatnonzero((n[:, focus] > 0) & (n[:, reference] > 0))
    four = (a[both, focus], n[both, focus], a[both, reference], n[both, reference])
    words = {"family": f"{step}/{pair.family}", "group": pair.focus}
    return words | {"unit": both, "year": np.full(len(both), year), **dict(zip(FOUR, four, strict=True))}
