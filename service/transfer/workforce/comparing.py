"""What importing a checked file would do to what is held: rows new, changed, unchanged or problems, and the records to
write. Frames in, frames out: nothing here reads or writes the database."""

from collections.abc import Iterator

import polars as pl

from service.transfer.cells import NO_DATE
from service.transfer.checking import Checked
from service.transfer.columns import EQUALITY_FIELDS, PERSON_FIELDS, POST_FIELDS, WORKFORCE
from service.transfer.plans import CHANGED, NEW, PREVIEWED, PROBLEM, UNCHANGED, Plan
from service.transfer.sheets import ROW
from service.transfer.workforce.matching import HELD, Held, with_person, with_post
from service.transfer.workforce.overlapping import overlaps

# What a plan writes. `people`, `posts`: the records. `answers`: person_id, EQUALITY_FIELDS. `unmapped`: scheme, grade,
# rows.
WRITES = ("people", "posts", "answers", "unmapped")


def compare(checked: Checked, held: Held, linkable: frozenset[str], mapped: pl.DataFrame) -> Plan:
    """`linkable`: the PERSON_IDs, recorded by other employers, that the file may link. `mapped`: scheme and grade of
    each grade that has a level."""
    rows = checked.rows.join(checked.problems, on=ROW, how="anti")
    rows, unknown = with_person(rows, held, linkable, checked)
    posts, unfit = with_post(rows.filter("tells_of_a_post"), held, checked)
    problems = pl.concat([checked.problems, *unknown, *unfit])
    clashes = overlaps(posts.join(problems, on=ROW, how="anti"), held.posts, checked.headers)
    shown = [posts.join(clashes, on=ROW, how="semi")]
    problems = pl.concat([problems, clashes])
    rows, posts = rows.join(problems, on=ROW, how="anti"), posts.join(problems, on=ROW, how="anti")
    people = _people(rows, posts, held)
    posts = pl.concat([posts, _closed(rows, people, posts, held)], how="diagonal")
    changes = pl.concat([*_post_changes(posts), *_person_changes(rows, people)]).sort(ROW, maintain_order=True)
    shown.append(rows.join(changes.head(PREVIEWED), on=ROW, how="semi"))
    return Plan(
        rows=_statuses(checked, rows, posts, people, changes),
        problems=problems.unique([ROW, "column"], keep="first", maintain_order=True).sort(ROW, maintain_order=True),
        changes=changes,
        writes={
            "people": people.filter(_written),
            "posts": _told(posts.filter(pl.col("post_is") != UNCHANGED)),
            "answers": _answers(rows),
            "unmapped": _unmapped(posts, mapped),
        },
        told_of=_people_shown(shown, held),
        not_in_file=held.people.filter("seen").join(checked.rows, on="employee_number", how="anti").height,
    )


_written = (pl.col("employment_is") == NEW) | pl.col("person_changed") | pl.col("employment_changed")


def _told(posts: pl.DataFrame) -> pl.DataFrame:
    return posts.select(ROW, "person_id", "assignment_id", "post_is", *POST_FIELDS)


def _people_shown(shown: list[pl.DataFrame], held: Held) -> tuple[str, ...]:
    """Whom the preview tells of: rows that clash with a post that is held, and the first changes from what is held."""
    people = pl.concat([rows.select("person_id") for rows in shown]).unique()
    return tuple(people.join(held.people, on="person_id", how="semi")["person_id"].sort())


def _people(rows: pl.DataFrame, posts: pl.DataFrame, held: Held) -> pl.DataFrame:
    """One row for each person of the file, with what will be held of them and whether that differs from what is."""
    ours = ("employee_number", "listed_as", "left")
    before = held.people.select("person_id", "seen", *(pl.col(f).alias(HELD + f) for f in (*ours, *PERSON_FIELDS)))
    people = _told_of(rows).join(before, on="person_id", how="left").join(_last(posts), on="person_id", how="left")
    # An employer corrects the details of people it employs; of leavers, and of people it links, they stay as they are.
    here = pl.col("person_is") == "held"
    theirs = here & pl.col("seen").fill_null(False)
    people = people.with_columns(
        *(pl.when(theirs).then(pl.coalesce(f, HELD + f)).otherwise(f).alias(f) for f in PERSON_FIELDS), left=_left()
    )
    listed = pl.concat_str(pl.col("family_name"), pl.col("given_name"), separator=", ").str.slice(0, 200)
    relisted = theirs | pl.col("held_listed_as").is_null()
    people = people.with_columns(listed_as=pl.when(relisted).then(listed).otherwise("held_listed_as"))
    return people.with_columns(
        person_changed=theirs & _any_differs(PERSON_FIELDS),
        employment_is=pl.when(here).then(pl.lit("held")).otherwise(pl.lit(NEW)),
        employment_changed=here & _any_differs(ours),
    )


def _any_differs(fields: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(pl.col(field).ne_missing(pl.col(HELD + field)) for field in fields)


def _told_of(rows: pl.DataFrame) -> pl.DataFrame:
    """What the file says of each person: rows agree where they say anything (row_rules.between_rows)."""
    given = [pl.col(field).drop_nulls().first() for field in (*PERSON_FIELDS, "left")]
    alike = [pl.col("person_is").first(), pl.col("employee_number").first()]
    return rows.group_by("person_id", maintain_order=True).agg(*alike, *given)


def _last(posts: pl.DataFrame) -> pl.DataFrame:
    """person_id, any_new, last_end"""
    is_new, ended = pl.col("post_is") == NEW, pl.col("ended").fill_null(NO_DATE)
    return posts.group_by("person_id").agg(any_new=is_new.any(), last_end=ended.max())


def _left() -> pl.Expr:
    """The last day with the organisation: as the file says; gone when somebody who had left has a new post; else as
    held."""
    back = pl.col("any_new").fill_null(False) & (pl.col("last_end") > pl.col("held_left"))
    said = pl.coalesce("left", pl.when(back).then(pl.lit(NO_DATE)), "held_left")
    return pl.when(said != NO_DATE).then(said)


def _closed(rows: pl.DataFrame, people: pl.DataFrame, posts: pl.DataFrame, held: Held) -> pl.DataFrame:
    """The open posts of people who leave, where the file names the person and not the post: they end that day too."""
    newly = pl.col("left").is_not_null() & pl.col("left").ne_missing(pl.col("held_left"))
    leavers = people.filter(newly).select("person_id", "employee_number", "left")
    why = [pl.col(f).drop_nulls().first().alias(f"why_{f}") for f in ("end_reason", "destination")]
    told = rows.group_by("person_id").agg(pl.col(ROW).min(), *why)
    open_posts = held.posts.filter(pl.col("ended").is_null()).join(posts, on="assignment_id", how="anti")
    found = open_posts.join(leavers, on="person_id").join(told, on="person_id")
    found = found.filter(pl.col("started") <= pl.col("left")).with_columns(
        pl.col(f).alias(HELD + f) for f in POST_FIELDS
    )
    found = found.with_columns(
        ended=pl.col("left"),
        end_reason=pl.coalesce("why_end_reason", "end_reason"),
        destination=pl.coalesce("why_destination", "destination"),
        post_is=pl.lit(CHANGED),
    )
    before = [HELD + field for field in POST_FIELDS]
    return found.select(ROW, "person_id", "employee_number", "assignment_id", "post_is", *POST_FIELDS, *before)


def _post_changes(posts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    changed = posts.filter(pl.col("post_is") == CHANGED)
    for field in POST_FIELDS:
        yield _change(changed, field)


def _person_changes(rows: pl.DataFrame, people: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Told once, at the first row of the person."""
    first = rows.group_by("person_id").agg(pl.col(ROW).min())
    held = people.filter((pl.col("person_is") == "held") & (pl.col("person_changed") | pl.col("employment_changed")))
    changed = held.join(first, on="person_id")
    for field in ("employee_number", "left"):
        yield _change(changed, field)
    for field in PERSON_FIELDS:
        yield _change(changed.filter("person_changed"), field)


def _change(rows: pl.DataFrame, field: str) -> pl.DataFrame:
    return rows.filter(pl.col(field).ne_missing(pl.col(HELD + field))).select(
        pl.col(ROW).cast(pl.UInt32),
        "employee_number",
        pl.lit(WORKFORCE[field].header).alias("column"),
        pl.col(HELD + field).cast(pl.String).alias("before"),
        pl.col(field).cast(pl.String).alias("after"),
    )


def _statuses(
    checked: Checked, rows: pl.DataFrame, posts: pl.DataFrame, people: pl.DataFrame, changes: pl.DataFrame
) -> pl.DataFrame:
    """row, status, person_id: one status for each row of the file."""
    own = posts.group_by(ROW).agg(new_post=(pl.col("post_is") == NEW).any())
    known = rows.select(ROW, "person_id").join(own, on=ROW, how="left")
    known = known.join(people.select("person_id", "employment_is"), on="person_id", how="left")
    known = known.join(changes.select(ROW).unique().with_columns(told=pl.lit(True)), on=ROW, how="left")
    is_new = pl.col("new_post") | (pl.col("employment_is") == NEW)
    status = pl.when(is_new).then(pl.lit(NEW)).when("told").then(pl.lit(CHANGED)).otherwise(pl.lit(UNCHANGED))
    known = known.select(ROW, "person_id", status=status)
    every = checked.rows.select(ROW).join(known, on=ROW, how="left", maintain_order="left")
    return every.with_columns(pl.col("status").fill_null(PROBLEM))


def _answers(rows: pl.DataFrame) -> pl.DataFrame:
    given = rows.filter(pl.any_horizontal(pl.col(EQUALITY_FIELDS).is_not_null()))
    return given.group_by("person_id", maintain_order=True).agg(pl.col(f).drop_nulls().first() for f in EQUALITY_FIELDS)


def _unmapped(posts: pl.DataFrame, mapped: pl.DataFrame) -> pl.DataFrame:
    """The grades of the file that no level is agreed for, the most frequent first."""
    told = posts.select(scheme="grade_scheme", grade="grade").join(mapped, on=["scheme", "grade"], how="anti")
    counted = told.group_by("scheme", "grade").agg(rows=pl.len())
    return counted.sort("rows", "scheme", "grade", descending=[True, False, False])
