"""What is not in the README does not exist for whoever comes next."""

import re
from pathlib import Path

import pytest

import service
from service.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
ROOMS = sorted(folder.name for folder in Path(service.__file__).parent.iterdir() if (folder / "__init__.py").exists())


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_on_the_map(room: str) -> None:
    assert re.search(rf"\b{room}\b", README.split("## ", 1)[1])


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_table_with_its_words(name: str) -> None:
    row = next(
        (line for line in README.splitlines() if line.startswith("|") and f"`RIDGEWAY_{name.upper()}`" in line), None
    )
    assert row, f"RIDGEWAY_{name.upper()} is not in the README's table"
    assert Settings.model_fields[name].description


def test_the_table_names_no_setting_that_is_gone() -> None:
    named = {
        found.lower()
        for line in README.splitlines()
        if line.startswith("|")
        for found in re.findall(r"`RIDGEWAY_([A-Z_]+)`", line)
    }
    assert named <= set(Settings.model_fields), named - set(Settings.model_fields)


def test_every_control_of_the_security_page_names_a_test_that_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page)
    assert len(named) > 20
    for path, test in named:
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text(), f"{path}::{test}"
