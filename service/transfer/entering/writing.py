"""Writing what a plan brings in, statement by statement, and taking it back."""

from collections.abc import Sequence

import polars as pl
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.ids import new_id
from service.transfer.copying import copy_in, run
from service.transfer.plans import CHANGES, PROBLEM, UNCHANGED, Place, Plan, Tell
from service.transfer.schemas import Undone
from service.transfer.sheets import ROW

TRAIL = """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    SELECT CAST(:account AS uuid), :actor, '{action}', person_id, :organisation,
           CAST(CAST(:import AS uuid) AS text), jsonb_build_object('rows', count(*)) FROM incoming GROUP BY person_id"""
_TAKE_BACK = """
    CREATE TEMPORARY TABLE taken_back ON COMMIT DROP AS
    SELECT record, about, is_taken FROM private.take_back_entered(:organisation, :import)"""
_AUDIT = """
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    SELECT CAST(:account AS uuid), :actor, 'transfer.undone', about, :organisation,
           CAST(CAST(:import AS uuid) AS text), '{}'
      FROM (SELECT DISTINCT about FROM taken_back WHERE is_taken AND about IS NOT NULL) AS people"""
_TAKEN = "SELECT count(*) FROM taken_back WHERE is_taken"
_LEFT = "SELECT DISTINCT coalesce(about, record) AS left_as_it_is FROM taken_back WHERE NOT is_taken ORDER BY 1"
_FORGET = "DELETE FROM import_changes WHERE organisation_id = :organisation AND import_id = :import"


async def write(
    session: AsyncSession,
    actor: Actor,
    place: Place,
    frame: pl.DataFrame,
    ddl: str,
    statements: Sequence[str],
    tell: Tell,
) -> None:
    """`ddl`: the columns of the temporary table `incoming`, which the statements read."""
    await session.execute(text(f"CREATE TEMPORARY TABLE incoming ({ddl}) ON COMMIT DROP"))
    await copy_in(session, "incoming", frame)
    for number, statement in enumerate(statements, start=1):
        await run(session, statement, _facts(actor, place))
        tell(number / len(statements))


async def take_back(session: AsyncSession, actor: Actor, place: Place) -> Undone:
    """What nobody has changed or used since goes; the others are named."""
    for statement in (_TAKE_BACK, _AUDIT, _FORGET):
        await run(session, statement, _facts(actor, place))
    taken: int = (await session.execute(text(_TAKEN))).scalar_one()
    left = (await session.execute(text(_LEFT))).scalars().all()
    return Undone(restored=taken, left=tuple(left))


def plan_of(every: pl.DataFrame, good: pl.DataFrame, problems: pl.DataFrame, writes: dict[str, pl.DataFrame]) -> Plan:
    """`good` has a status for each row without problems, and person_id where a row is about somebody."""
    who = good if "person_id" in good.columns else good.with_columns(person_id=pl.lit(None, pl.String))
    rows = every.select(ROW).join(who.select(ROW, "person_id", "status"), on=ROW, how="left", maintain_order="left")
    shown = rows.select(ROW, pl.col("status").fill_null(PROBLEM), "person_id")
    known = tuple(shown.filter(pl.col("status") == UNCHANGED)["person_id"].drop_nulls().unique().sort())
    return Plan(rows=shown, problems=problems, changes=pl.DataFrame(schema=CHANGES), writes=writes, told_of=known)


def new_ids(number: int) -> pl.Series:
    return pl.Series("id", [str(new_id()) for _ in range(number)], dtype=pl.String)


def _facts(actor: Actor, place: Place) -> dict[str, object]:
    who = {"account": actor.account_id, "actor": actor.name}
    return {"organisation": place.organisation_id, "import": place.import_id, **who}
