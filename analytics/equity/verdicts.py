"""Counts -> a verdict on each comparison: the whole system first, then each organisation."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analytics.equity.counting import STRATA
from analytics.equity.steps import ELSEWHERE, EVERYBODY, MINORITY, PAIRS, SENIOR, SHARE, SYSTEM, UNANSWERED, Pair
from analytics.flags import DEFAULT, STATE, FlagRule, decide, like_for_like, system_pattern, system_wide
from analytics.flags.rule import FLAG, NO_EVIDENCE, NOT_ENOUGH_DATA, UNCERTAIN, WATCH
from analytics.testing import benjamini_hochberg

KEYS: Final = ("family", "unit", "group")
FEWEST_BESIDE: Final = 3  # organisations: with two, each would be told about the other
FEWEST_STRATA: Final = 3  # with fewer, a like-for-like ratio is nearly the crude one, exactly
SYSTEM_Q: Final = 0.02  # of what the whole system is said to show, of one characteristic, how much may be false
_FOUND: Final = (*KEYS, "step", "reference", "comparisons", "state", "like_ratio", "like_low", "like_high", "pattern")


def comparisons(counts: pl.DataFrame, characteristic: str, strata: Sequence[str] = STRATA) -> pl.DataFrame:
    """Rows as `flags.like_for_like` wants them: family, unit, group, reference, step, `strata`, a, n, c, m, adverse and
    unknown_share. Families of nobody are left out."""
    wanted = [pair for pair in PAIRS if pair.characteristic == characteristic]
    parts = [_beside_reference(counts, pair, strata) for pair in wanted]
    senior = counts.filter(pl.col("step") == SENIOR)
    if senior.get_column("unit").n_unique() >= FEWEST_BESIDE:
        parts += [_beside_others(senior, pair) for pair in wanted]
    every = pl.concat(parts).join(_unknown(counts), on=["unit", "asked"], how="left", maintain_order="left")
    every = every.with_columns(pl.col("unknown_share").fill_null(0.0), adverse=pl.lit(value=False)).drop("asked")
    return every.filter(_somebody())


def _somebody() -> pl.Expr:
    return (pl.col("n").sum().over("family") > 0) & (pl.col("m").sum().over("family") > 0)


def _beside_reference(counts: pl.DataFrame, pair: Pair, strata: Sequence[str]) -> pl.DataFrame:
    own = counts.filter(pl.col("group") == pair.focus).drop("group")
    theirs = counts.filter(pl.col("group") == pair.reference).drop("group").rename({"a": "c", "n": "m"})
    both = own.join(theirs, on=["unit", "step", *strata], how="full", coalesce=True)
    return _labelled(both, pair, pair.reference, pl.col("step"), strata)


def _beside_others(senior: pl.DataFrame, pair: Pair) -> pl.DataFrame:
    """a of n: the group's senior posts of all in the stratum; c of m: the same in all other organisations."""
    place = ["unit", "step", *STRATA]
    focus = pl.col("group") == pair.focus
    everybody = pl.col("group").is_in(EVERYBODY)
    here = senior.group_by(place).agg(a=pl.col("a").filter(focus).sum(), n=pl.col("a").filter(everybody).sum())
    rest = {to: pl.col(of).sum().over("step", *STRATA) - pl.col(of) for to, of in (("c", "a"), ("m", "n"))}
    return _labelled(here.with_columns(**rest), pair, ELSEWHERE, pl.lit(SHARE), STRATA)


def _labelled(rows: pl.DataFrame, pair: Pair, reference: str, step: pl.Expr, strata: Sequence[str]) -> pl.DataFrame:
    counts = [pl.col(name).fill_null(0).cast(pl.Int64) for name in ("a", "n", "c", "m")]
    named = rows.with_columns(asked=pl.col("step"), step=step).with_columns(
        family=pl.format("{}/{}", "step", pl.lit(pair.family)),
        group=pl.lit(pair.focus),
        reference=pl.lit(reference),
    )
    return named.select(*KEYS, "step", "asked", "reference", *strata, *counts).sort(*KEYS, *strata)


def _unknown(counts: pl.DataFrame) -> pl.DataFrame:
    """The share of people or cases without a known answer, in each organisation and step."""
    once = pl.col("group") != MINORITY
    silent = pl.col("n").filter(pl.col("group") == UNANSWERED).sum() / pl.col("n").filter(once).sum()
    return counts.group_by("unit", asked="step").agg(unknown_share=silent)


def verdicts(rows: pl.DataFrame, years: Sequence[pl.DataFrame] = (), rule: FlagRule = DEFAULT) -> pl.DataFrame:
    """One row a comparison, the system's with unit "": state, like_ratio with its range (null where too few strata say
    it), comparisons (tested in the family; the system: organisations in its test) and pattern (the organisation very
    likely shares the system's gap).

    years: the same rows counted of single years, the latest last, for a pattern over the years.
    """
    if rows.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    together = like_for_like(rows, STRATA)
    system = _system(rows, rule)
    known = together.join(_imported(system), on=["family", "group"], how="left", maintain_order="left")
    if len(years) > 1:
        known = known.join(_by_year(years), on=KEYS, how="left", maintain_order="left")
    decided = decide(known, rule)
    shared = system_pattern(decided, system, rule) if system.height else decided.with_columns(system_pattern=False)
    units = shared.rename({"system_pattern": "pattern"}).join(_strata(rows, KEYS), on=KEYS, how="left")
    return pl.concat([_shown(_system_states(system, shared, rule)), _shown(units)])


_SCHEMA: Final = dict.fromkeys(("family", "unit", "group", "step", "reference"), pl.String) | {
    "comparisons": pl.Int64,
    "state": STATE,
    **dict.fromkeys(("like_ratio", "like_low", "like_high"), pl.Float64),
    "pattern": pl.Boolean,
}


def _shown(decided: pl.DataFrame) -> pl.DataFrame:
    enough = pl.col("strata") >= FEWEST_STRATA
    known = enough & pl.col("low").is_not_null()
    like = {f"like_{name}": pl.when(known).then(name).round(2) for name in ("ratio", "low", "high")}
    return decided.with_columns(**like, comparisons=pl.col("comparisons").cast(pl.Int64)).select(_FOUND).cast(_SCHEMA)  # type: ignore[arg-type]


def _strata(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    both = (pl.col("n") > 0) & (pl.col("m") > 0)
    return rows.group_by(by).agg(strata=both.sum())


def _system(rows: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """The test over all organisations, of what is compared within them, where at least two can say something."""
    within = rows.filter(pl.col("reference") != ELSEWHERE)
    both = (pl.col("n") > 0) & (pl.col("m") > 0)
    speaking = within.filter(both).group_by(KEYS).agg(events=pl.sum("a") + pl.sum("c")).filter(pl.col("events") > 0)
    several = speaking.group_by("family", "group").len().filter(pl.col("len") > 1)
    tested = within.join(several, on=["family", "group"], how="semi", maintain_order="left")
    tested = tested.filter(_somebody())
    return _several(system_wide(tested, STRATA, rule)) if tested.height else pl.DataFrame(schema=_TESTED)


def _several(system: pl.DataFrame) -> pl.DataFrame:
    """The system's tests are many as well: `positive` must hold after allowing for all of them, stocks apart from
    flows, for a stock's gap is nearly always there and would make room for chance in the others."""
    apart = system.with_row_index("place").with_columns(stock=pl.col("step") == SENIOR)
    parts = [
        part.with_columns(several=pl.Series(benjamini_hochberg(part.get_column("p").fill_null(1.0).to_numpy())))
        for part in apart.partition_by("stock")
    ]
    allowed = pl.col("positive") & (pl.col("several") <= SYSTEM_Q)
    return pl.concat(parts).sort("place").with_columns(positive=allowed).drop("place", "stock", "several")


_TESTED: Final = {"family": pl.String, "group": pl.String, "tau2": pl.Float64}


def _imported(system: pl.DataFrame) -> pl.DataFrame:
    """How much organisations differ in this step, for families too small to say it themselves."""
    return system.select("family", "group", imported_tau2="tau2")


def _system_states(system: pl.DataFrame, decided: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """The system's verdict as one of the five states: a flag is material and positive; a gap that is unlikely to be
    chance but not material, or rests on incomplete answers, is watched."""
    if system.is_empty():
        return pl.DataFrame(
            schema=_SCHEMA | {"strata": pl.Int64, "ratio": pl.Float64, "low": pl.Float64, "high": pl.Float64}
        )
    silent = decided.group_by("family", "group").agg(
        silent=(pl.col("unknown_share") * (pl.col("n") + pl.col("m"))).sum() / (pl.col("n") + pl.col("m")).sum()
    )
    edge, positive = rule.edge, pl.col("positive")
    material = pl.when("adverse").then(pl.col("ratio") > 1 / edge).otherwise(pl.col("ratio") < edge)
    said = (
        pl.when(pl.col("low").is_null())
        .then(pl.lit(NOT_ENOUGH_DATA))
        .when(positive & material & (pl.col("silent") <= rule.most_unknown))
        .then(pl.lit(FLAG))
        .when(positive)
        .then(pl.lit(WATCH))
        .when((pl.col("low") > edge) & (pl.col("high") < 1 / edge))
        .then(pl.lit(NO_EVIDENCE))
        .otherwise(pl.lit(UNCERTAIN))
    )
    told = system.join(silent, on=["family", "group"], how="left", maintain_order="left")
    return told.with_columns(unit=pl.lit(SYSTEM), state=said, pattern=positive, comparisons="units")


def _by_year(years: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Of each comparison a list of its counts, one a year; nothing where a year has nobody of one side."""
    stacked = pl.concat(year.with_columns(year=pl.lit(at)) for at, year in enumerate(years))
    flows = stacked.filter(~pl.col("step").is_in([SENIOR, SHARE]))
    counts = ("a", "n", "c", "m")
    summed = flows.group_by(*KEYS, "year").agg(pl.sum(*counts)).sort("year")
    both = summed.filter((pl.col("n") > 0) & (pl.col("m") > 0))
    return both.group_by(KEYS).agg(years=pl.struct(*counts))
