"""Writing a plan: COPY into temporary tables (PostgreSQL refuses COPY into a table with row security), then one
statement for each kind of record. Before a record is touched, what it was is kept for undo.

An employer no longer sees the details of somebody who has left. So employments are opened first, people are written
while they can be seen, and the last days are set at the end.
"""

from typing import Any

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.pathways.actions.transitions import open_transitions
from service.people.rules import CODE_LISTS, Characteristic
from service.transfer.columns import EQUALITY_FIELDS, PERSON_FIELDS, POST_FIELDS
from service.transfer.copying import copy_in, driver, run
from service.transfer.plans import Place, Plan, Tell
from service.transfer.schemas import Applied

_FLAGS = ("person_id", "person_is", "employment_is", "person_changed", "employment_changed")
PEOPLE = (*_FLAGS, "employee_number", "listed_as", *PERSON_FIELDS, "left", "fields")
POSTS = ("person_id", "assignment_id", "post_is", *POST_FIELDS)

_TABLES = (
    """
    CREATE TEMPORARY TABLE incoming_people (
        person_id uuid PRIMARY KEY, person_is text, employment_is text, person_changed bool, employment_changed bool,
        employee_number text, listed_as text, given_name text, family_name text, birth_date date, email text,
        "left" date, fields text) ON COMMIT DROP""",
    """
    CREATE TEMPORARY TABLE incoming_posts (
        person_id uuid, assignment_id uuid PRIMARY KEY, post_is text, kind text, job_title text, grade_scheme text,
        grade text, staff_group text, fte numeric, started date, ended date, end_reason text, destination text,
        contract text)
    ON COMMIT DROP""",
    """
    CREATE TEMPORARY TABLE remembered (what text, record_id uuid, before jsonb, PRIMARY KEY (what, record_id))
    ON COMMIT DROP""",
)
_REMEMBER_EMPLOYMENTS = """
    INSERT INTO remembered SELECT 'employments', i.person_id, to_jsonb(e) FROM incoming_people i
      JOIN employments e ON e.organisation_id = :organisation AND e.person_id = i.person_id
     WHERE i.employment_changed"""
_REMEMBER_PEOPLE = """
    INSERT INTO remembered SELECT 'people', i.person_id, to_jsonb(p) FROM incoming_people i
      JOIN people p ON p.id = i.person_id WHERE i.person_changed"""
_REMEMBER_ASSIGNMENTS = """
    INSERT INTO remembered SELECT 'assignments', i.assignment_id, to_jsonb(a) FROM incoming_posts i
      JOIN assignments a ON a.organisation_id = :organisation AND a.id = i.assignment_id WHERE i.post_is = 'changed'"""
_ADD_PEOPLE = """
    INSERT INTO people (id, given_name, family_name, birth_date, email)
    SELECT person_id, given_name, family_name, birth_date, email FROM incoming_people WHERE person_is = 'new'"""
_ADD_EMPLOYMENTS = """
    INSERT INTO employments (organisation_id, person_id, employee_number, listed_as)
    SELECT :organisation, person_id, employee_number, listed_as FROM incoming_people WHERE employment_is = 'new'"""
_OPEN_EMPLOYMENTS = """
    UPDATE employments e SET ended = NULL FROM incoming_people i
     WHERE e.organisation_id = :organisation AND e.person_id = i.person_id AND i.person_changed
       AND e.ended IS NOT NULL"""
_CHANGE_PEOPLE = """
    UPDATE people p SET given_name = i.given_name, family_name = i.family_name, birth_date = i.birth_date,
           email = i.email, version = p.version + 1
      FROM incoming_people i WHERE p.id = i.person_id AND i.person_changed"""
# Two posts may change places. Taken out of the rule "one full-time job at a time" and then given their new values, they
# may do so in any order.
_SET_ASIDE = """
    UPDATE assignments a SET fte = 0.001 FROM incoming_posts i
     WHERE a.organisation_id = :organisation AND a.id = i.assignment_id AND a.kind = 'substantive' AND a.fte >= 1"""
_CHANGE_ASSIGNMENTS = f"""
    UPDATE assignments a SET {", ".join(f"{field} = i.{field}" for field in POST_FIELDS)} FROM incoming_posts i
     WHERE a.organisation_id = :organisation AND a.id = i.assignment_id"""  # noqa: S608  the names are our own
_ADD_ASSIGNMENTS = f"""
    INSERT INTO assignments (organisation_id, id, person_id, {", ".join(POST_FIELDS)})
    SELECT :organisation, assignment_id, person_id, {", ".join(POST_FIELDS)} FROM incoming_posts
     WHERE post_is = 'new'"""  # noqa: S608
_END_EMPLOYMENTS = """
    UPDATE employments e SET employee_number = i.employee_number, listed_as = i.listed_as, ended = i."left"
      FROM incoming_people i
     WHERE e.organisation_id = :organisation AND e.person_id = i.person_id
       AND (i.employment_is = 'new' AND i."left" IS NOT NULL OR i.employment_changed OR i.person_changed)"""
# Written once, when the record is as the import leaves it.
_KEEP = """
    INSERT INTO import_changes (organisation_id, import_id, what, record_id, before, after)
    SELECT :organisation, :import, '{what}', m.record_id, m.before, hashtextextended(r::text, 0)
      FROM (SELECT record_id, before FROM remembered WHERE what = '{what}' UNION ALL SELECT {added}) m
      JOIN {what} r ON r.{key} = m.record_id {here}"""
_HERE = "AND r.organisation_id = :organisation"
_ADDED_PEOPLE = "person_id, NULL FROM incoming_people WHERE person_is = 'new'"
_ADDED_EMPLOYMENTS = "person_id, NULL FROM incoming_people WHERE employment_is = 'new'"
_ADDED_ASSIGNMENTS = "assignment_id, NULL FROM incoming_posts WHERE post_is = 'new'"
# Who was added or changed, and which fields; never a value.
_AUDIT = """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    SELECT CAST(:account AS uuid), :actor, 'transfer.imported', i.person_id, :organisation,
           CAST(CAST(:import AS uuid) AS text),
           jsonb_build_object('person', i.person_is, 'fields', string_to_array(i.fields, ','))
      FROM incoming_people i"""

# Which questions a file answered for whom; never the answer, nor whether it was a new one.
_AUDIT_ANSWERS = """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    SELECT $1::uuid, $2, 'transfer.answered', person, $3::uuid, $4, jsonb_build_object('questions', array_agg(question))
      FROM unnest($5::uuid[], $6::text[]) AS given (person, question) GROUP BY person"""

# In this order: see the top of the file. The name is what the receipt counts.
_STATEMENTS: tuple[tuple[str, str], ...] = (
    ("", _REMEMBER_EMPLOYMENTS),
    ("people_added", _ADD_PEOPLE),
    ("", _ADD_EMPLOYMENTS),
    ("", _OPEN_EMPLOYMENTS),
    ("", _REMEMBER_PEOPLE),
    ("people_changed", _CHANGE_PEOPLE),
    ("", _REMEMBER_ASSIGNMENTS),
    ("", _SET_ASIDE),
    ("posts_changed", _CHANGE_ASSIGNMENTS),
    ("posts_added", _ADD_ASSIGNMENTS),
    ("", "ANALYZE remembered"),
    ("", _KEEP.format(what="people", key="id", here="", added=_ADDED_PEOPLE)),
    ("", _END_EMPLOYMENTS),
    ("", _KEEP.format(what="employments", key="person_id", here=_HERE, added=_ADDED_EMPLOYMENTS)),
    ("", _KEEP.format(what="assignments", key="id", here=_HERE, added=_ADDED_ASSIGNMENTS)),
    ("", _AUDIT),
)


async def apply_plan(session: AsyncSession, actor: Actor, place: Place, plan: Plan, tell: Tell) -> Applied:
    """Raises IntegrityError when what is held has changed since the plan was made in a way that it contradicts."""
    await _load(session, plan)
    facts = {"organisation": place.organisation_id, "import": place.import_id}
    facts |= {"account": actor.account_id, "actor": actor.name}
    done: dict[str, int] = {}
    for number, (name, statement) in enumerate(_STATEMENTS, start=1):
        rows = await run(session, statement, facts)
        if name:
            done[name] = rows
        tell(number / len(_STATEMENTS))
    await _record_answers(session, facts, plan.writes["answers"])
    await open_transitions(session, actor, place.organisation_id)
    return Applied(**done, rows_left_out=plan.count("problem"))


async def _load(session: AsyncSession, plan: Plan) -> None:
    for statement in _TABLES:
        await session.execute(text(statement))
    await copy_in(session, "incoming_people", _people(plan).select(PEOPLE))
    await copy_in(session, "incoming_posts", plan.writes["posts"].select(POSTS))


def _people(plan: Plan) -> pl.DataFrame:
    """The people to write and, for the audit trail alone, those of whom only a post changes; with the fields that
    change."""
    held = {"person_is": "held", "employment_is": "held"}
    people, posts = plan.writes["people"], plan.writes["posts"]
    only_posts = posts.select("person_id").unique().join(people, on="person_id", how="anti")
    only_posts = only_posts.with_columns(
        *(pl.lit(value).alias(name) for name, value in held.items()),
        person_changed=pl.lit(False),
        employment_changed=pl.lit(False),
    )
    told = plan.rows.select("row", "person_id").join(plan.changes, on="row")
    told = told.group_by("person_id").agg(fields=pl.col("column").unique().sort().str.join(","))
    added = posts.filter(pl.col("post_is") == "new").select("person_id").unique()
    everyone = pl.concat([people, only_posts], how="diagonal").join(told, on="person_id", how="left")
    everyone = everyone.join(added.with_columns(added=pl.lit("new post")), on="person_id", how="left")
    return everyone.with_columns(fields=pl.concat_str("fields", "added", separator=",", ignore_nulls=True))


async def _record_answers(session: AsyncSession, facts: dict[str, Any], answers: pl.DataFrame) -> None:
    """Written, and not read: see the trusted function. The person can see that it was done, and for which question."""
    long = answers.unpivot(EQUALITY_FIELDS, index="person_id").drop_nulls()
    if long.is_empty():
        return
    lists = [CODE_LISTS[Characteristic(field)] for field in long["variable"]]
    people, fields, codes = (long[name].to_list() for name in ("person_id", "variable", "value"))
    names, versions = [found[0] for found in lists], [found[1] for found in lists]
    query = "SELECT private.import_equality($1, $2, $3::uuid[], $4, $5, $6, $7)"
    connection = await driver(session)
    here, given = facts["organisation"], facts["import"]
    await connection.execute(query, here, given, people, fields, codes, names, versions)
    await connection.execute(_AUDIT_ANSWERS, facts["account"], facts["actor"], here, str(given), people, fields)
