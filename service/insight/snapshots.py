"""Snapshots: folders of facts that never change. One is made under another name and renamed when whole; half of one
is refused.

    snapshots/2026-09-30-1f0c9a2b/
        manifest.json              rows and fingerprint of every file, and what is needed to say what they mean
        people/part-00000.parquet  spells/...  events/...  and whatever else `facts` copies

The name ends in a fingerprint of the content, so the same facts taken twice are the same snapshot.
"""

import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import asyncpg
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

import analytics
from service.insight.copying import fingerprint
from service.insight.facts import Copied, copy_facts
from service.kit.clock import now, today
from service.kit.errors import Conflict, Invalid, NotFound, Problem

FOLDER: Final = "snapshots"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
_UNFINISHED: Final = ".unfinished-"


class FileEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    rows: int
    sha256: str


class Named(BaseModel):
    """What a code was called when the snapshot was taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: str


class Supplied(BaseModel):
    """A count that an organisation supplied: a of n people of a group, for one line of a statutory return."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: str
    measure: str
    period_end: date
    group: str
    a: int
    n: int


class Manifest(BaseModel):
    """What a snapshot says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    on: date
    taken_at: datetime
    crosswalk_version: int | None
    code_version: str
    organisations: list[Named]
    families: list[Named] = []
    profiles: list[Named] = []
    supplied: list[Supplied] = []
    files: dict[str, list[FileEntry]]

    def rows(self, table: str) -> int:
        return sum(entry.rows for entry in self.files[table])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole snapshot: its name, where it is, and its manifest."""

    id: str
    folder: Path
    manifest: Manifest


async def take(engine: AsyncEngine, home: Path, on: date) -> Snapshot:
    """Copies the facts as at the day `on` into a new folder under home/snapshots. `engine` acts as the analyst role.

    Raises Invalid for a day to come: who will still be in post then is not a fact.
    """
    if on > today():
        raise Invalid(Problem("on", f"The date must be today or in the past, not {on}."))
    async with engine.connect() as connection:
        driver: asyncpg.Connection | None = (await connection.get_raw_connection()).driver_connection
        assert driver is not None  # noqa: S101
        with _unfinished(home / FOLDER) as folder:
            copied = await copy_facts(driver, folder, on)
            return _keep(folder, _manifest(copied, on))


def opened(home: Path, snapshot_id: str | None = None) -> Snapshot:
    """The snapshot of that name, or the newest; every file is read and compared with its fingerprint.

    Raises NotFound when there is none, Conflict when it is not whole.
    """
    folder = _named(home / FOLDER, snapshot_id) if snapshot_id else _newest(home / FOLDER)
    manifest = _manifest_in(folder)
    listed = {entry.file: entry for entries in manifest.files.values() for entry in entries}
    present = {str(path.relative_to(folder)) for path in folder.rglob("*.parquet")}
    for file, entry in listed.items():
        if file not in present or fingerprint(folder / file) != entry.sha256:
            raise _not_whole(folder, f"{file} is missing or was changed")
    if extra := sorted(present - set(listed)):
        raise _not_whole(folder, f"{extra[0]} does not belong to it")
    if folder.name != _name(manifest):
        raise _not_whole(folder, "its manifest was changed")
    return Snapshot(folder.name, folder, manifest)


def code_version() -> str:
    """The version of this service and a fingerprint of the code that counts, so that a figure can be made again
    with the same.
    """
    try:
        released = version("ridgeway")
    except PackageNotFoundError:
        released = "0"
    home = Path(analytics.__path__[0])
    sources = [path for path in sorted(home.rglob("*.py")) if path.relative_to(home).parts[0] != "synthetic"]
    return f"{released}+{sha256(b''.join(source.read_bytes() for source in sources)).hexdigest()[:12]}"


@contextmanager
def _unfinished(home: Path) -> Generator[Path]:
    """A folder to work in, closed to others; whatever is still there at the end is thrown away."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=_UNFINISHED, dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep(folder: Path, manifest: Manifest) -> Snapshot:
    final = folder.parent / _name(manifest)
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1))
    for path in sorted(folder.rglob("*")):
        _to_disk(path)
    if not final.exists():
        folder.rename(final)
        _to_disk(final.parent)
    return Snapshot(final.name, final, _manifest_in(final))


def _to_disk(path: Path) -> None:
    if path.is_file():
        path.chmod(0o400)
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _manifest(copied: Copied, on: date) -> Manifest:
    return Manifest(
        format=FORMAT,
        on=on,
        taken_at=now(),
        crosswalk_version=copied.crosswalk_version,
        code_version=code_version(),
        **{what: [Named(**named) for named in rows] for what, rows in copied.names.items()},
        supplied=[Supplied.model_validate(row) for row in copied.supplied],
        files={table: [FileEntry(**asdict(part)) for part in parts] for table, parts in copied.parts.items()},
    )


def _name(manifest: Manifest) -> str:
    """The day, and a fingerprint of all but the moment at which it was taken."""
    # Snapshots from before anything could be supplied keep their names.
    left_out = {"taken_at"} if manifest.supplied else {"taken_at", "supplied"}
    content = manifest.model_dump(mode="json", exclude=left_out)
    return f"{manifest.on}-{sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]}"


def _named(home: Path, snapshot_id: str) -> Path:
    if snapshot_id not in {path.name for path in _kept(home)}:
        raise NotFound(f"snapshot {snapshot_id}")
    return home / snapshot_id


def _newest(home: Path) -> Path:
    """The latest day; of two for one day, the one taken last."""
    kept = _kept(home)
    if not kept:
        raise NotFound("snapshot")
    return max(kept, key=lambda path: (path.name[:10], _manifest_in(path).taken_at))


def _kept(home: Path) -> list[Path]:
    return [path for path in home.glob("*") if path.is_dir() and not path.name.startswith(".")] if home.exists() else []


def _manifest_in(folder: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise _not_whole(folder, "it has no manifest") from None
    except ValidationError:
        raise _not_whole(folder, "its manifest cannot be read") from None
    if manifest.format != FORMAT:
        raise _not_whole(folder, f"it is of format {manifest.format} and we read format {FORMAT}")
    return manifest


def _not_whole(folder: Path, why: str) -> Conflict:
    return Conflict(f"Snapshot {folder.name} cannot be used: {why}. Take a new one with `ridgeway snapshot`.")
