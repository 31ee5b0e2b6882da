"""What a family of comparisons says of each: how much units differ beyond chance, and how many were compared.

The formulas are those of `analytics.dispersion` and `testing.benjamini_hochberg`, for all families at once.
"""

from collections.abc import Sequence

import polars as pl

from analytics.dispersion import SMALLEST_TAU2, WINSORISED_VARIANCE
from analytics.flags.given import IMPORTED
from analytics.flags.rule import FlagRule
from analytics.normal import normal_score
from analytics.tails import normal_two_sided


def with_families(frame: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """Adds comparisons (testable ones of the family), tau2 (variance between units), shrunk (the ratio drawn in) and
    spread (its standard error on the log scale), p_adj and q. Null where a comparison is not testable."""
    numbered = frame.with_row_index("row")
    tested = numbered.lazy().filter("testable")
    between = _drawn_in(_dispersed(pooled(tested, ["family"]), rule)).collect()
    adjusted = _in_order(between.lazy().with_columns(p_adj=_widened(between)))
    added = adjusted.select("row", "comparisons", "tau2", "shrunk", "spread", "p_adj", "q")
    joined = numbered.lazy().join(added, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.max("comparisons").over("family").fill_null(0)).drop("row").collect()


def pooled(tested: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """Adds, over each `by`: comparisons, scale (of weights), laird and mean, the variance between units and the mean of
    DerSimonian & Laird (1986)."""
    y, w = pl.col("log"), 1 / pl.col("variance")
    scale = w.sum() - (w**2).sum() / w.sum()
    fixed = tested.with_columns(
        comparisons=pl.len().over(by), fixed=((w * y).sum() / w.sum()).over(by), scale=scale.over(by)
    )
    excess = (w * (y - pl.col("fixed")) ** 2).sum().over(by) - (pl.col("comparisons") - 1)
    laird = pl.when(pl.col("comparisons") > 1).then((excess / pl.col("scale")).clip(0)).otherwise(0.0)
    shifted = 1 / (pl.col("variance") + pl.col("laird"))
    mean = ((shifted * y).sum() / shifted.sum()).over(by)
    return fixed.with_columns(laird=laird).with_columns(mean=mean)


def _dispersed(pooled: pl.LazyFrame, rule: FlagRule) -> pl.LazyFrame:
    """The robust variance between units, from winsorised z; that of the wider system where the family is small."""
    z = (pl.col("log") - pl.col("mean")) / pl.col("variance").sqrt()
    drawn = z.clip(*(z.quantile(at, "linear").over("family") for at in (0.1, 0.9)))
    phi = ((drawn**2).mean().over("family") / WINSORISED_VARIANCE).clip(1)
    k = pl.col("comparisons")
    robust = ((k * phi - (k - 1)) / pl.col("scale")).clip(0)
    imported = pl.col(IMPORTED).fill_null(0.0) if IMPORTED in pooled.collect_schema() else pl.lit(0.0)
    return pooled.with_columns(tau2=pl.when(k >= rule.large).then(robust).otherwise(imported))


def _drawn_in(dispersed: pl.LazyFrame) -> pl.LazyFrame:
    """Empirical Bayes, normal-normal: each log ratio drawn towards the family's mean by its precision."""
    v, between = pl.col("variance"), pl.max_horizontal("laird", pl.lit(SMALLEST_TAU2))
    w = 1 / (v + between)
    middle = ((w * pl.col("log")).sum() / w.sum()).over("family")
    return dispersed.with_columns(
        shrunk=(pl.col("log") + (middle - pl.col("log")) * v * w).exp(), spread=(v * between * w).sqrt()
    )


def _widened(between: pl.DataFrame) -> pl.Series:
    """p again, had units differed by as much as they do from one another."""
    z = normal_score(between.get_column("p").to_numpy())
    narrower = between.select((pl.col("variance") / (pl.col("variance") + pl.col("tau2"))).sqrt()).to_series()
    return pl.Series(normal_two_sided(z * narrower.to_numpy()))


def _in_order(adjusted: pl.LazyFrame) -> pl.LazyFrame:
    """q: Benjamini & Hochberg (1995) over the family."""
    falling = adjusted.sort("family", "p_adj", descending=[False, True], maintain_order=True)
    place = pl.col("comparisons") - pl.int_range(pl.len()).over("family")
    return falling.with_columns(q=(pl.col("p_adj") * pl.col("comparisons") / place).cum_min().over("family").clip(0, 1))
