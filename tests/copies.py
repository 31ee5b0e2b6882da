"""Databases that take long to fill: each is filled once a run, by whichever worker needs it first, and copied for all."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from service.cli.database import with_parts

Fill = Callable[[str], Awaitable[None]]
# Two runs may share a server that somebody named: neither copies the other's.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())


async def a_copy(admin_url: str, what: str, fill: Fill) -> str:
    """The URL of a new database like the one that `fill` makes, which it does the first time that it is asked for."""
    template, name = f"{what}_{RUN[:12]}", f"{what}_{os.getpid()}_{uuid4().hex[:6]}"
    async with _server(admin_url) as server:
        # Held until this connection closes: another worker waits here while the first one fills.
        await server.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", template)
        if not await server.fetchval("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", template):
            await _filled(server, with_parts(admin_url, name=template), fill)
        await server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return with_parts(admin_url, name=name)


async def dropped(admin_url: str, *urls: str) -> None:
    """Nobody is waited for."""
    async with _server(admin_url) as server:
        for url in urls:
            await server.execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')


async def drop_templates(admin_url: str) -> None:
    """Those of this run."""
    async with _server(admin_url) as server:
        names = await server.fetch("SELECT datname FROM pg_database WHERE datname LIKE '%\\_' || $1", RUN[:12])
        for (name,) in names:
            await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _filled(server: asyncpg.Connection, url: str, fill: Fill) -> None:
    """Whole or not at all: half of one would be copied by the next who asks."""
    try:
        await fill(url)
    except BaseException:
        await server.execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')
        raise


@asynccontextmanager
async def _server(admin_url: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(with_parts(admin_url, name="postgres"))
    try:
        yield connection
    finally:
        await connection.close()
