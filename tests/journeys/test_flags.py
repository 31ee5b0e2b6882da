"""A system leader reads what was found and how sure it is, sees to it that somebody looks after it, opens the evidence
and takes the same figures to the board on paper.
"""

import io
import re
from typing import Any

import pypdf
import pytest
from playwright.async_api import Page, expect

from tests.running import Visit, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.journey]

# What `analytics.synthetic` plants for women at levels 7 to 9 of one organisation.
PLANTED = re.compile(
    r"female staff hold (0\.\d\d) times as large a share of levels 7 to 9 .* range (0\.\d\d to \d\.\d\d)"
)
OWNER = "Director of People"


async def test_a_leader_looks_after_what_was_planted_and_takes_it_to_the_board(visit: Visit) -> None:
    async with visit("Rhodri") as page:
        words, ratio, span = await _read_what_changed(page)
        await page.goto("/reports/flags")
        card = page.locator("article.rw-flag", has_text=words)
        await card.get_by_role("link", name="Look after this flag").click()
        flag = page.url
        await _refused_without_an_owner(page)
    async with visit("Rhodri", javascript=False) as page:
        await page.goto(flag)
        await _acknowledge(page)
        await page.get_by_role("link", name="See the evidence").click()
        await expect(page.locator("main table").filter(has_text=span).first).to_be_attached()
        await page.get_by_role("link", name="Board pack").first.click()
        await expect(page.locator("main")).to_contain_text(words)
        said = await _on_paper(page)
        assert re.sub(r"\s", "", words) in said
        assert f"{ratio}times" in said


async def _read_what_changed(page: Page) -> tuple[str, str, str]:
    """(the sentence, its ratio, its range)"""
    await expect(page.locator("h1")).to_contain_text("What changed")
    words = await page.locator("ul.rw-said li p", has_text=PLANTED).inner_text()
    found = PLANTED.search(words)
    assert found
    assert "unlikely to be chance" in words
    return words, found[1], found[2]


async def _refused_without_an_owner(page: Page) -> None:
    await page.get_by_label("Acknowledged").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page).to_have_title(re.compile("^Error: "))
    await expect(page.get_by_role("alert")).to_contain_text("Enter the role or team that looks after this.")
    await expect(page.get_by_role("alert")).to_contain_text("Enter when this will be looked at again.")
    await assert_fits(page)


async def _acknowledge(page: Page) -> None:
    await page.get_by_label("Acknowledged").check()
    await page.get_by_label("Owner").fill(OWNER)
    for part, value in (("Day", "27"), ("Month", "3"), ("Year", "2027")):
        await page.get_by_label(part).fill(value)
    await page.get_by_role("button", name="Save").click()
    kept = page.get_by_role("region", name="What people made of this flag").locator("tbody tr")
    await expect(kept).to_have_count(1)
    for words in ("Rhodri Vaughan-Lloyd", "Acknowledged", OWNER, "27 March 2027"):
        await expect(kept).to_contain_text(words)


async def _on_paper(page: Page) -> str:
    """What the board pack says, without spaces: a line may break anywhere."""
    organisation = await page.locator("h1 .nhsuk-caption-xl").inner_text()
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Download as PDF").click()
    reader = pypdf.PdfReader(io.BytesIO((await (await waiting.value).path()).read_bytes()))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith(f"Board pack, {organisation}")
    return re.sub(r"\s", "", "".join(one.extract_text() for one in reader.pages))
