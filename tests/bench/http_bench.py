"""Our endpoints against plain Litestar + SQLAlchemy handlers that send the same SQL in the same security context (tests/bench/plain.py).

    python -m tests.bench.http_bench [--staff 15000] [--seconds 3] [--rounds 5]

Each server is one granian process on the same demo database, loaded in turn (A B A B ...) over 8 keep-alive connections from this process.
The figure to quote is the ratio of medians, ours / plain.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from service.access.actions import form_token
from service.access.doors import COOKIE, FORM_HEADER
from service.cli import demo
from service.cli.database import database
from service.settings import Settings
from tests.bench.load import Case, middle, rate

ROOT = Path(__file__).parents[2]
SERVERS = {"ours": "service.cli.serve:worker", "plain": "tests.bench.plain:create_app"}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--staff", type=int, default=15_000)
    asked.add_argument("--seconds", type=float, default=3)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="ridgeway-bench-") as folder, ExitStack() as running:
        wanted = Settings(demo=True, folder=Path(folder), port=_free_port())
        settings = running.enter_context(database(wanted))
        asyncio.run(demo.prepare(settings, given.staff, 12))
        (wanted.folder / "assets").mkdir()
        ports = {name: running.enter_context(_served(settings, target)) for name, target in SERVERS.items()}
        asyncio.run(_compare(settings, ports, given.seconds, given.rounds))


async def _compare(settings: Settings, ports: dict[str, int], seconds: float, rounds: int) -> None:
    print(f"{'':28}{'ours /s':>10}{'plain /s':>10}{'ratio':>8}")
    for case in await _cases(settings, ports["ours"]):
        got: dict[str, list[float]] = {name: [] for name in ports}
        for _ in range(rounds):
            for name, port in ports.items():
                got[name].append(await rate(port, case, seconds))
        ours, plain = middle(got["ours"]), middle(got["plain"])
        print(f"{case.name:28}{ours:>10.0f}{plain:>10.0f}{ours / plain:>8.2f}", flush=True)


async def _cases(settings: Settings, port: int) -> list[Case]:
    """Signs in as the demo's HR partner and picks one of her people. The same cookie opens both servers: they share the database."""
    persona = json.loads((settings.folder / "personas.json").read_text())[0]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.post("/sign-in/demo", data={"account_id": persona["account_id"]})
        token = answer.headers["set-cookie"].split(";")[0].split("=", 1)[1]
        headers = {"Cookie": f"{COOKIE}={token}", FORM_HEADER: form_token(token)}
        who = (await client.get("/api/session", headers=headers)).json()
        organisation = who["roles"][0]["organisation_id"]
        listed = await client.get(f"/api/people?organisation_id={organisation}&size=20", headers=headers)
    person = next(row["id"] for row in listed.json()["items"] if row["id"] != who["person_id"])
    conversation = {"organisation_id": organisation, "person_id": person, "facilitator_id": who["person_id"], "kind": "follow_up",
                    "held_on": "2026-11-02", "summary": "Talked about the next year."}  # fmt: skip
    return [
        Case("list (JSON, 20 people)", "GET", f"/api/people?organisation_id={organisation}&size=20", headers),
        Case("read (JSON, audited)", "GET", f"/api/people/{person}", headers),
        Case("write (JSON, audited)", "POST", "/api/conversations", headers, lambda: json.dumps(conversation).encode()),
        Case("page (HTML, 50 people)", "GET", f"/people?organisation={organisation}", headers),
    ]


@contextmanager
def _served(settings: Settings, target: str) -> Generator[int, None, None]:
    port = _free_port()
    names = ("database_url", "admin_database_url", "analyst_database_url", "folder", "demo")
    environment = (
        os.environ
        | {f"RIDGEWAY_{name.upper()}": str(getattr(settings, name)) for name in names}
        | {"PYTHONPATH": str(ROOT), "RIDGEWAY_PORT": str(port)}
    )
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--factory",
        "--port",
        str(port),
        "--no-log",
        target,
    ]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def _wait(port: int) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
