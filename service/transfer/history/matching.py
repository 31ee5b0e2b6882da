"""Whom a row is about and who held it. Both are known by number or address; nobody is guessed from a name."""

import polars as pl

from service.kit.clock import today
from service.transfer.checking import Checked
from service.transfer.faults import fault, said
from service.transfer.history.holding import Employed
from service.transfer.sheets import ROW

_UNKNOWN = "Nobody of your organisation has this number. Correct it, or import your workforce first."
_LEFT = "This person has left your organisation. Nothing is recorded about people who have left."
_BEFORE = "This is before the person’s first post with you that we hold, from {}. Correct one of the two days."
_NOT_EMPLOYED = "Nobody whom your organisation employs now has this. Give somebody who is employed with you."
_SHARED = "Two people have this address. Give the employee number instead."
_TWO_PEOPLE = "This address and the number beside it are two people’s. Correct one, or leave one empty."
_SELF = "A person cannot hold their own career conversation. Give somebody else."
_REPEATS = "This row repeats row {}: the same person, day and facilitator. Take one of them out."


def matched(checked: Checked, holds: Employed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without problems, with person_id and facilitator_id; and every problem."""
    rows = checked.rows.join(checked.problems, on=ROW, how="anti")
    faults = [checked.problems]
    for find in (_with_person, _with_facilitator, _once):
        rows, found = find(rows, holds, checked)
        faults += found
    problems = pl.concat(faults).unique([ROW, "column"], keep="first", maintain_order=True)
    return rows, problems.sort(ROW, maintain_order=True)


def _with_person(rows: pl.DataFrame, holds: Employed, checked: Checked) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    rows = rows.join(holds.people.drop("email"), on="employee_number", how="left", maintain_order="left")
    number, held_on = checked.headers["employee_number"], checked.headers["held_on"]
    early = pl.col("held_on") < pl.col("since")
    faults = [
        fault(rows, pl.col("person_id").is_null(), number, "employee_number", "unknown_person", _UNKNOWN),
        fault(rows, pl.col("left") < today(), number, "employee_number", "has_left", _LEFT),
        fault(rows, early, held_on, "held_on", "before_first_post", pl.format(_BEFORE, said("since"))),
    ]
    return _without(rows, faults), faults


def _with_facilitator(rows: pl.DataFrame, holds: Employed, checked: Checked) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    rows = _facilitators(rows, holds)
    numbered, addressed = (pl.col(name).is_not_null() for name in ("by_number", "by_email"))
    no_number = pl.col("facilitator_number").is_not_null() & ~numbered
    no_address = pl.col("email").is_not_null() & ~addressed
    two_people = numbered & addressed & pl.col("own_email").ne_missing(pl.col("email"))
    same = pl.col("facilitator_id") == pl.col("person_id")
    found: list[tuple[pl.Expr, str, str, str]] = [
        (no_number, "facilitator_number", "unknown_facilitator", _NOT_EMPLOYED),
        (no_address, "facilitator_email", "unknown_facilitator", _NOT_EMPLOYED),
        ((pl.col("len") > 1) & ~numbered, "facilitator_email", "shared_address", _SHARED),
        (two_people, "facilitator_email", "two_people", _TWO_PEOPLE),
        (same, "employee_number", "own_conversation", _SELF),
    ]
    faults = [fault(rows, when, checked.headers[field], field, kind, fix) for when, field, kind, fix in found]
    return _without(rows, faults), faults


def _facilitators(rows: pl.DataFrame, holds: Employed) -> pl.DataFrame:
    """Adds facilitator_id: by number (by_number, own_email) or else by address (by_email; len: how many have it)."""
    here = holds.people.filter(pl.col("left").is_null() | (pl.col("left") >= today()))
    numbers = here.select(facilitator_number="employee_number", by_number="person_id", own_email="email")
    addresses = here.drop_nulls("email").group_by("email").agg(pl.len(), by_email=pl.col("person_id").first())
    rows = rows.with_columns(email=pl.col("facilitator_email").str.to_lowercase())
    rows = rows.join(numbers, on="facilitator_number", how="left", maintain_order="left")
    rows = rows.join(addresses, on="email", how="left", maintain_order="left")
    return rows.with_columns(facilitator_id=pl.coalesce("by_number", "by_email"))


def _once(rows: pl.DataFrame, _: Employed, checked: Checked) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    rows = rows.with_columns(first=pl.col(ROW).first().over("person_id", "facilitator_id", "held_on"))
    again, number = pl.col("first") < pl.col(ROW), checked.headers["employee_number"]
    faults = [fault(rows, again, number, "employee_number", "repeated", pl.format(_REPEATS, "first"))]
    return _without(rows, faults), faults


def _without(rows: pl.DataFrame, faults: list[pl.DataFrame]) -> pl.DataFrame:
    return rows.join(pl.concat(faults), on=ROW, how="anti", maintain_order="left")
