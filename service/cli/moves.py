"""`ridgeway reconcile`: looks for leavers and joiners who may be one person. For every night, from a timer."""

import asyncio
from types import MappingProxyType

import typer

from migrations.roles import APP
from service.cli.database import database
from service.kit.actor import EVERYWHERE, Actor
from service.kit.db import engine_for, sessions_on, transaction
from service.mobility.actions.pairs import find_pairs
from service.settings import Settings

SEARCHER = Actor(
    name="Ridgeway",
    roles=frozenset({"service"}),
    permissions=MappingProxyType({"mobility.reconcile": frozenset({EVERYWHERE})}),
)


def add_to(app: typer.Typer) -> None:
    app.command("reconcile")(reconcile)


def reconcile() -> None:
    """Propose moves inside the system to the HR partners of both organisations. Nothing is decided here."""
    with database(Settings()) as settings:
        found = asyncio.run(_search(settings.database_url))
    typer.echo(f"{found:,} new pairs wait for somebody to decide.")


async def _search(url: str) -> int:
    engine = engine_for(url, APP)
    try:
        async with transaction(sessions_on(engine), SEARCHER) as session:
            return await find_pairs(session, SEARCHER)
    finally:
        await engine.dispose()
