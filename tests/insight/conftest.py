"""A database of its own, because a snapshot reads all there is: 3,000 made-up staff, and two releases."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from analytics.synthetic import GRADES, System, make
from migrations.roles import ANALYST, APP
from service.access.actions import form_token
from service.access.doors import COOKIE, FORM_HEADER
from service.cli import migrate
from service.cli.made_up import load
from service.cli.numbers import release_snapshot, take_snapshot
from service.insight.actions import Published
from service.insight.drafting import Draft, draft, rule_with
from service.insight.snapshots import Snapshot
from service.kit.db import Sessions, driver_url, engine_for, sessions_on
from service.main import create_app
from service.settings import Settings
from tests import copies
from tests.builders import Builder, SignedIn

UNTIL = date(2026, 9, 30)
EARLIER = date(2025, 9, 30)


def quiet(_: str) -> None:
    """Nobody listens to progress in a test."""


@dataclass(frozen=True)
class Numbers:
    """What the tests of this room stand on."""

    settings: Settings
    app: Litestar
    admin: AsyncEngine
    system: System
    empty_page: str
    snapshots: tuple[Snapshot, Snapshot]
    releases: tuple[Published, Published]

    @property
    def make(self) -> Builder:
        return Builder(self.admin)

    @property
    def codes(self) -> list[str]:
        return self.system.organisations["code"].to_list()

    @asynccontextmanager
    async def browse(self, who: SignedIn | None = None) -> AsyncGenerator[httpx.AsyncClient]:
        headers = {"Cookie": f"{COOKIE}={who.token}", FORM_HEADER: form_token(who.token)} if who else {}
        transport = httpx.ASGITransport(
            app=cast(Any, self.app), raise_app_exceptions=False, client=("127.0.0.1", 12345)
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
            yield client


@asynccontextmanager
async def a_database(admin_url: str) -> AsyncGenerator[str]:
    """A migrated database with nothing in it, gone at the end."""
    url = await copies.a_copy(admin_url, "test", migrate.run)
    await migrate.run(url)
    yield url
    await copies.dropped(admin_url, url)


async def fill(url: str, system: System) -> None:
    connection = await asyncpg.connect(url)
    try:
        await load(connection, system)
        await map_grades(connection)
    finally:
        await connection.close()


async def map_grades(connection: asyncpg.Connection) -> None:
    """The made-up system's own crosswalk, as the newest edition."""
    version: int = await connection.fetchval("SELECT 1 + coalesce(max(version), 0) FROM crosswalk_versions") or 1
    await connection.execute(
        "INSERT INTO crosswalk_versions (version, approved_by, approved_on) VALUES ($1, 'A board', '2026-01-05')",
        version,
    )
    for scheme in sorted(set(GRADES["scheme"])):
        await connection.execute("INSERT INTO grade_schemes VALUES ($1, $1) ON CONFLICT DO NOTHING", scheme)
    mapped = GRADES.drop_nulls("level").select("scheme", "grade", "label", "level").rows()
    await connection.executemany(
        "INSERT INTO crosswalk_entries VALUES ($1, $2, $3, $4, $5)", [(version, *row) for row in mapped]
    )


@pytest.fixture(scope="session")
async def numbers(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Numbers]:
    system = make(staff=3_000, organisations=5, years=3, until=UNTIL)
    async with a_database(admin_url) as url:
        await fill(url, system)
        folder = Path(tmp_path_factory.mktemp("numbers"))
        (folder / "assets").mkdir()
        settings = Settings(database_url=url, folder=folder, demo=True)
        admin = create_async_engine(driver_url(url))
        app = create_app(settings)
        made = Numbers(settings, app, admin, system, await _first_page(app, admin), *(await _released(settings)))
        yield made
        await admin.dispose()
        await app.state.sessions.kw["bind"].dispose()


async def _first_page(app: Litestar, admin: AsyncEngine) -> str:
    """What a leader sees before anything was released."""
    leader = await Builder(admin).leader()
    transport = httpx.ASGITransport(app=cast(Any, app), client=("127.0.0.1", 12345))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        return (await client.get("/reports", headers={"Cookie": f"{COOKIE}={leader.token}"})).text


async def _released(settings: Settings) -> tuple[tuple[Snapshot, Snapshot], tuple[Published, Published]]:
    snapshots = [await take_snapshot(settings, quiet, on) for on in (EARLIER, UNTIL)]
    releases = [await release_snapshot(settings, quiet, snapshot.id) for snapshot in snapshots]
    return (snapshots[0], snapshots[1]), (releases[0], releases[1])


@pytest.fixture(scope="session")
def drafted(numbers: Numbers) -> Draft:
    """The newest snapshot as a draft: what most tests need of one, drawn once."""
    return draft(numbers.snapshots[1], rule_with(10), 9, None, quiet)


@pytest.fixture(scope="session")
async def analyst_engine(numbers: Numbers) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(numbers.settings.analyst_url, ANALYST)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def analyst_sessions(analyst_engine: AsyncEngine) -> Sessions:
    return sessions_on(analyst_engine)


@pytest.fixture(scope="session")
async def app_engine(numbers: Numbers) -> AsyncIterator[AsyncEngine]:
    engine = engine_for(numbers.settings.database_url, APP)
    yield engine
    await engine.dispose()
