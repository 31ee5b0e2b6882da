"""`ridgeway nightly`: what the service does on its own once a day, from a timer. It proposes, reminds and forgets; it
decides nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from types import MappingProxyType

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from migrations.roles import APP
from service.cli.database import database
from service.kit.actor import EVERYWHERE, Actor
from service.kit.db import engine_for, sessions_on, transaction
from service.mobility.actions.pairs import find_pairs
from service.offers.actions.positive_action import forget_declarations, remind
from service.settings import Settings

NIGHT = Actor(
    name="Ridgeway",
    roles=frozenset({"service"}),
    permissions=MappingProxyType({"mobility.reconcile": frozenset({EVERYWHERE})}),
)
Duty = Callable[[AsyncSession, Actor], Awaitable[int]]
# Each in a transaction of its own: one that fails takes nothing of the others with it.
DUTIES: tuple[tuple[Duty, str], ...] = (
    (find_pairs, "moves that may be one wait for somebody to decide"),
    (remind, "records of positive action must be reviewed within 30 days; their owners are told"),
    (forget_declarations, "declarations for what has closed are deleted"),
)


def add_to(app: typer.Typer) -> None:
    app.command("nightly")(nightly)


def nightly() -> None:
    """Propose moves inside the system, remind of reviews that are due, delete what is no longer needed."""
    with database(Settings()) as settings:
        asyncio.run(_work(settings.database_url))


async def _work(url: str) -> None:
    engine = engine_for(url, APP)
    try:
        for duty, what in DUTIES:
            async with transaction(sessions_on(engine), NIGHT) as session:
                number = await duty(session, NIGHT)
            typer.echo(f"{number:,} {what}.")
    finally:
        await engine.dispose()
