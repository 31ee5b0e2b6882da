"""What is wrong with which rows, told in the shape of a sheet's problems (sheets.PROBLEMS)."""

import polars as pl

from service.transfer.sheets import PROBLEMS, ROW


def fault(
    rows: pl.DataFrame, when: pl.Expr, header: str, value: str | pl.Expr, kind: str, fix: str | pl.Expr
) -> pl.DataFrame:
    """The problems of the rows where `when` holds. `value`: a column's name, or what to show instead."""
    shown = pl.col(value) if isinstance(value, str) else value
    words = pl.lit(fix) if isinstance(fix, str) else fix
    found = rows.filter(when.fill_null(False)).select(
        ROW,
        pl.lit(header).alias("column"),
        shown.cast(pl.String).fill_null("").alias("value"),
        pl.lit(kind).alias("kind"),
        words.alias("fix"),
    )
    return found.cast(PROBLEMS)


def said(column: str) -> pl.Expr:
    """27 March 2026"""
    return pl.col(column).dt.strftime("%-d %B %Y")
