"""Cells -> disparity ratios: how a group's presence thins out from one tier of levels to the next."""

from collections.abc import Collection

import polars as pl

from analytics.cells import scope_of
from analytics.errors import CellsError
from analytics.intervals import normal_quantile


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
    for tier in (low, middle, upper):
        if not isinstance(tier, Collection) or isinstance(tier, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise CellsError(f"{tier!r} is not a list of levels")
    tiers = {"low": [*low], "middle": [*middle], "upper": [*upper]}
    counted = _by_tier(cells, tiers, group, reference)
    steps = [("low", "middle"), ("middle", "upper"), ("low", "upper")]
    frames = [_step(counted, below, above, normal_quantile(level)) for below, above in steps]
    scope = [column for column in scope_of(cells) if column != "level"]
    return pl.concat(frames).sort(scope, maintain_order=True) if scope else pl.concat(frames)


def _by_tier(cells: pl.DataFrame, tiers: dict[str, list[object]], group: str, reference: str) -> pl.DataFrame:
    """One row a scope, with the eight counts group_low, reference_low, ..."""
    scope = [column for column in scope_of(cells) if column != "level"]
    levels = [one for tier in tiers.values() for one in tier]
    if len(set(levels)) != len(levels) or not all(tiers.values()):
        raise CellsError("low, middle and upper must each have a level, and share none")
    if any(isinstance(one, str) == cells.schema["level"].is_numeric() for one in levels):
        raise CellsError("low, middle and upper must be levels as the cells have them")
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
