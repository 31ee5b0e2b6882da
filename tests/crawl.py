"""Finding every page a persona can reach, one of each kind, by following its links as they would."""

import re
from collections import deque
from urllib.parse import urlsplit

from playwright.async_api import Error, Page

_IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/|$)")
_NOT_PAGES = re.compile(
    r"\.(csv|xlsx|json|svg|ics)$|/(download|template|problems\.csv|file)\b|^/(static|assets|schema|api)/|/problems$"
)
# The link of a map drawn as SVG has no href that is text.
_ADDRESSES = "links => links.map(link => new URL(link.getAttribute('href'), location).href)"
AT_MOST = 40


async def reachable(page: Page) -> list[str]:
    """Addresses of pages, the page open now first. Two addresses that differ only by identifier or question count as
    one kind.
    """
    start = urlsplit(page.url).path
    seen, found, waiting = {_kind(start)}, [], deque([start])
    while waiting and len(found) < AT_MOST:
        address = waiting.popleft()
        try:
            answer = await page.goto(address)
        except Error as error:
            if "Download is starting" in error.message:
                continue
            raise
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{address} is linked but answers {answer.status}"
        found.append(address)
        for link in await page.eval_on_selector_all("a[href]", _ADDRESSES):
            parts = urlsplit(link)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if (
                parts.netloc == urlsplit(page.url).netloc
                and not _NOT_PAGES.search(parts.path)
                and _kind(path) not in seen
            ):
                seen.add(_kind(path))
                waiting.append(path)
    return found


def _kind(address: str) -> str:
    path, _, question = address.partition("?")
    names = sorted(part.split("=")[0] for part in question.split("&") if part)
    return _IDENTIFIER.sub("*", path) + ("?" + "&".join(names) if names else "")
