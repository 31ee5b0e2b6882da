"""The workforce as a file has it."""

import polars as pl

from service.transfer.columns import WORKFORCE, Part
from service.transfer.workforce.matching import Held

_EXPORTED = tuple(
    column for column in WORKFORCE if column.part is not Part.EQUALITY and column.field != "organisation_code"
)


def workforce(held: Held) -> pl.DataFrame:
    """What is held, a row for each post and for each person without one, in the template's columns; no equality answer.

    Of leavers an employer sees the name it listed them under, and nothing more.
    """
    # As service.people.names.said_as does: the given name follows the last comma.
    family, given = (pl.col("listed_as").str.extract(r"^(.*), (.*)$", group) for group in (1, 2))
    people = held.people.with_columns(
        given_name=pl.coalesce("given_name", given), family_name=pl.coalesce("family_name", family, "listed_as")
    )  # fmt: skip
    rows = people.join(held.posts, on="person_id", how="left").sort(
        "employee_number", "started", "assignment_id", nulls_last=True
    )
    return rows.select(pl.col(column.field).cast(pl.String).fill_null("").alias(column.header) for column in _EXPORTED)
