"""The examples in the notebook's interface do what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

import analytics

FOLDER = Path(analytics.__file__).parent
WITH_EXAMPLES = sorted(
    ".".join(file.relative_to(FOLDER.parent).with_suffix("").parts).removesuffix(".__init__")
    for file in FOLDER.rglob("*.py")
    if ">>> " in file.read_text()
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 0
    assert results.failed == 0


def test_the_doors_have_examples() -> None:
    for name in ("intervals", "testing.proportions", "flags", "disclosure.releasing", "disclosure.bounds"):
        assert f"analytics.{name}" in WITH_EXAMPLES
    for room in ("representation", "retention", "hazard", "flow"):
        assert any(name.startswith(f"analytics.{room}.") for name in WITH_EXAMPLES)
