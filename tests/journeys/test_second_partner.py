"""What waits for a second HR partner: a case that another wrote, and a place that somebody turned down."""

import pytest
from playwright.async_api import expect

from tests.running import Visit

pytestmark = [pytest.mark.browser, pytest.mark.journey]


async def test_a_second_partner_approves_a_case_and_chooses_somebody_else(visit: Visit) -> None:
    async with visit("Bronwen", javascript=False) as page:
        await page.goto("/positive-action")
        await page.get_by_role("link", name="Ready to lead").click()
        await expect(page.locator("main")).to_contain_text("ask another HR partner")
    async with visit("Meera", javascript=False) as page:
        await page.get_by_role("link", name="Approve the case for “Ready to lead”").click()
        await page.get_by_role("button", name="Approve it").click()
        await expect(page.locator("main")).to_contain_text("Approved by Meera Pritchard")
        await page.goto("/work")
        await page.get_by_role("link", name="Choose somebody else for “Acting up: matron for community wards”").click()
        await page.get_by_role("button", name="Choose ").first.click()
        await expect(page.locator("main")).to_contain_text("Chosen")
        await expect(page.get_by_role("button", name="Choose ")).to_have_count(0)
        await page.goto("/work")
        await expect(page.locator("main")).not_to_contain_text("somebody else for")
        await expect(page.locator("main")).not_to_contain_text("Approve the case")
