"""The demo as a newcomer starts it, in a process of its own, and a real browser to use it with."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright

from service.access.personas import Persona
from tests import browser, copies

ROOT = Path(__file__).parents[1]
STARTS_WITHIN_SECONDS = 300
# About as few as let the planted gap between one organisation and the others be told from chance.
STAFF = "2500"
WIDTHS = (320, 1280)
LOG = "log.txt"


@dataclass(frozen=True, slots=True)
class House:
    """The running demo. `database` is its administrator's URL: what no page can do is let time pass."""

    address: str
    personas: dict[str, Persona]
    folder: Path
    database: str


@pytest.fixture(scope="session")
async def house(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for each worker, from a demo that is filled once a run."""
    assets = ROOT / ".ridgeway" / "assets"
    if not (assets / "nhsuk-frontend.min.css").exists():
        pytest.fail("The front-end assets are not there: run make assets.")
    filled, folder = _shared_by_all(tmp_path_factory) / "filled_demo", tmp_path_factory.mktemp("demo")

    async def fill(url: str) -> None:
        filled.mkdir(exist_ok=True)
        filling = _demo(url, filled, _free_port(), "--fill-only")
        try:
            if await asyncio.to_thread(filling.wait, STARTS_WITHIN_SECONDS):
                pytest.fail(f"The demo was not filled:\n{(filled / LOG).read_text()[-3000:]}")
        finally:
            filling.kill()

    url, port = await copies.a_copy(admin_url, "demo", fill), _free_port()
    shutil.copytree(filled, folder, dirs_exist_ok=True)
    (folder / "assets").symlink_to(assets)
    running = _demo(url, folder, port)
    try:
        _wait(running, f"http://127.0.0.1:{port}/readyz", folder / LOG)
        rows = json.loads((folder / "personas.json").read_text())
        personas = {row["name"].split()[0]: Persona(**row) for row in rows}
        yield House(f"http://127.0.0.1:{port}", personas, folder, url)
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)
        await copies.dropped(admin_url, url)


def _demo(url: str, folder: Path, port: int, *more: str) -> subprocess.Popen[bytes]:
    """The command, as a newcomer types it, with its words in a file of the folder."""
    where = {"RIDGEWAY_DATABASE_URL": url, "RIDGEWAY_FOLDER": str(folder), "RIDGEWAY_PORT": str(port)}
    environment = os.environ | where | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from service.cli.app import app; app()", "demo"]
    command += ["--staff", STAFF, "--organisations", "6", *more]
    with (folder / LOG).open("w") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=folder)


def _shared_by_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is the same for all workers of the run: each has its own within it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = browser.find()
    if program is None:
        pytest.fail(browser.MISSING) if os.environ.get("CI") else pytest.skip(browser.MISSING)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(**browser.launch_options(program))
        yield running
        await running.close()


Visit = Callable[..., AbstractAsyncContextManager[Page]]


@pytest.fixture(scope="session")
def visit(house: House, chromium: Browser) -> Visit:
    """`async with visit("Bronwen", width=320) as page`: a fresh browser at the front door of that persona. The first
    time they sign in through the page; after that their browser has the cookie that it got."""
    cookies: dict[str, Any] = {}

    @asynccontextmanager
    async def opened(
        who: str | None = None, *, width: int = 1280, javascript: bool = True
    ) -> AsyncGenerator[Page, None]:
        context = await chromium.new_context(
            base_url=house.address,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            bypass_csp=False,
        )
        page = await context.new_page()
        if who in cookies:
            await context.add_cookies(cookies[who])
            await page.goto("/")
        elif who:
            await sign_in(page, house.personas[who].name)
            cookies[who] = await context.cookies()
        yield page
        await context.close()

    return opened


async def sign_in(page: Page, name: str) -> None:
    await page.goto("/sign-in")
    await page.get_by_role("button", name=f"Sign in as {name}").click()
    await page.wait_for_load_state()


# Asked all at once, and of what was found only what is said of it: each answer crosses two processes.
_JUDGED = """async colours => {
  const rules = { 'color-contrast': { enabled: colours } };
  const asked = { resultTypes: ['violations'], rules, selectors: false, preload: { assets: ['media'] } };
  const { violations } = await axe.run(asked);
  const { scrollWidth, clientWidth } = document.documentElement;
  return {
    found: violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`),
    wider: scrollWidth - clientWidth,
    headings: document.querySelectorAll('h1').length,
  };
}"""


@cache
def _axe() -> str:
    return browser.AXE.read_text()


async def assert_accessible(page: Page, *, colours: bool = True) -> None:
    """axe-core finds nothing (WCAG 2.2 AA and best practice), nothing is wider than the window, and there is one h1.
    Without `colours`, which take the longest, contrast is not looked at.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe())
    judged = await page.evaluate(_JUDGED, colours)
    assert not judged["found"], f"{page.url}: {judged['found']}"
    assert judged["wider"] <= 0, f"{page.url} is {judged['wider']} px wider than the window"
    assert judged["headings"] == 1, page.url


async def assert_fits(page: Page) -> None:
    """Accessible on a telephone as on a desk: the page that is open, without asking for it again."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        await assert_accessible(page)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(running: subprocess.Popen[bytes], address: str, log: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < STARTS_WITHIN_SECONDS:
        if running.poll() is not None:
            break
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    pytest.fail(f"The demo did not start:\n{log.read_text()[-3000:]}")
