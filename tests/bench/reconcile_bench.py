"""Reconciling a year of 1.5 million staff: 200,000 planted moves and as many typing errors as people make, found again.

    python -m tests.bench.reconcile_bench [--moves 200000]

Times the nightly search as it is run: legs out of PostgreSQL past row security, names and dates compared, pairs written
down. A tenth as many leavers, and joiners, moved nowhere inside the system. Then precision (of what is proposed, how much
is a planted move) and recall (of the planted moves, how many are proposed). And the ledger: what deriving it from the
posts of a made-up system takes.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from datetime import date
from pathlib import Path
from uuid import UUID

import asyncpg
import polars as pl

from analytics.synthetic import make
from migrations.roles import APP
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.cli.made_up import ASSIGNMENTS, Loaded, _assignments, _employments, _organisations, _people
from service.cli.nightly import NIGHT
from service.kit.db import engine_for, sessions_on, transaction
from service.kit.ids import new_id
from service.mobility.actions.pairs import find_pairs
from tests.mobility.planted import YEAR, planted, scores

EVENT = (
    "person_id", "id", "kind", "effective_on", "source",
    "from_organisation_id", "from_assignment_id", "to_organisation_id", "to_assignment_id",
)  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--moves", type=int, default=200_000)
    asked.add_argument("--staff", type=int, default=15_000, help="for the ledger")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, local_postgres(Path(folder), durable=False) as url:
        asyncio.run(search(with_parts(url, name="search"), given.moves))
        asyncio.run(derive(with_parts(url, name="derive"), given.staff))


async def search(url: str, moves: int) -> None:
    await migrate.run(url)
    legs, truth = planted(moves, others=0.1)
    await _lay_out(url, legs)
    engine = engine_for(url, APP)
    began = time.perf_counter()
    async with transaction(sessions_on(engine), NIGHT) as session:
        found = await find_pairs(session, NIGHT, YEAR)
    seconds = time.perf_counter() - began
    await engine.dispose()
    precision, recall = scores(await _proposed(url), truth)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{moves:,} planted moves among {legs.height:,} legs: {found:,} pairs in {seconds:.1f} s, peak {peak:.0f} MB")
    print(f"precision {precision:.2%}, recall {recall:.2%}", flush=True)


async def _lay_out(url: str, legs: pl.DataFrame) -> None:
    """Moves without posts: the search reads nothing else of them."""
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    rows = list(legs.iter_rows())
    places = {row[2] for row in rows}
    for table, columns, records in (
        ("organisations", ("id", "code", "name", "kind"), ((UUID(p), p[:30], "Somewhere", "trust") for p in places)),
        ("people", ("id", "given_name", "family_name", "birth_date"), ((UUID(r[1]), r[5], r[6], r[7]) for r in rows)),
        (
            "employments",
            ("organisation_id", "person_id", "employee_number", "listed_as"),
            ((UUID(r[2]), UUID(r[1]), r[8], r[6]) for r in rows),
        ),
        (
            "mobility_events",
            EVENT,
            (_event(*row[:5]) for row in rows),
        ),
    ):
        await connection.copy_records_to_table(table, columns=list(columns), records=records)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def _event(event: str, person: str, place: str, is_leaver: bool, day: date) -> tuple:
    side = (UUID(place), new_id())
    sides = (*side, None, None) if is_leaver else (None, None, *side)
    return UUID(person), UUID(event), "leaver" if is_leaver else "joiner", day, "derived", *sides


async def _proposed(url: str) -> pl.DataFrame:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT leaver_event_id::text, joiner_event_id::text FROM move_pairs")
    await connection.close()
    columns = ["leaver_event_id", "joiner_event_id"]
    return pl.DataFrame([tuple(row) for row in rows], schema=columns, orient="row")


async def derive(url: str, staff: int) -> None:
    await migrate.run(url)
    system = make(staff=staff, organisations=12, years=5)
    organisations = {code: new_id() for code in system.organisations["code"]}
    people = [new_id() for _ in range(system.people.height)]
    loaded = Loaded(organisations, people)
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    employed = ("organisation_id", "person_id", "employee_number", "listed_as", "ended")
    for table, columns, rows in (
        ("organisations", ("id", "code", "name", "kind", "ods_code"), _organisations(system, organisations)),
        ("people", ("id", "given_name", "family_name", "birth_date", "email"), _people(system, people)),
        ("employments", employed, _employments(system, loaded)),
        ("assignments", ASSIGNMENTS, _assignments(system, loaded)),
    ):
        await connection.copy_records_to_table(table, columns=list(columns), records=rows)
    await connection.execute("SET session_replication_role = origin")
    await connection.execute("VACUUM ANALYZE")
    for what in ("derived", "said again"):
        began = time.perf_counter()
        await connection.execute("SELECT private.derive_moves(ARRAY(SELECT DISTINCT person_id FROM assignments))")
        number = await connection.fetchval("SELECT count(*) FROM mobility_events")
        seconds = time.perf_counter() - began
        print(f"{system.spells.height:,} posts of {len(people):,} people: {number:,} moves {what} in {seconds:.1f} s")
    await connection.close()


if __name__ == "__main__":
    main()
