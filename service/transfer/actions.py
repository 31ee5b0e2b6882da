"""What can be done with a file: upload it, check it, import it, undo that, or discard it; and the way out, an export.

A check runs in a thread, so that other people's requests go on; if the process dies the import stays where it was and is checked again.
"""

import asyncio
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, Problem
from service.kit.ids import new_id
from service.transfer import queries
from service.transfer.applying import apply_plan
from service.transfer.checking import Checked, check, sources_of
from service.transfer.columns import OURS, missing, plain
from service.transfer.comparing import CHANGED, NEW, PLAN, UNCHANGED, Held, Plan, compare
from service.transfer.readers import read
from service.transfer.rules import State, must_follow
from service.transfer.schemas import Applied, Counts, ImportOut, Mapping, Summary, Undone, Unmapped
from service.transfer.sheets import Sheet
from service.transfer.staging import Staging
from service.transfer.tables import Import, ImportMapping, ImportStep
from service.transfer.undoing import put_back

IMPORT, EXPORT = "transfer.import", "transfer.export"
_STALE = "What is held has changed since you checked this file. Check it again and look at the new preview."


async def upload(
    session: AsyncSession,
    actor: Actor,
    organisation_id: UUID,
    file_name: str,
    content: bytes,
    staging: Staging,
    mapping: Mapping | None = None,
) -> UUID:
    """Reads the file and keeps its texts. Raises Invalid, saying what to do, when it is not a table that we can read."""
    actor.must(IMPORT, organisation_id)
    await forget_old(session, staging)
    sheet = await asyncio.to_thread(read, content)
    import_id, notes = new_id(), list(sheet.notes)
    if mapping is None and (fitting := await _fitting_mapping(session, organisation_id, sheet.headers)):
        mapping = fitting[1]
        notes.append(f"We used the columns that you saved as “{fitting[0]}”.")
    row = {"organisation_id": organisation_id, "id": import_id, "file_name": _shown_name(file_name), "file_sha256": sha256(content).hexdigest()[:40],
           "headers": list(sheet.headers), "notes": notes, "mapping": _dumped(mapping)}  # fmt: skip
    await session.execute(insert(Import.__table__), row)
    await _step(session, actor, organisation_id, import_id, 0, State.UPLOADED, missing=_missing(sheet.headers, mapping))
    await record(
        session,
        actor,
        "transfer.uploaded",
        organisation=organisation_id,
        entity=import_id,
        bytes=len(content),
        rows=sheet.texts.height,
    )
    await asyncio.to_thread(staging.keep, import_id, texts=sheet.texts, shape=sheet.problems)
    return import_id


async def _fitting_mapping(
    session: AsyncSession, organisation_id: UUID, headers: tuple[str, ...]
) -> tuple[str, Mapping] | None:
    """The saved mapping, if any, all of whose columns this file has; the one that uses most of them."""
    here = {header.casefold() for header in headers}
    saved = await queries.saved_mappings(session, organisation_id)
    fitting = [
        (name, m) for name, m in saved.items() if m.columns and {c.casefold() for c in m.columns.values()} <= here
    ]
    return max(fitting, key=lambda found: len(found[1].columns), default=None)


async def map_columns(session: AsyncSession, actor: Actor, import_id: UUID, mapping: Mapping, staging: Staging) -> None:
    """Takes other columns, codes or dates for a file that has not been imported. Raises Conflict once it has."""
    found = await _mine(session, actor, import_id)
    must_follow(found.state, State.CHECKED)
    unknown = [
        name for name in mapping.columns.values() if name.casefold() not in {h.casefold() for h in found.headers}
    ]
    if unknown:
        raise Invalid(
            Problem(
                "mapping", f"The file has no column “{unknown[0]}”. Its columns are: {', '.join(found.headers[:40])}."
            )
        )
    await session.execute(update(Import).where(Import.id == import_id).values(mapping=_dumped(mapping)))
    staging.drop(import_id, *PLAN)
    await record(session, actor, "transfer.mapped", organisation=found.organisation_id, entity=import_id)


async def save_mapping(session: AsyncSession, actor: Actor, organisation_id: UUID, name: str, mapping: Mapping) -> None:
    """Keeps a mapping for the organisation's next file of this kind; one of the same name is replaced."""
    actor.must(IMPORT, organisation_id)
    row = {"organisation_id": organisation_id, "name": name, "mapping": _dumped(mapping), "saved_by": actor.name}
    await session.execute(
        upsert(ImportMapping)
        .values(row)
        .on_conflict_do_update(index_elements=["organisation_id", "name"], set_={**row, "saved_at": now()})
    )
    await record(session, actor, "transfer.mapping_saved", organisation=organisation_id)


async def check_import(session: AsyncSession, actor: Actor, import_id: UUID, staging: Staging) -> Summary:
    """Reads every row and compares it with what is held. Changes nothing. Raises Invalid when needed columns are missing."""
    found = await _mine(session, actor, import_id)
    must_follow(found.state, State.CHECKED)
    holds = await queries.held(session, found.organisation_id)
    plan, notes = await _plan(session, found, holds, staging)
    summary = _summary(plan, holds.mark, notes)
    await asyncio.to_thread(staging.keep, import_id, **{name: getattr(plan, name) for name in PLAN})
    await _step(
        session,
        actor,
        found.organisation_id,
        import_id,
        len(found.history),
        State.CHECKED,
        **summary.model_dump(mode="json"),
    )
    await record(
        session, actor, "transfer.checked", organisation=found.organisation_id, entity=import_id, **_counts(summary)
    )
    return summary


async def apply_import(
    session: AsyncSession, actor: Actor, import_id: UUID, staging: Staging, *, without_problem_rows: bool = False
) -> Applied:
    """Imports the checked file, whole or not at all. Raises Conflict when the outcome would not be the one that was shown."""
    found = await _mine(session, actor, import_id)
    must_follow(found.state, State.APPLIED)
    if found.summary and found.summary.problems and not without_problem_rows:
        raise Invalid(
            Problem(
                "without_problem_rows",
                "Some rows have problems. Correct them and upload the file again, or say that the other rows are to be imported without them.",
            )
        )
    await _one_at_a_time(session, found.organisation_id)
    plan = await _plan_as_shown(session, found, staging)
    try:
        applied = await apply_plan(session, actor, found.organisation_id, import_id, plan)
    except IntegrityError:
        raise Conflict(_STALE) from None
    await _step(
        session,
        actor,
        found.organisation_id,
        import_id,
        len(found.history),
        State.APPLIED,
        **applied.model_dump(mode="json"),
    )
    await record(
        session, actor, "transfer.applied", organisation=found.organisation_id, entity=import_id, **applied.model_dump()
    )
    return applied


async def undo_import(session: AsyncSession, actor: Actor, import_id: UUID) -> Undone:
    """Puts back what was there before, within a day. Raises Conflict when it is too late or cannot be done."""
    found = await _mine(session, actor, import_id)
    must_follow(found.state, State.UNDONE)
    if not found.undo_until or now() > found.undo_until:
        raise Conflict("An import can be undone for 24 hours. That time is over: import a file that puts things right.")
    await _one_at_a_time(session, found.organisation_id)
    try:
        undone = await put_back(session, found.organisation_id, import_id, actor.account_id, actor.name)
    except IntegrityError:
        raise Conflict(
            "Something recorded since this import contradicts what was there before it. Take that out first, then undo."
        ) from None
    await _step(
        session,
        actor,
        found.organisation_id,
        import_id,
        len(found.history),
        State.UNDONE,
        **undone.model_dump(mode="json"),
    )
    await record(
        session,
        actor,
        "transfer.undone",
        organisation=found.organisation_id,
        entity=import_id,
        restored=undone.restored,
        left=len(undone.left),
    )
    return undone


async def discard_import(session: AsyncSession, actor: Actor, import_id: UUID, staging: Staging) -> None:
    found = await _mine(session, actor, import_id)
    must_follow(found.state, State.DISCARDED)
    await _step(session, actor, found.organisation_id, import_id, len(found.history), State.DISCARDED)
    await record(session, actor, "transfer.discarded", organisation=found.organisation_id, entity=import_id)
    staging.forget(import_id)


async def export_workforce(session: AsyncSession, actor: Actor, organisation_id: UUID, file_format: str) -> Held:
    """What the organisation holds, for writing out. Each person can see in their own record that it was read."""
    actor.must(EXPORT, organisation_id)
    holds = await queries.held(session, organisation_id)
    await session.execute(
        text(_EXPORTED), {"account": actor.account_id, "actor": actor.name, "organisation": organisation_id}
    )
    await record(
        session,
        actor,
        "transfer.exported",
        organisation=organisation_id,
        people=holds.people.height,
        posts=holds.posts.height,
        format=file_format,
    )
    return holds


_EXPORTED = """
INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id)
SELECT CAST(:account AS uuid), :actor, 'people.read_in_export', e.person_id, e.organisation_id FROM employments e WHERE e.organisation_id = :organisation
"""


async def forget_old(session: AsyncSession, staging: Staging) -> None:
    """Deletes files and what undo would have needed, once their day is over."""
    await asyncio.to_thread(staging.sweep)
    await session.execute(text("SELECT private.forget_undo(interval '24 hours')"))


async def _mine(session: AsyncSession, actor: Actor, import_id: UUID) -> ImportOut:
    """Raises NotFound for an import out of sight, NotAllowed without the permission where it was made."""
    found = await queries.get_import(session, import_id)
    actor.must(IMPORT, found.organisation_id)
    return found


async def _plan_as_shown(session: AsyncSession, found: ImportOut, staging: Staging) -> Plan:
    """The plan of the last check: as it was kept, when what is held is what it was to the letter; else made again, and then it must come
    to the same outcome. Raises Conflict when it does not."""
    holds = await queries.held(session, found.organisation_id)
    if found.summary and found.summary.held == holds.mark and staging.has(found.id, *PLAN):
        kept = {name: await asyncio.to_thread(staging.read, found.id, name) for name in PLAN}
        return Plan(**kept, not_in_file=found.summary.not_in_file)
    plan, _ = await _plan(session, found, holds, staging)
    if not found.summary or plan.fingerprint != found.summary.fingerprint:
        raise Conflict(_STALE)
    return plan


async def _plan(session: AsyncSession, found: ImportOut, holds: Held, staging: Staging) -> tuple[Plan, list[str]]:
    mapping = await queries.mapping_of(session, found.id)
    lacking = _missing(found.headers, mapping)
    if lacking:
        raise Invalid(Problem("mapping", f"We need to know which columns hold: {', '.join(lacking)}."))
    known = await queries.known(session, found.organisation_id, holds)
    checked = await asyncio.to_thread(_read_again, found, mapping, known, staging)
    linkable = await queries.linkable(session, checked, holds)
    mapped = await queries.mapped_grades(session)
    plan = await asyncio.to_thread(compare, checked, holds, linkable, mapped)
    notes = (await session.execute(select(Import.notes).where(Import.id == found.id))).scalar_one()
    return plan, [*notes, *_notes(found, mapping, checked)]


def _read_again(found: ImportOut, mapping: Mapping | None, known: Any, staging: Staging) -> Checked:
    sheet = Sheet(found.headers, staging.read(found.id, "texts"), staging.read(found.id, "shape"))
    return check(sheet, mapping, known)


def _notes(found: ImportOut, mapping: Mapping | None, checked: Checked) -> list[str]:
    used = {*sources_of(found.headers, mapping).values()}
    unused = [header for header in found.headers if header not in used and plain(header) not in OURS]
    notes = (
        [f"Columns that were not used: {', '.join(unused[:30])}{' and others' if len(unused) > 30 else ''}."]
        if unused
        else []
    )
    if "fte" not in checked.given and "started" in checked.given:
        notes.append("The file does not say the full-time equivalent. New posts are taken as full time.")
    return notes


def _missing(headers: Any, mapping: Mapping | None) -> list[str]:
    given = {*sources_of(tuple(headers), mapping), *(mapping.constants if mapping else ())}
    return [column.header for column in missing(given)]


def _summary(plan: Plan, held: str, notes: list[str]) -> Summary:
    return Summary(
        rows=plan.rows.height,
        new=plan.count(NEW),
        changed=plan.count(CHANGED),
        unchanged=plan.count(UNCHANGED),
        problems=plan.count("problem"),
        people=plan.rows["person_id"].drop_nulls().n_unique(),
        not_in_file=plan.not_in_file,
        notes=tuple(notes),
        unmapped_grades=tuple(Unmapped(**row) for row in plan.unmapped.head(50).to_dicts()),
        equality=not plan.answers.is_empty(),
        fingerprint=plan.fingerprint,
        held=held,
    )


def _counts(summary: Summary) -> dict[str, int]:
    return {name: getattr(summary, name) for name in Counts.model_fields}


async def _step(
    session: AsyncSession,
    actor: Actor,
    organisation_id: UUID,
    import_id: UUID,
    number: int,
    state: State,
    **detail: Any,
) -> None:
    row = {
        "organisation_id": organisation_id,
        "import_id": import_id,
        "number": number,
        "state": state,
        "by": actor.name,
        "detail": detail,
    }
    try:
        await session.execute(insert(ImportStep.__table__), row)
    except IntegrityError as error:
        if constraint_of(error) == "pk_import_steps":
            raise Conflict("Somebody else has just done something with this file. Look at it again.") from None
        raise


async def _one_at_a_time(session: AsyncSession, organisation_id: UUID) -> None:
    """Until this transaction ends, no other import of the organisation goes in or is undone."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"import {organisation_id}"}
    )


def _dumped(mapping: Mapping | None) -> dict[str, Any] | None:
    return mapping.model_dump(mode="json") if mapping else None


def _shown_name(name: str) -> str:
    """The file's own name without folders, printable, short."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF)[:200] or "file"


__all__ = [
    "apply_import",
    "check_import",
    "discard_import",
    "export_workforce",
    "forget_old",
    "map_columns",
    "save_mapping",
    "undo_import",
    "upload",
]
