"""The order of the rooms, and the wall around analytics."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMPORT_ALL = """
import importlib, pkgutil, sys, analytics
for module in pkgutil.walk_packages(analytics.__path__, "analytics."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
forbidden = {"sqlalchemy", "litestar", "asyncpg", "pydantic", "service"}
print(sorted({name.split(".")[0] for name in sys.modules} & forbidden))
"""


def test_the_order_of_the_rooms_is_kept() -> None:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_importing_analytics_brings_in_neither_the_database_nor_the_web() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
