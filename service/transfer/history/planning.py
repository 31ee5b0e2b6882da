"""What a file of past conversations would do: which are new, which are recorded already, which have problems."""

import asyncio
import json
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.queries.terms import current_terms
from service.kit.ids import new_id
from service.transfer.checking import Checked
from service.transfer.columns import CONVERSATIONS, OUTCOMES, Kind
from service.transfer.history.checking import check
from service.transfer.history.codes import Codes, words_with
from service.transfer.history.holding import Employed, recorded
from service.transfer.history.matching import matched
from service.transfer.plans import CHANGES, NEW, PROBLEM, UNCHANGED, Plan, Tell
from service.transfer.schemas import Mapping
from service.transfer.sheets import ROW, Sheet

WRITES = ("conversations",)
FIELDS = ("person_id", "id", "facilitator_id", "facilitator_kind", "kind", "mode", "held_on", "next_due_on", "codes")
_SEVERAL = frozenset(column.field for column in CONVERSATIONS if column.kind is Kind.CHOICES)


async def plan_history(
    session: AsyncSession, organisation_id: UUID, holds: Employed, sheet: Sheet, mapping: Mapping | None, tell: Tell
) -> Plan:
    words = words_with(await current_terms(session))
    checked = await asyncio.to_thread(check, sheet, mapping, words, lambda share: tell(0.6 * share))
    rows, problems = await asyncio.to_thread(matched, checked, holds)
    tell(0.7)
    rows = rows.with_columns(await recorded(session, organisation_id, rows))
    tell(0.8)
    return await asyncio.to_thread(_plan, checked, rows, problems)


async def words_of_history(session: AsyncSession) -> dict[str, Codes]:
    return {**words_with(await current_terms(session))}


def told_of_history(_: Plan) -> dict[str, Any]:
    """The summary of a check says nothing besides its counts."""
    return {}


def _plan(checked: Checked, rows: pl.DataFrame, problems: pl.DataFrame) -> Plan:
    status = pl.when("is_recorded").then(pl.lit(UNCHANGED)).otherwise(pl.lit(NEW))
    every = checked.rows.select(ROW).join(
        rows.select(ROW, "person_id", status=status), on=ROW, how="left", maintain_order="left"
    )
    seen = rows.filter("is_recorded")["person_id"].unique().sort()
    return Plan(
        rows=every.select(ROW, pl.col("status").fill_null(PROBLEM), "person_id"),
        problems=problems,
        changes=pl.DataFrame(schema=CHANGES),
        writes={"conversations": _conversations(rows.filter(~pl.col("is_recorded")))},
        told_of=tuple(seen),
    )


def _conversations(rows: pl.DataFrame) -> pl.DataFrame:
    ids = pl.Series("id", [str(new_id()) for _ in range(rows.height)], dtype=pl.String)
    codes = pl.Series("codes", [_coded(row) for row in rows.select(OUTCOMES).iter_rows()], dtype=pl.String)
    return rows.with_columns(ids, codes).select(FIELDS)


def _coded(outcomes: tuple[str | None, ...]) -> str:
    """JSON as a wording keeps it: topic -> codes, without the topics that have none."""
    given = zip(OUTCOMES, outcomes, strict=True)
    return json.dumps({topic: text.split(";") if topic in _SEVERAL else [text] for topic, text in given if text})
