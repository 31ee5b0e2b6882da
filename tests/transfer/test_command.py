"""`ridgeway import` and `ridgeway export`, as an operator types them."""

import re
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import Builder
from tests.transfer.conftest import Run
from tests.transfer.files import a_file, a_row
from tests.transfer.test_importing import everything


async def test_check_says_what_would_happen_apply_does_it_and_undo_puts_it_back(
    make: Builder, run: Run, admin: AsyncEngine, tmp_path: Path
) -> None:
    here = await make.organisation(code="CLITEST")
    file, problems = tmp_path / "staff.csv", tmp_path / "problems.csv"
    file.write_bytes(a_file(a_row(1), a_row(2), a_row(3, START_DATE="31/02/2024")))
    checked = await run("import", "workforce", file, "--organisation", "CLITEST", "--check", "--problems", problems)
    assert checked.exit_code == 2, checked.output
    assert "3 rows: 2 new, 0 changed, 0 unchanged, 1 with problems." in checked.output
    assert "there is no 31 February 2024" in checked.output
    assert "Nothing was changed" in checked.output
    assert "WHAT_TO_FIX" in problems.read_text("utf-8-sig")
    assert (await everything(admin, here))["people"] == []
    applied = await run("import", "workforce", file, "--organisation", "CLITEST", "--apply")
    assert "Imported: 2 people added" in applied.output
    assert len((await everything(admin, here))["people"]) == 2
    out = tmp_path / "out.csv"
    exported = await run("export", "workforce", "--organisation", "CLITEST", out)
    assert exported.exit_code == 0, exported.output
    again = await run("import", "workforce", out, "--organisation", "CLITEST")
    assert again.exit_code == 0
    assert "0 new, 0 changed, 2 unchanged" in again.output
    found = re.search(r"import undo ([0-9a-f-]{36})", applied.output)
    assert found
    undone = await run("import", "undo", found[1])
    assert undone.exit_code == 0, undone.output
    assert (await everything(admin, here))["people"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--organisation", "NOWHERE"), "could not find that organisation with the code NOWHERE"),
        (("--organisation", "CLIBAD", "--mapping", "{mapping}"), "surname is not a field"),
    ],
)
async def test_what_cannot_be_done_is_said_in_words_and_the_exit_code(
    make: Builder, run: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    file, mapping = tmp_path / "staff.csv", tmp_path / "m.yaml"
    file.write_bytes(a_file(a_row(1)))
    mapping.write_text("columns:\n  surname: LAST_NAME\n")
    done = await run("import", "workforce", file, *(word.format(mapping=mapping) for word in words))
    assert done.exit_code == 1
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output


async def test_a_file_that_is_no_table_is_refused(make: Builder, run: Run, tmp_path: Path) -> None:
    await make.organisation(code="CLIPNG")
    file = tmp_path / "staff.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    done = await run("import", "workforce", file, "--organisation", "CLIPNG")
    assert done.exit_code == 1
    assert "This is an image" in done.output
