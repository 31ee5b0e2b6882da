"""Cells -> shares of each group by level, beside the whole workforce; and disparity ratios between levels.

Both need counts only, so published tables do as well as our own facts. Nothing here may be shown to anybody: figures go
through `disclosure.release` first.
"""

from collections.abc import Collection
from typing import Final

import polars as pl

from analytics.cells import scope_of
from analytics.errors import CellsError
from analytics.frames import NON_ANSWERS
from analytics.intervals import normal_quantile, wilson
from analytics.testing import two_proportions_z

WHOLE_WORKFORCE: Final = "whole_workforce"
COUNTED: Final = ("known", "in_scope", *NON_ANSWERS)


def shares(cells: pl.DataFrame, level: float = 0.95) -> pl.DataFrame:
    """Each group's share of those with a known answer, in each scope, beside its share of the whole workforce.

    One row for each scope x level x characteristic x group (non-answers are columns, not groups):
    n, known (the denominator), share, low and high (Wilson, at `level`); comparator, whole_n, whole_known,
    whole_share (the same scope over all its levels, grades without a level included); z_rest and p_rest (this level
    against all others, pooled); z_whole (this level against the whole's share as a fixed benchmark); in_scope
    (everybody), declared (= known), declaration_rate, prefer_not_to_say, not_stated, not_known. Shares are fractions
    of 1; of nobody they are null. Raises CellsError for a frame that is not cells.

    >>> grades = {"EO": (18470, 89810), "SCS": (630, 5320)}  # ethnic minority and white, Civil Service, 31 March 2021
    >>> rows = [(g, "ethnicity", who, n) for g, ns in grades.items() for who, n in zip(("minority", "white"), ns)]
    >>> cells = pl.DataFrame(rows, schema=["level", "characteristic", "group", "n"], orient="row")
    >>> minority = shares(cells).filter(pl.col("group") == "minority")
    >>> minority.select(pl.col("share", "low", "high").round(4)).rows()
    [(0.1706, 0.1683, 0.1728), (0.1059, 0.0983, 0.114)]
    """
    return _tested(_measured(_beside_whole(with_denominators(cells)), level))


def with_denominators(cells: pl.DataFrame) -> pl.DataFrame:
    """Groups' rows with their family's denominators beside them: known answers, in_scope, and each non-answer's
    count."""
    family = [*scope_of(cells), "characteristic"]
    n, unanswered = pl.col("n"), pl.col("group").is_in(NON_ANSWERS)
    return cells.with_columns(
        known=n.filter(~unanswered).sum().over(family),
        in_scope=n.sum().over(family),
        **{answer: n.filter(pl.col("group") == answer).sum().over(family) for answer in NON_ANSWERS},
    ).filter(~unanswered)


def disparity_ratios(
    cells: pl.DataFrame,
    *,
    low: Collection[object],
    middle: Collection[object],
    upper: Collection[object],
    group: str,
    reference: str,
    level: float = 0.95,
) -> pl.DataFrame:
    """How much less of the group than of the reference stands higher up, as a ratio of two ratios of stocks.

    low, middle, upper are the levels put together. One row a scope and step (low_to_middle, middle_to_upper,
    low_to_upper): ratio = (reference higher / reference lower) / (group higher / group lower), 1 is parity, more than
    1 is against the group; low, high by the delta method on the log, variance the sum of 1/n over the four counts.
    Null where a count is 0. low_to_upper = low_to_middle x middle_to_upper. It is a ratio of stocks, not a rate of
    promotion. Raises CellsError for overlapping or empty tiers, or where the cells hold no such group.

    >>> grades = {"EO": (18470, 89810), "SEO": (14720, 91770), "SCS": (630, 5320)}
    >>> rows = [(g, "ethnicity", who, n) for g, ns in grades.items() for who, n in zip(("minority", "white"), ns)]
    >>> cells = pl.DataFrame(rows, schema=["level", "characteristic", "group", "n"], orient="row")
    >>> tiers = {"low": ["EO"], "middle": ["SEO"], "upper": ["SCS"]}
    >>> ratios = disparity_ratios(cells, **tiers, group="minority", reference="white")
    >>> ratios.select("step", pl.col("ratio").round(3)).rows()
    [('low_to_middle', 1.282), ('middle_to_upper', 1.354), ('low_to_upper', 1.737)]
    """
    tiers = {"low": [*low], "middle": [*middle], "upper": [*upper]}
    counted = _by_tier(cells, tiers, group, reference)
    steps = [("low", "middle"), ("middle", "upper"), ("low", "upper")]
    frames = [_step(counted, below, above, normal_quantile(level)) for below, above in steps]
    scope = [column for column in scope_of(cells) if column != "level"]
    return pl.concat(frames).sort(scope, maintain_order=True) if scope else pl.concat(frames)


def _beside_whole(cells: pl.DataFrame) -> pl.DataFrame:
    family = [column for column in scope_of(cells) if column not in {"level", *COUNTED}] + ["characteristic"]
    return cells.with_columns(
        comparator=pl.lit(WHOLE_WORKFORCE),
        whole_n=pl.col("n").sum().over([*family, "group"]),
        whole_known=pl.col("n").sum().over(family),
    )


def _measured(cells: pl.DataFrame, level: float) -> pl.DataFrame:
    low, high = wilson(cells.get_column("n"), cells.get_column("known"), level)
    return cells.with_columns(
        share=_fraction("n", "known"),
        low=low,
        high=high,
        whole_share=_fraction("whole_n", "whole_known"),
        declared=pl.col("known"),
        declaration_rate=_fraction("known", "in_scope"),
    )


def _fraction(a: str, n: str) -> pl.Expr:
    return pl.when(pl.col(n) > 0).then(pl.col(a) / pl.col(n))


def _tested(measured: pl.DataFrame) -> pl.DataFrame:
    n, known, whole_n, whole_known = (measured.get_column(c) for c in ("n", "known", "whole_n", "whole_known"))
    z, p = two_proportions_z(n, known, whole_n - n, whole_known - known)
    whole, people = pl.col("whole_share"), pl.col("known")
    spread = (people * whole * (1 - whole)).sqrt()
    benchmark = pl.when(spread > 0).then((pl.col("n") - people * whole) / spread)
    return measured.with_columns(z_rest=z, p_rest=p, z_whole=benchmark)


def _by_tier(cells: pl.DataFrame, tiers: dict[str, list[object]], group: str, reference: str) -> pl.DataFrame:
    """One row a scope, with the eight counts group_low, reference_low, ..."""
    scope = [column for column in scope_of(cells) if column != "level"]
    levels = [one for tier in tiers.values() for one in tier]
    if len(set(levels)) != len(levels) or not all(tiers.values()):
        raise CellsError("low, middle and upper must each have a level, and share none")
    for name in (group, reference):
        if name not in cells.get_column("group"):
            raise CellsError(f"no group {name!r} among the cells")
    sums = {
        f"{side}_{tier}": pl.col("n").filter((pl.col("group") == name) & pl.col("level").is_in(chosen)).sum()
        for tier, chosen in tiers.items()
        for side, name in (("group", group), ("reference", reference))
    }
    return cells.group_by(scope).agg(**sums) if scope else cells.select(**sums)


def _step(counted: pl.DataFrame, below: str, above: str, z: float) -> pl.DataFrame:
    four = [f"{side}_{tier}" for side in ("reference", "group") for tier in (above, below)]
    kept = [c for c in counted.columns if not c.startswith(("group_", "reference_"))]
    reference_up, reference_down, group_up, group_down = (pl.col(c).cast(pl.Float64) for c in four)
    estimable = pl.min_horizontal(*four) > 0
    ratio = (reference_up / reference_down) / (group_up / group_down)
    half = z * pl.sum_horizontal(*(1 / pl.col(c) for c in four)).sqrt()
    return counted.select(
        *kept,
        step=pl.lit(f"{below}_to_{above}"),
        ratio=pl.when(estimable).then(ratio),
        low=pl.when(estimable).then((ratio.log() - half).exp()),
        high=pl.when(estimable).then((ratio.log() + half).exp()),
        group_below=pl.col(four[3]),
        group_above=pl.col(four[2]),
        reference_below=pl.col(four[1]),
        reference_above=pl.col(four[0]),
    )
