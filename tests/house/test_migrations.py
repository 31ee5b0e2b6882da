"""The migrations make exactly the tables that the code describes, and can take them all away again."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from service.cli import migrate
from service.cli.database import with_parts
from service.kit.db import driver_url

LEFT = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S', 'm') AND relname <> 'alembic_version'
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'private'
"""


@pytest.fixture
async def scratch(admin_url: str) -> AsyncIterator[str]:
    name = f"scratch_{uuid4().hex[:8]}"
    yield with_parts(admin_url, name=name)
    engine = create_async_engine(driver_url(with_parts(admin_url, name="postgres")), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await engine.dispose()


async def test_up_down_and_up_again_and_the_tables_match_the_code(scratch: str) -> None:
    await migrate.run(scratch)
    await migrate.run(scratch, "check")
    assert await ask(scratch, "SELECT count(*) FROM crosswalk_entries") != [0]
    await migrate.run(scratch, "base")
    assert await ask(scratch, LEFT) == []
    await migrate.run(scratch)
    await migrate.run(scratch)
    await migrate.run(scratch, "check")


async def ask(url: str, question: str) -> list[object]:
    engine = create_async_engine(driver_url(url))
    async with engine.connect() as connection:
        found = list((await connection.execute(text(question))).scalars())
    await engine.dispose()
    return found
