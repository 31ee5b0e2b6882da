"""Which person and which post a row is about. Both are known by number or identifier; nobody is guessed from a name."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from service.kit.ids import new_id
from service.transfer.cells import NO_DATE
from service.transfer.checking import Checked
from service.transfer.columns import POST_FIELDS, WORKFORCE
from service.transfer.faults import fault
from service.transfer.plans import CHANGED, NEW, UNCHANGED
from service.transfer.sheets import ROW

HELD = "held_"
Matched = tuple[pl.DataFrame, list[pl.DataFrame]]

_UNKNOWN_PERSON = (
    "We do not know this identifier together with this name and date of birth. Copy all three from the other employer’s"
    " download, or leave the identifier empty."
)
_NUMBER_TAKEN = "Another person of your organisation has this number. Correct the number or the identifier."
_UNKNOWN_POST = "This is not a post of this person in your organisation. Copy it from our download, or leave it empty."
_ENDED_BEFORE = "The post we hold ended before this day. Give its last day too."


@dataclass(frozen=True, slots=True)
class Held:
    """What the organisation holds.

    `people`: person_id, employee_number, listed_as, left, given_name, family_name, birth_date, email (the last four
    null for leavers, whose own details an employer no longer sees), seen. `posts`: assignment_id, person_id and
    POST_FIELDS. `mark` differs when any of it differs.
    """

    people: pl.DataFrame
    posts: pl.DataFrame
    mark: str = ""


def with_person(rows: pl.DataFrame, held: Held, linkable: frozenset[str], checked: Checked) -> Matched:
    """Adds person_id, held_left, and person_is: held here, linked from another employer, or new; and the problems."""
    by_number = held.people.select("employee_number", by_number="person_id")
    by_person = held.people.select("person_id", held_number="employee_number")
    rows = rows.join(by_number, on="employee_number", how="left").join(by_person, on="person_id", how="left")
    given, number, here = pl.col("person_id"), pl.col("by_number"), pl.col("held_number").is_not_null()
    linked = given.is_in(list(linkable)) & ~here
    id_header, number_header = checked.headers["person_id"], checked.headers["employee_number"]
    unknown, taken = given.is_not_null() & ~here & ~linked, given.is_not_null() & (given != number)
    faults = [
        fault(rows, unknown, id_header, "person_id", "unknown_person", _UNKNOWN_PERSON),
        fault(rows, taken, number_header, "employee_number", "number_taken", _NUMBER_TAKEN),
    ]
    known = pl.when(number.is_not_null() | here).then(pl.lit("held")).when(linked).then(pl.lit("linked"))
    rows = rows.with_columns(person_id=pl.coalesce(given, number), person_is=known.otherwise(pl.lit(NEW)))
    rows = _with_new_people(rows.join(pl.concat(faults), on=ROW, how="anti"))
    return rows.join(held.people.select("person_id", held_left="left"), on="person_id", how="left"), faults


def _with_new_people(rows: pl.DataFrame) -> pl.DataFrame:
    """One new identifier for each number that nobody has yet."""
    fresh = rows.filter(pl.col("person_id").is_null()).select("employee_number").unique(maintain_order=True)
    fresh = fresh.with_columns(fresh=_new_ids(fresh.height))
    rows = rows.join(fresh, on="employee_number", how="left")
    return rows.with_columns(person_id=pl.coalesce("person_id", "fresh")).drop("fresh", "by_number", "held_number")


def with_post(rows: pl.DataFrame, held: Held, checked: Checked) -> Matched:
    """Finds the held post that each row tells of, fills what the row leaves empty from it, and says what a new post
    still needs. Adds post_is, assignment_id, and what is held under held_ names."""
    rows = rows.with_columns(as_kind=pl.col("kind").fill_null("substantive"))
    found = pl.concat(list(_matches(rows, held.posts)))
    as_held = [pl.col(field).alias(HELD + field) for field in POST_FIELDS]
    posts = held.posts.select(pl.col("assignment_id").alias("matched"), pl.col("person_id").alias("holder"), *as_held)
    rows = rows.join(found, on=ROW, how="left").join(posts, on="matched", how="left")
    is_new = pl.col("matched").is_null()
    not_here = pl.col("assignment_id").is_not_null() & (is_new | (pl.col("holder") != pl.col("person_id")))
    header = checked.headers
    faults = [fault(rows, not_here, header["assignment_id"], "assignment_id", "unknown_post", _UNKNOWN_POST)]
    starts_as = {"kind": "substantive"} | ({} if "fte" in checked.given else {"fte": 1.0})
    rows = rows.filter(~not_here.fill_null(False))
    rows = rows.with_columns(_final(field, starts_as.get(field)) for field in POST_FIELDS)
    faults += [
        _needed(rows, field, header[field]) for field in ("job_title", "grade", "grade_scheme", "staff_group", "fte")
    ]
    wrong_way = (pl.col("ended") < pl.col("started")) & ~is_new
    faults.append(fault(rows, wrong_way, header["started"], "started", "ends_before_start", _ENDED_BEFORE))
    differs = pl.any_horizontal(pl.col(field).ne_missing(pl.col(HELD + field)) for field in POST_FIELDS)
    status = pl.when(is_new).then(pl.lit(NEW)).when(differs).then(pl.lit(CHANGED)).otherwise(pl.lit(UNCHANGED))
    ids = pl.coalesce(pl.col("matched"), _new_ids(rows.height))
    return rows.with_columns(post_is=status, assignment_id=ids), faults


def _needed(rows: pl.DataFrame, field: str, header: str) -> pl.DataFrame:
    lacking = pl.col("matched").is_null() & pl.col(field).is_null()
    return fault(rows, lacking, header, pl.lit(""), "empty", f"A new post needs this. {WORKFORCE[field].help}")


def _final(field: str, starts_as: str | float | None) -> pl.Expr:
    """What the post will say: the row's own value, else what is held, else what a new post starts with."""
    filled = pl.coalesce(field, HELD + field, pl.lit(starts_as))
    if field != "ended":
        return filled.alias(field)
    # Who leaves ends what is still open. A leaving date that was held before says nothing new about posts.
    newly = pl.col("matched").is_null() | pl.col("left").ne_missing(pl.col("held_left"))
    ends = pl.coalesce(filled, pl.when((pl.col("left") != NO_DATE) & newly).then("left"))
    return pl.when(ends != NO_DATE).then(ends).alias(field)


def _matches(rows: pl.DataFrame, posts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """row -> matched: by identifier; else by person, kind, start and job title; else by person, kind and start.

    One held post for one row: where several are alike, the first row takes the first, in the order of the file and of
    the identifiers.
    """
    named = rows.filter(pl.col("assignment_id").is_not_null())
    known = posts.select("assignment_id", matched="assignment_id")
    yield named.join(known, on="assignment_id", how="inner").select(ROW, "matched")
    rows = rows.filter(pl.col("assignment_id").is_null())
    free = posts.rename({"assignment_id": "matched", "kind": "as_kind"})
    free = free.join(named, left_on="matched", right_on="assignment_id", how="anti").sort("matched")
    for key in (["person_id", "as_kind", "started", "job_title"], ["person_id", "as_kind", "started"]):
        left, right = _numbered(rows.select(ROW, *key), key), _numbered(free.select("matched", *key), key)
        found = left.join(right, on=[*key, "nth"], how="inner").select(ROW, "matched")
        yield found
        rows = rows.join(found, on=ROW, how="anti")
        free = free.join(found, on="matched", how="anti")


def _numbered(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Adds `nth`: 0 for the first row of its key, 1 for the second. Most keys have one row, and need no counting."""
    alike = rows.select(pl.struct(key).is_duplicated()).to_series()
    counted = rows.filter(alike).with_columns(nth=pl.int_range(pl.len(), dtype=pl.Int64).over(key))
    return pl.concat([rows.filter(~alike).with_columns(nth=pl.lit(0, dtype=pl.Int64)), counted])


def _new_ids(number: int) -> pl.Series:
    return pl.Series([str(new_id()) for _ in range(number)], dtype=pl.String)
