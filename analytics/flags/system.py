"""The test that comes first: what all organisations show together, which no single one may be large enough to show."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from analytics.distributions.tails import normal_two_sided, student_quantile
from analytics.errors import CountsError
from analytics.flags.evidence import log_ratio
from analytics.flags.given import COUNTS, checked, keys_of
from analytics.flags.pooling import family_of, pooled
from analytics.flags.rule import DEFAULT, FlagRule
from analytics.flags.words import named, system_words
from analytics.testing.strata import mantel_haenszel_by

FEWEST: Final = 10  # organisations, before anything is said of the next one


def system_wide(frame: pl.DataFrame, strata: Sequence[str] = (), rule: FlagRule = DEFAULT) -> pl.DataFrame:
    """One row for each family (and group): the gap over all organisations, each compared with itself.

    frame: as for `decide`, one row for each unit and each of `strata` (staff group and band, say). Adds units and
    strata (with somebody on both sides), ratio, low, high (Mantel-Haenszel, strata = unit and `strata`), p (Cochran-
    Mantel-Haenszel), tau2 (between units, DerSimonian & Laird), new_low and new_high (where the ratio of one more
    organisation would lie, 95 %; null for fewer than 10 units), positive (p below 0.01, to the group's disadvantage)
    and words. Raises CountsError as `decide` does, and where there is one organisation only.
    """
    given = checked(frame, strata)
    by = [key for key in keys_of(given) if key != "unit"]
    names = given.group_by(by, maintain_order=True).agg(pl.exclude(*by, "unit", *strata, *COUNTS).first())
    whole, units = (mantel_haenszel_by(given, keys) for keys in (by, [*by, "unit"]))
    ranged = tested(whole, units, names.drop("unknown_share"), by, rule)
    spoken = named(ranged).select(system_words().alias("words")).to_series()
    return ranged.with_columns(spoken)


def tested(
    whole: pl.DataFrame, units: pl.DataFrame, names: pl.DataFrame, by: list[str], rule: FlagRule = DEFAULT
) -> pl.DataFrame:
    """What `system_wide` says without its words, from `mantel_haenszel_by` of all units together and of each; names:
    whatever else is known of each `by`, adverse above all."""
    around = _in_common(units, by).group_by(by).agg(pl.len().alias("units"), pl.first("mean", "tau2", "error"))
    found = whole.join(around, on=by, how="left", maintain_order="left").with_columns(pl.col("units").fill_null(0))
    _refuse_one(found)
    told = found.join(names, on=by, how="left", maintain_order="left")
    against = pl.when("adverse").then(pl.col("ratio") > 1).otherwise(pl.col("ratio") < 1)
    positive = ((pl.col("p") < rule.system_p) & against).fill_null(value=False)
    return _with_range(told).with_columns(positive=positive).drop("mean", "error", "log", "variance", "cmh")


def system_pattern(decided: pl.DataFrame, system: pl.DataFrame, rule: FlagRule = DEFAULT) -> pl.DataFrame:
    """`decided` with system_pattern: the organisation very likely shares the gap that the whole system shows.

    True where the system's test is positive, and a material ratio has a chance above 0.7 given the organisation's own
    figures and all others' (normal-normal). It is a borrowed inference: never a flag for that organisation.
    """
    by = [key for key in keys_of(decided) if key != "unit"]
    told = decided.join(system.select(*by, "positive"), on=by, how="left", maintain_order="left")
    z = told.select((pl.col("shrunk").log() - np.log(rule.edge)) / pl.col("spread")).to_series()
    upper = told.select((pl.col("shrunk").log() + np.log(rule.edge)) / pl.col("spread")).to_series()
    low, high = _chance_below(z), 1 - _chance_below(upper)
    sure = pl.when("adverse").then(pl.Series(high)).otherwise(pl.Series(low)) > rule.pattern
    pattern = (pl.col("positive") & sure & pl.col("testable")).fill_null(value=False)
    return told.with_columns(system_pattern=pattern).drop("positive")


def _chance_below(z: pl.Series) -> np.ndarray:
    """P(Z < -z): the chance that a normal lies below an edge that is z deviations under its mean."""
    values = z.fill_null(float("nan")).to_numpy()
    half = normal_two_sided(values) / 2
    return np.where(values > 0, half, 1 - half)


def _in_common(units: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Each unit's like-for-like log ratio, and what they have in common."""
    some = (pl.col("a") + pl.col("c")).is_between(0, pl.col("n") + pl.col("m"), closed="none")
    units = units.filter((pl.col("strata") > 0) & some)
    log, variance = log_ratio(*(units.get_column(column).to_numpy().astype(float) for column in COUNTS))
    whole = units.with_columns(
        pl.coalesce("log", pl.Series(log)).alias("log"), pl.coalesce("variance", pl.Series(variance)).alias("variance")
    )
    family = family_of(whole, by)
    y, v = (whole.get_column(name).to_numpy() for name in ("log", "variance"))
    common = pooled(y, v, family)
    error = np.bincount(family, 1 / (v + common.laird[family])) ** -0.5
    told = {"mean": common.mean, "tau2": common.laird, "error": error}
    return whole.with_columns(pl.Series(name, each[family]) for name, each in told.items())


def _refuse_one(found: pl.DataFrame) -> None:
    alone = found.filter(pl.col("units") == 1)
    if alone.height:
        raise CountsError(f"family {alone.item(0, 'family')}: one organisation cannot show what a system does")


def _with_range(found: pl.DataFrame) -> pl.DataFrame:
    degrees = found.get_column("units").to_list()
    t = pl.Series([student_quantile(0.95, k - 2) if k >= FEWEST else None for k in degrees], dtype=pl.Float64)
    half = t * found.select((pl.col("tau2") + pl.col("error") ** 2).sqrt()).to_series()
    return found.with_columns(new_low=(pl.col("mean") - half).exp(), new_high=(pl.col("mean") + half).exp())
