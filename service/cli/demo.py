"""`ridgeway demo`: a working system with made-up people, on this machine only."""

import asyncio
import socket
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import asyncpg
import typer

from analytics.synthetic import make
from service.access.personas import FILE, read, write
from service.cli import migrate, numbers, serve
from service.cli.cast import cast
from service.cli.database import database
from service.cli.made_up import load
from service.cli.made_up_moves import load_moves
from service.cli.made_up_offers import load_offers
from service.cli.made_up_opportunities import load_opportunities
from service.cli.made_up_paths import open_made_up_transitions
from service.cli.made_up_pipelines import load_pipelines
from service.cli.made_up_support import cite_a_figure, load_support
from service.cli.made_up_talent import load_talent
from service.kit.clock import today
from service.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    staff: Annotated[
        int, typer.Option(min=200, max=200_000, help="How many people work in the system today.")
    ] = 15_000,
    organisations: Annotated[int, typer.Option(min=1, max=220, help="How many employers it has.")] = 12,
    fill_only: Annotated[bool, typer.Option("--fill-only", help="Make everything ready, then stop.")] = False,
) -> None:
    """Make a system of made-up people, its first release, and serve it. A second start serves what is there."""
    wanted = Settings(demo=True)
    if not fill_only:
        _port_is_free(wanted)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running:
        with step("Starting PostgreSQL"):
            settings = running.enter_context(database(wanted))
        asyncio.run(prepare(settings, staff, organisations))
        if not fill_only:
            _greet(settings)
            serve.run(settings)


async def prepare(settings: Settings, staff: int, organisations: int) -> None:
    with step("Making the tables"):
        await migrate.run(settings.admin_url)
    if await _is_empty(settings):
        await _fill(settings, staff, organisations)
    if not await numbers.has_release(settings):
        with step("Making the first release of the reports"):
            await numbers.make_release(settings)
        connection = await asyncpg.connect(settings.admin_url)
        try:
            await cite_a_figure(connection)
        finally:
            await connection.close()


async def _is_empty(settings: Settings) -> bool:
    """True for a database to fill, False for one that the demo filled. Raises typer.Exit for anybody else's."""
    connection = await asyncpg.connect(settings.admin_url)
    try:
        if not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM organisations)"):
            return True
    finally:
        await connection.close()
    if (settings.folder / FILE).exists():
        return False
    typer.echo(
        "This database already has organisations in it that the demo did not make. Give the demo an empty database.",
        err=True,
    )
    raise typer.Exit(1)


async def _fill(settings: Settings, staff: int, organisations: int) -> None:
    with step(f"Making up {staff:,} staff in {organisations} organisations over five years"):
        system = make(staff=staff, organisations=organisations, years=5, until=today())
    connection = await asyncpg.connect(settings.admin_url)
    try:
        with step(f"Loading {system.people.height:,} people and {system.spells.height:,} assignments"):
            async with connection.transaction():
                loaded = await load(connection, system)
                personas = await cast(connection, system, loaded, today())
                await load_moves(connection, today())
                await load_offers(connection, system, loaded, today())
                await load_opportunities(connection, today())
                await load_support(connection, today())
                await load_talent(connection, today())
                write(settings.folder, personas)
        with step("Opening leadership transitions"):
            await open_made_up_transitions(settings.database_url, list(loaded.organisations.values()))
            await load_pipelines(connection, today())
    finally:
        await connection.close()


@contextmanager
def step(doing: str) -> Generator[None, None, None]:
    """Says what is being done and, when it is, how long it took."""
    typer.echo(f"  {doing} ...", nl=False)
    began = time.perf_counter()
    try:
        yield
    except BaseException:
        typer.echo(" stopped.")
        raise
    typer.echo(f" {time.perf_counter() - began:.1f} s")


def _port_is_free(settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            typer.echo(
                f"Something already listens on {settings.host}:{settings.port}. Stop it, or set RIDGEWAY_PORT.",
                err=True,
            )
            raise typer.Exit(1) from None


def _greet(settings: Settings) -> None:
    typer.echo(f"\n  Ridgeway is ready: {settings.address}")
    typer.echo("  Sign in as one of these made-up people (no password; this machine only):\n")
    for persona in read(settings.folder):
        typer.echo(f"    {persona.name:<22}{persona.title}")
    typer.echo("\n  Press ctrl-C to stop. What you did is kept for the next start.\n")
