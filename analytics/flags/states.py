"""Evidence -> one of five states, asked in order: the first that holds."""

import polars as pl

from analytics.flags.evidence import half_width
from analytics.flags.rule import FLAG, NO_EVIDENCE, NOT_ENOUGH_DATA, STATE, UNCERTAIN, WATCH, FlagRule


def state(rule: FlagRule, *, silence: bool = False) -> pl.Expr:
    """The state of each comparison, from its own evidence and its family's. silence: silence_p is told, and a flag
    needs people with the event to be silent about as often as those without."""
    by_chance = pl.col("silence_p").fill_null(1.0) > rule.convincing if silence else pl.lit(value=True)
    decided = (
        pl.when(~pl.col("testable"))
        .then(pl.lit(NOT_ENOUGH_DATA))
        .when(_flag(rule, by_chance))
        .then(pl.lit(FLAG))
        .when(_watch(rule))
        .then(pl.lit(WATCH))
        .when(_inside(rule))
        .then(pl.lit(NO_EVIDENCE))
        .otherwise(pl.lit(UNCERTAIN))
    )
    return decided.cast(STATE)


def _flag(rule: FlagRule, silence: pl.Expr) -> pl.Expr:
    large = pl.col("comparisons") >= rule.large
    allowed = pl.when(large).then(rule.q).otherwise(rule.q_small)
    return (
        pl.col("outside")
        & (pl.col("q") <= allowed)
        & (~large | _drawn_in_is_beyond(rule))
        & pl.col("survives")
        & (pl.min_horizontal("n", "m") >= rule.fewest_for_flag)
        & (pl.col("unknown_share") <= rule.most_unknown)
        & silence
    )


def _drawn_in_is_beyond(rule: FlagRule) -> pl.Expr:
    shrunk = pl.col("shrunk")
    return pl.when("adverse").then(shrunk > 1 / rule.shrunk).otherwise(shrunk < rule.shrunk)


def _watch(rule: FlagRule) -> pl.Expr:
    return (pl.col("outside") & (pl.col("p") <= rule.convincing)) | pl.col("pattern")


def _inside(rule: FlagRule) -> pl.Expr:
    """Whether the interval, widened by how units differ, lies wholly inside the band."""
    low, high = ((pl.col("log") + sign * half_width(rule.equivalence)).exp() for sign in (-1, 1))
    return (low > rule.edge) & (high < 1 / rule.edge)
