"""A system leader in a real browser: what changed, the report behind it, the same figures in the file; and never a
person.
"""

import csv
import re

import pytest
from playwright.async_api import expect

from tests.running import Visit

pytestmark = [pytest.mark.browser, pytest.mark.journey]


async def test_a_leader_reads_what_changed_then_the_report_behind_it(visit: Visit) -> None:
    async with visit("Rhodri") as page:
        await expect(page.locator("h1")).to_contain_text("What changed")
        await expect(page.get_by_text("range", exact=False).first).to_be_visible()
        await page.get_by_role("link", name="Ethnicity by level").last.click()
        await expect(page.locator("main img").first).to_be_visible()
        assert await page.locator("main img").first.get_attribute("alt")
        assert await page.locator("main table tbody tr").count() > 10
        await expect(page.get_by_text("What these figures mean").first).to_be_visible()


async def test_the_file_says_what_the_page_says(visit: Visit) -> None:
    async with visit("Rhodri", javascript=False) as page:
        await page.goto("/reports/representation?characteristic=sex")
        table = await page.locator("main table").first.inner_text()
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="This table for other software (CSV)").click()
        rows = list(csv.reader((await (await waiting.value).path()).read_text(encoding="utf-8-sig").splitlines()))
        figures = {cell for row in rows for cell in row if re.fullmatch(r"\d{3,5}", cell)}
        shown = set(re.findall(r"\b\d{1,3}(?:,\d{3})+\b|\b\d{3}\b", table))
        assert {value.replace(",", "") for value in shown} <= figures


async def test_a_leader_reaches_no_person(visit: Visit) -> None:
    async with visit("Rhodri") as page:
        for path in ("/people", "/work", "/imports", "/me", "/audit", "/access"):
            answer = await page.goto(path)
            assert answer is not None
            assert answer.status in {403, 404}, path
