"""Whom a row is about: somebody of this organisation, by their number. Nobody is guessed from a name."""

import polars as pl

from service.kit.clock import today
from service.transfer.checking import Checked
from service.transfer.faults import fault
from service.transfer.history.holding import Employed

_UNKNOWN = "Nobody of your organisation has this number. Correct it, or import your workforce first."
_LEFT = "This person has left your organisation. Nothing is recorded about people who have left."


def with_person(checked: Checked, holds: Employed) -> tuple[Checked, list[pl.DataFrame]]:
    """Adds person_id; and the problems of rows that are about nobody who is employed here now."""
    people = holds.people.select("person_id", "employee_number", "left")
    rows = checked.rows.join(people, on="employee_number", how="left", maintain_order="left")
    number, named = checked.headers["employee_number"], pl.col("employee_number").is_not_null()
    unknown = pl.col("person_id").is_null() & named
    faults = [
        fault(rows, unknown, number, "employee_number", "unknown_person", _UNKNOWN),
        fault(rows, pl.col("left") < today(), number, "employee_number", "has_left", _LEFT),
    ]
    return Checked(rows, checked.problems, checked.headers, checked.given), faults
