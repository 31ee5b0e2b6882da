"""Frames in and out of PostgreSQL: COPY, which SQLAlchemy does not speak."""

from io import BytesIO
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import CursorResult, text
from sqlalchemy.ext.asyncio import AsyncSession


async def driver(session: AsyncSession) -> Any:
    """The asyncpg connection of this transaction."""
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def copied(
    session: AsyncSession, query: str, organisation_id: UUID, schema: pl.Schema, mark: Any
) -> pl.DataFrame:
    """What a query of one organisation ($1) finds; `mark` is a hash that it is added to."""
    out = BytesIO()
    await (await driver(session)).copy_from_query(query, organisation_id, output=out, format="csv")
    mark.update(out.getbuffer())
    if not out.tell():
        return pl.DataFrame(schema=schema)
    out.seek(0)
    return pl.read_csv(out, has_header=False, schema=schema)


async def copy_in(session: AsyncSession, table: str, frame: pl.DataFrame) -> None:
    """Into a temporary table: PostgreSQL refuses COPY into one with row security. Empty text never occurs in a plan, so
    an unquoted nothing is NULL."""
    content = BytesIO()
    frame.write_csv(content, include_header=False)
    content.seek(0)
    await (await driver(session)).copy_to_table(table, source=content, columns=list(frame.columns), format="csv")
    # A rough idea of its size is all that the planner needs.
    await session.execute(text("SET LOCAL default_statistics_target = 10"))
    await session.execute(text(f"ANALYZE {table}"))


async def forget_plans(session: AsyncSession) -> None:
    """The database keeps the plan that a trigger made for one row, on this connection, and it would do for a hundred
    thousand."""
    await session.execute(text("DISCARD PLANS"))


async def run(session: AsyncSession, statement: str, facts: dict[str, Any]) -> int:
    """With those of the facts that it names. The number of rows that it wrote."""
    named = {name: value for name, value in facts.items() if f":{name}" in statement}
    result = await session.execute(text(statement), named)
    return result.rowcount if isinstance(result, CursorResult) else 0
