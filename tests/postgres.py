"""A real PostgreSQL for the tests: the one that is named, or one of our own that is gone when the run ends.

RIDGEWAY_TEST_DATABASE_URL names it, else RIDGEWAY_DATABASE_URL; without either, each run starts its own in a folder of
its own, shared by the run's workers, so that two runs at once never meet.
"""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from service.cli.local_postgres import discard, local_postgres, version
from tests.copies import RUN_SETTING, drop_templates

URL_SETTINGS = ("RIDGEWAY_TEST_DATABASE_URL", "RIDGEWAY_DATABASE_URL")
FOLDER_SETTING = "RIDGEWAY_TEST_POSTGRES_FOLDER"  # how a run tells its workers where its server is


@pytest.fixture(scope="session")
def admin_url() -> Iterator[str]:
    """The URL of an account that may create databases and roles."""
    if named := _named_url():
        yield named
        return
    with local_postgres(Path(os.environ[FOLDER_SETTING]), durable=False) as url:
        yield url


def pytest_configure(config: pytest.Config) -> None:
    """Clear away what killed runs left behind, and choose this run's name and folder."""
    if not _is_worker(config):
        os.environ[RUN_SETTING] = uuid4().hex[:12]
    if _is_worker(config) or _named_url():
        return
    runs = config.rootpath / ".ridgeway" / "tests"
    for left_behind in runs.glob("run-*"):
        discard(left_behind)
    os.environ[FOLDER_SETTING] = str(runs / f"run-{os.getpid()}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Throw this run's server away with all that is in it; from a named one, what was made to be copied."""
    if not _is_worker(config) and (named := _named_url()):
        asyncio.run(drop_templates(named))
    if not _is_worker(config) and (folder := os.environ.pop(FOLDER_SETTING, None)):
        discard(Path(folder))


def pytest_report_header(config: pytest.Config) -> str:
    """Say which PostgreSQL the results are true of."""
    named = _named_url()
    if not named:
        return f"our own {version()}"
    return f"the named {asyncio.run(_version(named))}"


def _named_url() -> str | None:
    return next((os.environ[name] for name in URL_SETTINGS if os.environ.get(name)), None)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


async def _version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("select version()"))
    finally:
        await connection.close()
