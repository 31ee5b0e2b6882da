"""What a file would do. The work runs in a thread, so that other people's requests go on; if the process dies, the
import stays where it was and is checked again."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import Conflict, Invalid, Problem
from service.transfer import queries
from service.transfer.checking import sources_of
from service.transfer.columns import COLUMNS_OF, OURS, plain
from service.transfer.kinds import KINDS
from service.transfer.plans import CHANGED, NEW, PROBLEM, SHOWN, UNCHANGED, Holds, Plan, Tell, not_told
from service.transfer.rules import FileKind
from service.transfer.schemas import ImportOut, Mapping, Summary
from service.transfer.sheets import Sheet
from service.transfer.staging import Staging
from service.transfer.tables import Import

STALE = "What is held has changed since you checked this file. Check it again and look at the new preview."


async def plan_as_shown(session: AsyncSession, found: ImportOut, staging: Staging) -> Plan:
    """The plan of the last check: as it was kept, when what is held is to the letter what it was; else made again, and
    then it must come to the same outcome. Raises Conflict when it does not."""
    kind = KINDS[found.kind]
    holds, shown = await kind.held(session, found.organisation_id), found.summary
    names = (*SHOWN, *kind.writes)
    if shown and holds.mark and shown.held == holds.mark and staging.has(found.id, *names):
        kept = {name: await asyncio.to_thread(staging.read, found.id, name) for name in names}
        writes = {name: kept[name] for name in kind.writes}
        return Plan(kept["rows"], kept["problems"], kept["changes"], writes, shown.not_in_file)
    plan = await make_plan(session, found, holds, staging)
    if not shown or plan.fingerprint != shown.fingerprint:
        raise Conflict(STALE)
    return plan


def lacking(kind: FileKind, headers: Iterable[str], mapping: Mapping | None) -> list[str]:
    """The template's names of the columns that are needed and were not found."""
    columns = COLUMNS_OF[kind]
    given = {*sources_of(columns, tuple(headers), mapping), *(mapping.constants if mapping else ())}
    return columns.missing(given)


async def make_plan(
    session: AsyncSession, found: ImportOut, holds: Holds, staging: Staging, tell: Tell = not_told
) -> Plan:
    """With what to tell about the file. Raises Invalid when columns are missing."""
    mapping = await queries.mapping_of(session, found.id)
    if needed := lacking(found.kind, found.headers, mapping):
        raise Invalid(Problem("mapping", f"We need to know which columns hold: {', '.join(needed)}."))
    sheet = await asyncio.to_thread(_read_again, found, staging)
    plan = await KINDS[found.kind].plan(session, found.organisation_id, holds, sheet, mapping, tell)
    notes = (await session.execute(select(Import.notes).where(Import.id == found.id))).scalar_one()
    return replace(plan, notes=(*notes, *_unused(found, mapping), *plan.notes))


def _read_again(found: ImportOut, staging: Staging) -> Sheet:
    return Sheet(found.headers, staging.read(found.id, "texts"), staging.read(found.id, "shape"))


def _unused(found: ImportOut, mapping: Mapping | None) -> list[str]:
    used = {*sources_of(COLUMNS_OF[found.kind], found.headers, mapping).values()}
    unused = [header for header in found.headers if header not in used and plain(header) not in OURS]
    others = " and others" if len(unused) > 30 else ""
    return [f"Columns that were not used: {', '.join(unused[:30])}{others}."] if unused else []


def summary_of(kind: FileKind, plan: Plan, held: str) -> Summary:
    return Summary(
        rows=plan.rows.height,
        new=plan.count(NEW),
        changed=plan.count(CHANGED),
        unchanged=plan.count(UNCHANGED),
        problems=plan.count(PROBLEM),
        people=plan.rows["person_id"].drop_nulls().n_unique(),
        not_in_file=plan.not_in_file,
        notes=plan.notes,
        fingerprint=plan.fingerprint,
        held=held,
        **KINDS[kind].told(plan),
    )
