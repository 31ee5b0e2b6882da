"""Words sealed with a key that is not in the database (AES-256-GCM): whoever has only the database has none of them.

A key file has one key a line, "name base64", made by `ridgeway notes-key`. The last line seals; all of them open. What
is sealed is bound to where it is kept, so that it cannot be opened in the place of something else.
"""

import base64
import binascii
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.kit.errors import Conflict

NONCE: Final = 12
_BETWEEN = "\x1f"


class CannotOpen(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "These words cannot be opened with the keys this server has. They are not lost: ask whoever runs the"
            " service to put the key back."
        )


class BadKeys(Exception):  # noqa: N818 - it says what is wrong with the keys
    """The key file cannot be used; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """name -> 32 bytes, oldest first."""

    keys: dict[str, bytes]

    @property
    def current(self) -> str:
        return next(reversed(self.keys))

    def seal(self, text: str, bound: str) -> tuple[bytes, str]:
        """(what to keep, the name of the key)"""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), bound.encode()), self.current

    def open(self, sealed: bytes, key_id: str, bound: str) -> str:
        """Raises CannotOpen when the key is not here, or was not the one, or the words were kept somewhere else."""
        key = self.keys.get(key_id)
        if key is None or len(sealed) <= NONCE:
            raise CannotOpen
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound.encode()).decode()
        except InvalidTag:
            raise CannotOpen from None


class Vault:
    """The keys as they are in the file now: a key that a command adds is used without a restart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys = Keys({})

    @property
    def keys(self) -> Keys:
        """Raises CannotOpen when the file is gone or cannot be used any more."""
        try:
            found = self.path.stat()
            seen = found.st_mtime_ns, found.st_ino, found.st_size
            if seen != self._seen:
                self._keys, self._seen = read_keys(self.path), seen
        except (OSError, BadKeys):
            raise CannotOpen from None
        return self._keys


@dataclass(frozen=True, slots=True)
class Sealing:
    """The table and the columns that its sealed words are bound to; `sealed` and `key_id` are columns of it too."""

    table: str
    columns: tuple[str, ...]

    def seal(self, vault: Vault, row: Mapping[str, Any], text: str) -> dict[str, Any]:
        """{"sealed": ..., "key_id": ...}, to be kept beside the columns of `row`."""
        sealed, key_id = vault.keys.seal(text, self.bound(row))
        return {"sealed": sealed, "key_id": key_id}

    def open(self, vault: Vault, row: Mapping[str, Any]) -> str:
        """Raises CannotOpen."""
        return vault.keys.open(bytes(row["sealed"]), row["key_id"], self.bound(row))

    def bound(self, row: Mapping[str, Any]) -> str:
        """Where the words are kept, in one line."""
        return _BETWEEN.join([self.table, *(str(row[column]) for column in self.columns)])


def read_keys(path: Path) -> Keys:
    """Raises BadKeys for a file that is not there, that others may read, or that is not a key file."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise BadKeys(
            f"The key file {path} cannot be read. Put it back, or make one with: ridgeway notes-key make"
        ) from None
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise BadKeys(f"Others may read or change the key file {path}. Let its owner alone: chmod 600")
    return Keys(dict(_read_line(path, line) for line in lines if line.strip()) or _none(path))


def write_keys(path: Path, keys: Keys) -> None:
    """All or nothing, and for nobody else to read from its first byte."""
    lines = "".join(f"{name} {base64.b64encode(key).decode()}\n" for name, key in keys.keys.items())
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _read_line(path: Path, line: str) -> tuple[str, bytes]:
    name, _, text = line.strip().partition(" ")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32 or not 0 < len(name) <= 40:
        raise BadKeys(f"The key file {path} has a line that is not a key. Put the right file back.")
    return name, key


def _none(path: Path) -> dict[str, bytes]:
    raise BadKeys(f"The key file {path} is empty. Put the right file back.")
