"""Small parts that the queries share. Codes travel as numbers, so that every row of a copy has one width."""

from collections.abc import Iterable, Sequence
from typing import Final

import asyncpg

ORGANISATIONS: Final = '(SELECT id, row_number() OVER (ORDER BY code COLLATE "C") - 1 AS position FROM organisations) o'


async def codes_in(connection: asyncpg.Connection, column: str, table: str) -> list[str]:
    """The values in a column of codes. Both names are our own words."""
    rows = await connection.fetch(f"SELECT DISTINCT {column} AS code FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
    return sorted(row["code"] for row in rows)


def numbered(codes: Sequence[str], name: str) -> str:
    """A table of codes and positions to join to. The codes were read from the database itself, and are quoted."""
    pairs = ", ".join(f"({quoted(code)}, {position})" for position, code in enumerate(codes))
    return f"(VALUES {pairs or '(NULL::text, NULL::int)'}) AS {name} (code, position)"


def position(column: str, codes: Sequence[str]) -> str:
    return case(column, [(code, at) for at, code in enumerate(codes)], "NULL")


def case(column: str, known: Iterable[tuple[str, int]], otherwise: str) -> str:
    whens = " ".join(f"WHEN {quoted(value)} THEN {at}" for value, at in known)
    return f"CASE {column} {whens} ELSE {otherwise} END" if whens else otherwise


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
