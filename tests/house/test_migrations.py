"""The migrations make exactly the tables that the code describes, and can take them all away again."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from service.cli import migrate
from service.cli.database import with_parts
from service.kit.db import driver_url
from tests.builders import Builder

LEFT = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S', 'm') AND relname <> 'alembic_version'
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'private'
"""

# What an import would have written of each post: a hash of the whole row as it left it.
LEAVE = """
    INSERT INTO import_changes (organisation_id, import_id, what, record_id, after)
    SELECT organisation_id, gen_random_uuid(), 'assignments', id, hashtextextended(a::text, 0) FROM assignments a
     RETURNING 1
"""
AS_LEFT = "SELECT c.after = hashtextextended(a::text, 0) FROM import_changes c JOIN assignments a ON a.id = c.record_id"


@pytest.fixture(scope="module")
async def scratch(admin_url: str) -> AsyncIterator[str]:
    name = f"scratch_{uuid4().hex[:8]}"
    url = with_parts(admin_url, name=name)
    await migrate.run(url)
    yield url
    engine = create_async_engine(driver_url(with_parts(admin_url, name="postgres")), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await engine.dispose()


async def test_up_down_and_up_again_and_the_tables_match_the_code(scratch: str) -> None:
    await migrate.run(scratch, "check")
    assert await ask(scratch, "SELECT count(*) FROM crosswalk_entries") != [0]
    await migrate.run(scratch, "base")
    assert await ask(scratch, LEFT) == []
    await migrate.run(scratch)
    await migrate.run(scratch)
    await migrate.run(scratch, "check")


@pytest.mark.parametrize("there", ["0026"])
async def test_an_import_can_be_undone_after_its_tables_have_changed(scratch: str, there: str) -> None:
    engine = create_async_engine(driver_url(scratch))
    make = Builder(engine)
    here = await make.organisation()
    post = await make.assignment(here, await make.person(here))
    await make.assignment(here, await make.person(here), contract="bank")
    assert await ask(scratch, LEAVE) == [1, 1]
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE assignments SET job_title = 'Matron' WHERE id = :id"), {"id": post})
    await engine.dispose()
    for revision in (there, "head"):
        await migrate.run(scratch, revision)
        assert {*await ask(scratch, AS_LEFT)} == {False, True}, "what somebody changed since stays told apart"


async def ask(url: str, question: str) -> list[object]:
    engine = create_async_engine(driver_url(url))
    async with engine.begin() as connection:
        found = list((await connection.execute(text(question))).scalars())
    await engine.dispose()
    return found
