"""The ledger, pairs and secondments of a made-up system, as they would be after years of use: derived from its posts
in SQL, the same for the same system.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import polars as pl

from service.kit.ids import new_id
from service.mobility.likeness import LEG, candidates

PAIRS = (
    "id", "leaver_person_id", "leaver_event_id", "leaver_organisation_id", "joiner_person_id", "joiner_event_id",
    "joiner_organisation_id", "basis", "gap_days", "name_likeness", "birth_dates", "same_number", "has_rival", "state",
    "decided_at",
)  # fmt: skip
# Somebody whom the demo lets you be, lent to another employer.
LENT = "Leila Haddad"
# What is older has been decided by somebody; the rest waits in the queue.
DECIDED = timedelta(days=75)

# Each post on secondment that two organisations share had its agreement, a month before; one in twelve was never
# written down, so that the list of what is missing has something in it. `dice` is drawn from the employee number.
_SECONDMENTS = """
    WITH lent AS (
        SELECT e.person_id, e.from_organisation_id AS home, e.to_organisation_id AS host, e.from_assignment_id AS post,
               a.started, a.ended, abs(hashtext(m.employee_number || a.started)) % 1200 AS dice,
               row_number() OVER (PARTITION BY e.person_id ORDER BY a.started) AS turn
          FROM mobility_events e
          JOIN assignments a ON a.organisation_id = e.to_organisation_id AND a.id = e.to_assignment_id
          JOIN employments m ON m.organisation_id = e.from_organisation_id AND m.person_id = e.person_id
         WHERE e.kind = 'secondment_start' AND e.superseded_at IS NULL
           AND e.from_organisation_id <> e.to_organisation_id AND a.started > $1::date - 900
    ), agreed AS (
        SELECT *, coalesce(ended, greatest(started + 365, $1::date + 10 + dice % 300)) AS ends
          FROM lent WHERE dice % 12 > 0 AND turn = 1
    )
    INSERT INTO secondments (person_id, id, home_organisation_id, host_organisation_id, home_assignment_id, agreed_on,
                             starts, ends, first_end, home_pays, backfill, return_role, return_checked_on)
    SELECT person_id, gen_random_uuid(), home, host, post, started - 30, started, ends,
           CASE WHEN dice % 7 = 0 AND ends > started + 200 THEN ends - 91 ELSE ends END,
           (ARRAY[0, 0, 50, 100, 25])[1 + dice % 5],
           (ARRAY['acting_up', 'fixed_term', 'shared_out', 'bank_or_agency', 'seconded_in', 'none'])[1 + dice % 6],
           CASE WHEN ends < $1::date + 90 THEN (ARRAY['known', 'known', 'none', NULL])[1 + dice % 4] END,
           CASE WHEN ends < $1::date + 90 AND dice % 4 < 3 THEN least(ends - 80, $1::date) END
      FROM agreed
"""

_EXTENSIONS = """
    INSERT INTO secondment_extensions (person_id, secondment_id, number, asked_by_organisation_id, until, asked_at,
                                       state, decided_at)
    SELECT person_id, id, 1, host_organisation_id, ends, first_end - 60, 'agreed', first_end - 45
      FROM secondments WHERE ends > first_end
    UNION ALL
    SELECT person_id, id, 1, host_organisation_id, ends + 90, $1::date - 4, 'asked', NULL
      FROM secondments WHERE ends = first_end AND ends BETWEEN $1::date + 60 AND $1::date + 100
"""

_LEGS = """
    SELECT event_id::text, person_id::text, organisation_id::text, is_leaver, day, given_name, family_name, birth_date,
           employee_number
      FROM private.legs_of_moves($1)
"""


async def load_moves(connection: asyncpg.Connection, today: date) -> int:
    """Needs an administrator's connection, and posts in the database. How many moves the ledger has afterwards."""
    await connection.execute("SELECT private.derive_moves(ARRAY(SELECT DISTINCT person_id FROM assignments))")
    await connection.execute("ANALYZE mobility_events, mobility_sides")
    await connection.execute(_SECONDMENTS, today)
    await connection.execute(_EXTENSIONS, today)
    await _ends_soon(connection, today)
    await connection.copy_records_to_table("move_pairs", columns=list(PAIRS), records=await _pairs(connection, today))
    return await connection.fetchval("SELECT count(*) FROM mobility_events") or 0


async def lend(connection: asyncpg.Connection, person: UUID, host: UUID, today: date) -> None:
    """A post on secondment, open since 285 days ago. Its agreement comes with the others, in `load_moves`."""
    await connection.execute(
        "INSERT INTO employments (organisation_id, person_id, employee_number, listed_as)"
        " SELECT $2, person_id, 'S' || employee_number, listed_as FROM employments"
        "  WHERE person_id = $1 AND ended IS NULL LIMIT 1 ON CONFLICT DO NOTHING",
        person, host,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO assignments (organisation_id, id, person_id, kind, job_title, grade_scheme, grade, staff_group,"
        " fte, started) SELECT $2, $3, person_id, 'secondment', job_title, grade_scheme, grade, staff_group, fte, $4"
        "   FROM assignments WHERE person_id = $1 AND ended IS NULL AND kind = 'substantive' LIMIT 1",
        person, host, new_id(), today - timedelta(days=285),
    )  # fmt: skip


async def _ends_soon(connection: asyncpg.Connection, today: date) -> None:
    """Whoever was lent for the demo comes back in 80 days, and nobody has said to what."""
    lent: UUID | None = await connection.fetchval("SELECT person_id FROM accounts WHERE name = $1", LENT)
    await connection.execute("DELETE FROM secondment_extensions WHERE person_id = $1", lent)
    await connection.execute("DELETE FROM secondments WHERE person_id = $1", lent)
    await connection.execute(
        "INSERT INTO secondments (person_id, id, home_organisation_id, host_organisation_id, home_assignment_id,"
        " agreed_on, starts, ends, first_end, home_pays, backfill)"
        " SELECT e.person_id, gen_random_uuid(), e.from_organisation_id, e.to_organisation_id, e.from_assignment_id,"
        "        e.effective_on - 30, e.effective_on, $2, $2, 50, 'acting_up'"
        "   FROM mobility_events e WHERE e.person_id = $1 AND e.kind = 'secondment_start' AND e.superseded_at IS NULL"
        "  ORDER BY e.effective_on DESC LIMIT 1",
        lent, today + timedelta(days=80),
    )  # fmt: skip


async def _pairs(connection: asyncpg.Connection, today: date) -> list[tuple[Any, ...]]:
    # The search is the service's own: nobody else is given the legs of every organisation.
    await connection.execute("SELECT set_config('ridgeway.roles', 'service', false)")
    rows = await connection.fetch(_LEGS, today - timedelta(days=400))
    review_days: int = await connection.fetchval("SELECT review_days FROM mobility_limits") or 0
    await connection.execute("SELECT set_config('ridgeway.roles', '', false)")
    legs = pl.DataFrame([tuple(row) for row in rows], LEG, orient="row")
    came = dict(zip(legs["event_id"], legs["day"], strict=True))
    return [
        _row(found, came[found["joiner_event_id"]], today)
        for found in candidates(legs, review_days).iter_rows(named=True)
    ]


def _row(found: dict[str, Any], came_on: date, today: date) -> tuple[Any, ...]:
    is_decided = came_on < today - DECIDED
    values = {name: UUID(value) if name.endswith("_id") else value for name, value in found.items()}
    decided_at = came_on + timedelta(days=20) if is_decided else None
    values |= {"id": new_id(), "state": "paired" if is_decided else "waiting", "decided_at": decided_at}
    return tuple(values[name] for name in PAIRS)
