"""Databases that take long to fill: filled once a run, by whichever worker needs one first, and copied for all."""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from service.cli.database import with_parts

Fill = Callable[[str], Awaitable[None]]
RUN_SETTING = "RIDGEWAY_TEST_RUN"  # two runs may share a server that somebody named: neither copies the other's


async def a_copy(admin_url: str, what: str, fill: Fill) -> str:
    """The URL of a new database like the one that `fill` makes, which it does the first time that it is asked for."""
    template, name = f"template_{what}_{os.environ[RUN_SETTING]}", f"{what}_{os.getpid()}_{uuid4().hex[:6]}"
    async with _server(admin_url) as server:
        # Held until this connection closes: another worker waits here while the first one fills.
        await server.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", template)
        if not await server.fetchval("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", template):
            try:
                await fill(with_parts(admin_url, name=template))
            except BaseException:
                # Whole or not at all: half of one would be copied by the next who asks.
                await _drop(server, template)
                raise
        await server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return with_parts(admin_url, name=name)


async def dropped(admin_url: str, url: str) -> None:
    async with _server(admin_url) as server:
        await _drop(server, urlsplit(url).path.lstrip("/"))


async def drop_templates(admin_url: str) -> None:
    """Those of this run."""
    ours = f"template\\_%\\_{os.environ[RUN_SETTING]}"
    async with _server(admin_url) as server:
        for (name,) in await server.fetch("SELECT datname FROM pg_database WHERE datname LIKE $1", ours):
            await _drop(server, name)


async def _drop(server: asyncpg.Connection, name: str) -> None:
    """Nobody who is still there is waited for."""
    await server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@asynccontextmanager
async def _server(admin_url: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(with_parts(admin_url, name="postgres"))
    try:
        yield connection
    finally:
        await connection.close()
