"""A file on its way in, and what is said about its columns, before anything of it is imported."""

import asyncio
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now
from service.kit.errors import Invalid, Problem
from service.kit.ids import new_id
from service.transfer import queries
from service.transfer.columns import COLUMNS_OF
from service.transfer.kinds import KINDS
from service.transfer.planning import lacking
from service.transfer.plans import SHOWN
from service.transfer.readers import read
from service.transfer.rules import FileKind, State
from service.transfer.schemas import Mapping
from service.transfer.sheets import Sheet
from service.transfer.staging import Staging
from service.transfer.steps import IMPORT, first_step, ready_for, step
from service.transfer.tables import Import, ImportMapping

_IMPORTS = cast(Table, Import.__table__)


async def upload(
    session: AsyncSession,
    actor: Actor,
    organisation_id: UUID,
    file_name: str,
    content: bytes,
    staging: Staging,
    mapping: Mapping | None = None,
    kind: FileKind = FileKind.WORKFORCE,
) -> UUID:
    """Reads the file and keeps its texts. Raises Invalid, saying what to do, when it is no table that we can read."""
    actor.must(IMPORT, organisation_id)
    KINDS[kind].fit(actor, None)
    await _forget_old(session, staging)
    sheet = await asyncio.to_thread(read, content)
    KINDS[kind].fit(actor, sheet)
    import_id, notes = new_id(), list(sheet.notes)
    if mapping:
        _must_know(kind, mapping)
    elif fitting := await _fitting_mapping(session, organisation_id, kind, sheet):
        name, mapping = fitting
        notes.append(f"We used the columns that you saved as “{name}”.")
    key = {"organisation_id": organisation_id, "id": import_id, "kind": kind}
    told = {"file_name": _shown_name(file_name), "file_sha256": sha256(content).hexdigest()[:40]}
    read_as = {"headers": list(sheet.headers), "notes": notes, "mapping": _dumped(mapping)}
    await session.execute(insert(_IMPORTS), key | told | read_as)
    needed = lacking(kind, sheet.headers, mapping)
    await first_step(session, actor, (organisation_id, import_id), State.UPLOADED, missing=needed)
    size: dict[str, Any] = {"kind": kind, "bytes": len(content), "rows": sheet.texts.height}
    await record(session, actor, "transfer.uploaded", organisation=organisation_id, entity=import_id, **size)
    await asyncio.to_thread(staging.keep, import_id, texts=sheet.texts, shape=sheet.problems)
    return import_id


async def map_columns(session: AsyncSession, actor: Actor, import_id: UUID, mapping: Mapping, staging: Staging) -> None:
    """Takes other columns, codes or dates for a file that has not been imported. Raises Conflict once it has."""
    found = await ready_for(session, actor, import_id, State.CHECKED)
    _must_know(found.kind, mapping)
    here = {header.casefold() for header in found.headers}
    unknown = [name for name in mapping.columns.values() if name.casefold() not in here]
    if unknown:
        columns = ", ".join(found.headers[:40])
        raise Invalid(Problem("mapping", f"The file has no column “{unknown[0]}”. Its columns are: {columns}."))
    await session.execute(update(Import).where(Import.id == import_id).values(mapping=_dumped(mapping)))
    staging.drop(import_id, *SHOWN, *KINDS[found.kind].writes)
    await record(session, actor, "transfer.mapped", organisation=found.organisation_id, entity=import_id)


async def save_mapping(
    session: AsyncSession, actor: Actor, organisation_id: UUID, kind: FileKind, name: str, mapping: Mapping
) -> None:
    """Keeps a mapping for the organisation's next file of this kind; one of the same name is replaced."""
    actor.must(IMPORT, organisation_id)
    key = {"organisation_id": organisation_id, "kind": kind, "name": name}
    saved = {"mapping": _dumped(mapping), "saved_by": actor.name, "saved_at": now()}
    adding = upsert(ImportMapping).values(key | saved)
    await session.execute(adding.on_conflict_do_update(index_elements=list(key), set_=saved))
    await record(session, actor, "transfer.mapping_saved", organisation=organisation_id)


async def discard_import(session: AsyncSession, actor: Actor, import_id: UUID, staging: Staging) -> None:
    """Forgets the file. Raises Conflict when it has been imported."""
    found = await ready_for(session, actor, import_id, State.DISCARDED)
    await step(session, actor, found, State.DISCARDED)
    await record(session, actor, "transfer.discarded", organisation=found.organisation_id, entity=import_id)
    await asyncio.to_thread(staging.forget, import_id)


async def _forget_old(session: AsyncSession, staging: Staging) -> None:
    """Deletes files and what undo would have needed, once their day is over."""
    await asyncio.to_thread(staging.sweep)
    await session.execute(text("SELECT private.forget_undo(interval '24 hours')"))


async def _fitting_mapping(
    session: AsyncSession, organisation_id: UUID, kind: FileKind, sheet: Sheet
) -> tuple[str, Mapping] | None:
    """The saved mapping, if any, all of whose columns this file has; the one that uses most of them."""
    here = {header.casefold() for header in sheet.headers}
    saved = (await queries.saved_mappings(session, organisation_id, kind)).items()
    fitting = [pair for pair in saved if pair[1].columns and {c.casefold() for c in pair[1].columns.values()} <= here]
    return max(fitting, key=lambda pair: len(pair[1].columns), default=None)


def _must_know(kind: FileKind, mapping: Mapping) -> None:
    """Raises Invalid for fields that files of this kind do not have."""
    fields = COLUMNS_OF[kind].fields
    if unknown := sorted(mapping.fields - {*fields}):
        words = f"{unknown[0]} is not a field of this kind of file. Its fields are: {', '.join(fields)}."
        raise Invalid(Problem("mapping", words))


def _dumped(mapping: Mapping | None) -> dict[str, Any] | None:
    return mapping.model_dump(mode="json") if mapping else None


def _shown_name(name: str) -> str:
    """The file's own name without folders, printable, short."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:200] or "file"
