"""Pictures of every page as each persona sees it, at three widths: `python -m tests.screenshots FOLDER [ADDRESS]`.

Looks at a demo that is already running (http://127.0.0.1:8000 unless another address is given). Without somebody
looking at the pictures they prove nothing; the rules that a machine can check are in tests/journeys.
"""

import asyncio
import re
import sys
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests import browser
from tests.crawl import reachable

WIDTHS = (320, 768, 1280)


async def take(folder: Path, address: str) -> None:
    program = browser.find()
    if program is None:
        sys.exit(browser.MISSING)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(**browser.launch_options(program))
        for name in await _personas(running, address):
            await _as(running, address, name, folder / name.split()[0].lower())
        await running.close()


async def _personas(running: Browser, address: str) -> list[str]:
    page = await running.new_page(base_url=address)
    await page.goto("/sign-in")
    return [heading.strip() for heading in await page.locator("main h2").all_inner_texts()]


async def _as(running: Browser, address: str, name: str, folder: Path) -> None:
    context = await running.new_context(base_url=address)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_role("button", name=f"Sign in as {name}").click()
    await page.wait_for_load_state()
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    for place, path in enumerate(await reachable(page)):
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(path)
            title = re.sub(r"[^a-z0-9]+", "-", path.lower())[:60].strip("-") or "start"
            await page.screenshot(path=folder / f"{place:02}-{title}-{width}.png", full_page=True)
    await context.close()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8000"))
