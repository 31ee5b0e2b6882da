"""`ridgeway notes-key`: the keys that private notes, drafts and kept answers are sealed with."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from migrations.roles import OWNER
from service.cli.database import database
from service.conversations.sealing import DRAFTS, NOTES
from service.kit.clock import now
from service.kit.db import driver_url
from service.kit.vault import BadKeys, CannotOpen, Keys, Sealing, Vault, read_keys, write_keys
from service.settings import Settings
from service.web.idempotency import ANSWERS

SEALED: Final = (NOTES, DRAFTS, ANSWERS)
BATCH: Final = 500
# Requests that began before a key was added may still seal with the one before it.
SETTLING: Final = timedelta(hours=1)
_STAMP = "%Y%m%dT%H%M%SZ"
Answer = TypeVar("Answer")
commands = typer.Typer(no_args_is_help=True, help="Keys that private notes are sealed with.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(commands, name="notes-key")


@commands.command()
def make() -> None:
    """Make the first key, where there is none yet."""
    path = Settings().notes_keys
    typer.echo(f"Made {path}." if ensure_keys(path) else f"{path} has keys already.")


@commands.command()
def rotate() -> None:
    """Add a key and seal everything again with it. Stopped half-way, it goes on where it stopped."""
    settings = Settings()
    path = _usable(settings)
    before = read_keys(path)
    unfinished = _with_database(settings, lambda url: _used_before(url, before.current))
    if not unfinished or len(before.keys) == 1:
        write_keys(path, Keys({**before.keys, **_new_key()}))
    sealed = _with_database(settings, lambda url: reseal(url, path))
    typer.echo(f"Sealed {sealed:,} texts again, with the key {read_keys(path).current}.")


@commands.command()
def check() -> None:
    """Say which keys are in use, and whether everything that is sealed can be opened."""
    settings = Settings()
    keys = read_keys(_usable(settings))
    used, shut = _with_database(settings, lambda url: look(url, keys))
    for name in keys.keys:
        role = ", seals" if name == keys.current else ""
        typer.echo(f"{name}: {used.get(name, 0):,} texts{role}")
    for name in sorted(used.keys() - keys.keys.keys()):
        typer.echo(f"{name}: {used[name]:,} texts, and the key is NOT in the file")
    if shut:
        typer.echo(f"{shut:,} texts cannot be opened.", err=True)
        raise typer.Exit(1)
    typer.echo("Everything that is sealed can be opened.")


@commands.command()
def forget(name: Annotated[str, typer.Argument(help="The key to take out of the file.")]) -> None:
    """Take out a key that nothing is sealed with any more."""
    settings = Settings()
    path = _usable(settings)
    keys = read_keys(path)
    used = _with_database(settings, _count).get(name, 0)
    if refusal := why_not(keys, name, used, now()):
        typer.echo(refusal, err=True)
        raise typer.Exit(1)
    write_keys(path, Keys({other: key for other, key in keys.keys.items() if other != name}))
    typer.echo(f"Took out {name}.")


def ensure_keys(path: Path) -> bool:
    """Makes the first key where there is no file, and says whether it did. Raises typer.Exit for one that cannot be
    used."""
    if path.exists():
        _read(path)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_keys(path, Keys(_new_key()))
    return True


def why_not(keys: Keys, name: str, used: int, at: datetime) -> str:
    """What stands in the way of taking a key out; nothing when it may go."""
    if name not in keys.keys:
        return f"There is no key {name} in the file."
    if name == keys.current:
        return "This key seals what is written now. Add another first: ridgeway notes-key rotate"
    if used:
        return f"{used:,} texts are still sealed with it. Seal them again first: ridgeway notes-key rotate"
    if at - _made_at(keys.current) < SETTLING:
        return "The newest key is less than an hour old. Somebody may still be writing with this one: try again later."
    return ""


async def reseal(admin_url: str, path: Path) -> int:
    """Seals with the newest key whatever is sealed with another, some hundred rows a transaction. Gives how many."""
    vault = Vault(path)
    return sum([await _until_done(admin_url, vault, sealing) for sealing in SEALED])


async def look(admin_url: str, keys: Keys) -> tuple[dict[str, int], int]:
    """(key -> how many texts are sealed with it, how many cannot be opened)"""
    used: dict[str, int] = {}
    shut = 0
    engine = create_async_engine(driver_url(admin_url))
    async with engine.connect() as connection:
        await connection.execute(text(f"SET ROLE {OWNER}"))
        for sealing in SEALED:
            columns = ", ".join((*sealing.columns, "sealed", "key_id"))
            rows = await connection.stream(text(f"SELECT {columns} FROM {sealing.table}"))  # noqa: S608 - our own names
            async for row in rows.mappings():
                used[row["key_id"]] = used.get(row["key_id"], 0) + 1
                shut += not _opens(keys, sealing, row)
    await engine.dispose()
    return used, shut


async def _until_done(admin_url: str, vault: Vault, sealing: Sealing) -> int:
    """Row by row locks, batch by batch commits: whoever writes meanwhile waits for a moment at most."""
    engine = create_async_engine(driver_url(admin_url))
    done = 0
    while True:
        async with engine.begin() as connection:
            await connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
            found = await _batch(connection, vault, sealing)
        done += found
        if not found:
            await engine.dispose()
            return done


async def _batch(connection: AsyncConnection, vault: Vault, sealing: Sealing) -> int:
    columns, same = ", ".join(sealing.columns), " AND ".join(f"{name} = :{name}" for name in sealing.columns)
    asked = text(
        f"SELECT {columns}, sealed, key_id FROM {sealing.table} WHERE key_id <> :newest LIMIT {BATCH} FOR UPDATE"  # noqa: S608
    )
    rows = (await connection.execute(asked, {"newest": vault.keys.current})).mappings().all()
    # `onupdate` of the tables is not touched: nothing that anybody wrote has changed.
    change = text(f"UPDATE {sealing.table} SET sealed = :sealed, key_id = :key_id WHERE {same}")  # noqa: S608
    for row in rows:
        kept = {str(name): value for name, value in row.items()}
        key = {name: kept[name] for name in sealing.columns}
        await connection.execute(change, {**key, **sealing.seal(vault, kept, sealing.open(vault, kept))})
    return len(rows)


async def _count(admin_url: str) -> dict[str, int]:
    """key -> how many texts are sealed with it; waits for those who are writing now."""
    used: dict[str, int] = {}
    engine = create_async_engine(driver_url(admin_url))
    async with engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
        for sealing in SEALED:
            await connection.execute(text(f"LOCK TABLE {sealing.table} IN SHARE MODE"))
            asked = text(f"SELECT key_id, count(*) FROM {sealing.table} GROUP BY key_id")  # noqa: S608
            for name, number in await connection.execute(asked):
                used[name] = used.get(name, 0) + number
    await engine.dispose()
    return used


async def _used_before(admin_url: str, newest: str) -> bool:
    return bool((await _count(admin_url)).keys() - {newest})


def _opens(keys: Keys, sealing: Sealing, row: Any) -> bool:
    try:
        keys.open(bytes(row["sealed"]), row["key_id"], sealing.bound(row))
    except CannotOpen:
        return False
    return True


def _new_key() -> dict[str, bytes]:
    return {f"{now().strftime(_STAMP)}-{secrets.token_hex(2)}": secrets.token_bytes(32)}


def _made_at(name: str) -> datetime:
    """Keys are named after the moment they were made; one that was named by hand is old enough."""
    try:
        return datetime.strptime(name.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _usable(settings: Settings) -> Path:
    _read(settings.notes_keys)
    return settings.notes_keys


def _read(path: Path) -> Keys:
    try:
        return read_keys(path)
    except BadKeys as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None


def _with_database(settings: Settings, ask: Callable[[str], Awaitable[Answer]]) -> Answer:
    async def asked(url: str) -> Answer:
        return await ask(url)

    with database(settings) as running:
        return asyncio.run(asked(running.admin_url))
