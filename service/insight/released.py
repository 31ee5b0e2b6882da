"""From released figures to what a release keeps. The only way to get there from counts: what is not `Released` cannot
come through here.
"""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from analytics.disclosure import Released
from service.insight.rules import Characteristic, Figure, ReportTable

_SHOWN: Final = tuple(Figure.__dataclass_fields__)
_DIGITS: Final = 6  # a rate of counts rounded to 5 means nothing beyond


def tables_of(released: Released) -> list[ReportTable]:
    """One table for each organisation and characteristic, the whole system first, organisations by code."""
    frame = released.frame.with_columns(
        pl.col("level", "group", "characteristic", "organisation").cast(pl.String), pl.col(pl.Float64).round(_DIGITS)
    )
    parts = frame.partition_by("organisation", "characteristic", as_dict=True, maintain_order=True)
    return [
        ReportTable(str(organisation), Characteristic(characteristic), tuple(_figures(part)))
        for (organisation, characteristic), part in parts.items()
    ]


def rows_of(released: Released) -> list[dict[str, Any]]:
    """Each released row by column name, in its order."""
    frame = released.frame.with_columns(
        pl.col(pl.Categorical, pl.Enum).cast(pl.String), pl.col(pl.Float64).round(_DIGITS)
    )
    return frame.to_dicts()


def kept(organisation: str, characteristic: Characteristic, rows: Sequence[dict[str, Any]]) -> ReportTable:
    """A table that a release holds: its rows went through `tables_of` when the release was made."""
    return ReportTable(organisation, characteristic, tuple(Figure(**row) for row in rows))


def _figures(part: pl.DataFrame) -> list[Figure]:
    return [Figure(**row) for row in part.select(_SHOWN).iter_rows(named=True)]
