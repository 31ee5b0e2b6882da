"""A migrated, real PostgreSQL; the real application; people to sign in as.

Tests commit for real. They do not meet because each makes organisations of its own (tests.builders), as real employers
would be.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from hypothesis import settings as hypothesis_settings
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from migrations.roles import ANALYST, APP
from service.access.actions import form_token
from service.access.doors import COOKIE, FORM_HEADER
from service.cli import migrate
from service.cli.keys import ensure_keys
from service.kit.db import Sessions, driver_url, engine_for, sessions_on
from service.main import create_app
from service.settings import Settings
from tests import copies
from tests.builders import Builder, SignedIn

# Machines are shared: how long an example takes says nothing about it.
hypothesis_settings.register_profile("shared machine", deadline=None)
hypothesis_settings.load_profile("shared machine")

pytest_plugins = ["tests.postgres", "tests.running"]

# The longest first, so that no worker is left with one of them when the others have finished.
LONGEST = ("tests/hostile/test_every_route", "tests/hostile", "tests/journeys", "tests/access", "tests/insight")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {place: number for number, place in enumerate(LONGEST)}
    items.sort(key=lambda item: next((n for place, n in places.items() if item.nodeid.startswith(place)), len(LONGEST)))


Client = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(scope="session")
async def database_url(admin_url: str) -> AsyncIterator[str]:
    """One migrated database for each worker of the run, gone at the end."""
    url = await copies.a_copy(admin_url, "test", migrate.run)
    # What a database lets whom do is not copied with it.
    await migrate.run(url)
    yield url
    await copies.dropped(admin_url, url)


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("ridgeway")
    (folder / "assets").mkdir()
    ensure_keys(folder / "notes.keys")
    return Settings(database_url=database_url, admin_database_url=database_url, folder=Path(folder), demo=True)


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[Litestar]:
    made = create_app(settings)
    started, finished = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with made.lifespan():
            started.set()
            await finished.wait()

    # A task of its own: the lifespan must end in the task that began it, and a fixture's two halves are two tasks.
    life = asyncio.create_task(live())
    await started.wait()
    yield made
    finished.set()
    await life


@pytest.fixture(scope="session")
def sessions(app: Litestar) -> Sessions:
    """Sessions of the application's role: bound by row security."""
    return app.state.sessions


@pytest.fixture(scope="session")
async def admin(database_url: str) -> AsyncIterator[AsyncEngine]:
    """The database's administrator, past all row security: for laying out what a test needs and for looking at what it
    left.
    """
    engine = create_async_engine(driver_url(database_url))
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
async def analyst(database_url: str) -> AsyncIterator[Sessions]:
    engine = engine_for(database_url, ANALYST)
    yield sessions_on(engine)
    await engine.dispose()


@pytest.fixture(scope="session")
async def as_app(database_url: str) -> AsyncIterator[AsyncEngine]:
    """The application's role with nobody signed in, for raw SQL."""
    engine = engine_for(database_url, APP)
    yield engine
    await engine.dispose()


@pytest.fixture
def make(admin: AsyncEngine) -> Builder:
    return Builder(admin)


@pytest.fixture
def browse(app: Litestar) -> Client:
    """`async with browse(who) as client`: a client of the real application, signed in as `who` (or as nobody)."""

    @asynccontextmanager
    async def signed_in(who: SignedIn | None = None) -> AsyncGenerator[httpx.AsyncClient, None]:
        headers = {"Cookie": f"{COOKIE}={who.token}", FORM_HEADER: form_token(who.token)} if who else {}
        transport = httpx.ASGITransport(app=cast("Any", app), raise_app_exceptions=False, client=("127.0.0.1", 12345))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
            yield client

    return signed_in
