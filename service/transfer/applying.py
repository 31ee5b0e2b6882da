"""Writing a plan: COPY into temporary tables (PostgreSQL refuses COPY into a table with row security), then one statement for each kind
of record. Before each record is touched, what it was is kept for undo.

An employer no longer sees the details of somebody who has left. So employments are opened first, people are written while they can be
seen, and the last days are set at the end.
"""

from io import BytesIO
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.people.rules import CODE_LISTS, Characteristic
from service.transfer.columns import EQUALITY_FIELDS, POST_FIELDS
from service.transfer.comparing import Plan
from service.transfer.queries import driver
from service.transfer.schemas import Applied

PEOPLE = ("person_id", "person_is", "employment_is", "person_changed", "employment_changed", "employee_number", "listed_as", "given_name", "family_name", "birth_date", "email", "left", "fields")  # fmt: skip
POSTS = ("person_id", "assignment_id", "post_is", *POST_FIELDS)

_TABLES = """
CREATE TEMPORARY TABLE incoming_people (person_id uuid PRIMARY KEY, person_is text, employment_is text, person_changed bool,
  employment_changed bool, employee_number text, listed_as text, given_name text, family_name text, birth_date date, email text,
  "left" date, fields text) ON COMMIT DROP;
CREATE TEMPORARY TABLE incoming_posts (person_id uuid, assignment_id uuid PRIMARY KEY, post_is text, kind text, job_title text,
  grade_scheme text, grade text, staff_group text, fte numeric, started date, ended date, end_reason text, destination text)
  ON COMMIT DROP;
CREATE TEMPORARY TABLE remembered (what text, record_id uuid, before jsonb, PRIMARY KEY (what, record_id)) ON COMMIT DROP
"""

_REMEMBER = """
INSERT INTO remembered SELECT '{what}', {key}, {before} FROM incoming_{of} i {join} WHERE {when}
"""
# Written once, when the record is as the import leaves it.
_MARK = """
INSERT INTO import_changes (organisation_id, import_id, what, record_id, before, after)
SELECT :organisation, :import, '{what}', m.record_id, m.before, hashtextextended(r::text, 0)
FROM remembered m JOIN {what} r ON r.{key} = m.record_id {here} WHERE m.what = '{what}'
"""
_POST_VALUES = ", ".join(f"{field} = i.{field}" for field in POST_FIELDS)
_POST_COLUMNS = ", ".join(POST_FIELDS)
_HERE = "AND r.organisation_id = :organisation"

# In this order: see the top of the file.
STATEMENTS: tuple[tuple[str, str], ...] = (
    ("", _REMEMBER.format(what="employments", of="people", key="i.person_id", before="to_jsonb(e)", join="LEFT JOIN employments e ON e.organisation_id = :organisation AND e.person_id = i.person_id", when="i.employment_is = 'new' OR i.employment_changed")),
    ("people_added", "INSERT INTO people (id, given_name, family_name, birth_date, email) SELECT person_id, given_name, family_name, birth_date, email FROM incoming_people WHERE person_is = 'new'"),
    ("", "INSERT INTO employments (organisation_id, person_id, employee_number, listed_as) SELECT :organisation, person_id, employee_number, listed_as FROM incoming_people WHERE employment_is = 'new'"),
    ("", "UPDATE employments e SET ended = NULL FROM incoming_people i WHERE e.organisation_id = :organisation AND e.person_id = i.person_id AND i.person_changed AND e.ended IS NOT NULL"),
    ("", _REMEMBER.format(what="people", of="people", key="i.person_id", before="CASE WHEN i.person_is = 'held' THEN to_jsonb(p) END", join="JOIN people p ON p.id = i.person_id", when="i.person_is = 'new' OR i.person_changed")),
    ("people_changed", "UPDATE people p SET given_name = i.given_name, family_name = i.family_name, birth_date = i.birth_date, email = i.email, version = p.version + 1 FROM incoming_people i WHERE p.id = i.person_id AND i.person_changed"),
    ("", _REMEMBER.format(what="assignments", of="posts", key="i.assignment_id", before="to_jsonb(a)", join="LEFT JOIN assignments a ON a.organisation_id = :organisation AND a.id = i.assignment_id", when="true")),
    # Two posts may change places: taken out of the rule "one full-time job at a time", then given their new values, so that no order matters.
    ("", "UPDATE assignments a SET fte = 0.001 FROM incoming_posts i WHERE a.organisation_id = :organisation AND a.id = i.assignment_id AND a.kind = 'substantive' AND a.fte >= 1"),
    ("posts_changed", f"UPDATE assignments a SET {_POST_VALUES} FROM incoming_posts i WHERE a.organisation_id = :organisation AND a.id = i.assignment_id"),
    ("posts_added", f"INSERT INTO assignments (organisation_id, id, person_id, {_POST_COLUMNS}) SELECT :organisation, assignment_id, person_id, {_POST_COLUMNS} FROM incoming_posts WHERE post_is = 'new'"),
    ("", "ANALYZE remembered"),
    ("", _MARK.format(what="people", key="id", here="")),
    ("", 'UPDATE employments e SET employee_number = i.employee_number, listed_as = i.listed_as, ended = i."left" FROM incoming_people i WHERE e.organisation_id = :organisation AND e.person_id = i.person_id AND (i.employment_is = \'new\' AND i."left" IS NOT NULL OR i.employment_changed OR i.person_changed)'),
    ("", _MARK.format(what="employments", key="person_id", here=_HERE)),
    ("", _MARK.format(what="assignments", key="id", here=_HERE)),
    # Who was added or changed, and which fields; never a value.
    ("", """
INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
SELECT CAST(:account AS uuid), :actor, 'transfer.imported', i.person_id, :organisation, CAST(CAST(:import AS uuid) AS text),
       jsonb_build_object('person', i.person_is, 'fields', string_to_array(i.fields, ',')) FROM incoming_people i"""),
)  # fmt: skip


async def apply_plan(session: AsyncSession, actor: Actor, organisation_id: UUID, import_id: UUID, plan: Plan) -> Applied:
    """Raises IntegrityError when what is held has changed since the plan was made in a way that it contradicts."""
    await _load(session, plan)
    facts = {"organisation": organisation_id, "import": import_id, "account": actor.account_id, "actor": actor.name}
    done: dict[str, int] = {}
    for name, statement in STATEMENTS:
        result = await session.execute(text(statement), {key: value for key, value in facts.items() if f":{key}" in statement})
        if name:
            done[name] = result.rowcount if isinstance(result, CursorResult) else 0
    await _record_answers(session, organisation_id, import_id, plan.answers)
    return Applied(**done, rows_left_out=plan.count("problem"))


async def _load(session: AsyncSession, plan: Plan) -> None:
    for statement in _TABLES.split(";"):
        await session.execute(text(statement))
    await copy_in(session, "incoming_people", _people(plan).select(PEOPLE))
    await copy_in(session, "incoming_posts", plan.posts.select(POSTS))
    await session.execute(text("ANALYZE incoming_people"))
    await session.execute(text("ANALYZE incoming_posts"))


def _people(plan: Plan) -> pl.DataFrame:
    """The people to write and, for the audit trail alone, those of whom only a post changes; with the fields that change."""
    only_posts = plan.posts.select("person_id").unique().join(plan.people, on="person_id", how="anti")
    told = plan.rows.select("row", "person_id").join(plan.changes, on="row").group_by("person_id").agg(fields=pl.col("column").unique().sort().str.join(","))
    everyone = pl.concat([plan.people, only_posts.with_columns(person_is=pl.lit("held"), employment_is=pl.lit("held"), person_changed=False, employment_changed=False)], how="diagonal")
    added = plan.posts.filter(pl.col("post_is") == "new").select("person_id").unique().with_columns(added=pl.lit("new post"))
    everyone = everyone.join(told, on="person_id", how="left").join(added, on="person_id", how="left")
    return everyone.with_columns(fields=pl.concat_str("fields", "added", separator=",", ignore_nulls=True).replace("", None))


async def copy_in(session: AsyncSession, table: str, frame: pl.DataFrame) -> None:
    """Empty text never occurs in a plan, so an unquoted nothing is NULL."""
    content = BytesIO()
    frame.write_csv(content, include_header=False)
    content.seek(0)
    connection: Any = await driver(session)
    await connection.copy_to_table(table, source=content, columns=list(frame.columns), format="csv")


async def _record_answers(session: AsyncSession, organisation_id: UUID, import_id: UUID, answers: pl.DataFrame) -> None:
    """Written, and not read: see the trusted function."""
    long = answers.unpivot(EQUALITY_FIELDS, index="person_id").drop_nulls()
    if long.is_empty():
        return
    lists = {field: CODE_LISTS[Characteristic(field)] for field in EQUALITY_FIELDS}
    names = [lists[field][0] for field in long["variable"]]
    versions = [lists[field][1] for field in long["variable"]]
    await (await driver(session)).execute(
        "SELECT private.import_equality($1, $2, $3::uuid[], $4, $5, $6, $7)",
        organisation_id, import_id, long["person_id"].to_list(), long["variable"].to_list(), long["value"].to_list(), names, versions,
    )  # fmt: skip
