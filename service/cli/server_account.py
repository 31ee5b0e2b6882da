"""Whom a local PostgreSQL runs as. It refuses to be root, so root lends it to an account without powers.

That account must then reach the programs and the data, which may both lie in root's home. Every account is let through
the folders on the way, but none can list a folder that it could not list before.
"""

import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path


class LocalPostgresError(RuntimeError):
    """PostgreSQL could not be started here; the message says why and what to do."""


def account(data: Path) -> pwd.struct_passwd | None:
    """None to run as ourselves. As root: whoever owns the data already, else an account without powers."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise LocalPostgresError(
        "PostgreSQL cannot run as root and there is no account 'nobody' to run it: use another account."
    )


def make_private(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make the folder if need be, give it to the account and close it to everyone else."""
    owner = account.pw_uid if account else os.geteuid()
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()  # of the folder itself: in a shared place, a link may lead anywhere
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
        raise LocalPostgresError(f"{folder} belongs to another account: remove it, or use that account.")
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def let_pass(folder: Path) -> None:
    """Let any account walk through, not list, this folder and those above it."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(mode | stat.S_IXOTH)


def let_read(programs: Path) -> None:
    """Let any account run the programs, wherever root installed them and with whatever umask."""
    let_pass(programs.parent)
    if (programs / "bin" / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for item in (programs, *programs.rglob("*")):
        mode = item.stat().st_mode
        item.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
