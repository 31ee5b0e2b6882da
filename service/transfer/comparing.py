"""What importing a checked file would do to what is held: rows new, changed, unchanged, or problems, and the records to write.

Pure: frames in, frames out. Nothing here reads or writes the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from service.kit.ids import new_id
from service.transfer.cells import NO_DATE
from service.transfer.checking import Checked, fault
from service.transfer.columns import EQUALITY_FIELDS, FIELDS, PERSON_FIELDS, POST_FIELDS
from service.transfer.overlapping import overlaps
from service.transfer.sheets import ROW

HELD = "held_"
CHANGES = {"row": pl.UInt32, "employee_number": pl.String, "column": pl.String, "before": pl.String, "after": pl.String}
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
PLAN = ("rows", "people", "posts", "answers", "problems", "changes", "unmapped")


@dataclass(frozen=True, slots=True)
class Held:
    """What the organisation holds.

    `people`: person_id, employee_number, listed_as, left, given_name, family_name, birth_date, email (the last four null for
    leavers, whose own details an employer no longer sees), seen. `posts`: assignment_id, person_id and POST_FIELDS. `mark`: differs when any of it
    differs.
    """

    people: pl.DataFrame
    posts: pl.DataFrame
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything needed to show what would happen, and to do it.

    `rows`: row, status, person_id. `people`, `posts`: the records to write. `answers`: person_id and EQUALITY_FIELDS.
    """

    rows: pl.DataFrame
    people: pl.DataFrame
    posts: pl.DataFrame
    answers: pl.DataFrame
    problems: pl.DataFrame
    changes: pl.DataFrame
    unmapped: pl.DataFrame
    not_in_file: int

    @property
    def fingerprint(self) -> str:
        """The same for the same outcome, whatever identifiers new records would be given."""
        told = (self.rows.select(ROW, "status"), self.problems.select(ROW, "kind"), self.changes)
        return sha256("".join(frame.sort(frame.columns).write_csv() for frame in told).encode()).hexdigest()[:32]

    def count(self, status: str) -> int:
        return self.rows.filter(pl.col("status") == status).height


def compare(checked: Checked, held: Held, linkable: frozenset[str], mapped: pl.DataFrame) -> Plan:
    """`linkable`: the PERSON_IDs, recorded by other employers, that the file may link. `mapped`: scheme, grade with a level."""
    rows = checked.rows.join(checked.problems.select(ROW).unique(), on=ROW, how="anti")
    rows, unresolved = _with_person(rows, held, linkable, checked)
    posts, unmatched = _with_post(rows.filter("tells_of_a_post"), held, checked)
    problems = [checked.problems, *unresolved, *unmatched]
    bad = pl.concat(problems).select(ROW).unique()
    people_rows, posts = rows.join(bad, on=ROW, how="anti"), posts.join(bad, on=ROW, how="anti")
    clashing = overlaps(posts, held.posts, checked.headers)
    bad = clashing.select(ROW).unique()
    people_rows, posts = people_rows.join(bad, on=ROW, how="anti"), posts.join(bad, on=ROW, how="anti")
    people = _people(people_rows, posts, held)
    posts = pl.concat([posts, _closed(people_rows, people, posts, held)], how="diagonal")
    changes = pl.concat([*_post_changes(posts), *_person_changes(people_rows, people, held)])
    all_problems = (
        pl.concat([*problems, clashing])
        .unique([ROW, "column"], keep="first", maintain_order=True)
        .sort(ROW, maintain_order=True)
    )
    return Plan(
        rows=_statuses(checked, people_rows, posts, people, changes),
        people=people.filter((pl.col("person_is") != "held") | (pl.col("employment_is") == NEW) | pl.col("person_changed") | pl.col("employment_changed")),
        posts=posts.filter(pl.col("post_is") != UNCHANGED).select("row", "person_id", "assignment_id", "post_is", *POST_FIELDS),
        answers=_answers(people_rows),
        problems=all_problems,
        changes=changes.sort(ROW, maintain_order=True),
        unmapped=_unmapped(posts, mapped),
        not_in_file=held.people.join(checked.rows, on="employee_number", how="anti").height,
    )  # fmt: skip


def _with_person(
    rows: pl.DataFrame, held: Held, linkable: frozenset[str], checked: Checked
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Adds person_id and person_is: held here, linked from another employer, or new. A person is never guessed from a name."""
    known = held.people.select("employee_number", by_number="person_id")
    here = held.people.select("person_id", held_number="employee_number")
    rows = rows.join(known, on="employee_number", how="left").join(here, on="person_id", how="left")
    given, number = pl.col("person_id"), pl.col("by_number")
    linked = given.is_in(list(linkable)) & pl.col("held_number").is_null()
    header = checked.headers["person_id"]
    faults = [
        fault(rows, given.is_not_null() & pl.col("held_number").is_null() & ~linked, header, "person_id", "unknown_person", "We do not know this identifier together with this name and date of birth. Copy all three from the other employer’s download, or leave the identifier empty."),
        fault(rows, given.is_not_null() & number.is_not_null() & (given != number), checked.headers["employee_number"], "employee_number", "number_taken", "Another person of your organisation has this number. Correct the number or the identifier."),
    ]  # fmt: skip
    rows = rows.with_columns(
        person_id=pl.coalesce(given, number),
        person_is=pl.when(number.is_not_null() | pl.col("held_number").is_not_null()).then(pl.lit("held")).when(linked).then(pl.lit("linked")).otherwise(pl.lit(NEW)),
    ).drop("by_number", "held_number")  # fmt: skip
    fresh = rows.filter(pl.col("person_id").is_null()).select("employee_number").unique(maintain_order=True)
    fresh = fresh.with_columns(fresh_id=_new_ids(fresh.height))
    rows = (
        rows.join(fresh, on="employee_number", how="left")
        .with_columns(person_id=pl.coalesce("person_id", "fresh_id"))
        .drop("fresh_id")
    )
    rows = rows.join(held.people.select("person_id", held_left="left"), on="person_id", how="left")
    bad = pl.concat(faults).select(ROW).unique()
    return rows.join(bad, on=ROW, how="anti"), faults


def _new_ids(number: int) -> pl.Series:
    return pl.Series([str(new_id()) for _ in range(number)], dtype=pl.String)


def _with_post(rows: pl.DataFrame, held: Held, checked: Checked) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Finds the held post that each row tells of, fills what the row leaves empty from it, and says what a new post still needs."""
    rows = rows.with_columns(as_kind=pl.col("kind").fill_null("substantive"))
    found = pl.concat(list(_matches(rows, held.posts)))
    posts = held.posts.select(
        pl.col("assignment_id").alias("matched"),
        pl.col("person_id").alias("holder"),
        *(pl.col(f).alias(HELD + f) for f in POST_FIELDS),
    )
    rows = rows.join(found, on=ROW, how="left").join(posts, on="matched", how="left")
    header = checked.headers
    not_here = pl.col("assignment_id").is_not_null() & (
        pl.col("matched").is_null() | (pl.col("holder") != pl.col("person_id"))
    )
    faults = [
        fault(
            rows,
            not_here,
            header["assignment_id"],
            "assignment_id",
            "unknown_post",
            "This is not a post of this person in your organisation. Copy it from our download, or leave it empty.",
        )
    ]
    rows = rows.filter(~not_here.fill_null(False))
    starts_as = {"kind": "substantive"} | ({} if "fte" in checked.given else {"fte": 1.0})
    rows = rows.with_columns(_final(field, starts_as.get(field)) for field in POST_FIELDS)
    is_new = pl.col("matched").is_null()
    faults += [
        fault(
            rows,
            is_new & pl.col(field).is_null(),
            header[field],
            pl.lit(""),
            "empty",
            f"A new post needs this. {FIELDS[field].help}",
        )
        for field in ("job_title", "grade", "grade_scheme", "staff_group", "fte")
    ]
    wrong_way = (pl.col("ended") < pl.col("started")) & pl.col("matched").is_not_null()
    faults.append(
        fault(
            rows,
            wrong_way,
            header["started"],
            "started",
            "ends_before_start",
            "The post we hold ended before this day. Give its last day too.",
        )
    )
    differs = pl.any_horizontal(pl.col(field).ne_missing(pl.col(HELD + field)) for field in POST_FIELDS)
    rows = rows.with_columns(
        post_is=pl.when(is_new).then(pl.lit(NEW)).when(differs).then(pl.lit(CHANGED)).otherwise(pl.lit(UNCHANGED)),
        assignment_id=pl.coalesce(pl.col("matched"), _new_ids(rows.height)),
    )
    return rows, faults


def _matches(rows: pl.DataFrame, posts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """row -> matched: by identifier; else by person, kind, start and job title; else by person, kind and start. One held post for one
    row: where several are alike, the first row takes the first, in the order of the file and of the identifiers."""
    named = rows.filter(pl.col("assignment_id").is_not_null())
    yield named.join(
        posts.select(pl.col("assignment_id"), matched="assignment_id"), on="assignment_id", how="inner"
    ).select(ROW, "matched")
    rows = rows.filter(pl.col("assignment_id").is_null())
    free = (
        posts.rename({"assignment_id": "matched"})
        .join(named, left_on="matched", right_on="assignment_id", how="anti")
        .sort("matched")
    )
    for key in (["person_id", "as_kind", "started", "job_title"], ["person_id", "as_kind", "started"]):
        left = _numbered(rows.select(ROW, *key), key)
        right = _numbered(free.rename({"kind": "as_kind"}).select("matched", *key), key)
        found = left.join(right, on=[*key, "nth"], how="inner").select(ROW, "matched")
        yield found
        rows = rows.join(found, on=ROW, how="anti")
        free = free.join(found, on="matched", how="anti")


def _numbered(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Adds `nth`: 0 for the first row of its key, 1 for the second. Most keys have one row, and need no counting."""
    alike = rows.select(pl.struct(key).is_duplicated()).to_series()
    counted = rows.filter(alike).with_columns(nth=pl.int_range(pl.len(), dtype=pl.Int64).over(key))
    return pl.concat([rows.filter(~alike).with_columns(nth=pl.lit(0, dtype=pl.Int64)), counted])


def _final(field: str, starts_as: str | float | None) -> pl.Expr:
    """What the post will say: the row's own value, else what is held, else what a new post starts with."""
    filled = pl.coalesce(field, HELD + field, pl.lit(starts_as))
    if field != "ended":
        return filled.alias(field)
    # Who leaves ends what is still open. A leaving date that was held before says nothing new about posts.
    leaves = (pl.col("left") != NO_DATE) & (
        pl.col("matched").is_null() | pl.col("left").ne_missing(pl.col("held_left"))
    )
    ends = pl.coalesce(filled, pl.when(leaves).then("left"))
    return pl.when(ends != NO_DATE).then(ends).alias(field)


def _people(rows: pl.DataFrame, posts: pl.DataFrame, held: Held) -> pl.DataFrame:
    """One row for each person of the file, with what will be held of them and whether that differs from what is."""
    told = rows.group_by("person_id", maintain_order=True).agg(
        pl.col("person_is").first(), pl.col("employee_number").first(), *(pl.col(f).drop_nulls().first() for f in (*PERSON_FIELDS, "left"))
    )  # fmt: skip
    before = held.people.select(
        "person_id",
        "seen",
        *(pl.col(f).alias(HELD + f) for f in ("employee_number", "listed_as", "left", *PERSON_FIELDS)),
    )
    latest = posts.group_by("person_id").agg(
        (pl.col("post_is") == NEW).any().alias("any_new"), pl.col("ended").fill_null(NO_DATE).max().alias("last_end")
    )
    people = told.join(before, on="person_id", how="left").join(latest, on="person_id", how="left")
    # An employer corrects the details of people it employs; of leavers, and of people it only links, they stay as they are.
    theirs = (pl.col("person_is") == "held") & pl.col("seen").fill_null(False)
    people = people.with_columns(
        *(pl.when(theirs).then(pl.coalesce(f, HELD + f)).otherwise(f).alias(f) for f in PERSON_FIELDS),
        left=_left(),
    )
    listed = pl.concat_str(pl.col("family_name"), pl.col("given_name"), separator=", ").str.slice(0, 200)
    people = people.with_columns(
        listed_as=pl.when(theirs | pl.col(HELD + "listed_as").is_null()).then(listed).otherwise(HELD + "listed_as")
    )
    differs = [pl.col(f).ne_missing(pl.col(HELD + f)) for f in PERSON_FIELDS]
    theirs_differ = [pl.col(f).ne_missing(pl.col(HELD + f)) for f in ("employee_number", "listed_as", "left")]
    return people.with_columns(
        person_changed=theirs & pl.any_horizontal(differs),
        employment_is=pl.when(pl.col("person_is") == "held").then(pl.lit("held")).otherwise(pl.lit(NEW)),
        employment_changed=(pl.col("person_is") == "held") & pl.any_horizontal(theirs_differ),
    )


def _closed(rows: pl.DataFrame, people: pl.DataFrame, posts: pl.DataFrame, held: Held) -> pl.DataFrame:
    """The open posts of people who leave, where the file names the person and not the post: they end on the last day too."""
    leavers = people.filter(pl.col("left").is_not_null() & pl.col("left").ne_missing(pl.col("held_left")))
    why = rows.group_by("person_id").agg(
        pl.col(ROW).min(), *(pl.col(f).drop_nulls().first().alias(f"why_{f}") for f in ("end_reason", "destination"))
    )
    open_posts = held.posts.filter(pl.col("ended").is_null()).join(posts, on="assignment_id", how="anti")
    found = open_posts.join(leavers.select("person_id", "employee_number", "left"), on="person_id").join(
        why, on="person_id"
    )
    found = found.filter(pl.col("started") <= pl.col("left")).with_columns(
        pl.col(f).alias(HELD + f) for f in POST_FIELDS
    )
    return found.with_columns(
        ended=pl.col("left"),
        end_reason=pl.coalesce("why_end_reason", "end_reason"),
        destination=pl.coalesce("why_destination", "destination"),
        post_is=pl.lit(CHANGED),
    ).select(
        ROW, "person_id", "employee_number", "assignment_id", "post_is", *POST_FIELDS, *(HELD + f for f in POST_FIELDS)
    )


def _left() -> pl.Expr:
    """The last day with the organisation: as the file says; gone when somebody who had left has a new post; else as held."""
    back = pl.col("any_new").fill_null(False) & (pl.col("last_end") > pl.col(HELD + "left"))
    said = pl.coalesce("left", pl.when(back).then(pl.lit(NO_DATE)), HELD + "left")
    return pl.when(said != NO_DATE).then(said)


def _post_changes(posts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    changed = posts.filter(pl.col("post_is") == CHANGED)
    for field in POST_FIELDS:
        yield _change(changed, field)


def _person_changes(rows: pl.DataFrame, people: pl.DataFrame, held: Held) -> Iterator[pl.DataFrame]:
    """Told once, at the first row of the person."""
    first = rows.group_by("person_id").agg(pl.col(ROW).min())
    changed = people.filter(
        (pl.col("person_is") == "held") & (pl.col("person_changed") | pl.col("employment_changed"))
    ).join(first, on="person_id")
    for field in ("employee_number", "left"):
        yield _change(changed, field)
    for field in PERSON_FIELDS:
        yield _change(changed.filter("person_changed"), field)


def _change(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    return rows.filter(pl.col(field).ne_missing(pl.col(HELD + field))).select(
        ROW,
        "employee_number",
        pl.lit(FIELDS[field].header).alias("column"),
        pl.col(HELD + field).cast(pl.String).alias("before"),
        pl.col(field).cast(pl.String).alias("after"),
    ).cast(CHANGES)  # fmt: skip


def _statuses(
    checked: Checked, rows: pl.DataFrame, posts: pl.DataFrame, people: pl.DataFrame, changes: pl.DataFrame
) -> pl.DataFrame:
    """row, status, person_id: one status for each row of the file."""
    status = (
        rows.select(ROW, "person_id")
        .join(posts.select(ROW, "post_is"), on=ROW, how="left")
        .join(people.select("person_id", "employment_is"), on="person_id", how="left")
        .join(changes.select(ROW).unique().with_columns(told=pl.lit(True)), on=ROW, how="left")
    )
    status = status.with_columns(
        status=pl.when((pl.col("post_is") == NEW) | (pl.col("employment_is") == NEW)).then(pl.lit(NEW)).when(pl.col("told")).then(pl.lit(CHANGED)).otherwise(pl.lit(UNCHANGED))
    )  # fmt: skip
    every = checked.rows.select(ROW).join(
        status.select(ROW, "status", "person_id"), on=ROW, how="left", maintain_order="left"
    )
    return every.with_columns(pl.col("status").fill_null("problem"))


def _answers(rows: pl.DataFrame) -> pl.DataFrame:
    given = rows.filter(pl.any_horizontal(pl.col(EQUALITY_FIELDS).is_not_null()))
    return given.group_by("person_id", maintain_order=True).agg(pl.col(f).drop_nulls().first() for f in EQUALITY_FIELDS)


def _unmapped(posts: pl.DataFrame, mapped: pl.DataFrame) -> pl.DataFrame:
    """scheme, grade, rows: the grades of the file that no level is agreed for, the most frequent first."""
    told = posts.select(scheme="grade_scheme", grade="grade").join(mapped, on=["scheme", "grade"], how="anti")
    return (
        told.group_by("scheme", "grade")
        .agg(rows=pl.len())
        .sort("rows", "scheme", "grade", descending=[True, False, False])
    )
