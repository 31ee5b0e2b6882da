"""Every kind of page that anybody can reach: accessible, no wider than the window, nothing blocked by the content
security policy, and whole without JavaScript.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import ConsoleMessage, Page

from tests.crawl import ROUTES, walk
from tests.running import Visit, assert_accessible

pytestmark = pytest.mark.browser

# Those of a group see the same pages alike: whoever comes first, and can do most there, looks at what they share.
EVERYBODY = [["Bronwen", "Amara", "Daniel"], ["Rhodri"], ["Ines"], ["Thomas"]]
NOT_PAGES = re.compile(
    r"^/(api|schema|static|assets|sign-in|calendar)\b|\.(csv|xlsx|ics|svg|json)$|^/(livez|readyz|me/data)$"
)
# What a crawl cannot reach by links alone, because it answers something that was just sent, is in the journeys.
MOST_PAGES = 0.8


async def test_every_kind_of_page_is_accessible_narrow_and_wide(visit: Visit) -> None:
    reached: set[str] = set()
    complaints: list[str] = []
    for who, seen in _everybody():
        async with visit(who) as page:
            heard = _listen(page)
            async for address, served in walk(page, seen):
                complaints += [*await _judged(page), *_as_served(address, served)]
            complaints += heard
        reached |= seen
    assert not complaints, "\n".join(complaints)
    pages = {route for route in ROUTES if not NOT_PAGES.search(route)}
    assert len(pages & reached) > MOST_PAGES * len(pages), f"Nobody is led to {sorted(pages - reached)}"


async def test_the_sign_in_page_is_accessible(visit: Visit) -> None:
    async with visit() as page:
        await page.goto("/sign-in")
        await assert_accessible(page)


def _everybody() -> Iterator[tuple[str, set[str]]]:
    """(persona, the routes that their group has seen so far)"""
    for group in EVERYBODY:
        seen: set[str] = set()
        yield from ((who, seen) for who in group)


async def _judged(page: Page) -> list[str]:
    """What is wrong with the page that is open, at both widths. It has the same colours at both."""
    wrong: list[str] = []
    # The width that the page was opened at comes first: to change it takes long.
    narrow_first = page.viewport_size == {"width": 320, "height": 900}
    for width in (320, 1280) if narrow_first else (1280, 320):
        await page.set_viewport_size({"width": width, "height": 900})
        try:
            await assert_accessible(page, colours=width == 320)
        except AssertionError as complaint:
            wrong.append(f"{width} px: {complaint}")
    return wrong


def _as_served(address: str, served: str) -> list[str]:
    """What is missing from the page before any script has run."""
    headings = served.count("<h1")
    return [] if headings == 1 else [f"{address} is served with {headings} main headings"]


def _listen(page: Page) -> list[str]:
    """Errors in the console: a blocked script or style is one of them."""
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(f"{page.url}: {message.text}")

    page.on("console", listen)
    return heard
