"""`ridgeway snapshot` and `ridgeway release`, as an operator types them."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from service.cli.app import app
from tests.insight.conftest import Numbers

run = CliRunner()


@pytest.fixture
def operator(numbers: Numbers, monkeypatch: pytest.MonkeyPatch) -> Numbers:
    monkeypatch.setenv("RIDGEWAY_DATABASE_URL", numbers.settings.database_url)
    monkeypatch.setenv("RIDGEWAY_FOLDER", str(numbers.settings.folder))
    return numbers


def test_a_snapshot_says_what_it_copied_and_where_it_is(operator: Numbers):
    done = run.invoke(app, ["snapshot", "--on", "2026-09-30"])
    assert done.exit_code == 0, done.output
    folder = Path(done.output.strip().rsplit(" is in ", 1)[1].removesuffix("."))
    assert folder.parent == operator.snapshots[1].folder.parent
    for facts in ("people", "spells", "events"):
        copied = pl.read_parquet(folder / facts).height
        assert copied > 0
        assert f"{facts}: {copied:,} rows in 1 file" in done.output


def test_a_release_of_what_was_released_changes_nothing(operator: Numbers):
    done = run.invoke(app, ["release", "--snapshot", operator.snapshots[1].id])
    assert done.exit_code == 0, done.output
    assert "Release 2 already has these figures." in done.output


def test_a_release_too_near_another_is_told_in_words_with_a_code(operator: Numbers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RIDGEWAY_DISCLOSURE_FLOOR", "12")
    done = run.invoke(app, ["release", "--snapshot", operator.snapshots[1].id])
    assert done.exit_code == 1
    assert "--replaces 2: it is then withdrawn" in " ".join(done.output.split())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["snapshot", "--on", "2999-01-01"], 1, "today or in the past"),
        (["snapshot", "--on", "31/02"], 2, "Give a real date"),
        (["release", "--snapshot", "2026-09-30-unknown"], 1, "could not find that snapshot"),
        (["release", "--withdraw", "99"], 1, "could not find that release"),
    ],
)
def test_a_mistake_is_told_in_words_with_a_code(operator: Numbers, arguments: list[str], code: int, words: str):
    done = run.invoke(app, arguments)
    assert done.exit_code == code
    assert words in " ".join(done.output.split())
    assert "Traceback" not in done.output
