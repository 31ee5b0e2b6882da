"""The counts that are shown: every step's, of every group, in every organisation, protected together."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from analytics.coded import Ints
from analytics.disclosure import Released, Rule, release_linked
from analytics.disclosure.linked import Split
from analytics.equity.counting import Counts
from analytics.equity.steps import MERGED, MINORITY, POOL, SENIOR, SYSTEM, UNANSWERED, UPPER

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


def released_cells(counts: Sequence[Counts], shares: pl.DataFrame, rule: Rule) -> Released:
    """unit ("" is the sum of all organisations), group and COUNTS, safe to show; the groups of every characteristic.

    shares: the figures of the report on representation as they were released, whose levels 4 to 9 are added up here:
    a band is withheld where it would tell one of them.
    """
    cells = pl.concat(_cells(each) for each in counts)
    names = [each.characteristic for each in counts]
    splits = [
        Split("unit", SYSTEM),
        *(Split("figure", whole, (went, stayed)) for went, stayed, whole in NODES.values()),
        *([Split("group", MINORITY, MERGED[MINORITY])] if "ethnicity" in names else []),
    ]
    first = {band: _telling(cells, names, shares, band, rule) for band in _BAND}
    first["pool"] = np.zeros(cells.height, dtype=bool)
    return release_linked(cells, keys=KEYS, counts=COUNTS, splits=splits, rule=rule, withheld_first=first)


def _cells(counts: Counts) -> pl.DataFrame:
    """A row for the sum of all organisations, and for each organisation and group, whether or not anybody is there."""
    groups = [group for group in counts.groups if group != UNANSWERED]
    columns = [counts.groups.index(group) for group in groups]
    present = np.flatnonzero(np.add.reduce([counts.units(step)[1].sum(axis=1) for step in counts.n]))
    of: dict[str, Ints] = {}
    nobody = np.zeros((len(present), len(groups)), dtype=np.int64)
    for step, (went, stayed, whole) in NODES.items():
        found = [each[present][:, columns] for each in counts.units(step)] if step in counts.n else [nobody, nobody]
        a, n = found
        for name, each in ((went, a), (stayed, n - a), (whole, n)):
            of.setdefault(name, each)
    units = [SYSTEM, *(counts.organisations[at] for at in present.tolist())]
    return pl.DataFrame({
        "unit": np.repeat(units, len(groups)),
        "group": groups * len(units),
        **{name: np.vstack([each.sum(axis=0), each]).ravel() for name, each in of.items()},
    }).select(*KEYS, *COUNTS)  # fmt: skip


def _telling(
    cells: pl.DataFrame, characteristics: Sequence[str], shares: pl.DataFrame, band: str, rule: Rule
) -> np.ndarray:
    """Which bands would tell a level that is withheld: a reader who takes the shown levels from the band must be left
    with `width` values at least for one withheld level, and with the floor at least for several together. Rows of
    groups put together have no levels of their own."""
    if shares.is_empty():
        return np.zeros(cells.height, dtype=bool)
    inside = shares.filter(
        pl.col("characteristic").cast(pl.String).is_in(characteristics),
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
