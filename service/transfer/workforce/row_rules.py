"""What must be true within a row, and between the rows of one person: rules over a whole file at once."""

from collections.abc import Mapping

import polars as pl

from service.transfer.cells import NO_DATE
from service.transfer.columns import PERSON_FIELDS
from service.transfer.faults import fault, said
from service.transfer.sheets import ROW

_NEEDS_NUMBER = "This is empty or cannot be read. Every row needs the person's number."
_NEEDS_START = "This is empty or cannot be read. Give the first day in the post."
_ENDS_BEFORE = "The last day must be on or after the first day, {}."
_AFTER_LEAVING = "This is after the last day with your organisation, {}."
_TOO_YOUNG = "The person would be under 14 on the first day in the post, {}. Check both dates."
_NO_END = "There is a reason but no last day. Give {} or {}, or take the reason out."
_REPEATS = "This row repeats row {}. Take one of them out."
_DISAGREES = "Row {} gives another value for the same person. Make them the same, or correct the number."


def within_rows(rows: pl.DataFrame, header: Mapping[str, str]) -> list[pl.DataFrame]:
    """`header`: field -> what the file calls it."""
    nothing, started, ended, left = pl.lit(""), pl.col("started"), pl.col("ended"), pl.col("left")
    dated, gone, post = ended != NO_DATE, left != NO_DATE, pl.col("tells_of_a_post")
    young = pl.col("birth_date").dt.offset_by("14y") > started
    no_end = ended.is_null() & left.is_null() & pl.col("end_reason").is_not_null() & post
    found: list[tuple[pl.Expr, str, str | pl.Expr, str, str | pl.Expr]] = [
        (pl.col("employee_number").is_null(), "employee_number", nothing, "empty", _NEEDS_NUMBER),
        (dated & (ended < started), "ended", "ended", "ends_before_start", pl.format(_ENDS_BEFORE, said("started"))),
        (gone & (started > left), "started", "started", "after_leaving", pl.format(_AFTER_LEAVING, said("left"))),
        (gone & dated & (ended > left), "ended", "ended", "after_leaving", pl.format(_AFTER_LEAVING, said("left"))),
        (young, "birth_date", "birth_date", "too_young", pl.format(_TOO_YOUNG, said("started"))),
        (post & started.is_null(), "started", nothing, "empty", _NEEDS_START),
        (no_end, "end_reason", "end_reason", "no_end", _NO_END.format(header["ended"], header["left"])),
    ]
    return [fault(rows, when, header[field], value, kind, fix) for when, field, value, kind, fix in found]


def between_rows(rows: pl.DataFrame, header: Mapping[str, str]) -> list[pl.DataFrame]:
    """Rows that repeat one another, and rows of one number that disagree about who it is."""
    numbered = rows.filter(pl.col("employee_number").is_not_null())
    key = [
        "employee_number",
        "tells_of_a_post",
        "assignment_id",
        "kind",
        "job_title",
        "grade",
        "fte",
        "started",
        "ended",
    ]
    repeats = numbered.with_columns(first=pl.col(ROW).first().over(key))
    again = pl.col("first") < pl.col(ROW)
    number = header["employee_number"]
    found = [fault(repeats, again, number, "employee_number", "repeated", pl.format(_REPEATS, "first"))]
    shared = numbered.filter(pl.col("employee_number").is_duplicated())
    for field in (*PERSON_FIELDS, "person_id", "left"):
        given = pl.col(field).is_not_null()
        beside = shared.with_columns(
            before=pl.col(field).drop_nulls().first().over("employee_number"),
            at=pl.col(ROW).filter(given).first().over("employee_number"),
        )
        differs = pl.col(field) != pl.col("before")
        found.append(fault(beside, differs, header[field], field, "disagrees", pl.format(_DISAGREES, "at")))
    return found
