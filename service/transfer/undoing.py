"""Putting back exactly what was there before an import, record by record. A record that somebody has changed since, or that something else
now rests on, is left as it is and named."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.transfer.columns import PERSON_FIELDS, POST_FIELDS
from service.transfer.queries import driver
from service.transfer.schemas import Undone

_IMPORT = "c.organisation_id = :organisation AND c.import_id = :import"
_TABLE = """
CREATE TEMPORARY TABLE undoing (what text, record_id uuid, person_id uuid, before jsonb, ours bool, ended date,
  PRIMARY KEY (what, record_id)) ON COMMIT DROP
"""
# `ours`: the record is as the import left it. One that is gone is nobody's to restore.
_NOTE = """
INSERT INTO undoing SELECT c.what, c.record_id, {person}, c.before, hashtextextended(r::text, 0) = c.after, {ended}
FROM import_changes c JOIN {what} r ON r.{key} = c.record_id {here} WHERE {imported} AND c.what = '{what}'
"""
_HERE = "AND r.organisation_id = c.organisation_id"
_BACK = "FROM undoing u, jsonb_populate_record(NULL::{what}, u.before) b WHERE u.what = '{what}' AND u.ours AND u.before IS NOT NULL"


def _note(what: str, key: str, person: str, ended: str = "NULL") -> str:
    return _NOTE.format(what=what, key=key, person=person, ended=ended, imported=_IMPORT, here="" if what == "people" else _HERE)


def _values(fields: tuple[str, ...]) -> str:
    return ", ".join(f"{field} = b.{field}" for field in fields)


BEFORE_TAKING_BACK = (
    _TABLE,
    _note("employments", "person_id", "r.person_id", "r.ended"),
    # As when importing: the details of somebody who has left can only be put back while the employment is open.
    "INSERT INTO undoing SELECT 'opened', e.person_id, e.person_id, NULL, true, e.ended FROM employments e JOIN import_changes c ON c.record_id = e.person_id"
    f" AND c.what = 'people' WHERE {_IMPORT} AND e.organisation_id = c.organisation_id AND e.ended IS NOT NULL",
    "UPDATE employments e SET ended = NULL FROM undoing u WHERE u.what = 'opened' AND e.organisation_id = :organisation AND e.person_id = u.person_id",
    _note("people", "id", "r.id"),
    _note("assignments", "id", "r.person_id"),
    f"UPDATE people p SET {_values((*PERSON_FIELDS, 'version'))} {_BACK.format(what='people')} AND p.id = u.record_id",
    "UPDATE assignments a SET fte = 0.001 FROM undoing u WHERE u.what = 'assignments' AND u.ours AND u.before IS NOT NULL"
    " AND a.organisation_id = :organisation AND a.id = u.record_id AND a.kind = 'substantive' AND a.fte >= 1",
)
AFTER_TAKING_BACK = (
    f"UPDATE assignments a SET {_values(POST_FIELDS)} {_BACK.format(what='assignments')} AND a.organisation_id = :organisation AND a.id = u.record_id",
    "UPDATE employments e SET ended = u.ended FROM undoing u WHERE u.what = 'opened' AND e.organisation_id = :organisation AND e.person_id = u.person_id",
    f"UPDATE employments e SET {_values(('employee_number', 'listed_as', 'ended'))} {_BACK.format(what='employments')}"
    " AND e.organisation_id = :organisation AND e.person_id = u.record_id",
)
_ADDED = "SELECT record_id FROM undoing WHERE what = :what AND ours AND before IS NULL"
_LEFT = "SELECT DISTINCT person_id FROM undoing WHERE NOT ours"
_AUDIT = """
INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
SELECT CAST(:account AS uuid), :actor, 'transfer.undone', person_id, :organisation, CAST(CAST(:import AS uuid) AS text), '{}'
FROM (SELECT DISTINCT person_id FROM undoing WHERE ours AND what <> 'opened') u
"""


_FORGET = "DELETE FROM import_changes WHERE organisation_id = :organisation AND import_id = :import"


async def put_back(session: AsyncSession, organisation_id: UUID, import_id: UUID, account_id: UUID | None, name: str) -> Undone:
    """Raises IntegrityError when something recorded since contradicts what was there before."""
    facts = {"organisation": organisation_id, "import": import_id, "account": account_id, "actor": name}
    await (await driver(session)).execute("SELECT private.undo_equality($1, $2)", organisation_id, import_id)
    await _run(session, BEFORE_TAKING_BACK, facts)
    kept: set[UUID] = set()
    for what in ("assignments", "employments", "people"):
        kept |= await _take_back(session, organisation_id, import_id, what)
    await _run(session, AFTER_TAKING_BACK, facts)
    await _run(session, (_AUDIT,), facts)
    await _run(session, (_FORGET,), facts)
    changed_since = (await session.execute(text(_LEFT))).scalars().all()
    restored = await session.scalar(text("SELECT count(*) FROM undoing WHERE ours AND what <> 'opened'"))
    return Undone(restored=(restored or 0) - len(kept), left=tuple(sorted({*changed_since, *kept})))


async def _run(session: AsyncSession, statements: tuple[str, ...], facts: dict[str, Any]) -> None:
    for statement in statements:
        await session.execute(text(statement), {key: value for key, value in facts.items() if f":{key}" in statement})


async def _take_back(session: AsyncSession, organisation_id: UUID, import_id: UUID, what: str) -> set[UUID]:
    """Deletes what the import added; the people whose records could not go come back."""
    added = (await session.execute(text(_ADDED), {"what": what})).scalars().all()
    if not added:
        return set()
    query = "SELECT private.take_back($1, $2, $3, $4::uuid[])"
    kept = [row[0] for row in await (await driver(session)).fetch(query, organisation_id, import_id, what, list(added))]
    people = await session.execute(text("SELECT person_id FROM undoing WHERE what = :what AND record_id = ANY (:kept)"), {"what": what, "kept": kept})
    return set(people.scalars().all())
