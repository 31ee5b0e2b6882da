"""Search and explained matches over many opportunities: `python -m tests.bench.opportunities_bench [OPPORTUNITIES]`.

As the application's role, with row security. Beside each, in the same run: the floor, which is the same rows read by a
bare asyncpg connection past all row security.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import asyncpg
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.roles import APP
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import Sessions, driver_url, engine_for, sessions_on, transaction
from service.kit.ids import new_id
from service.opportunities.queries.matching import explain, find_reader, matches_for
from service.opportunities.queries.opportunities import get_opportunity, list_open
from service.opportunities.rules.kinds import OpportunityKind
from service.opportunities.schemas.opportunities import OpportunityFilter
from service.opportunities.tables import Opportunity
from service.posts.rules import StaffGroup
from tests.builders import Builder, SignedIn

OPPORTUNITIES, TIMES = 5_000, 40
WORDS = ("ward", "clinic", "digital", "community", "theatre", "family", "finance", "estates", "learning", "urgent")


def main() -> int:
    number = int(sys.argv[1].replace("_", "")) if sys.argv[1:] else OPPORTUNITIES
    with tempfile.TemporaryDirectory() as folder, local_postgres(Path(folder) / "postgres", durable=False) as url:
        asyncio.run(_measure(with_parts(url, name="bench"), number))
    return 0


async def _measure(url: str, number: int) -> None:
    await migrate.run(url)
    who, one = await _fill(url, number)
    engine = engine_for(url, APP)
    sessions, actor = sessions_on(engine), Actor(who.name, who.account_id, who.person_id)
    floor = await asyncpg.connect(url)
    print(f"{number:,} opportunities that are open now")
    search = OpportunityFilter(search="community ward", level=7)
    await _told("search, first page", lambda: _in(sessions, actor, lambda s: list_open(s, search, today(), None, 30)))
    await _told("  floor: the same words, bare", lambda: floor.fetch(_FLOOR, "%community%", "%ward%"))
    await _told("matches of one person, with the person", lambda: _in(sessions, actor, lambda s: _matches(s, who)))
    await _told("  floor: the rows that are matched, bare", lambda: floor.fetch(_ROWS))
    await _told("one match explained", lambda: _in(sessions, actor, lambda s: _explained(s, who, one)))
    await floor.close()
    await engine.dispose()


_FLOOR = """
    SELECT o.id, o.title, g.name, o.closes_on FROM opportunities o JOIN organisations g ON g.id = o.organisation_id
     WHERE o.state = 'published' AND o.closes_on >= current_date AND o.level = 7 AND o.found_by LIKE $1 AND o.found_by LIKE $2
     ORDER BY o.closes_on, o.id LIMIT 31
"""
_ROWS = """
    SELECT o.id, o.organisation_id, o.kind, o.level, o.staff_group, o.profile_id, r.family_code, r.tier, o.closes_on
      FROM opportunities o LEFT JOIN role_profiles r ON r.id = o.profile_id
     WHERE o.state = 'published' AND o.closes_on >= current_date ORDER BY o.closes_on
"""


async def _fill(url: str, number: int) -> tuple[SignedIn, Any]:
    """A person with a post, a wish and evidence, and as many opportunities of twelve organisations."""
    admin = create_async_engine(driver_url(url))
    make, dice = Builder(admin), Random(1)
    places = [await make.organisation() for _ in range(12)]
    who = await make.staff(places[0])
    await make.assignment(places[0], who.person, grade="6")
    await make.evidence(who.person)
    async with admin.begin() as connection:
        roles = (await connection.execute(text("SELECT id, level FROM role_profiles"))).all()
        wish = "INSERT INTO aspirations (person_id, version, target_family, target_level, timeframe, working_pattern,"
        row = " willing_to_move) SELECT :p, 1, min(code), 7, 'now', 'part_time', 'anywhere_in_system' FROM job_families"
        await connection.execute(text(wish + row), {"p": who.person})
        rows = [_row(dice, places, roles) for _ in range(number)]
        await connection.execute(insert(Opportunity), rows)
        await connection.execute(text("ANALYZE"))
    await admin.dispose()
    return who, rows[0]["id"]


def _row(dice: Random, places: list[Any], roles: Any) -> dict[str, Any]:
    role = dice.choice(roles)
    words = " ".join(dice.choices(WORDS, k=30))
    return {
        "organisation_id": dice.choice(places), "id": new_id(), "kind": dice.choice((OpportunityKind.VACANCY, OpportunityKind.SHADOWING)),
        "title": f"{dice.choice(WORDS)} lead", "profile_id": role.id, "level": role.level,
        "staff_group": dice.choice(list(StaffGroup)), "working_pattern": dice.choice(("part_time", "no_preference")),
        "summary": words, "state": "published", "opens_on": today(), "internal_until": today(),
        "closes_on": today() + timedelta(days=dice.randint(0, 60)),
    }  # fmt: skip


async def _matches(session: Any, who: SignedIn) -> int:
    return len(await matches_for(session, await find_reader(session, who.person, today()), today()))


async def _explained(session: Any, who: SignedIn, one: Any) -> Any:
    held = await get_opportunity(session, one, today())
    return await explain(session, await find_reader(session, who.person, today()), held)


async def _in(sessions: Sessions, actor: Actor, work: Callable[[Any], Awaitable[Any]]) -> Any:
    async with transaction(sessions, actor) as session:
        return await work(session)


async def _told(what: str, work: Callable[[], Awaitable[Any]]) -> None:
    taken: list[float] = []
    for turn in range(TIMES + 5):
        began = time.perf_counter()
        await work()
        if turn >= 5:
            taken.append(1000 * (time.perf_counter() - began))
    print(f"{what:45} median {median(taken):7.1f} ms   95th of 100 {quantiles(taken, n=20)[-1]:7.1f} ms")


if __name__ == "__main__":
    raise SystemExit(main())
