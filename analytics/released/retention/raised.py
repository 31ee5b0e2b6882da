"""Observed against expected: who left the system, beside what people of their age, kind of work and service did
elsewhere.

Expected is what the rates of all other organisations give (indirect standardisation): a large organisation that loses
many would otherwise be compared with itself. Where one other organisation is more than half of what a kind of work in
an organisation can be compared with, kinds of work are put together for it: one neighbour is no yardstick. Nor are few
leavers elsewhere: a large organisation's expected number would give them away. Of length of
service only the first year is told apart: a place that people leave has few of long service, and to expect leaving of
all who are new would explain it by itself.

LIMITS of a funnel: how far observed / expected would stray at so many expected if nothing were at work but chance and
what the family's units differ by: the score of a Poisson count, widened by root(V / E + tau2 E), as the flags widen it
(additive over-dispersion, Spiegelhalter 2005, QSHC 14:347; the plot, Spiegelhalter 2005, Stat Med 24:1185). E is as
shown, tau2 the family's, and V / E, which is more than 1 where the unit is much of what it is compared with, to the
nearest 0.05.
"""

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import Released, Rule, release_linked
from analytics.distributions.normal import normal_score
from analytics.flags.rule import DEFAULT, FlagRule
from analytics.intervals import normal_quantile
from analytics.released.retention.counted import ALL, Counter
from analytics.released.retention.reading import CAUSE, DAYS, SERVICE, service_of
from analytics.retention.causes import LEFT
from analytics.standardised.poisson import reached
from analytics.standardised.units import FLAG, WATCH, judged
from analytics.testing.dispersion import over_dispersion

COARSE: Final = ("age_band", "service")
STRATA: Final = ("staff_group", *COARSE)
LONGER: Final = "1 year or more"
DOMINANT: Final = 0.5
FEW_LEFT: Final = 10  # leavers elsewhere in a kind of work
STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
SMALL: Final = "small"
_VERDICT: Final = {
    **dict.fromkeys(("expected", "o_e", "low", "high", "q", "smallest_gap"), pl.Float64),
    **dict.fromkeys(("limit_low", "limit_high", "far_low", "far_high"), pl.Float64),
    "state": pl.String,
    "family": pl.String,
    "comparisons": pl.Int64,
}
_JUDGED: Final = ("observed", "expected", "variance", "p")
LIMITS: Final = {0.95: ("limit_low", "limit_high"), 0.998: ("far_low", "far_high")}
_STEP: Final = 0.05  # of the variance over the expected number
_NEVER: Final = 2**30
FEW_UNITS: Final = 50
FEWEST: Final = 10  # units of a family that is judged by itself


def cells(counter: Counter) -> pl.DataFrame:
    """organisation, staff_group, age_band, service, n (person-years in the year) and events (those who left the
    system). Service is that at the beginning of the year, or at the first day: under a year or not. Kind of work is
    that at the end."""
    year = counter.year
    stays = year.stays
    seen = np.flatnonzero((stays.started <= year.last) & (stays.ended >= year.first - 1))
    posts = stays.posts_on(seen, np.minimum(stays.ended[seen], year.last))
    came = np.maximum(stays.started[seen], year.first)
    days = np.maximum(np.minimum(stays.ended[seen], year.last) + 1 - came, 1)
    gone = (stays.ended[seen] < year.last) & ~stays.stayed_in_system[seen]
    left = np.zeros(len(seen), dtype=bool)
    left[gone] = year.cause_of(year.rows(seen[gone], stays.ended[seen[gone]])) == CAUSE[LEFT]
    words = {
        "organisation": year.posts.words["organisation"],
        "staff_group": year.posts.words["staff_group"],
        "age_band": year.answers("age_band"),
        "service": (SERVICE[0], LONGER),
    }
    codes = (
        year.posts.organisation[posts],
        year.posts.staff_group[posts],
        year.answer("age_band", seen),
        np.minimum(service_of(came - stays.started[seen]), 1),
    )
    sizes = tuple(len(one) for one in words.values())
    place, size = np.ravel_multi_index(codes, sizes), int(np.prod(sizes))
    n, events = np.bincount(place, days / DAYS, minlength=size), np.bincount(place, left, minlength=size)
    some = np.flatnonzero(n)
    of = dict(zip(words, np.unravel_index(some, sizes), strict=True))
    keys = {name: pl.Series(words[name], dtype=pl.String).gather(at) for name, at in of.items()}
    return pl.DataFrame(keys | {"n": n[some], "events": events[some].astype(np.int64)})


def expected(counted: pl.DataFrame) -> pl.DataFrame:
    """organisation, focus ("all" or a staff group), people (person-years), observed, expected and variance, and
    elsewhere, how many left elsewhere of those it is compared with."""
    unit = ["organisation", *STRATA]
    fine, coarse = (_elsewhere(counted, over) for over in (STRATA, COARSE))
    rows = counted.join(fine, on=unit, maintain_order="left").join(
        coarse, on=["organisation", *COARSE], suffix="_coarse"
    )
    rows = rows.join(_yardsticks(counted), on=["organisation", "staff_group"], maintain_order="left")
    use = pl.col("alone") | (pl.col("others") <= 0)
    others, gone = (pl.when(use).then(f"{name}_coarse").otherwise(name) for name in ("others", "gone"))
    rows = rows.with_columns(others=others, gone=gone).filter(pl.col("others") > 0)
    likely = rows.with_columns(expected=pl.col("n") * pl.col("gone") / pl.col("others"))
    likely = likely.with_columns(variance=pl.col("expected") * (1 + pl.col("n") / pl.col("others")))
    whole = likely.with_columns(focus=pl.lit(ALL), elsewhere=pl.col("left"))
    parts = likely.with_columns(
        focus=pl.format("staff_group:{}", pl.col("staff_group")),
        elsewhere=pl.when(use).then("left").otherwise("left_work"),
    )
    sums = {"people": pl.col("n"), "observed": pl.col("events")} | {
        name: pl.col(name) for name in ("expected", "variance")
    }
    found = (
        pl.concat([whole, parts])
        .group_by("focus", "organisation")
        .agg(*(each.sum().alias(name) for name, each in sums.items()), pl.max("elsewhere"))
    )
    return found.sort("focus", "organisation")


def _elsewhere(counted: pl.DataFrame, over: tuple[str, ...]) -> pl.DataFrame:
    """others and gone: person-years and leavers of all other organisations in each stratum."""
    own = counted.group_by("organisation", *over, maintain_order=True).agg(pl.sum("n", "events"))
    rest = {
        name: (pl.sum(of).over(over) - pl.col(of)).alias(name) for name, of in (("others", "n"), ("gone", "events"))
    }
    return own.select("organisation", *over, rest["others"].round(6), rest["gone"])


def _yardsticks(counted: pl.DataFrame) -> pl.DataFrame:
    """Of each organisation and kind of work: left_work, who left elsewhere in it, and left, in any; and alone, whether
    it cannot be told by itself, for one other organisation has most of it, or few left."""
    own = counted.group_by("organisation", "staff_group", maintain_order=True).agg(pl.sum("n", "events"))
    largest = own.group_by("staff_group").agg(
        whole=pl.sum("n"), first=pl.max("n"), second=pl.col("n").top_k(2).min() * (pl.len() > 1)
    )
    both = own.join(largest, on="staff_group", maintain_order="left")
    other = pl.when(pl.col("n") == pl.col("first")).then("second").otherwise("first")
    gone = pl.col("events")
    return both.select(
        "organisation",
        "staff_group",
        left=gone.sum() - gone.sum().over("organisation"),
        left_work=gone.sum().over("staff_group") - gone,
        dominated=other > DOMINANT * (pl.col("whole") - pl.col("n")),
    ).with_columns(alone=pl.col("dominated") | (pl.col("left_work") < FEW_LEFT))


def _nearly(units: pl.DataFrame, rule: Rule) -> pl.Series:
    """Expected numbers in whole steps so large that nobody can tell from one how many left elsewhere, closer than to
    the rule's base."""
    likely, elsewhere = (units.get_column(name).cast(pl.Float64).to_numpy() for name in ("expected", "elsewhere"))
    least = rule.base * likely / np.maximum(elsewhere, 1)
    step = np.array(STEPS)[np.searchsorted(STEPS, np.minimum(least, STEPS[-1]))]
    return pl.Series("nearly", np.round(likely / step) * step)


def released(counted: pl.DataFrame, hidden: pl.DataFrame, rule: Rule) -> Released:
    """One row an organisation and focus: observed, expected, o_e with low and high, q, state and smallest_gap, all of
    them worked out of the counts as shown; limit_low and limit_high, far_low and far_high, 95 % and 99.8 % limits of
    o_e at that expected number.

    hidden: organisation, focus and whether the count of leavers is withheld. Kinds of work with fewer than 10
    organisations to tell anything of are one family, and say so in `family`.
    """
    units = expected(counted).join(hidden, on=["organisation", "focus"], maintain_order="left")
    units = units.sort((pl.col("focus") != ALL), "focus", "organisation")
    likely = units.select("organisation", "focus", "people", "variance", _nearly(units, rule))
    error = (units.get_column("variance") / units.get_column("expected") / _STEP).round() * _STEP
    likely = likely.with_columns(variance=error * pl.col("nearly"))
    few = units.get_column("elsewhere") < rule.floor

    def judge(shown: pl.DataFrame) -> pl.DataFrame:
        both = shown.with_columns(likely.get_column("people").round(), likely["variance"], expected=likely["nearly"])
        return _judged(both)

    return release_linked(
        units.with_columns(pl.col("observed").cast(pl.Int64)),
        keys=["organisation", "focus"],
        counts=["observed"],
        splits=[],
        rule=rule,
        withheld_first={"observed": (units.get_column("hidden") | few).to_numpy()},
        derived=judge,
    )


def _judged(units: pl.DataFrame) -> pl.DataFrame:
    told = units.with_row_index("row").drop_nulls("observed").filter(pl.col("expected") > 0)
    if told.is_empty():
        return pl.DataFrame(schema=_VERDICT).clear(units.height)
    size = pl.len().over("focus")
    told = told.with_columns(
        family=pl.when((size >= FEWEST) | (pl.col("focus") == ALL)).then("focus").otherwise(pl.lit(SMALL))
    )
    verdicts = with_limits(verdict(told)).with_columns(comparisons=pl.col("q").count().over("family").cast(pl.Int64))
    beside = (
        units.with_row_index("row")
        .select("row")
        .join(verdicts.select("row", *_VERDICT), on="row", how="left", maintain_order="left")
    )
    return beside.select([*_VERDICT]).with_columns(pl.col("state").cast(pl.String))


def verdict(units: pl.DataFrame, rule: FlagRule = DEFAULT) -> pl.DataFrame:
    """`standardised.judged` of the units of each `family`, but for `between`, the variance between units: of few units,
    that of all others but the one judged, for two raised ones of twelve would else make a spread in which none stands
    out."""
    lone = replace(rule, large=_NEVER, q_small=rule.q)
    plain = judged(units, ["family"], lone)
    spread = pl.concat(_spread(part, rule) for part in plain.partition_by("family", maintain_order=True))
    wide = plain.select(units.columns).join(spread, on="row", maintain_order="left")
    wide = wide.with_columns(variance=pl.col("variance") + pl.col("between") * pl.col("expected") ** 2)
    strict = judged(wide.drop("between"), ["family"], lone)
    told = plain.with_columns(strict.get_column("q"), strict.get_column("smallest_gap"), wide.get_column("between"))
    allowed = pl.when(pl.col("q").count().over("family") < rule.large).then(rule.q_small).otherwise(rule.q)
    flagged = (pl.col("observed") * rule.edge > pl.col("expected")) & (pl.col("q") <= allowed)
    weaker = pl.when(pl.col("state") == FLAG).then(pl.lit(WATCH)).otherwise(pl.col("state").cast(pl.String))
    return told.with_columns(state=pl.when(flagged).then(pl.lit(FLAG)).otherwise(weaker))


def with_limits(units: pl.DataFrame) -> pl.DataFrame:
    """Adds LIMITS to rows with expected, variance and between (the variance between units of the family)."""
    expected, variance, between = (
        units.get_column(n).cast(pl.Float64).to_numpy() for n in ("expected", "variance", "between")
    )
    error = np.maximum(np.round(variance / expected / _STEP) * _STEP, 1.0)
    wide = np.sqrt(error + between * expected)
    for level, names in LIMITS.items():
        ends = reached(expected, normal_quantile(level) * wide)
        units = units.with_columns(pl.Series(name, end) for name, end in zip(names, ends, strict=True))
    return units


def _spread(family: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """row, and between: the variance between units beyond chance, 0 where there are too few to tell."""
    rows, told = family.get_column("row"), family.get_column("p").is_not_null().to_numpy()
    between = np.zeros(family.height)
    if told.sum() >= rule.large:
        seen, likely, variance, p = (family.get_column(n).cast(pl.Float64).to_numpy()[told] for n in _JUDGED)
        error = np.sqrt(variance) / likely
        away = np.copysign(normal_score(p), seen - likely) * error
        every = over_dispersion(away, error**2, centre=0.0)[1]
        alone = range(len(away)) if len(away) < FEW_UNITS else ()
        others = [over_dispersion(np.delete(away, at), np.delete(error**2, at), centre=0.0)[1] for at in alone]
        between[told] = others or every
    return pl.DataFrame({"row": rows, "between": between})
