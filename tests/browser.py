"""A real browser for the tests: found on the machine or, with CI=true, installed; never missing in silence.

`python -m tests.browser` says which one will be used. Exits 1 when CI=true and there is none to be had.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FOLDER = Path(os.environ.get("RIDGEWAY_FOLDER") or Path(__file__).parents[1] / ".ridgeway")
AXE = FOLDER / "node" / "node_modules" / "axe-core" / "axe.min.js"

# A test browser talks to the service under test and to nobody else.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-gpu",
)
MISSING = (
    "There is no Chromium for the browser tests. On Debian, as root: apt-get install -y chromium fonts-liberation. "
    "Elsewhere: .venv/bin/playwright install chromium. Or name one in RIDGEWAY_TEST_BROWSER."
)


def find() -> Path | None:
    """The program to drive: the one named in RIDGEWAY_TEST_BROWSER, the machine's, or Playwright's own."""
    if named := os.environ.get("RIDGEWAY_TEST_BROWSER"):
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def install() -> Path | None:
    """Install a browser, with Debian's packages as root, else with Playwright; None when neither works."""
    debian = os.geteuid() == 0 and shutil.which("apt-get")
    if debian and _runs("apt-get", "update") and _runs("apt-get", "install", "-y", "chromium", "fonts-liberation"):
        return find()
    _runs(sys.executable, "-m", "playwright", "install", "chromium")
    return find()


def launch_options(program: Path) -> dict[str, Any]:
    """Keyword arguments for `chromium.launch`. Chromium's sandbox cannot be set up by root."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return {"executable_path": program, "args": [*QUIET, *sandbox], "headless": True}


def _runs(*command: str) -> bool:
    print("Installing a browser for the tests:", " ".join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
    return done.returncode == 0


def main() -> int:
    must = os.environ.get("CI") == "true"
    program = find() or (install() if must else None)
    print(f"Browser for the tests: {program}" if program else MISSING)
    return 1 if must and not program else 0


if __name__ == "__main__":
    sys.exit(main())
