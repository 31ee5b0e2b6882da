"""Facts out of PostgreSQL to a snapshot of Parquet files, beside COPY alone of the same queries.

`python -m tests.bench.copy_bench [STAFF]`: 150,000 unless told; 1500000 is the largest system we know of and needs 4 GB
of disk. The rows are made by the database itself, as many a member of staff as the demo has: 1.5 people (those who left
are kept), 2.1 assignments, 2.2 conversations.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from statistics import median

import asyncpg

from migrations.roles import ANALYST
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.insight import facts
from service.insight.copying import Field
from service.insight.facts.posts import spells
from service.insight.facts.stages import events
from service.insight.snapshots import take
from service.kit.db import engine_for

ROUNDS = 3
ON = date(2026, 9, 30)
NAMES = ("people", "spells", "events")


def main() -> int:
    staff = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 150_000
    with tempfile.TemporaryDirectory() as folder, local_postgres(Path(folder) / "postgres", durable=False) as url:
        asyncio.run(_measure(with_parts(url, name="bench"), staff, Path(folder)))
    return 0


async def _measure(url: str, staff: int, folder: Path) -> None:
    await migrate.run(url)
    await _fill(url, staff)
    before = _peak_megabytes()
    alone, rows, size = [], 0, 0
    ours = []
    for _ in range(ROUNDS):
        seconds, rows, size = await _copy_alone(url)
        alone.append(seconds)
        ours.append(await _snapshot(url, folder))
    print(f"{staff:,} staff: {rows:,} rows, {size / 1e6:,.0f} MB over the wire; median of {ROUNDS} rounds")
    print(f"  COPY alone, bytes thrown away   {median(alone):6.2f} s")
    print(f"  snapshot, checked and hashed    {median(ours):6.2f} s   {median(ours) / median(alone):.2f} x")
    print(f"  memory: {before:,.0f} MB before the first copy, {_peak_megabytes():,.0f} MB at most")


async def _copy_alone(url: str) -> tuple[float, int, int]:
    """The same transaction and the same queries, with nothing done to what arrives."""
    size = rows = 0

    async def throw_away(data: bytes) -> None:
        nonlocal size
        size += len(data)

    async with _as_analyst(url) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        began = time.perf_counter()
        await connection.execute("SET LOCAL work_mem = '128MB'")
        for query, fields in await _queries(connection):
            sql = f"SELECT {', '.join(field.sql for field in fields)} {query}"
            rows += int((await connection.copy_from_query(sql, output=throw_away, format="binary")).split()[-1])
        return time.perf_counter() - began, rows, size


async def _queries(connection: asyncpg.Connection) -> list[tuple[str, Sequence[Field]]]:
    codes = [row["code"] for row in await connection.fetch('SELECT code FROM organisations ORDER BY code COLLATE "C"')]
    asked = "SELECT DISTINCT code FROM role_profiles ORDER BY code"
    profiles = [row["code"] for row in await connection.fetch(asked)]
    version = await connection.fetchval("SELECT max(version) FROM crosswalk_versions")
    held = await spells(connection, codes, profiles, version)
    return [(facts.PEOPLE, facts.people_fields(ON)), held, events(codes)]


async def _snapshot(url: str, folder: Path) -> float:
    engine = engine_for(url, ANALYST)
    try:
        with tempfile.TemporaryDirectory(dir=folder) as home:
            began = time.perf_counter()
            await take(engine, Path(home), ON)
            return time.perf_counter() - began
    finally:
        await engine.dispose()


@asynccontextmanager
async def _as_analyst(url: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, server_settings={"role": ANALYST, "jit": "off"})
    try:
        yield connection
    finally:
        await connection.close()


async def _fill(url: str, staff: int) -> None:
    """Rows made by the server; what only slows loading down, and no copy needs, is taken away first."""
    began = time.perf_counter()
    connection = await asyncpg.connect(url)
    for statement in LOOSEN:
        await connection.execute(statement)
    for statement in FILL:
        await connection.execute(
            statement.format(people=staff * 3 // 2, assignments=staff * 21 // 10, conversations=staff * 22 // 10)
        )
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    print(f"made {staff:,} staff in {time.perf_counter() - began:.0f} s", flush=True)


LOOSEN = (
    "ALTER TABLE assignments DROP CONSTRAINT fk_assignments_employment",
    "ALTER TABLE assignments DROP CONSTRAINT ex_assignments_one_full_time_job",
    "ALTER TABLE conversations DROP CONSTRAINT fk_conversations_employment",
    "ALTER TABLE conversations DROP CONSTRAINT fk_conversations_person_id",
    "ALTER TABLE conversations DROP CONSTRAINT fk_conversations_facilitator_id",
    "ALTER TABLE conversations DROP CONSTRAINT fk_conversations_recorded_by_id",
    "ALTER TABLE assignments DISABLE TRIGGER USER",
    "ALTER TABLE conversations DISABLE TRIGGER USER",
    "ALTER TABLE equality_answers DROP CONSTRAINT fk_equality_answers_person_id",
)


def _id(number: str) -> str:
    return f"('00000000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


PERSON = _id("1 + i % {people}")
ORGANISATION = _id("1 + i % 220")
FILL = (
    f"""INSERT INTO organisations (id, code, name, kind)
    SELECT {_id("i")}, 'ORG' || i, 'Organisation ' || i, 'trust' FROM generate_series(1, 220) i""",
    f"""INSERT INTO people (id, given_name, family_name, birth_date)
    SELECT {_id("i")}, 'Amara', 'Okafor', date '1960-01-01' + (i::bigint * 7919 % 16000)::int
    FROM generate_series(1, {{people}}) i""",
    f"""INSERT INTO equality_answers (person_id, characteristic, code, code_list, code_list_version, source)
    SELECT {_id("i")}, c.name, c.codes[1 + (i % 31) % cardinality(c.codes)], c.name, '1', 'employer'
    FROM generate_series(1, {{people}}) i, (VALUES
        ('ethnicity', ARRAY['A', 'A', 'A', 'H', 'M', 'prefer_not_to_say']),
        ('sex', ARRAY['female', 'male']),
        ('disability', ARRAY['disabled', 'non_disabled', 'not_stated'])) AS c (name, codes)""",
    f"""INSERT INTO assignments (organisation_id, id, person_id, kind, job_title, grade_scheme, grade, staff_group, fte,
        started, ended, end_reason, destination)
    SELECT {ORGANISATION}, {_id("i")}, {PERSON}, 'substantive', 'Staff nurse', 'afc', (2 + i % 6)::text,
        'nursing_midwifery', 1, date '2016-01-01' + (i % 3000)::int, CASE WHEN i % 3 = 0 THEN date '2025-01-01' END,
        CASE WHEN i % 3 = 0 THEN 'retired' END, CASE WHEN i % 9 = 0 THEN 'ORG' || (1 + i % 220) END
    FROM generate_series(1, {{assignments}}) i""",
    f"""INSERT INTO conversations (person_id, id, organisation_id, facilitator_id, recorded_by_id, kind, held_on,
        state, agreed_on, agreed_wording)
    SELECT {PERSON}, {_id("i")}, {ORGANISATION}, {_id("1")}, {_id("1")}, 'initial',
        date '2022-01-01' + (i % 1600)::int, 'agreed', date '2022-01-05' + (i % 1600)::int, 1
    FROM generate_series(1, {{conversations}}) i""",
)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
