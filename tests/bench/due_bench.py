"""Server time of the lists of who should have a conversation, of the work page, a plan and a calendar's feed:
`python -m tests.bench.due_bench [STAFF]`.

One organisation of STAFF (20,000), half of them overdue, beside another with five times as many. In process, over ASGI,
with the real application, its sign-in, authorisation, row security and audit: no network and no other load.
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
from uuid import UUID, uuid5

import asyncpg
import httpx
from litestar import Litestar

from service.access.doors import COOKIE
from service.cli import migrate
from service.cli.database import with_parts
from service.cli.local_postgres import local_postgres
from service.main import create_app
from service.settings import Settings

TIMES, WARM_UP = 200, 20
HERE, THERE = (uuid5(UUID(int=0), name) for name in ("here", "there"))
FEED = "a-calendar"
FIRST = "/conversations/due?show=overdue"
ADDRESSES = (
    "/work",
    FIRST,
    "{deep}",
    *(f"/conversations/due?show={show}" for show in ("soon", "asked", "none_yet", "no_date", "planned", "reason")),
    f"/api/conversations/due?organisation_id={HERE}",
    "/conversations/workload",
    "/me/plan",
    f"/calendar/{FEED}.ics",
)
# The first 200 of each organisation hold the conversations; every second of the others is overdue.
FILL = """
    INSERT INTO organisations (id, code, name, kind) VALUES ('{place}', '{code}', 'Organisation {code}', 'trust');
    CREATE TEMP TABLE made ON COMMIT DROP AS
        SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS talk FROM generate_series(1, {staff}) n;
    INSERT INTO people (id, given_name, family_name) SELECT id, 'Given' || n, 'Family' || n % 5000 FROM made;
    INSERT INTO employments (organisation_id, person_id, employee_number, listed_as)
        SELECT '{place}', id, n, 'Family' || n % 5000 || ', Given' || n FROM made;
    INSERT INTO conversations (person_id, id, organisation_id, facilitator_id, recorded_by_id, kind, held_on, next_due_on)
        SELECT p.id, p.talk, '{place}', f.id, f.id, 'follow_up', current_date - 400, current_date - p.n % 365 - 1
          FROM made p JOIN made f ON f.n = p.n % 200 + 1 WHERE p.n % 2 = 0 AND p.n > 200;
    INSERT INTO conversation_states (person_id, conversation_id, number, state, by_id)
        SELECT p.id, p.talk, 1, 'held', f.id FROM made p JOIN made f ON f.n = p.n % 200 + 1 WHERE p.n % 2 = 0 AND p.n > 200;
"""


def main() -> int:
    staff = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder, local_postgres(Path(folder) / "postgres", durable=False) as url:
        asyncio.run(_measure(with_parts(url, name="bench"), staff, Path(folder)))
    return 0


async def _measure(url: str, staff: int, folder: Path) -> None:
    await migrate.run(url)
    (folder / "assets").mkdir()
    began = time.perf_counter()
    token = await _fill(url, staff)
    print(f"{staff:,} staff, half of them overdue, made in {time.perf_counter() - began:.1f} s")
    app = create_app(Settings(database_url=url, folder=folder))  # pyright: ignore[reportCallIssue]
    async with _served(app):
        await _whole(app, token)


async def _fill(url: str, staff: int) -> str:
    """Two organisations, and the second facilitator of the first signed in as its HR partner too."""
    token = secrets.token_urlsafe(32)
    connection = await asyncpg.connect(url)
    try:
        for place, code, many in ((HERE, "HERE", staff), (THERE, "THERE", 5 * staff)):
            async with connection.transaction():
                await connection.execute(FILL.format(place=place, code=code, staff=many))
        me = await connection.fetchval(
            "SELECT facilitator_id FROM conversations WHERE organisation_id = $1 ORDER BY facilitator_id LIMIT 1", HERE
        )
        account = await connection.fetchval(
            "INSERT INTO accounts (id, name, email, person_id) VALUES (gen_random_uuid(), 'Partner', 'p@example.org', $1)"
            " RETURNING id",
            me,
        )
        await connection.execute(
            "INSERT INTO grants (id, account_id, role, organisation_id, granted_by)"
            " VALUES (gen_random_uuid(), $1, 'hr_partner', $2, 'bench')",
            account,
            HERE,
        )
        await connection.execute(
            "INSERT INTO sign_ins (token_hash, account_id, device) VALUES ($1, $2, 'bench')",
            sha256(token.encode()).digest(),
            account,
        )
        await connection.execute("INSERT INTO calendar_feeds VALUES ($1, $2)", me, sha256(FEED.encode()).digest())
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return token


@asynccontextmanager
async def _served(app: Litestar) -> AsyncGenerator[None]:
    async with app.lifespan():
        yield


async def _whole(app: Litestar, token: str) -> None:
    transport: Any = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType]
    headers = {"Cookie": f"{COOKIE}={token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        deep = await _deep(client)
        print(f"\n{'whole request, milliseconds':<62}median   p95    bytes")
        for asked in ADDRESSES:
            address = asked.format(deep=deep)
            answer = await client.get(address)
            answer.raise_for_status()
            found = await _timed(lambda address=address: client.get(address))
            told = "page 100 of the same" if asked == "{deep}" else asked.replace(str(HERE), "...")
            print(f"  {told:<60}{median(found):6.1f}{quantiles(found, n=20)[-1]:6.1f}{len(answer.content):9,}")


async def _deep(client: httpx.AsyncClient) -> str:
    """The address of page 100 of the overdue, or of the last there is."""
    cursor = None
    for _ in range(99):
        asked = {"organisation_id": str(HERE)} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/conversations/due", params=asked)).json()
        if not page["next_cursor"]:
            break
        cursor = page["next_cursor"]
    return f"{FIRST}&cursor={cursor}" if cursor else FIRST


async def _timed(ask: Callable[[], Awaitable[Any]]) -> list[float]:
    """Milliseconds of each."""
    found: list[float] = []
    for _ in range(WARM_UP + TIMES):
        began = time.perf_counter()
        await ask()
        found.append(1000 * (time.perf_counter() - began))
    return found[WARM_UP:]


if __name__ == "__main__":
    sys.exit(main())
