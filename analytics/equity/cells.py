"""The counts that are shown: every step's, of every group, in every organisation, protected together."""

from typing import Final

import numpy as np
import polars as pl

from analytics.disclosure import Released, Rule, release_linked
from analytics.equity.steps import MERGED, MINORITY, POOL, SENIOR, SYSTEM, UPPER
from analytics.frames import GROUPS
from analytics.linked import Split

KEYS: Final = ("unit", "group")
# step -> the count that went on, those who did not, and both together. What is everybody at one step is what went on at
# the step before, so it has one name.
NODES: Final = {
    "conversation": ("talked", "untalked", "eligible"),
    "move": ("moved", "stayed", "eligible"),
    "offer": ("offered", "unoffered", "talked"),
    "application": ("applied", "unapplied", "offered"),
    "shortlist": ("shortlisted", "unshortlisted", "applications"),
    "appointment": ("appointed", "unappointed", "shortlists"),
    SENIOR: ("upper", "middle", "pool"),
}
COUNTS: Final = tuple(dict.fromkeys(node for nodes in NODES.values() for node in reversed(nodes)))
_BAND: Final = {"upper": UPPER, "middle": tuple(sorted({*POOL} - {*UPPER}))}


def released_cells(counts: pl.DataFrame, characteristic: str, shares: pl.DataFrame, rule: Rule) -> Released:
    """unit ("" is the sum of all organisations), group and COUNTS, safe to show.

    shares: the figures of the report on representation as they were released, whose levels 4 to 9 are added up here:
    a band is withheld where it would tell one of them.
    """
    cells = _cells(counts, characteristic)
    splits = [
        Split("unit", SYSTEM),
        *(Split("figure", whole, (went, stayed)) for went, stayed, whole in NODES.values()),
        *([Split("group", MINORITY, MERGED[MINORITY])] if characteristic == "ethnicity" else []),
    ]
    first = {band: _telling(cells, characteristic, shares, band, rule) for band in _BAND}
    first["pool"] = np.zeros(cells.height, dtype=bool)
    return release_linked(cells, keys=KEYS, counts=COUNTS, splits=splits, rule=rule, withheld_first=first)


def _cells(counts: pl.DataFrame, characteristic: str) -> pl.DataFrame:
    """A row for each organisation and group, whether or not anybody is there, and the sum of all organisations."""
    groups = [*GROUPS[characteristic], *([MINORITY] if characteristic == "ethnicity" else [])]
    units = counts.get_column("unit").unique().sort()
    every = pl.DataFrame({"unit": units}).join(
        pl.DataFrame({"group": groups}), how="cross", maintain_order="left_right"
    )
    for step, (went, stayed, whole) in NODES.items():
        of = counts.filter(pl.col("step") == step).group_by(KEYS).agg(pl.sum("a", "n"))
        named = of.select(
            *KEYS, pl.col("a").alias(went), (pl.col("n") - pl.col("a")).alias(stayed), pl.col("n").alias(whole)
        )
        new = [column for column in named.columns if column in KEYS or column not in every.columns]
        every = every.join(named.select(new), on=KEYS, how="left", maintain_order="left")
    filled = every.with_columns(pl.col(COUNTS).fill_null(0).cast(pl.Int64))
    whole_system = filled.group_by("group", maintain_order=True).agg(pl.sum(*COUNTS)).with_columns(unit=pl.lit(SYSTEM))
    return pl.concat([whole_system.select(filled.columns), filled])


def _telling(cells: pl.DataFrame, characteristic: str, shares: pl.DataFrame, band: str, rule: Rule) -> np.ndarray:
    """Which bands would tell a level that is withheld: a reader who takes the shown levels from the band must be left
    with `width` values at least for one withheld level, and with the floor at least for several together. Rows of
    groups put together have no levels of their own."""
    if shares.is_empty():
        return np.zeros(cells.height, dtype=bool)
    inside = shares.filter(
        pl.col("characteristic").cast(pl.String) == characteristic,
        pl.col("level").cast(pl.String).is_in([str(level) for level in _BAND[band]]),
    )
    levels = inside.group_by(unit=pl.col("organisation").cast(pl.String), group=pl.col("group").cast(pl.String)).agg(
        gone=pl.col("n").is_null().sum(), shown=pl.col("n").sum(), parts=pl.col("n").count()
    )
    beside = cells.select(*KEYS, band).join(levels, on=KEYS, how="left", maintain_order="left")
    rounded = pl.Series(rule.rounding.rounded(cells.get_column(band).to_numpy()))
    left, slack = rounded - pl.col("shown"), rule.base // 2 * (pl.col("parts") + 1)
    most, least = left + slack, (left - slack).clip(0)
    tells = ((pl.col("gone") == 1) & (most - least < rule.width)) | ((pl.col("gone") > 1) & (most < rule.floor))
    return beside.select(tells.fill_null(value=False)).to_series().to_numpy()
