"""`ridgeway snapshot` and `ridgeway release`: facts out, and the figures that everyone sees.

Both work as the analyst role: it reads the facts without names, and is the only one that may publish.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Annotated, TypeVar

import typer

from migrations.roles import ANALYST
from service.cli.database import database
from service.insight import snapshots
from service.insight.actions import Published, already_made, before_next, must_stand_apart, publish, withdraw
from service.insight.drafting import METHODS, Say, draft, rule_with
from service.insight.queries import find_newest
from service.insight.snapshots import Snapshot
from service.kit.actor import EVERYWHERE, Actor
from service.kit.clock import today
from service.kit.db import Sessions, engine_for, sessions_on, transaction
from service.kit.errors import Refusal
from service.settings import Settings

Answer = TypeVar("Answer")
PUBLISHER = Actor(
    name="Ridgeway",
    roles=frozenset({"service"}),
    permissions=MappingProxyType({"releases.make": frozenset({EVERYWHERE})}),
)


def add_to(app: typer.Typer) -> None:
    app.command("snapshot")(snapshot)
    app.command("release")(release)


def snapshot(
    on: Annotated[str, typer.Option(help="The day the figures will be about, as 2026-09-30. Today unless told.")] = "",
) -> None:
    """Copy the facts, without names, into a folder that never changes."""
    taken = _run(partial(take_snapshot, on=_day(on)))
    typer.echo(f"Snapshot {taken.id} is in {taken.folder}.")


def release(
    snapshot_id: Annotated[str, typer.Option("--snapshot", help="Which snapshot. The newest unless told.")] = "",
    withdrawn: Annotated[
        int, typer.Option("--withdraw", min=0, help="Withdraw the release of this number instead.")
    ] = 0,
    replaces: Annotated[
        int, typer.Option(min=0, help="The number of the release that this one corrects. That one is withdrawn.")
    ] = 0,
) -> None:
    """Publish the figures of a snapshot, after disclosure control. The same snapshot twice is the same release."""
    if withdrawn:
        _run(partial(withdraw_release, number=withdrawn))
        typer.echo(f"Release {withdrawn} is withdrawn.")
        return
    made = _run(partial(release_snapshot, snapshot_id=snapshot_id or None, replaces=replaces))
    typer.echo(
        f"Release {made.number} is published." if made.is_new else f"Release {made.number} already has these figures."
    )


async def has_release(settings: Settings) -> bool:
    async with _as_analyst(settings) as sessions, transaction(sessions, PUBLISHER) as session:
        return await find_newest(session) is not None


async def make_release(settings: Settings, say: Say = lambda _: None) -> Published:
    """A snapshot of today, and its release."""
    taken = await take_snapshot(settings, say, today())
    return await release_snapshot(settings, say, taken.id)


async def take_snapshot(settings: Settings, say: Say, on: date) -> Snapshot:
    engine = engine_for(settings.analyst_url, ANALYST)
    try:
        say(f"Copying facts as at {on}")
        taken = await snapshots.take(engine, settings.folder, on)
    finally:
        await engine.dispose()
    for table, entries in taken.manifest.files.items():
        say(f"  {table}: {taken.manifest.rows(table):,} rows in {len(entries)} file{'s' if len(entries) > 1 else ''}")
    return taken


async def release_snapshot(settings: Settings, say: Say, snapshot_id: str | None, replaces: int = 0) -> Published:
    """Raises NotFound without a snapshot, Conflict for half of one and where another release is too near in time."""
    say("Checking the snapshot")
    chosen = snapshots.opened(settings.folder, snapshot_id)
    rule = rule_with(settings.disclosure_floor)
    async with _as_analyst(settings) as sessions:
        async with transaction(sessions, PUBLISHER) as session:
            same = await already_made(session, chosen.id, METHODS, rule.version, snapshots.code_version())
            if same:
                return same
            await must_stand_apart(session, chosen.manifest.on, settings.release_days, replaces)
            number, before = await before_next(session, replaces)
        # The counting is done between two transactions: nothing is held open while it lasts.
        made = draft(chosen, rule, number, before, say)
        async with transaction(sessions, PUBLISHER) as session:
            return await publish(session, PUBLISHER, made, replaces)


async def withdraw_release(settings: Settings, _: Say, number: int) -> None:
    async with _as_analyst(settings) as sessions, transaction(sessions, PUBLISHER) as session:
        await withdraw(session, PUBLISHER, number)


@asynccontextmanager
async def _as_analyst(settings: Settings) -> AsyncGenerator[Sessions]:
    engine = engine_for(settings.analyst_url, ANALYST)
    try:
        yield sessions_on(engine)
    finally:
        await engine.dispose()


def _run(work: Callable[[Settings, Say], Awaitable[Answer]]) -> Answer:
    """Runs one command's work on the database; a refusal is told in its own words and ends with 1."""
    with database(Settings()) as settings, _told():
        return asyncio.run(_awaited(work(settings, typer.echo)))


async def _awaited(answer: Awaitable[Answer]) -> Answer:
    return await answer


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except Refusal as refusal:
        typer.echo(refusal.message, err=True)
        raise typer.Exit(1) from None


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given) if given else today()
    except ValueError:
        raise typer.BadParameter("Give a real date, such as 2026-09-30.", param_hint="--on") from None
