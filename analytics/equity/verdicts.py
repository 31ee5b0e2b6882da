"""Comparisons -> a verdict on each: the whole system first, then each organisation."""

from typing import Final

import polars as pl

from analytics.equity.comparing import FOUR, KEYS
from analytics.equity.steps import ELSEWHERE, SENIOR, SHARE, SYSTEM
from analytics.flags import DEFAULT, STATE, FlagRule, judged, system_pattern, tested
from analytics.flags.alike import ADJUSTED, FIGURES
from analytics.flags.rule import FLAG, NO_EVIDENCE, NOT_ENOUGH_DATA, UNCERTAIN, WATCH
from analytics.testing import benjamini_hochberg
from analytics.testing.strata import SUMS, measured

FEWEST_STRATA: Final = 3  # with fewer, a like-for-like ratio is nearly the crude one, exactly
SYSTEM_Q: Final = 0.02  # of what the whole system is said to show, of one characteristic, how much may be false
_FOUND: Final = (*KEYS, "step", "reference", "comparisons", "state", "like_ratio", "like_low", "like_high", "pattern")
_BY: Final = ["family", "group"]
_NAMES: Final = ("step", "asked", "reference", "characteristic", "adverse")


def verdicts(rows: pl.DataFrame, years: pl.DataFrame | None = None, rule: FlagRule = DEFAULT) -> pl.DataFrame:
    """One row a comparison, the system's with unit "": state, like_ratio with its range (null where too few strata say
    it), comparisons (tested in the family; the system: organisations in its test) and pattern (the organisation very
    likely shares the system's gap).

    rows: of `comparing.comparisons`. years: of `comparing.by_year`, for a pattern over the years.
    """
    if rows.is_empty() or not rows.get_column("strata").sum():
        return pl.DataFrame(schema=_SCHEMA)
    units = measured(rows, flip=True)
    system = _system(rows, units, rule)
    adjusted = units.with_columns(pl.col(FOUR).fill_null(0), pl.struct(FIGURES).alias(ADJUSTED)).drop(FIGURES)
    comparable = (pl.col("n").sum().over("family") > 0) & (pl.col("m").sum().over("family") > 0)
    known = adjusted.filter(comparable).join(_imported(system), on=_BY, how="left", maintain_order="left")
    if years is not None and years.select(pl.col("years").list.len() > 1).to_series().any():
        known = known.join(years, on=KEYS, how="left", maintain_order="left")
    decided = judged(known, rule)
    shared = system_pattern(decided, system, rule) if system.height else decided.with_columns(system_pattern=False)
    told = shared.rename({"system_pattern": "pattern"})
    return pl.concat([_shown(_system_states(system, shared, rule)), _shown(told)])


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


def _system(rows: pl.DataFrame, units: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """The test over all organisations, of what is compared within them, where at least two can say something."""
    within = pl.col("reference") != ELSEWHERE
    some = (pl.col("a") + pl.col("c")).is_between(0, pl.col("n") + pl.col("m"), closed="none")
    speaking = units.filter(within & some).group_by(_BY).len().filter(pl.col("len") > 1)
    if speaking.is_empty():
        return pl.DataFrame(schema=_TESTED)
    chosen, each = (frame.join(speaking, on=_BY, how="semi", maintain_order="left") for frame in (rows, units))
    by = chosen.filter(within).group_by(_BY, maintain_order=True)
    whole = measured(by.agg(pl.col(SUMS).sum()))
    return _several(tested(whole, each.filter(within), by.agg(pl.col(_NAMES).first()), _BY, rule))


def _several(system: pl.DataFrame) -> pl.DataFrame:
    """The system's tests are many as well: `positive` must hold after allowing for all of a characteristic, stocks
    apart from flows, for a stock's gap is nearly always there and would make room for chance in the others."""
    apart = system.with_row_index("place").with_columns(stock=pl.col("step") == SENIOR)
    parts = [
        part.with_columns(several=pl.Series(benjamini_hochberg(part.get_column("p").fill_null(1.0).to_numpy())))
        for part in apart.partition_by("characteristic", "stock")
    ]
    allowed = pl.col("positive") & (pl.col("several") <= SYSTEM_Q)
    return pl.concat(parts).sort("place").with_columns(positive=allowed).drop("place", "stock", "several")


_TESTED: Final = {"family": pl.String, "group": pl.String, "tau2": pl.Float64}


def _imported(system: pl.DataFrame) -> pl.DataFrame:
    """How much organisations differ in this step, for families too small to say it themselves. An organisation's share
    of senior posts beside the others' has no test of the whole system: how much they differ in who holds such posts
    stands for it."""
    own = system.select("family", "group", imported_tau2="tau2")
    shares = own.filter(pl.col("family").str.starts_with(f"{SENIOR}/")).with_columns(
        pl.col("family").str.replace(SENIOR, SHARE, literal=True)
    )
    return pl.concat([own, shares])


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
