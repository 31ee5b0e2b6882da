"""`ridgeway migrate`: roles, tables and the reference rows that every system starts with."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from migrations.roles import OWNER
from service.capabilities.reference import ensure_reference as ensure_roles
from service.cli.database import database, ensure_database
from service.cli.kinds import KINDS
from service.conversations.reference import ensure_reference as ensure_terms
from service.kit.db import driver_url
from service.notices.reference import ensure_kinds
from service.organisations.reference import ensure_reference
from service.pathways.reference import ensure_reference as ensure_steps
from service.settings import Settings

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def add_to(app: typer.Typer) -> None:
    app.command("migrate")(migrate)


def migrate(
    to: Annotated[str, typer.Argument(help="A revision, 'head', or 'base' to take everything down.")] = "head",
    check: Annotated[bool, typer.Option("--check", help="Only say whether the tables match the code.")] = False,
) -> None:
    """Bring the database to a revision (the newest unless told), one transaction for each step."""
    with database(Settings()) as settings:
        asyncio.run(run(settings.admin_url, "check" if check else to))
    typer.echo("The tables match the code." if check else f"The database is at {to}.")


async def run(admin_url: str, to: str = "head") -> None:
    """`to` is a revision, "base", or "check". Raises alembic's CommandError when the tables and the code differ on a
    check.
    """
    await ensure_database(admin_url)
    engine = create_async_engine(driver_url(admin_url))
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_alembic, to)
        if to == "head":
            await _add_reference_rows(engine)
    finally:
        await engine.dispose()


async def _add_reference_rows(engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(text(f"SET LOCAL ROLE {OWNER}"))
        await ensure_reference(session)
        await ensure_roles(session)
        await ensure_steps(session)
        await ensure_terms(session)
        await ensure_kinds(session, KINDS)


def _alembic(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    if to == "check":
        command.check(config)
    elif to == "base":
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)
