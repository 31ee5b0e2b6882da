"""What a family of comparisons says of each: how much units differ beyond chance, and how many were compared.

The formulas are those of `analytics.testing.dispersion` and `testing.benjamini_hochberg`, for all families at once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics.counting import Floats
from analytics.distributions.normal import normal_score
from analytics.distributions.tails import normal_two_sided
from analytics.flags.given import IMPORTED
from analytics.flags.rule import FlagRule
from analytics.testing.dispersion import SMALLEST_TAU2, WINSORISED_VARIANCE

Whole = NDArray[np.int64]
_TENTHS = (0.1, 0.9)


class Pooled(NamedTuple):
    """Of each family: how many were compared, the scale of their weights, and the variance between units and the mean
    of DerSimonian & Laird (1986)."""

    comparisons: Whole
    scale: Floats
    laird: Floats
    mean: Floats


def with_families(frame: pl.DataFrame, rule: FlagRule) -> pl.DataFrame:
    """Adds comparisons (testable ones of the family), tau2 (variance between units), shrunk (the ratio drawn in) and
    spread (its standard error on the log scale), p_adj and q. Null where a comparison is not testable."""
    numbered = frame.with_row_index("row")
    tested = numbered.filter("testable")
    family = family_of(tested, ["family"])
    y, v, p = (tested.get_column(name).to_numpy() for name in ("log", "variance", "p"))
    common = pooled(y, v, family)
    comparisons = common.comparisons[family]
    tau2 = _between_units(y, v, family, common, _imported(tested), rule)
    p_adj = normal_two_sided(normal_score(p) * np.sqrt(v / (v + tau2)))
    shrunk, spread = _drawn_in(y, v, family, common)
    q = _adjusted(p_adj, family, comparisons)
    added = {"comparisons": comparisons, "tau2": tau2, "shrunk": shrunk, "spread": spread, "p_adj": p_adj, "q": q}
    told = tested.select("row", **{name: pl.Series(values) for name, values in added.items()})
    known = told.cast({"comparisons": pl.UInt32})
    joined = numbered.join(known, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.max("comparisons").over("family").fill_null(0)).drop("row")


def family_of(tested: pl.DataFrame, by: Sequence[str]) -> Whole:
    """Which family each row belongs to, as a number from 0."""
    return tested.select(pl.struct(by).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()


def pooled(y: Floats, v: Floats, family: Whole) -> Pooled:
    """What the estimates y with variances v of each family have in common."""
    w, n = 1 / v, np.bincount(family)
    weight = np.bincount(family, w)
    fixed = np.bincount(family, w * y) / weight
    scale = weight - np.bincount(family, w**2) / weight
    excess = np.bincount(family, w * (y - fixed[family]) ** 2) - (n - 1)
    laird = np.divide(excess, scale, out=np.zeros(len(n)), where=n > 1).clip(0)
    shifted = 1 / (v + laird[family])
    return Pooled(n, scale, laird, np.bincount(family, shifted * y) / np.bincount(family, shifted))


def _between_units(y: Floats, v: Floats, family: Whole, common: Pooled, imported: Floats, rule: FlagRule) -> Floats:
    """The robust variance between units, from winsorised z; that of the wider system where the family is small."""
    z, n = (y - common.mean[family]) / np.sqrt(v), common.comparisons
    low, high = (_quantiles(z, family, n, at)[family] for at in _TENTHS)
    phi = (np.bincount(family, np.clip(z, low, high) ** 2) / n / WINSORISED_VARIANCE).clip(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        robust = ((n * phi - (n - 1)) / common.scale).clip(0)
    return np.where(n[family] >= rule.large, robust[family], imported)


def _imported(tested: pl.DataFrame) -> Floats:
    if IMPORTED not in tested.columns:
        return np.zeros(tested.height)
    return tested.get_column(IMPORTED).fill_null(0.0).cast(pl.Float64).to_numpy()


def _quantiles(z: Floats, family: Whole, n: Whole, at: float) -> Floats:
    """Of each family, the value below which this part of its values lies, drawn in a line between neighbours."""
    ordered = z[np.lexsort((z, family))]
    place = np.cumsum(n) - n + at * (n - 1)
    below = np.floor(place).astype(np.int64)
    above = np.ceil(place).astype(np.int64)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _drawn_in(y: Floats, v: Floats, family: Whole, common: Pooled) -> tuple[Floats, Floats]:
    """Empirical Bayes, normal-normal: each log ratio drawn towards the family's mean by its precision; and how sure."""
    between = np.maximum(common.laird, SMALLEST_TAU2)[family]
    w = 1 / (v + between)
    middle = (np.bincount(family, w * y) / np.bincount(family, w))[family]
    return np.exp(y + (middle - y) * v * w), np.sqrt(v * between * w)


def _adjusted(p: Floats, family: Whole, comparisons: Whole) -> Floats:
    """q: Benjamini & Hochberg (1995) over the family."""
    falling = np.lexsort((-p, family))
    counted = np.arange(len(p)) - np.searchsorted(family[falling], family[falling])
    size = comparisons[falling]
    steps = pl.DataFrame({"family": family[falling], "q": p[falling] * size / (size - counted)})
    found = np.empty(len(p))
    found[falling] = steps.select(pl.col("q").cum_min().over("family").clip(0, 1)).to_series().to_numpy()
    return found
