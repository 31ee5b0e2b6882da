"""Putting back exactly what was there before an import, record by record. A record that somebody has changed since, or
that something else now rests on, is left as it is and named."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.transfer.columns import PERSON_FIELDS, POST_FIELDS
from service.transfer.copying import driver, run
from service.transfer.plans import Place
from service.transfer.schemas import Undone

_IMPORT = "c.organisation_id = :organisation AND c.import_id = :import"
_TABLE = """
    CREATE TEMPORARY TABLE undoing (what text, record_id uuid, person_id uuid, before jsonb, ours bool, ended date,
        PRIMARY KEY (what, record_id)) ON COMMIT DROP"""
# `ours`: the record is as the import left it. One that is gone is nobody's to restore.
_NOTE = """
    INSERT INTO undoing
    SELECT c.what, c.record_id, {person}, c.before, hashtextextended(r::text, 0) = c.after, {ended}
      FROM import_changes c JOIN {what} r ON r.{key} = c.record_id {here} WHERE {imported} AND c.what = '{what}'"""
_NOTE_OPENED = f"""
    INSERT INTO undoing SELECT 'opened', e.person_id, e.person_id, NULL, true, e.ended
      FROM employments e JOIN import_changes c ON c.record_id = e.person_id AND c.what = 'people'
     WHERE {_IMPORT} AND e.organisation_id = c.organisation_id AND e.ended IS NOT NULL"""  # noqa: S608  our own names
_OPEN = """
    UPDATE employments e SET ended = NULL FROM undoing u
     WHERE u.what = 'opened' AND e.organisation_id = :organisation AND e.person_id = u.person_id"""
_CLOSE = _OPEN.replace("NULL", "u.ended")
_SET_ASIDE = """
    UPDATE assignments a SET fte = 0.001 FROM undoing u
     WHERE u.what = 'assignments' AND u.ours AND u.before IS NOT NULL AND a.organisation_id = :organisation
       AND a.id = u.record_id AND a.kind = 'substantive' AND a.fte >= 1"""
_RESTORE = """
    UPDATE {what} r SET {values} FROM undoing u, jsonb_populate_record(NULL::{what}, u.before) b
     WHERE u.what = '{what}' AND u.ours AND u.before IS NOT NULL AND r.{key} = u.record_id {here}"""
_ADDED = "SELECT record_id FROM undoing WHERE what = :what AND ours AND before IS NULL"
_ABOUT = "SELECT person_id FROM undoing WHERE what = :what AND record_id = ANY (:records)"
_LEFT = "SELECT DISTINCT person_id FROM undoing WHERE NOT ours"
_RESTORED = "SELECT count(*) FROM undoing WHERE ours AND what <> 'opened'"
_AUDIT = """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    SELECT CAST(:account AS uuid), :actor, 'transfer.undone', person_id, :organisation,
           CAST(CAST(:import AS uuid) AS text), '{}'
      FROM (SELECT DISTINCT person_id FROM undoing WHERE ours AND what <> 'opened') u"""
_FORGET = "DELETE FROM import_changes WHERE organisation_id = :organisation AND import_id = :import"


def _note(what: str, key: str, person: str, ended: str = "NULL") -> str:
    return _NOTE.format(what=what, key=key, person=person, ended=ended, imported=_IMPORT, here=_here(what))


def _restore(what: str, key: str, *fields: str) -> str:
    values = ", ".join(f"{field} = b.{field}" for field in fields)
    return _RESTORE.format(what=what, key=key, values=values, here=_here(what))


def _here(what: str) -> str:
    return "" if what == "people" else "AND r.organisation_id = :organisation"


# As when importing: the details of somebody who has left can only be put back while the employment is open.
_BEFORE_TAKING_BACK = (
    _TABLE,
    _note("employments", "person_id", "r.person_id", "r.ended"),
    _NOTE_OPENED,
    _OPEN,
    _note("people", "id", "r.id"),
    _note("assignments", "id", "r.person_id"),
    _restore("people", "id", *PERSON_FIELDS, "version"),
    _SET_ASIDE,
)
_AFTER_TAKING_BACK = (
    _restore("assignments", "id", *POST_FIELDS),
    _CLOSE,
    _restore("employments", "person_id", "employee_number", "listed_as", "ended"),
    _AUDIT,
    _FORGET,
)


async def put_back(session: AsyncSession, actor: Actor, place: Place) -> Undone:
    """Raises IntegrityError when something recorded since contradicts what was there before."""
    facts = {"organisation": place.organisation_id, "import": place.import_id}
    facts |= {"account": actor.account_id, "actor": actor.name}
    await (await driver(session)).execute("SELECT private.undo_equality($1, $2)", *place)
    await _run(session, _BEFORE_TAKING_BACK, facts)
    kept: list[UUID] = []
    for what in ("assignments", "employments", "people"):
        kept += await _take_back(session, place, what)
    await _run(session, _AFTER_TAKING_BACK, facts)
    changed_since = (await session.execute(text(_LEFT))).scalars().all()
    restored: int = (await session.execute(text(_RESTORED))).scalar_one()
    return Undone(restored=restored - len(kept), left=tuple(sorted({*changed_since, *kept})))


async def _run(session: AsyncSession, statements: tuple[str, ...], facts: dict[str, Any]) -> None:
    for statement in statements:
        await run(session, statement, facts)


async def _take_back(session: AsyncSession, place: Place, what: str) -> Sequence[UUID]:
    """Deletes what the import added. For each record that could not go, the person whom it is about comes back."""
    added = (await session.execute(text(_ADDED), {"what": what})).scalars().all()
    if not added:
        return []
    query = "SELECT private.take_back($1, $2, $3, $4::uuid[])"
    kept = [row[0] for row in await (await driver(session)).fetch(query, *place, what, list(added))]
    return (await session.execute(text(_ABOUT), {"what": what, "records": kept})).scalars().all()
