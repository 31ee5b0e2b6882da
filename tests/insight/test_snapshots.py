"""A snapshot is whole or it is not used, and it never changes."""

import json
import shutil
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.insight import snapshots
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotFound
from tests.insight.conftest import EARLIER, UNTIL, Numbers


@pytest.fixture
def copied(numbers: Numbers, tmp_path: Path) -> Path:
    """A copy of a whole snapshot, to spoil."""
    source = numbers.snapshots[1].folder
    target = tmp_path / snapshots.FOLDER / source.name
    shutil.copytree(source, target)
    for path in target.rglob("*"):
        path.chmod(0o700)
    return target


def lose_a_file(folder: Path) -> None:
    (folder / "people" / "part-00000.parquet").unlink()


def change_a_byte(folder: Path) -> None:
    path = folder / "spells" / "part-00000.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def add_a_file(folder: Path) -> None:
    shutil.copy(folder / "people" / "part-00000.parquet", folder / "people" / "part-00001.parquet")


def lose_the_manifest(folder: Path) -> None:
    (folder / snapshots.MANIFEST).unlink()


def cut_the_manifest(folder: Path) -> None:
    path = folder / snapshots.MANIFEST
    path.write_bytes(path.read_bytes()[:100])


def move_the_day(folder: Path) -> None:
    path = folder / snapshots.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"on": "2020-01-01"}))


@pytest.mark.parametrize(
    "spoil", [lose_a_file, change_a_byte, add_a_file, lose_the_manifest, cut_the_manifest, move_the_day]
)
def test_half_a_snapshot_is_refused(copied: Path, spoil: Callable[[Path], None]):
    assert snapshots.opened(copied.parents[1], copied.name).id == copied.name
    spoil(copied)
    with pytest.raises(Conflict, match=r"cannot be used.*Take a new one"):
        snapshots.opened(copied.parents[1], copied.name)


async def test_a_copy_that_fails_leaves_nothing_behind(
    analyst_engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def halfway(connection: object, folder: Path, on: object) -> None:
        (folder / "people").mkdir()
        raise ConnectionResetError

    monkeypatch.setattr(snapshots, "copy_facts", halfway)
    with pytest.raises(ConnectionResetError):
        await snapshots.take(analyst_engine, tmp_path, UNTIL)
    assert list((tmp_path / snapshots.FOLDER).iterdir()) == []


async def test_a_day_to_come_is_refused(analyst_engine: AsyncEngine, tmp_path: Path):
    with pytest.raises(Invalid, match="today or in the past"):
        await snapshots.take(analyst_engine, tmp_path, today() + timedelta(days=1))


def test_an_unknown_snapshot_and_no_snapshot_are_told_as_such(numbers: Numbers, tmp_path: Path):
    with pytest.raises(NotFound, match="2020-01-01-abc"):
        snapshots.opened(numbers.settings.folder, "2020-01-01-abc")
    with pytest.raises(NotFound):
        snapshots.opened(numbers.settings.folder, "../snapshots")
    with pytest.raises(NotFound):
        snapshots.opened(tmp_path)


def test_the_newest_snapshot_is_that_of_the_latest_day(numbers: Numbers):
    assert snapshots.opened(numbers.settings.folder).manifest.on == UNTIL
    assert snapshots.opened(numbers.settings.folder, numbers.snapshots[0].id).manifest.on == EARLIER


def test_only_the_account_that_runs_the_service_can_look_inside(numbers: Numbers):
    folder = numbers.snapshots[1].folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*.parquet")} == {0o400}


async def test_the_manifest_says_what_a_reader_needs_to_repeat_it(numbers: Numbers):
    manifest = numbers.snapshots[1].manifest
    async with numbers.admin.connect() as connection:
        newest = (await connection.execute(text("SELECT max(version) FROM crosswalk_versions"))).scalar_one()
    assert manifest.crosswalk_version == newest
    assert manifest.code_version.count("+") == 1
    assert [o.code for o in manifest.organisations] == sorted(numbers.codes)
    assert manifest.rows("people") == numbers.system.people.height
