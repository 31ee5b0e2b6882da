"""Moves that posts cannot say, from a file: career breaks, returns and rotations."""

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.mobility.rules.kinds import ENTERED, KIND_NAMES
from service.mobility.rules.ledger import FURTHEST, OLDEST
from service.transfer.columns import MOVES
from service.transfer.copying import copied
from service.transfer.entering.people import with_person
from service.transfer.entering.reading import Codes, check, good_rows
from service.transfer.entering.writing import TRAIL, new_ids, plan_of, write
from service.transfer.faults import fault
from service.transfer.history.holding import Employed, employed
from service.transfer.plans import NEW, PROBLEM, UNCHANGED, Place, Plan, Tell
from service.transfer.schemas import Applied, Mapping
from service.transfer.sheets import ROW, Sheet

WRITES = ("moves",)
WORDS = {"move_kind": {kind.value: KIND_NAMES[kind] for kind in ENTERED}}
ALSO = {"returned from a career break": "return", "return from career break": "return", "break": "career_break"}
_KEY = ("person_id", "move_kind", "effective_on")
_HELD = """
    SELECT e.person_id, e.kind, e.effective_on FROM mobility_events e
     WHERE coalesce(e.to_organisation_id, e.from_organisation_id) = $1 AND e.superseded_at IS NULL
       AND NOT e.is_withdrawn AND e.kind IN ('career_break', 'return', 'rotation')"""
_SCHEMA = pl.Schema({"person_id": pl.String, "move_kind": pl.String, "effective_on": pl.Date})
_DAY = "The day must be between 1 January 1950 and two years from now."
_REPEATS = "This row repeats row {}: the same person, kind and day. Take one of them out."
_DDL = "person_id uuid, id uuid PRIMARY KEY, move_kind text, effective_on date"
_STATEMENTS = (
    """
    INSERT INTO mobility_events (person_id, id, kind, effective_on, from_organisation_id, to_organisation_id, source)
    SELECT person_id, id, move_kind, effective_on,
           CASE WHEN move_kind = 'career_break' THEN CAST(:organisation AS uuid) END,
           CASE WHEN move_kind <> 'career_break' THEN CAST(:organisation AS uuid) END, 'imported'
      FROM incoming""",
    """
    INSERT INTO mobility_sides (person_id, event_id, side, organisation_id, effective_on, day, change)
    SELECT person_id, id, CASE move_kind WHEN 'career_break' THEN 'from' ELSE 'to' END, :organisation, effective_on,
           effective_on, 0
      FROM incoming""",
    """
    INSERT INTO import_changes (organisation_id, import_id, what, record_id, after)
    SELECT :organisation, :import, 'moves', id, 0 FROM incoming""",
    TRAIL.format(action="transfer.moves_brought_in"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """`moves`: person_id, move_kind, effective_on, of those that count now."""

    employed: Employed
    moves: pl.DataFrame
    mark: str = ""


async def held(session: AsyncSession, organisation_id: UUID) -> Held:
    moves = await copied(session, _HELD, organisation_id, _SCHEMA, sha256())
    return Held(await employed(session, organisation_id), moves)


async def words(_: AsyncSession) -> dict[str, Codes]:
    return {**WORDS}


async def plan(_: AsyncSession, __: UUID, holds: Held, sheet: Sheet, mapping: Mapping | None, tell: Tell) -> Plan:
    return await asyncio.to_thread(_plan, holds, sheet, mapping, tell)


async def bring_in(session: AsyncSession, actor: Actor, place: Place, plan: Plan, tell: Tell) -> Applied:
    moves = plan.writes["moves"]
    await write(session, actor, place, moves, _DDL, _STATEMENTS, tell)
    return Applied(conversations_added=0, moves_added=moves.height, rows_left_out=plan.count(PROBLEM))


def _plan(holds: Held, sheet: Sheet, mapping: Mapping | None, tell: Tell) -> Plan:
    checked, faults = with_person(check(sheet, mapping, MOVES, WORDS, tell, ALSO), holds.employed)
    day, header = pl.col("effective_on"), checked.headers["effective_on"]
    outside = (day < OLDEST) | (day > today() + FURTHEST)
    rows, problems = good_rows(checked, *faults, fault(checked.rows, outside, header, "effective_on", "day", _DAY))
    rows = rows.with_columns(first=pl.col(ROW).first().over(*_KEY))
    again = fault(rows, pl.col("first") < pl.col(ROW), header, "effective_on", "repeated", pl.format(_REPEATS, "first"))
    rows, problems = rows.join(again, on=ROW, how="anti", maintain_order="left"), pl.concat([problems, again]).sort(ROW)
    known = holds.moves.unique().with_columns(is_held=pl.lit(True))
    rows = rows.join(known, on=_KEY, how="left", maintain_order="left")
    rows = rows.with_columns(status=pl.when(pl.col("is_held")).then(pl.lit(UNCHANGED)).otherwise(pl.lit(NEW)))
    new = rows.filter(pl.col("status") == NEW)
    moves = new.with_columns(new_ids(new.height)).select("person_id", "id", "move_kind", "effective_on")
    return plan_of(checked.rows, rows, problems, {"moves": moves})
