"""`ridgeway frameworks import`, as an operator types it; and ESCO, which the operator brings."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner, Result

from service.cli.app import app as commands
from service.settings import Settings
from tests.capabilities.files import FRAMEWORK, a_code
from tests.capabilities.test_api import counts, trail
from tests.capabilities.test_files import ESCO

Run = Callable[..., Coroutine[Any, Any, Result]]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("RIDGEWAY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("RIDGEWAY_FOLDER", str(settings.folder))
    monkeypatch.setattr("service.cli.frameworks.console", Console(width=200))

    async def typed(*words: object) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, commands, ["frameworks", "import", *map(str, words)])

    return typed


async def test_a_file_is_checked_without_a_change_then_published_as_one_version_after_another(
    run: Run, admin: AsyncEngine, tmp_path: Path
) -> None:
    code, file, before = a_code(), tmp_path / "framework.csv", await counts(admin)
    file.write_text(FRAMEWORK)
    given = (file, "--code", code, "--name", "How we talk", "--kind", "behaviours")
    checked = await run(*given)
    assert checked.exit_code == 0, checked.output
    assert "2 dimensions, 3 behaviours, 2 levels." in checked.output
    assert "Nothing was published." in checked.output
    assert await counts(admin) == before
    assert "published as version 1" in (await run(*given, "--apply")).output
    assert "published as version 2" in (await run(*given, "--apply")).output
    assert await trail(admin, code) == ["frameworks.published"] * 2


async def test_a_file_with_problems_is_told_row_by_row_and_nothing_is_published(
    run: Run, admin: AsyncEngine, tmp_path: Path
) -> None:
    before = await counts(admin)
    bad, not_text, named = tmp_path / "bad.csv", tmp_path / "not.csv", ("--code", a_code(), "--name", "A")
    bad.write_text(FRAMEWORK + "song,,,,,\n")
    not_text.write_bytes(b"\xff\xfe\x00\x01")
    told = await run(bad, *named, "--apply")
    assert told.exit_code == 2
    assert "Row 9, part: Enter level, dimension or behaviour." in told.output
    assert "UTF-8" in (await run(not_text, *named)).output
    bad.write_text(FRAMEWORK)
    unnamed = await run(bad, "--apply")
    assert unnamed.exit_code == 1
    assert "--code" in unnamed.output
    assert await counts(admin) == before


async def test_esco_is_published_as_skills_with_the_attribution_its_licence_asks_for(
    run: Run, admin: AsyncEngine, tmp_path: Path
) -> None:
    file = tmp_path / "skills_en.csv"
    file.write_text(ESCO)
    done = await run(file, "--format", "esco", "--apply")
    assert done.exit_code == 0, done.output
    async with admin.connect() as connection:
        asked = "SELECT f.kind, f.licence_note, d.name FROM capability_frameworks f JOIN capability_dimensions d"
        found = f"{asked} ON d.framework_code = f.code WHERE f.code = 'esco' AND f.version = 1 ORDER BY d.place"
        rows = (await connection.execute(text(found))).all()
    assert [row.name for row in rows] == ["dance", "sing in tune"]
    assert rows[0].kind == "skills"
    assert "European Commission, CC BY 4.0" in rows[0].licence_note
