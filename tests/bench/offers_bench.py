"""Finding offers among 5,000 of 200 employers, by somebody who works for one of them: every page as it is asked for.

    python -m tests.bench.offers_bench [--offers 5000]

Row security is in force and the reader's own posts decide what comes first, as in the catalogue. The first page, a deep one,
and each filter are timed through the same queries that pages and JSON use.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from migrations.roles import APP
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, engine_for, sessions_on, transaction
from service.offers.queries.catalogue import Search, find_offers
from service.offers.queries.reader import list_posts_now
from service.offers.rules.offers import OfferKind, Verb

GOAL = 50  # ms
LAY_OUT = """
    INSERT INTO organisations (id, code, name, kind) SELECT gen_random_uuid(), 'O' || n, 'Employer ' || n, 'trust' FROM generate_series(1, 200) n;
    INSERT INTO offers (organisation_id, id, title, kind, provider_kind, summary, verbs, priority, framework_code, framework_version,
                        dimension_code, level_from, level_to, staff_groups, state, opens_on, closes_on, published_at)
    SELECT o.id, gen_random_uuid(), (ARRAY['Leading', 'Coaching', 'Shadowing', 'Improving'])[1 + n % 4] || ' with others ' || n,
           (ARRAY['programme', 'coaching', 'shadowing', 'stretch_project'])[1 + n % 4], 'in_system', 'What it is, in a sentence or two, ' || n,
           CASE n % 3 WHEN 0 THEN ARRAY['develop'] ELSE ARRAY['retain', 'support'] END, 'A', 'ways', 1,
           (ARRAY['relating', 'being', 'doing'])[1 + n % 3], CASE n % 5 WHEN 0 THEN 6 ELSE 3 END, CASE n % 5 WHEN 1 THEN 4 ELSE 8 END,
           CASE n % 7 WHEN 0 THEN ARRAY['medical_dental'] ELSE '{{}}'::text[] END,
           'published', current_date - (n % 90) + CASE n % 10 WHEN 0 THEN 100 ELSE 0 END, current_date + 120 + n % 200, now()
      FROM generate_series(1, {offers}) n JOIN (SELECT id, row_number() OVER (ORDER BY code) AS r FROM organisations) o ON o.r = 1 + n % 200;
    INSERT INTO offer_cohorts (organisation_id, offer_id, id, starts_on, ends_on, is_online, place, places)
    SELECT organisation_id, id, gen_random_uuid(), closes_on + 20 + k * 60, closes_on + 60 + k * 60, abs(hashtext(id::text)) % 2 = 0, 'Here', 12
      FROM offers, generate_series(0, 1) k;
    INSERT INTO offer_partners (organisation_id, offer_id, partner_organisation_id)
    SELECT f.organisation_id, f.id, o.id FROM offers f JOIN organisations o ON abs(hashtext(f.id::text || o.code)) % 40 = 0
     WHERE abs(hashtext(f.id::text)) % 3 = 0;
    UPDATE offers f SET is_for_some = true WHERE EXISTS (SELECT 1 FROM offer_partners p WHERE p.offer_id = f.id);
    INSERT INTO people (id, given_name, family_name) VALUES ('{person}', 'Amara', 'Okafor');
    INSERT INTO employments (organisation_id, person_id, employee_number, listed_as)
    SELECT id, '{person}', '1', 'Okafor, Amara' FROM organisations WHERE code = 'O7';
    INSERT INTO assignments (organisation_id, id, person_id, kind, job_title, grade_scheme, grade, staff_group, fte, started)
    SELECT id, gen_random_uuid(), '{person}', 'substantive', 'Staff nurse', 'afc', '5', 'nursing_midwifery', 1, '2024-03-01'
      FROM organisations WHERE code = 'O7';
    ANALYZE;
"""
ASKED: dict[str, Search] = {
    "the first page": Search(),
    "words": Search(words="leading others 12"),
    "a kind": Search(kind=OfferKind.COACHING),
    "a purpose": Search(verb=Verb.DEVELOP),
    "a capability": Search(dimension="ways.being"),
    "online": Search(online=True),
    "open to me": Search(for_me=True),
    "all of it": Search("with", OfferKind.PROGRAMME, Verb.DEVELOP, "ways.relating", online=True, open_now=False),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--offers", type=int, default=5000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, local_postgres(Path(folder), durable=False) as url:
        asyncio.run(search(with_parts(url, name="offers"), given.offers))


async def search(url: str, offers: int) -> None:
    await migrate.run(url)
    person = uuid4()
    connection = await asyncpg.connect(url)
    await connection.execute(LAY_OUT.format(offers=offers, person=person))
    await connection.close()
    engine = engine_for(url, APP)
    sessions, actor = sessions_on(engine), Actor("Amara Okafor", uuid4(), person)
    slowest = 0.0
    for name, wanted in ASKED.items():
        took, found = await timed(lambda wanted=wanted: _page(sessions, actor, wanted))
        slowest = max(slowest, took)
        print(f"{name:16} {took:5.1f} ms  {found} on the page")
    cursor: str | None = None
    for _ in range(50):
        cursor = (await _whole(sessions, actor, Search(open_now=False), cursor)).next_cursor
    took, _ = await timed(lambda: _page(sessions, actor, Search(open_now=False), cursor))
    print(f"{'the 51st page':16} {took:5.1f} ms")
    await engine.dispose()
    print(f"Slowest {max(slowest, took):.1f} ms of {GOAL} ms, over {offers:,} offers.")


async def timed(asking: Callable[[], Any]) -> tuple[float, int]:
    """(median milliseconds, rows) of 15 turns after two that warm up."""
    took: list[float] = []
    found = 0
    for _ in range(17):
        began = time.perf_counter()
        found = await asking()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[2:]), found


async def _page(sessions: Sessions, actor: Actor, wanted: Search, cursor: str | None = None) -> int:
    return len((await _whole(sessions, actor, wanted, cursor)).items)


async def _whole(sessions: Sessions, actor: Actor, wanted: Search, cursor: str | None = None) -> Any:
    async with transaction(sessions, actor) as session:
        posts = await list_posts_now(session, actor.person_id)
        return await find_offers(session, wanted, posts, today(), cursor)


if __name__ == "__main__":
    main()
