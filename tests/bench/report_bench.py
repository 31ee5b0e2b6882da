"""Server time of a report page, read from a release: `python -m tests.bench.report_bench [STAFF]`.

In process, over ASGI, with the real application, its sign-in, authorisation and row security: no network and no other
load. Then the parts of it one by one, to say what dominates.
"""

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import httpx
from litestar import Litestar

from analytics.synthetic import make
from service.access.doors import COOKIE
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.cli.made_up import load
from service.cli.numbers import PUBLISHER, make_release
from service.insight.presenters import report_page
from service.insight.queries import get_report
from service.insight.rules import Characteristic
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import transaction
from service.kit.ids import new_id
from service.main import create_app
from service.settings import Settings
from service.web.templating import environment

TIMES = 200
WARM_UP = 20
ADDRESSES = (
    "/reports",
    "/reports/representation",
    "/reports/representation?characteristic=age_band",
    "/reports/representation.svg?release={release}&group=white",
    "/reports/representation.csv?release={release}",
    "/reports/representation.xlsx?release={release}",
    "/api/releases/{release}/representation",
)
LEADER = Actor("Leader", roles=frozenset({"system_leader"}))


def main() -> int:
    staff = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 15_000
    with tempfile.TemporaryDirectory() as folder, local_postgres(Path(folder) / "postgres", durable=False) as url:
        asyncio.run(_measure(with_parts(url, name="bench"), staff, Path(folder)))
    return 0


async def _measure(url: str, staff: int, folder: Path) -> None:
    await migrate.run(url)
    (folder / "assets").mkdir()
    settings = Settings(database_url=url, folder=folder)  # pyright: ignore[reportCallIssue]
    token = await _fill(url, staff)
    began = time.perf_counter()
    made = await make_release(settings)
    print(f"{staff:,} staff: snapshot and release made in {time.perf_counter() - began:.1f} s")
    async with _served(settings) as app:
        await _whole(app, token, str(made.id))
        await _parts(app)


async def _fill(url: str, staff: int) -> str:
    """A made-up system, and a leader who is signed in."""
    token, account = secrets.token_urlsafe(32), new_id()
    connection = await asyncpg.connect(url)
    try:
        await load(connection, make(staff=staff, organisations=12, years=5, until=today()))
        await connection.execute(
            "INSERT INTO accounts (id, name, email) VALUES ($1, 'Leader', 'leader@example.org')", account
        )
        await connection.execute(
            "INSERT INTO grants (id, account_id, role, granted_by) VALUES ($1, $2, 'system_leader', 'bench')",
            new_id(),
            account,
        )
        await connection.execute(
            "INSERT INTO sign_ins (token_hash, account_id, device) VALUES ($1, $2, 'bench')",
            sha256(token.encode()).digest(),
            account,
        )
    finally:
        await connection.close()
    return token


@asynccontextmanager
async def _served(settings: Settings) -> AsyncGenerator[Litestar]:
    app = create_app(settings)
    async with app.lifespan():
        yield app


async def _whole(app: Litestar, token: str, release: str) -> None:
    transport: Any = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"Cookie": f"{COOKIE}={token}"}
    ) as client:
        print(f"\n{'whole request, milliseconds':<62}median   p95    bytes")
        for address in ADDRESSES:
            answer = await client.get(address.format(release=release))
            answer.raise_for_status()
            found = await _timed(lambda address=address: client.get(address.format(release=release)))
            slowest = quantiles(found, n=20)[-1]
            print(f"  {address.format(release='...'):<60}{median(found):6.1f}{slowest:6.1f}{len(answer.content):9,}")


async def _parts(app: Litestar) -> None:
    """What the ethnicity page is made of."""
    async with transaction(app.state.sessions, LEADER) as session:
        read = await _timed(lambda: get_report(session, "", Characteristic.ETHNICITY))
        row = await get_report(session, "", Characteristic.ETHNICITY)
    page = report_page(row, newest=True)
    template = environment().get_template("insight/representation.html")
    around = {"actor": PUBLISHER, "navigation": [], "path": "/reports", "csrf_token": "", "demo": True}
    print("\nparts of /reports/representation, milliseconds (median)")
    print(f"  read the row                {median(read):5.2f}")
    presented = await _timed(_at_once(lambda: report_page(row, newest=True)))
    filled = await _timed(_at_once(lambda: template.render(page=page, **around)))
    print(f"  present it                  {median(presented):5.2f}")
    print(f"  fill the template           {median(filled):5.2f}")
    print("  the rest is the session, row security, the framework and the client that asks")


def _at_once(work: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    async def done() -> object:
        return work()

    return done


async def _timed(work: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds, TIMES of them, after a warm-up."""
    found: list[float] = []
    for at in range(WARM_UP + TIMES):
        began = time.perf_counter()
        await work()
        if at >= WARM_UP:
            found.append((time.perf_counter() - began) * 1000)
    return found


if __name__ == "__main__":
    sys.exit(main())
