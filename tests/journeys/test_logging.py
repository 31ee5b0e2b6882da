"""An HR partner logs a conversation in ninety seconds, with a keyboard alone; and what she typed survives a browser
that dies, a second tab, and a change of mind.
"""

import asyncio

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.journeys.keyboard import Keyboard
from tests.running import Visit, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.journey]

# Somebody whom no other journey asks about, named in full by the demo.
WITH = "Daniel Whitlock"
SAID = "Wants to lead a community team within two years, and will shadow one in January."
# Besides the words themselves: names, dates, and finding the way about three pages.
MOST_KEYSTROKES = 90
FOUR_LETTERS_A_SECOND = 4


async def test_a_conversation_is_logged_in_ninety_seconds_without_touching_a_mouse(visit: Visit) -> None:
    async with visit("Bronwen") as page:
        keys = await Keyboard.of(page)
        await page.goto("/work")
        await _log(keys)
        await expect(page.locator("h1")).to_have_text("Conversation logged")
        other = keys.pressed - len(SAID)
        by_hand = keys.pressed / FOUR_LETTERS_A_SECOND
        print(
            f"\nLogged with {len(keys.clicks)} clicks and {other} keystrokes besides the {len(SAID)} of the words,"
            f" in {keys.seconds:.1f} s here; at {FOUR_LETTERS_A_SECOND} keys a second it is {by_hand:.0f} s."
        )
        assert not keys.clicks
        assert other <= MOST_KEYSTROKES
        await assert_accessible(page)
        await _undone(page)


async def _log(keys: Keyboard) -> None:
    """From Your work to done. Held today by whoever logs it: neither is typed."""
    await keys.skip()
    await keys.reach("Log a conversation")
    await keys.enter()
    await keys.skip()
    await keys.reach("person")
    await keys.type(WITH)
    await keys.reach("First career conversation")
    await keys.press("ArrowDown")
    await keys.reach("summary")
    await keys.type(SAID)
    await keys.reach("next_due_on-day")
    for part, then in (("27", "Tab"), ("5", "Tab"), ("2027", "")):
        await keys.type(part)
        if then:
            await keys.press(then)
    await keys.enter()
    await expect(keys.page.locator("h1")).to_have_text("Check what you will log")
    await expect(keys.page.locator("dl")).to_contain_text("27 May 2027")
    await expect(keys.page.locator("dl")).to_contain_text("Follow-up")
    await keys.skip()
    await keys.reach("Log the conversation")
    await keys.enter()


async def _undone(page: Page) -> None:
    read = page.url.removesuffix("/done")
    await page.get_by_role("button", name="Undo it").click()
    await expect(page.locator("h1")).to_have_text("Your work")
    answer = await page.goto(read)
    assert answer is not None
    assert answer.status == 404


async def test_what_is_typed_survives_the_death_of_the_browser(visit: Visit) -> None:
    async with visit("Bronwen") as page:
        draft = await _new_draft(page)
        saved, typed = asyncio.create_task(_told(page, "Draft saved")), ""
        # Somebody who never pauses is saved all the same.
        while not saved.done() and len(typed) < 200:
            await page.keyboard.type("go on ", delay=40)
            typed += "go on "
        await saved
        await _kill(page)
    async with visit("Bronwen") as page:
        await page.goto("/work")
        await page.locator(f"main a[href='/conversations/drafts/{draft}']").click()
        kept = await page.get_by_label("What did you agree to write down?").input_value()
        print(f"\n{len(typed)} letters typed without a pause, {len(kept)} kept.")
        assert kept.strip()
        assert typed.startswith(kept.strip())
        await assert_accessible(page)
        await _thrown_away(page, draft)


async def test_two_tabs_with_one_draft_show_both_texts_and_lose_neither(visit: Visit) -> None:
    async with visit("Bronwen") as page:
        draft = await _new_draft(page)
        await page.keyboard.type("As it was.")
        await _told(page, "Saved")
        first, second = await _tabs(page.context, f"/conversations/drafts/{draft}")
        await _write(first, "Written in the first tab.")
        await _told(first, "Saved")
        await _write(second, "Written in the second tab.")
        await _told(second, "changed in another tab")
        await second.get_by_role("button", name="Save and return later").click()
        await expect(second.locator("h1")).to_have_text("Two versions of your draft")
        for words in ("Written in the first tab.", "Written in the second tab."):
            await expect(second.locator("main table").get_by_text(words)).to_be_visible()
        await assert_fits(second)
        await second.get_by_role("button", name="Keep what I typed here").click()
        await expect(second.get_by_role("status")).to_contain_text("Your draft is saved")
        await second.goto(f"/conversations/drafts/{draft}")
        await expect(second.get_by_label("What did you agree")).to_have_value("Written in the second tab.")
        await _thrown_away(second, draft)


async def _new_draft(page: Page) -> str:
    await page.goto("/conversations/new")
    await page.get_by_label("What did you agree to write down?").focus()
    return await page.locator("form[data-draft] input[name=id]").input_value()


async def _tabs(context: BrowserContext, path: str) -> tuple[Page, Page]:
    """Both opened before either writes."""
    first, second = await context.new_page(), await context.new_page()
    await first.goto(path)
    await second.goto(path)
    return first, second


async def _write(page: Page, words: str) -> None:
    await page.bring_to_front()
    await page.get_by_label("What did you agree to write down?").fill(words)


async def _told(page: Page, words: str) -> None:
    await expect(page.locator("[data-saved]")).to_contain_text(words, timeout=15_000)


async def _kill(page: Page) -> None:
    """As the power cut does: the page is told nothing."""
    crashed = asyncio.Event()
    page.on("crash", lambda _: crashed.set())
    session = await page.context.new_cdp_session(page)
    dying = asyncio.create_task(session.send("Page.crash"))
    await asyncio.wait_for(crashed.wait(), 15)
    dying.cancel()


async def _thrown_away(page: Page, draft: str) -> None:
    """There is a route for it and no button yet."""
    token = await page.locator("form[data-draft] input[name=csrf_token]").input_value()
    answer = await page.request.post(f"/conversations/drafts/{draft}/discard", form={"csrf_token": token})
    assert answer.ok
