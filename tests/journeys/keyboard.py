"""Somebody who has only a keyboard, and what it costs them."""

import time
from dataclasses import dataclass, field

from playwright.async_api import Page

_HAS_FOCUS = """wanted => {
  const here = document.activeElement;
  const named = here.labels?.[0]?.innerText ?? here.innerText ?? "";
  return named.trim() === wanted || here.id === wanted;
}"""
TABS = 40


@dataclass
class Keyboard:
    """`pressed` counts keystrokes; `clicks` is where the pages themselves noticed a mouse or a finger."""

    page: Page
    pressed: int = 0
    clicks: list[str] = field(default_factory=list[str])
    began: float = field(default_factory=time.monotonic)

    @classmethod
    async def of(cls, page: Page) -> "Keyboard":
        """Counts from the next page on."""
        made = cls(page)
        await page.expose_function("ridgewayNoticed", made.notice)
        await page.add_init_script("addEventListener('pointerdown', () => ridgewayNoticed(location.pathname), true)")
        return made

    def notice(self, where: str) -> None:
        self.clicks.append(where)

    async def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.pressed += 1
            await self.page.keyboard.press(key)

    async def type(self, words: str) -> None:
        self.pressed += len(words)
        await self.page.keyboard.type(words)

    async def reach(self, wanted: str) -> None:
        """Tab until the label, the words or the id of what has the focus is this."""
        for _ in range(TABS):
            await self.press("Tab")
            if await self.page.evaluate(_HAS_FOCUS, wanted):
                return
        raise AssertionError(f"{TABS} tabs do not lead to {wanted} on {self.page.url}")

    async def skip(self) -> None:
        """Past the navigation, as the first link of every page offers."""
        await self.press("Tab")
        await self.press("Enter")

    async def enter(self) -> None:
        """Enter, and the page that it leads to."""
        async with self.page.expect_navigation():
            await self.press("Enter")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began
