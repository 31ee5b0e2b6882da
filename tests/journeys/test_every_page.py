"""Every page of every persona: accessible, no wider than the window, nothing blocked by the content security policy."""

import pytest
from playwright.async_api import ConsoleMessage, Page

from tests.crawl import reachable
from tests.running import Visit, assert_accessible

pytestmark = pytest.mark.browser

EVERYBODY = ["Bronwen", "Amara", "Rhodri", "Daniel", "Ines", "Thomas"]


@pytest.mark.parametrize("who", EVERYBODY)
async def test_every_page_is_accessible_narrow_and_wide(visit: Visit, who: str) -> None:
    async with visit(who) as page:
        complaints = _listen(page)
        paths = await reachable(page)
        assert len(paths) >= 3, f"{who} reaches only {paths}"
        for path in paths:
            for width in (320, 1280):
                await page.set_viewport_size({"width": width, "height": 900})
                await page.goto(path)
                await assert_accessible(page)
        assert not complaints


@pytest.mark.parametrize("who", EVERYBODY)
async def test_every_page_says_the_same_without_javascript(visit: Visit, who: str) -> None:
    async with visit(who) as page:
        paths = await reachable(page)
    async with visit(who, javascript=False) as plain:
        for path in paths:
            answer = await plain.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert await plain.locator("h1").count() == 1, path


async def test_the_sign_in_page_is_accessible(visit: Visit) -> None:
    async with visit() as page:
        await page.goto("/sign-in")
        await assert_accessible(page)


def _listen(page: Page) -> list[str]:
    """Errors in the console: a blocked script or style is one of them."""
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(f"{page.url}: {message.text}")

    page.on("console", listen)
    return heard
