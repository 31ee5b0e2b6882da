"""A member of staff finds an offer, a mentor and an opportunity, each with why she sees it, and how each stands."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.running import Visit, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.journey]

WHY = "I would like to see how others plan their week."
INTERESTED = "Say that you are interested"


@pytest.mark.parametrize("javascript", [True, False])
async def test_staff_apply_for_an_offer_that_is_open_to_them_and_see_how_it_stands(
    visit: Visit, javascript: bool
) -> None:
    async with visit("Amara", javascript=javascript) as page:
        await _open_an_offer(page)
        await page.get_by_role("button", name="Apply").click()
        await expect(page.get_by_role("note", name="Who can read this")).to_contain_text("never see your answers")
        await page.get_by_label("Why would you like to take part?").fill(WHY)
        await page.get_by_role("button", name="Send your application").click()
        await expect(page.locator("main")).to_contain_text("You sent your application")
        mine = urlsplit(page.url).path
        await page.goto("/me/offers")
        await page.locator(f"a[href='{mine}']").first.click()
        await expect(page.locator("dl")).to_contain_text(WHY)
        await page.get_by_text(re.compile("^Withdraw|^Give up")).first.click()
        await page.locator("form[action$='/withdraw'] button").click()
        await expect(page.locator("main")).to_contain_text("You withdrew")


async def _open_an_offer(page: Page) -> None:
    """The last that she can apply for at once: what is left of it does not matter to the others here. One for a group
    first asks whether she belongs to it.
    """
    await page.goto("/offers?for_me=yes")
    cards = page.locator("h2:has-text('Open to you') + ul > li").filter(has_text=re.compile("Open to "))
    hrefs = [await card.get_by_role("link").get_attribute("href") for card in await cards.all()]
    for href in reversed(hrefs):
        await page.goto(href or "")
        if await page.get_by_role("button", name="Apply").count():
            return
    raise AssertionError(f"None of {len(hrefs)} offers that are open to her can be applied for")


async def test_staff_find_a_mentor_and_say_that_an_opportunity_interests_them(visit: Visit) -> None:
    async with visit("Amara") as page:
        mentor = await _ask_a_mentor(page)
        await expect(page.get_by_role("listitem").filter(has_text=mentor)).to_contain_text("Asked")
        path, title = await _look_around(page)
    async with visit("Daniel", javascript=False) as page:
        await page.goto(path)
        await _think_of(page, "amara.okafor@ridgeway.example")
    async with visit("Amara", javascript=False) as page:
        await page.get_by_role("link", name=re.compile(r"^Notices \(\d+\)$")).click()
        await page.get_by_role("link", name=f"Somebody thought of you for {title}").first.click()
        await page.locator(f"main a[href='{path}']").first.click()
        await expect(page.get_by_role("heading", name="You and this opportunity")).to_be_visible()
        await expect(page.locator("main")).to_contain_text("your answers to equality questions are not part of it")
        await page.get_by_role("button", name=INTERESTED).click()
        await page.get_by_label("Why you, and why this?").fill(WHY)
        await page.get_by_role("button", name="Send it").click()
        await expect(page.locator("main .nhsuk-tag").first).to_have_text("Sent")
        await page.goto("/me/notices")
        assert await page.get_by_role("listitem").filter(has_text=title).get_by_text("New").count() == 0


async def _ask_a_mentor(page: Page) -> str:
    """Without words first, to see what is asked for."""
    await page.goto("/mentors")
    card = page.locator("ul.rw-steps > li", has=page.get_by_role("link", name=re.compile("^Ask "))).first
    await expect(card.get_by_text("Why you see this")).to_be_visible()
    assert await card.locator("ul.nhsuk-list--bullet > li").count() >= 1
    name = await card.get_by_role("heading").inner_text()
    await card.get_by_role("link", name=f"Ask {name}").click()
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page).to_have_title(re.compile("^Error: "))
    await assert_fits(page)
    await page.get_by_label("What do you want to talk about?").fill(WHY)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("h1")).to_have_text("Your mentoring")
    return name


async def _look_around(page: Page) -> tuple[str, str]:
    """(path, title) of an opportunity that she has not said anything about yet, shown with its reason."""
    await page.goto("/opportunities")
    await expect(page.locator("h2:has-text('Open to you') ~ ul > li .rw-quiet").first).not_to_be_empty()
    links = await page.locator("main ul.rw-timeline > li > a").evaluate_all("links => links.map(a => a.pathname)")
    for path in links:
        await page.goto(path)
        if await page.get_by_role("button", name=INTERESTED).count():
            return path, await page.locator("h1").evaluate("h1 => h1.lastChild.textContent.trim()")
    raise AssertionError("Everything that is open has been answered")


async def _think_of(page: Page, email: str) -> None:
    await page.get_by_text("Think of somebody for it").click()
    await page.get_by_label("Their work email address").fill(email)
    await page.get_by_role("button", name="Tell them").click()
    await expect(page.get_by_role("status")).to_be_visible()
