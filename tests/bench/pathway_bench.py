"""Server time of "Your pathway": `python -m tests.bench.pathway_bench [ROLES] [STEPS]`.

In process, over ASGI, with the real application, its sign-in, authorisation and row security: no network and no other
load. One person with evidence, a wish and nine posts, in a system of many roles and steps.
"""

import asyncio
import sys
import tempfile
from datetime import date
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import httpx
from litestar import Litestar
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service.access.doors import COOKIE
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.kit.db import driver_url, transaction
from service.kit.ids import new_id
from service.pathways.myself import pathway_of
from service.pathways.tables import Aspiration, PathwayStep
from service.settings import Settings
from tests.bench.report_bench import _served, _timed
from tests.builders import Builder, SignedIn
from tests.pathways.test_row_security import eyes

ROLES, STEPS = 1_500, 6_000
ADDRESSES = ("/me", "/api/me/pathway", "/me/evidence", "/me/aspirations", "/api/steps?role={code}")
SIDES = ("promotion", "lateral", "cross_sector", "return")


def main() -> int:
    given = [int(text.replace("_", "")) for text in sys.argv[1:3]]
    roles, steps = (*given, *(ROLES, STEPS)[len(given) :])
    with tempfile.TemporaryDirectory() as folder, local_postgres(Path(folder) / "postgres", durable=False) as url:
        asyncio.run(_measure(with_parts(url, name="bench"), roles, steps, Path(folder)))
    return 0


async def _measure(url: str, roles: int, steps: int, folder: Path) -> None:
    await migrate.run(url)
    (folder / "assets").mkdir()
    admin = create_async_engine(driver_url(url))
    who, code = await _fill(admin, roles, steps)
    settings = Settings(database_url=url, folder=folder)  # pyright: ignore[reportCallIssue]
    async with _served(settings) as app:
        print(f"{roles:,} roles and {steps:,} steps more than every system starts with")
        await _whole(app, who.token, code)
        await _parts(app, who)
    await admin.dispose()


async def _fill(admin: AsyncEngine, roles: int, steps: int) -> tuple[SignedIn, str]:
    """A person in the middle of it all, and the code of their role."""
    make, dice = Builder(admin), Random(1)
    ids = await make.many_roles(roles)
    pairs = {(ids[0], ids[n]) for n in range(1, 41)}
    while len(pairs) < steps:
        first, then = dice.choice(ids), dice.choice(ids)
        if first != then:
            pairs.add((first, then))
    rows = [
        {"id": new_id(), "from_profile_id": a, "to_profile_id": b, "kind": SIDES[n % 4], "typical_months": 24}
        for n, (a, b) in enumerate(sorted(pairs))
    ]
    async with admin.begin() as connection:
        await connection.execute(insert(PathwayStep), rows)
        await connection.exec_driver_sql("ANALYZE")
    return await _somebody(make), await _role_of(make, ids[0])


async def _somebody(make: Builder) -> SignedIn:
    here = await make.organisation()
    who = await make.staff(here)
    async with make.admin.connect() as connection:
        title = (
            await connection.exec_driver_sql("SELECT titles[1] FROM role_profiles WHERE title LIKE 'Role % 0'")
        ).scalar_one()
    await make.assignment(here, who.person, job_title=title, staff_group="social_care", grade="5")
    for n in range(8):
        await make.assignment(here, who.person, kind="secondment", fte="0.1", job_title=f"Post {n}")
    for month in range(1, 10):
        await make.evidence(who.person, here, happened_on=date(2026, month, 1))
    wish = {"timeframe": "now", "working_pattern": "flexible", "willing_to_move": "nearby"}
    await make._insert(Aspiration, {"person_id": who.person, "version": 1, "target_family": "nursing", **wish})
    return who


async def _role_of(make: Builder, role: object) -> str:
    async with make.admin.connect() as connection:
        return (await connection.exec_driver_sql(f"SELECT code FROM role_profiles WHERE id = '{role}'")).scalar_one()


async def _whole(app: Litestar, token: str, code: str) -> None:
    transport: Any = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"Cookie": f"{COOKIE}={token}"}
    ) as client:
        print(f"\n{'whole request, milliseconds':<62}median   p95    bytes")
        for address in ADDRESSES:
            path = address.format(code=code)
            answer = await client.get(path)
            answer.raise_for_status()
            found = await _timed(lambda path=path: client.get(path))
            slowest = quantiles(found, n=20)[-1]
            print(f"  {address:<60}{median(found):6.1f}{slowest:6.1f}{len(answer.content):9,}")


async def _parts(app: Litestar, who: SignedIn) -> None:
    async with transaction(app.state.sessions, eyes(who)) as session:
        found = await _timed(lambda: pathway_of(session, who.person))
        pathway = await pathway_of(session, who.person)
    print(f"\n  of which where somebody is and what is around them          {median(found):6.1f}")
    print(f"  ({len(pathway.suggestions)} steps shown from the role found by {pathway.place.how})")


if __name__ == "__main__":
    sys.exit(main())
