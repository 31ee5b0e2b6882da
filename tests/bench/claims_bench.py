"""10,000 people claim places on 100 offers at once, and one in five of them leaves again: nobody is sold a place twice.

    python -m tests.bench.claims_bench [--claims 10000] [--offers 100] [--connections 20]

Each claim is a transaction of its own on one of the connections, as the application makes it: the person's submission,
with the waiting list moving up inside the database. Afterwards every cohort is counted again from the applications: places
taken beyond those there are, places counted wrongly, and people who wait although somebody who came later has a place.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres

LAY_OUT = """
    INSERT INTO organisations (id, code, name, kind) VALUES ('{trust}', 'BENCH', 'Bench', 'trust');
    INSERT INTO people (id, given_name, family_name) SELECT gen_random_uuid(), 'A', n::text FROM generate_series(1, {claims}) n;
    INSERT INTO employments (organisation_id, person_id, employee_number, listed_as)
    SELECT '{trust}', id, family_name, family_name FROM people;
    INSERT INTO offers (organisation_id, id, title, kind, provider_kind, verbs, priority, framework_code, framework_version,
                        dimension_code, state, place_rule, opens_on, closes_on, published_at)
    SELECT '{trust}', gen_random_uuid(), 'Offer ' || n, 'programme', 'in_system', '{{develop}}', 'A', 'ways', 1, 'relating',
           'published', 'in_order', '2026-01-01', '2037-01-01', now() FROM generate_series(1, {offers}) n;
    INSERT INTO offer_cohorts (organisation_id, offer_id, id, starts_on, ends_on, is_online, places)
    SELECT organisation_id, id, gen_random_uuid(), '2037-02-01', '2037-03-01', true, 20 + abs(hashtext(id::text)) % 40 FROM offers;
    INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id, cohort_id, organisation_id)
    SELECT p.id, gen_random_uuid(), '{trust}', c.offer_id, c.id, '{trust}'
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people) p
      JOIN (SELECT offer_id, id, row_number() OVER (ORDER BY id) AS n FROM offer_cohorts) c ON c.n = 1 + p.n % {offers};
    INSERT INTO offer_application_states (person_id, application_id, number, state)
    SELECT person_id, id, 1, 'draft' FROM offer_applications;
"""
STEP = """
    INSERT INTO offer_application_states (person_id, application_id, number, state)
    SELECT person_id, id, version + 1, $2 FROM offer_applications WHERE id = $1
"""
# Of each cohort: sold beyond what there is, and a sum that is wrong.
OVERSOLD = """
    SELECT count(*) FILTER (WHERE held > places), count(*) FILTER (WHERE held <> taken)
      FROM (SELECT c.places, c.taken, count(a.id) FILTER (WHERE a.has_place) AS held
              FROM offer_cohorts c LEFT JOIN offer_applications a ON a.cohort_id = c.id GROUP BY c.id, c.places, c.taken) s
"""
PASSED_OVER = """
    SELECT count(*) FROM offer_applications w
     WHERE w.state = 'waiting' AND (
           EXISTS (SELECT 1 FROM offer_applications p WHERE p.cohort_id = w.cohort_id AND p.has_place AND p.submitted_at > w.submitted_at)
           OR EXISTS (SELECT 1 FROM offer_cohorts c WHERE c.id = w.cohort_id AND c.taken < c.places))
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--claims", type=int, default=10_000)
    asked.add_argument("--offers", type=int, default=100)
    asked.add_argument("--connections", type=int, default=20)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, local_postgres(Path(folder), durable=False) as url:
        asyncio.run(claim(with_parts(url, name="claims"), given.claims, given.offers, given.connections))


async def claim(url: str, claims: int, offers: int, connections: int) -> None:
    await migrate.run(url)
    pool = await asyncpg.create_pool(url, min_size=connections, max_size=connections)
    await pool.execute(LAY_OUT.format(trust=uuid4(), claims=claims, offers=offers))
    await pool.execute("ANALYZE")
    everyone: list[UUID] = [row["id"] for row in await pool.fetch("SELECT id FROM offer_applications")]
    dice = random.Random(1)
    dice.shuffle(everyone)
    queue = asyncio.Queue[tuple[UUID, str]]()
    for number, one in enumerate(everyone):
        queue.put_nowait((one, "submitted"))
        if number >= 500 and number % 5 == 0:
            queue.put_nowait((everyone[number - 500], "withdrawn"))
    took: list[float] = []
    steps, began = queue.qsize(), time.perf_counter()
    await asyncio.gather(*(_work(pool, queue, took) for _ in range(connections)))
    seconds = time.perf_counter() - began
    oversold, wrong = await pool.fetchrow(OVERSOLD) or (None, None)
    placed, waiting = await pool.fetchrow(
        "SELECT count(*) FILTER (WHERE has_place), count(*) FILTER (WHERE state = 'waiting') FROM offer_applications"
    ) or (0, 0)
    passed_over = await pool.fetchval(PASSED_OVER)
    await pool.close()
    slow = statistics.quantiles(took, n=100)[98] * 1000
    print(
        f"{claims:,} claims and {steps - claims:,} withdrawals on {offers} offers by {connections} connections: {seconds:.1f} s,"
    )
    print(f"{steps / seconds:,.0f} a second, p99 {slow:.0f} ms. {placed:,} placed, {waiting:,} waiting.")
    print(f"Oversold: {oversold}. Counted wrongly: {wrong}. Passed over in the queue: {passed_over}.")
    if oversold or wrong or passed_over:
        raise SystemExit(1)


async def _work(pool: asyncpg.Pool, queue: "asyncio.Queue[tuple[UUID, str]]", took: list[float]) -> None:
    async with pool.acquire() as connection:
        while not queue.empty():
            application, state = queue.get_nowait()
            began = time.perf_counter()
            await connection.execute(STEP, application, state)
            took.append(time.perf_counter() - began)


if __name__ == "__main__":
    main()
