"""A member of staff in a real browser: where they are, what was said, what is held, who read it."""

import json

import pytest
from playwright.async_api import expect

from tests.running import House, Visit

pytestmark = [pytest.mark.browser, pytest.mark.journey]


async def test_staff_see_their_post_their_conversations_and_their_data(visit: Visit) -> None:
    async with visit("Amara") as page:
        await expect(page.locator("h1")).to_have_text("Your pathway")
        await expect(page.get_by_text("Amara Okafor").first).to_be_visible()
        await page.get_by_role("link", name="Read what was agreed").first.click()
        await expect(page.get_by_text("can read this").first).to_be_visible()


async def test_staff_change_an_equality_answer_and_see_why_it_is_asked(visit: Visit) -> None:
    async with visit("Amara", javascript=False) as page:
        await page.goto("/me/equality/sex")
        await expect(page.get_by_text("We ask so that", exact=False)).to_be_visible()
        for name in ("Prefer not to say", "Not stated", "Not known"):
            assert await page.get_by_label(name, exact=True).count() == 1, name
        await page.get_by_label("Prefer not to say").check()
        await page.get_by_role("button", name="Save your answer").click()
        await page.goto("/me/equality/sex")
        await expect(page.get_by_label("Prefer not to say")).to_be_checked()


async def test_staff_see_who_opened_their_record(visit: Visit, house: House) -> None:
    async with visit("Bronwen") as partner:
        await partner.goto("/people?search=Okafor")
        await (
            partner.get_by_role("link", name="Amara Okafor")
            .or_(partner.get_by_role("link", name="Okafor, Amara"))
            .first.click()
        )
        await expect(partner.locator("h1")).to_contain_text("Okafor")
    async with visit("Amara") as page:
        await page.get_by_role("link", name="who has read it").click()
        await expect(page.get_by_text("Bronwen Parry").first).to_be_visible()


async def test_staff_download_everything_that_is_held(visit: Visit) -> None:
    async with visit("Amara") as page:
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="Download your data").click()
        held = json.loads((await (await waiting.value).path()).read_text())
        assert "Okafor" in json.dumps(held)
