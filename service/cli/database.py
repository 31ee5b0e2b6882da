"""The database a command works with: the one that the settings name, or the embedded one, started for as long as it
takes.
"""

from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.roles import ANALYST, APP, COURIER
from service.cli.local_postgres import local_postgres
from service.kit.db import driver_url
from service.settings import Settings

NAME = "ridgeway"


@contextmanager
def database(settings: Settings) -> Generator[Settings, None, None]:
    """Gives settings whose four database URLs are all set."""
    if settings.database_url:
        yield settings
        return
    with local_postgres(settings.folder / "postgres") as url:
        urls = {
            "database_url": with_parts(url, user=APP, name=NAME),
            "admin_database_url": with_parts(url, name=NAME),
            "analyst_database_url": with_parts(url, user=ANALYST, name=NAME),
            "courier_database_url": with_parts(url, user=COURIER, name=NAME),
        }
        yield settings.model_copy(update=urls)


def with_parts(url: str, *, user: str | None = None, name: str | None = None) -> str:
    """The same server with another login (without its password) or another database."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{user}@{host}" if user else parts.netloc
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{name}" if name else parts.path))


async def ensure_database(admin_url: str) -> None:
    """Creates the database that the URL names, if the server does not have it yet."""
    name = urlsplit(admin_url).path.lstrip("/")
    engine = create_async_engine(driver_url(with_parts(admin_url, name="postgres")), isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_create, name)
    finally:
        await engine.dispose()


def _create(connection: Connection, name: str) -> None:
    if not connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar():
        connection.execute(text(f'CREATE DATABASE "{name}"'))
