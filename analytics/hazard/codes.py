"""Columns as places among their values, and combinations of them as one whole number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.retention.stays import Ints


@dataclass(frozen=True)
class Codes:
    """A column as places among its values."""

    name: str
    place: Ints
    values: pl.Series


def together(codes: Sequence[Codes]) -> Ints:
    """One whole number for each combination."""
    key = np.zeros(len(codes[0].place) if codes else 0, dtype=np.int64)
    for one in codes:
        key = key * len(one.values) + one.place
    return key


def apart(key: Ints, codes: Sequence[Codes]) -> list[pl.Series]:
    """The columns again."""
    found: list[pl.Series] = []
    for one in reversed(codes):
        found.append(one.values.gather(key % len(one.values)).alias(one.name))
        key = key // len(one.values)
    return found[::-1]


def values(name: str, labels: pl.Enum) -> pl.Series:
    return pl.Series(name, labels.categories, dtype=labels)


def text(name: str, column: pl.Series, rows: Ints) -> Codes:
    values = column.unique().drop_nulls().sort()
    place = column.cast(pl.String).cast(pl.Enum(values.cast(pl.String))).to_physical()
    return Codes(name, place.to_numpy().astype(np.int64)[rows], values)
