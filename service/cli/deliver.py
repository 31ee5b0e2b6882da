"""`ridgeway deliver`: sends the e-mails that wait in the outbox. `ridgeway serve` runs one beside it."""

import asyncio
import multiprocessing
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from email.headerregistry import Address
from typing import Annotated
from urllib.parse import urlsplit

import typer

from migrations.roles import COURIER
from service.cli.database import database
from service.kit.db import engine_for, sessions_on
from service.kit.logs import log_to_stderr
from service.notices.carrier import Carrier, Route
from service.notices.courier import Courier, Post, Tally
from service.settings import Settings

SECONDS_TO_END = 10
SECONDS_TO_BEGIN_AGAIN = 5


def add_to(app: typer.Typer) -> None:
    app.command("deliver")(deliver)


def deliver(
    once: Annotated[bool, typer.Option("--once", help="Send what is due now, say how it went, and end.")] = False,
) -> None:
    """Send e-mail about what people were told, until told to stop. Several may run at once."""
    wanted = Settings()
    if not wanted.smtp_url.get_secret_value():
        typer.echo("Set RIDGEWAY_SMTP_URL to the mail server first: smtp://HOST:PORT or smtps://HOST:PORT.", err=True)
        raise typer.Exit(1)
    log_to_stderr(wanted.log_level)
    with database(wanted) as settings:
        tally = asyncio.run(_deliver(settings, once=once))
    if once:
        typer.echo(f"{tally.sent:,} sent, {tally.failed:,} to be tried again, {tally.given_up:,} given up.")


@contextmanager
def courier_beside(settings: Settings) -> Generator[None]:
    """A courier in a process of its own for as long as the block lasts, where there is a mail server to send to. One
    that ends is begun again.
    """
    if not settings.smtp_url.get_secret_value():
        yield
        return
    done = threading.Event()
    watcher = threading.Thread(target=_keep_running, args=(done,), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join(2 * SECONDS_TO_END)


def _keep_running(done: threading.Event) -> None:
    spawn = multiprocessing.get_context("spawn")
    while not done.is_set():
        process = spawn.Process(target=run_beside, daemon=True)
        process.start()
        while process.is_alive() and not done.wait(1):
            pass
        process.terminate()
        process.join(SECONDS_TO_END)
        process.kill()
        done.wait(SECONDS_TO_BEGIN_AGAIN)


def run_beside() -> None:
    """The courier's process. It reads what was decided from the environment and ends when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = Settings()
    log_to_stderr(settings.log_level)
    asyncio.run(_deliver(settings))


async def _deliver(settings: Settings, *, once: bool = False) -> Tally:
    engine = engine_for(settings.courier_url, COURIER, pool_size=2)
    courier = Courier(sessions_on(engine), carrier_of(settings), post_of(settings))
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, courier.stop.set)
    if parent := multiprocessing.parent_process():
        loop.add_reader(parent.sentinel, courier.stop.set)
    try:
        if once:
            return await courier.deliver()
        await courier.run()
        return Tally()
    finally:
        await engine.dispose()


def carrier_of(settings: Settings) -> Carrier:
    file = settings.smtp_password_file
    password = file.read_text().strip() if file else ""
    return Carrier(Route.of(settings.smtp_url.get_secret_value(), password), post_of(settings).host)


def post_of(settings: Settings) -> Post:
    host = urlsplit(settings.address).hostname or "localhost"
    return Post(Address("Ridgeway", addr_spec=settings.mail_from), settings.address, host)
