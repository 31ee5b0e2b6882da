"""What a file would do. The work runs in a thread, so that other people's requests go on; if the process dies, the
import stays where it was and is checked again."""

import asyncio
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import Conflict, Invalid, Problem
from service.transfer import queries
from service.transfer.checking import Checked, Known, check, sources_of
from service.transfer.columns import OURS, missing, plain
from service.transfer.comparing import PLAN, Plan, compare
from service.transfer.matching import CHANGED, NEW, UNCHANGED, Held
from service.transfer.schemas import ImportOut, Mapping, Summary, Unmapped
from service.transfer.sheets import Sheet
from service.transfer.staging import Staging
from service.transfer.tables import Import

STALE = "What is held has changed since you checked this file. Check it again and look at the new preview."


async def plan_as_shown(session: AsyncSession, found: ImportOut, staging: Staging) -> Plan:
    """The plan of the last check: as it was kept, when what is held is to the letter what it was; else made again, and
    then it must come to the same outcome. Raises Conflict when it does not."""
    holds = await queries.held(session, found.organisation_id)
    if found.summary and found.summary.held == holds.mark and staging.has(found.id, *PLAN):
        kept = {name: await asyncio.to_thread(staging.read, found.id, name) for name in PLAN}
        return Plan(**kept, not_in_file=found.summary.not_in_file)
    plan, _ = await make_plan(session, found, holds, staging)
    if not found.summary or plan.fingerprint != found.summary.fingerprint:
        raise Conflict(STALE)
    return plan


def lacking(headers: Iterable[str], mapping: Mapping | None) -> list[str]:
    """The template's names of the columns that are needed and were not found."""
    given = {*sources_of(tuple(headers), mapping), *(mapping.constants if mapping else ())}
    return [column.header for column in missing(given)]


async def make_plan(session: AsyncSession, found: ImportOut, holds: Held, staging: Staging) -> tuple[Plan, list[str]]:
    """The plan, and what to tell about the file. Raises Invalid when columns are missing."""
    mapping = await queries.mapping_of(session, found.id)
    if needed := lacking(found.headers, mapping):
        raise Invalid(Problem("mapping", f"We need to know which columns hold: {', '.join(needed)}."))
    known = await queries.known(session, found.organisation_id, holds)
    checked = await asyncio.to_thread(_read_again, found, mapping, known, staging)
    linkable = await queries.linkable(session, checked, holds)
    plan = await asyncio.to_thread(compare, checked, holds, linkable, await queries.mapped_grades(session))
    notes = (await session.execute(select(Import.notes).where(Import.id == found.id))).scalar_one()
    return plan, [*notes, *_notes(found, mapping, checked)]


def _read_again(found: ImportOut, mapping: Mapping | None, known: Known, staging: Staging) -> Checked:
    sheet = Sheet(found.headers, staging.read(found.id, "texts"), staging.read(found.id, "shape"))
    return check(sheet, mapping, known)


def _notes(found: ImportOut, mapping: Mapping | None, checked: Checked) -> list[str]:
    used = {*sources_of(found.headers, mapping).values()}
    unused = [header for header in found.headers if header not in used and plain(header) not in OURS]
    notes: list[str] = []
    if unused:
        others = " and others" if len(unused) > 30 else ""
        notes.append(f"Columns that were not used: {', '.join(unused[:30])}{others}.")
    if "fte" not in checked.given and "started" in checked.given:
        notes.append("The file does not say the full-time equivalent. New posts are taken as full time.")
    return notes


def summary_of(plan: Plan, held: str, notes: list[str]) -> Summary:
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
