"""Staff survey indicators of WRES and WDES: not in our facts, taken as they were published."""

from typing import Final

import polars as pl

from analytics.errors import CellsError
from analytics.representation.standards import Standard

COLUMNS: Final = {
    "organisation": pl.String,
    "indicator": pl.String,
    "group": pl.String,
    "n": pl.Int64,
    "share": pl.Float64,
}


def survey_indicators(given: pl.DataFrame, standard: Standard) -> pl.DataFrame:
    """Checked rows of organisation, indicator, group, n (who answered) and share (0 to 1), in order.

    Never to be mixed with figures from staff records: people tell a survey more (3 % disabled on record, 18 % in the
    survey). Raises CellsError for a missing column, an indicator that is not of the survey, another group, a share
    outside 0 to 1, a count below 0, or a row that is there twice.
    """
    for column in COLUMNS:
        if column not in given.columns or given.get_column(column).has_nulls():
            raise CellsError(f"survey: column {column} is missing, or has gaps")
    try:
        rows = given.select(pl.col(column).cast(dtype) for column, dtype in COLUMNS.items())
    except pl.exceptions.PolarsError as error:
        raise CellsError("survey: n must be whole numbers and share fractions of 1") from error
    _refuse(rows, ~pl.col("indicator").is_in(standard.survey), "is not an indicator of the survey", "indicator")
    _refuse(rows, ~pl.col("group").is_in([standard.group, standard.reference]), "is not a group of it", "group")
    _refuse(rows, ~pl.col("share").is_between(0, 1), "is not a share between 0 and 1", "share")
    _refuse(rows, pl.col("n") < 0, "is below 0", "n")
    keys = pl.struct("organisation", "indicator", "group")
    _refuse(rows, keys.is_duplicated(), "is there twice for one organisation and group", "indicator")
    return rows.sort("organisation", "indicator", "group")


def _refuse(rows: pl.DataFrame, wrong: pl.Expr, problem: str, column: str) -> None:
    found = rows.filter(wrong)
    if found.height:
        raise CellsError(f"survey: {column} {found.item(0, column)!r} {problem}")
