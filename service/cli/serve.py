"""`ridgeway serve`: the service itself, on one or more processes."""

import multiprocessing
import os

import typer
from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar

from service.cli.database import database
from service.cli.deliver import courier_beside
from service.cli.keys import ensure_keys
from service.kit.logs import log_to_stderr
from service.settings import Settings


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve() -> None:
    """Serve until told to stop. The address, the database and everything else come from RIDGEWAY_ settings."""
    with database(Settings()) as settings:
        run(settings)


def run(settings: Settings) -> None:
    """Starts the workers and waits for them. A worker that dies is replaced; one that will not stop is ended after 10
    seconds.
    """
    _hand_down(settings)
    ensure_keys(settings.notes_keys)
    # polars keeps threads of its own: a process that was forked after they started waits for them for ever.
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "service.cli.serve:worker",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
    )
    with courier_beside(settings):
        server.serve()


def worker() -> Litestar:
    # Imported here so that the parent process, which only watches, stays small.
    from service.main import create_app  # noqa: PLC0415

    settings = Settings()
    log_to_stderr(settings.log_level)
    return create_app(settings)


def _hand_down(settings: Settings) -> None:
    """Workers are processes of their own: they read what we decided from the environment."""
    for name in (
        "database_url",
        "admin_database_url",
        "analyst_database_url",
        "courier_database_url",
        "folder",
        "notes_keys_file",
        "demo",
        "host",
        "port",
        "public_url",
    ):
        if (value := getattr(settings, name)) is not None:
            os.environ[f"RIDGEWAY_{name.upper()}"] = str(value)
