"""The server of the demo: shared by all who ask, stopped by the last, and none the worse for being killed."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from service.cli.local_postgres import discard, local_postgres

USER_OF_THE_SERVER = """
import sys
from pathlib import Path
from service.cli.local_postgres import local_postgres
with local_postgres(Path(sys.argv[1]), durable=False):
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # not pytest's tmp_path, whose parents it keeps closed to the account that root lends the server to
    with tempfile.TemporaryDirectory(prefix="ridgeway-test-") as home:
        yield Path(home) / "postgres"
        discard(Path(home) / "postgres")


def another_user(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", USER_OF_THE_SERVER, str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def wait_until_ready(user: subprocess.Popen[str]) -> None:
    assert user.stdout and user.stdout.readline() == "ready\n"


def server_number(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


async def started_at(url: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select pg_postmaster_start_time()")
    finally:
        await connection.close()


async def test_data_outlives_the_server_and_the_server_ends_with_its_last_user(folder: Path) -> None:
    with local_postgres(folder) as url:
        connection = await asyncpg.connect(url)
        await connection.execute("create table kept as select 42 as answer")
        await connection.close()
    assert not (folder / "data" / "postmaster.pid").exists()
    with local_postgres(folder) as url:
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select answer from kept") == 42
        assert await connection.fetchval("show fsync") == "on"
        await connection.close()


async def test_two_that_start_at_once_share_one_server(folder: Path) -> None:
    users = [another_user(folder) for _ in range(3)]
    for user in users:
        wait_until_ready(user)
    with local_postgres(folder, durable=False) as url:
        before = await started_at(url)
        for user in users:
            user.communicate("")
            assert user.returncode == 0
        assert await started_at(url) == before
    assert not (folder / "data" / "postmaster.pid").exists()


async def test_a_killed_user_leaves_a_server_that_the_next_one_uses_and_stops(folder: Path) -> None:
    killed = another_user(folder)
    wait_until_ready(killed)
    number = server_number(folder)
    killed.kill()
    killed.communicate()
    with local_postgres(folder, durable=False) as url:
        assert await started_at(url)
        assert server_number(folder) == number
    assert not (folder / "data" / "postmaster.pid").exists()


async def test_a_killed_server_starts_again_even_when_its_number_is_another_programs_now(folder: Path) -> None:
    user = another_user(folder)
    wait_until_ready(user)
    os.kill(server_number(folder), signal.SIGKILL)
    user.communicate("")
    note = folder / "data" / "postmaster.pid"
    lines = note.read_text().splitlines()
    note.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with local_postgres(folder, durable=False) as url:
        assert await started_at(url)


def test_ctrl_c_stops_the_server_in_good_order(folder: Path) -> None:
    user = another_user(folder)
    wait_until_ready(user)
    user.send_signal(signal.SIGINT)
    user.communicate()
    assert not (folder / "data" / "postmaster.pid").exists()
    assert "database system is shut down" in (folder / "log").read_text()


def test_what_is_in_use_is_not_discarded(folder: Path) -> None:
    with local_postgres(folder, durable=False):
        assert not discard(folder)
    assert discard(folder)
    assert not folder.exists()


async def test_a_path_too_long_or_odd_for_a_socket_is_no_obstacle(folder: Path) -> None:
    deep = folder.parent / "it's, a long \N{LATIN SMALL LETTER E WITH ACUTE} name" / ("x" * 120)
    with local_postgres(deep, durable=False) as url:
        assert await started_at(url)
    assert discard(deep)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can see what root's server is refused")
def test_root_lends_the_server_to_an_account_without_powers(folder: Path) -> None:
    with local_postgres(folder, durable=False):
        assert Path(f"/proc/{server_number(folder)}").stat().st_uid != 0
        assert folder.stat().st_mode & 0o077 == 0
