"""Finding every page a persona can reach, one of each route, by following its links as they would."""

import re
from collections import deque
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

from playwright.async_api import Error, Page, Response

from tests.access.doors import DOORS

# The link of a map drawn as SVG has no href that is text.
_ADDRESSES = """() => Array.from(
  document.querySelectorAll('a[href]:not([download])'), link => new URL(link.getAttribute('href'), location).href
)"""


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", r"[^/]+", re.sub(r"\.(?!\*)", r"\.", route)))


# What is said in words comes before what stands for anything: /people/new is not a person.
ROUTES = {
    route: _pattern(route) for route in sorted(door.removeprefix("GET ") for door in DOORS if door.startswith("GET "))
}


async def reachable(page: Page) -> list[str]:
    """Addresses of pages, the page open now first; one for each route."""
    return [address async for address, _ in walk(page, set())]


async def walk(page: Page, seen: set[str]) -> AsyncIterator[tuple[str, str]]:
    """(address, what was served) of each page while it is open, the page open now first. Routes in `seen` are left out
    and those that are found are added to it. Raises AssertionError for a link that leads nowhere.
    """
    start = urlsplit(page.url).path
    waiting = deque([start])
    seen.add(route_of(start))
    while waiting:
        address = waiting.popleft()
        answer = await _opened(page, address)
        if answer is None or _is_elsewhere(page, address, seen):
            continue
        links = await page.evaluate(_ADDRESSES)
        yield address, await answer.text()
        for path in _inside(links, page.url):
            route = route_of(path)
            if route not in seen:
                seen.add(route)
                waiting.append(path)


def route_of(address: str) -> str:
    """ "/people/3f0b6c1e?page=2" -> "/people/{person_id}"; an address that no route answers is its own."""
    path = address.partition("?")[0]
    return next((route for route, pattern in ROUTES.items() if pattern.fullmatch(path)), path)


async def _opened(page: Page, address: str) -> Response | None:
    """The answer, where it is a page: a file is none."""
    try:
        answer = await page.goto(address)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise
    if answer is None or "html" not in answer.headers.get("content-type", ""):
        return None
    assert answer.status == 200, f"{address} is linked but answers {answer.status}"
    return answer


def _is_elsewhere(page: Page, address: str, seen: set[str]) -> bool:
    """Whether the address only leads on to a page that is in line already."""
    landed = route_of(urlsplit(page.url).path)
    return landed != route_of(address) and landed in seen


def _inside(links: list[str], here: str) -> Iterator[str]:
    for link in links:
        parts = urlsplit(link)
        if parts.netloc == urlsplit(here).netloc and not re.match("/(static|assets|schema)/", parts.path):
            yield parts.path + (f"?{parts.query}" if parts.query else "")
