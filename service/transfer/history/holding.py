"""What a file of past conversations is compared with: who is employed here and since when, and what is recorded."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import polars as pl
from sqlalchemy.ext.asyncio import AsyncSession

from service.transfer.copying import copied, driver

_PEOPLE = pl.Schema(
    dict.fromkeys(("person_id", "employee_number"), pl.String) | {"left": pl.Date, "email": pl.String, "since": pl.Date}
)
_PEOPLE_HELD = """
    SELECT e.person_id, e.employee_number, e.ended, lower(p.email), a.since
      FROM employments e
      LEFT JOIN people p ON p.id = e.person_id
      LEFT JOIN (SELECT person_id, min(started) AS since FROM assignments WHERE organisation_id = $1
                  GROUP BY person_id) a ON a.person_id = e.person_id
     WHERE e.organisation_id = $1"""
_KEY = ("person_id", "facilitator_id", "held_on")


@dataclass(frozen=True, slots=True)
class Employed:
    """`people`: person_id, employee_number, left, email (small letters; null for leavers), since (the first day in the
    first post here; null where none is on record).

    There is no mark: what is recorded of conversations can only be asked row by row, so a plan is always made again.
    """

    people: pl.DataFrame
    mark: str = ""


async def employed(session: AsyncSession, organisation_id: UUID) -> Employed:
    return Employed(await copied(session, _PEOPLE_HELD, organisation_id, _PEOPLE, sha256()))


async def recorded(session: AsyncSession, organisation_id: UUID, rows: pl.DataFrame) -> pl.Series:
    """Whether each row tells of a conversation that is recorded already: same person, same facilitator, same day."""
    query = "SELECT private.conversations_on($1, $2::uuid[], $3::uuid[], $4::date[])"
    lists = (rows[name].to_list() for name in _KEY)
    places = {row[0] for row in await (await driver(session)).fetch(query, organisation_id, *lists)}
    return pl.Series("is_recorded", [place in places for place in range(1, rows.height + 1)], dtype=pl.Boolean)
