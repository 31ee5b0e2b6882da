"""A member of staff reads what was written down about her, corrects it, agrees, and decides who else may read it."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.running import Visit, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.journey]

CORRECTED = "Wants to lead a community team. Would like to see how two of them plan their week first."


async def test_staff_correct_agree_share_and_stop_sharing(visit: Visit) -> None:
    async with visit("Amara") as page:
        read = await _open_what_waits(page)
        await _correct(page)
        await _agree(page)
        await _share(page)
        await _stop(page)
    async with visit("Bronwen") as partner:
        await partner.goto(read)
        await expect(partner.get_by_text(CORRECTED)).to_be_visible()
        await expect(partner.get_by_text("Agreed", exact=True).first).to_be_visible()
        assert await partner.get_by_role("link", name="Let them read it").count() == 0
    async with visit("Daniel") as stranger:
        answer = await stranger.goto(read)
        assert answer is not None
        assert answer.status == 404
        assert CORRECTED not in await stranger.content()


async def _open_what_waits(page: Page) -> str:
    await page.goto("/me")
    await page.locator(".rw-audience a[href^='/conversations/']").first.click()
    await expect(page.get_by_text("Held, not agreed yet").first).to_be_visible()
    await expect(_audience(page)).to_contain_text("Bronwen Parry and you can read this.")
    await expect(_audience(page)).to_contain_text("Nobody else can.")
    # Nothing is shared before the person has agreed to it.
    assert await page.get_by_role("heading", name="Let somebody else read it").count() == 0
    return page.url


async def _correct(page: Page) -> None:
    await page.get_by_role("link", name="Correct the words").click()
    await assert_fits(page)
    await page.get_by_label("What you agreed to write down").fill(CORRECTED)
    await page.get_by_role("button", name="Save the words").click()
    await expect(page.get_by_text(CORRECTED)).to_be_visible()
    await expect(page.get_by_text("Written by you")).to_be_visible()


async def _agree(page: Page) -> None:
    await page.get_by_role("button", name="I agree with these words").click()
    await expect(page.get_by_role("heading", name="What was agreed")).to_be_visible()
    await assert_fits(page)


async def _share(page: Page) -> None:
    await page.get_by_role("link", name="Let them read it").first.click()
    await expect(page.locator("h1")).to_have_text("More people will be able to read this")
    await expect(page.locator("main")).to_contain_text("your private note, and your preparation")
    await assert_fits(page)
    await page.get_by_role("button", name="Let them read it").click()
    await expect(_audience(page)).to_contain_text("can read what was agreed: you chose so.")
    await expect(_audience(page)).not_to_contain_text("Nobody else can")


async def _stop(page: Page) -> None:
    await page.get_by_role("button", name="Stop sharing").click()
    await expect(_audience(page)).to_contain_text("Nobody else can.")
    await expect(_audience(page)).not_to_contain_text("you chose so")


def _audience(page: Page) -> Locator:
    return page.get_by_role("note", name="Who can read this")
