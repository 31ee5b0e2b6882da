"""What a frame of comparisons must hold before anything is decided."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from analytics.counting import as_floats, as_frame
from analytics.errors import CountsError
from analytics.intervals import two_groups

COUNTS: Final = ("a", "n", "c", "m")
NEEDED: Final = ("family", "unit", *COUNTS, "adverse", "unknown_share")
KEYS: Final = ("family", "unit", "group")
IMPORTED: Final = "imported_tau2"


def checked(frame: pl.DataFrame, strata: Sequence[str] = ()) -> pl.DataFrame:
    """The frame with counts as whole numbers and shares as floats. Raises CountsError, naming column and fault, for a
    missing column, a null, a count that cannot be, a comparison (within a stratum) that is there twice, a family of
    nobody, an imported variance below 0, and what is no frame."""
    frame = as_frame("comparisons", frame)
    for column in (*NEEDED, *strata):
        if column not in frame.columns:
            raise CountsError(f"comparisons have no column {column}")
        if frame.get_column(column).has_nulls():
            raise CountsError(f"{column}: a value is missing")
    if frame.is_empty():
        raise CountsError("there are no comparisons")
    two_groups(*(frame.get_column(column) for column in COUNTS))
    _refuse_shares(frame)
    _refuse_variances(frame)
    _refuse_repeats(frame, strata)
    typed = frame.cast({**dict.fromkeys(COUNTS, pl.Int64), "unknown_share": pl.Float64})
    _refuse_empty_families(typed)
    return typed


def _refuse_shares(frame: pl.DataFrame) -> None:
    if frame.schema["adverse"] != pl.Boolean:
        raise CountsError("adverse: must be true or false")
    share, _ = as_floats("unknown_share", frame.get_column("unknown_share"))
    if ((share < 0) | (share > 1)).any():
        raise CountsError("unknown_share: must be between 0 and 1")
    impossible = frame.filter((pl.col("unknown_share") == 1) & (pl.col("n") > 0))
    if impossible.height:
        raise CountsError(f"unknown_share: 1 for {_name(impossible)}, where answers of the group are known")


def _refuse_variances(frame: pl.DataFrame) -> None:
    if IMPORTED in frame.columns:
        variance, missing = as_floats(IMPORTED, frame.get_column(IMPORTED))
        if (variance[~missing] < 0).any():
            raise CountsError(f"{IMPORTED}: a variance cannot be negative")


def keys_of(frame: pl.DataFrame) -> list[str]:
    """The columns that name a comparison."""
    return [key for key in KEYS if key in frame.columns]


def _refuse_repeats(frame: pl.DataFrame, strata: Sequence[str]) -> None:
    keys = [*keys_of(frame), *strata]
    again = frame.filter(frame.select(keys).is_duplicated())
    if again.height:
        raise CountsError(f"two comparisons for {_name(again)}")


def _refuse_empty_families(frame: pl.DataFrame) -> None:
    people = frame.group_by("family", maintain_order=True).agg(pl.sum("n", "m"))
    for side, words in (("n", "any group"), ("m", "the reference")):
        nobody = people.filter(pl.col(side) == 0)
        if nobody.height:
            raise CountsError(f"family {nobody.item(0, 'family')}: nobody with a known answer in {words}")


def _name(rows: pl.DataFrame) -> str:
    first: Mapping[str, object] = rows.row(0, named=True)
    return ", ".join(f"{key} {first[key]}" for key in keys_of(rows))
