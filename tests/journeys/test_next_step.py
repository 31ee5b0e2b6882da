"""A member of staff finds her next step: why it is shown, what it asks, and what she already has for it."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.running import Visit, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.journey]

SITUATION = "Two services kept separate lists of the same patients."


@pytest.mark.parametrize("javascript", [True, False])
async def test_staff_find_a_step_choose_it_and_write_evidence_for_it(visit: Visit, javascript: bool) -> None:
    async with visit("Amara", javascript=javascript) as page:
        await page.goto("/me")
        title = await _open_first_step(page)
        step = page.url
        await page.get_by_role("button", name="Work towards this step").click()
        await expect(page.get_by_text("You work towards this step. Only you can see that.")).to_be_visible()
        await _show_one_capability(page, step)
        if javascript:
            await assert_fits(page)
        await page.goto("/me")
        chosen = page.locator("#towards + ul").get_by_role("link", name=title)
        await expect(chosen).to_be_visible()
        await chosen.click()
        await page.get_by_role("button", name="Set this step aside").click()
        await expect(page.locator("h1")).to_have_text("Your pathway")
        await expect(chosen).to_have_count(0)


async def _open_first_step(page: Page) -> str:
    card = page.locator("ol.rw-steps > li").first
    await _says_why(card)
    link = card.get_by_role("link").first
    title = await link.inner_text()
    await link.click()
    await expect(page.locator("h1")).to_have_text(title)
    await _says_why(page.locator("main"))
    return title


async def _says_why(place: Locator) -> None:
    """At least one reason, and never who somebody is."""
    await place.get_by_text("Why am I seeing this?").first.click()
    why = place.locator("details[open]").first
    await expect(why.get_by_text("Your equality answers are never used for this.")).to_be_visible()
    assert await why.locator("li").count() >= 1
    said = (await why.inner_text()).lower()
    assert not [word for word in ("ethnic", "disab", "women", "religio", "your age", "orientation") if word in said]


async def _show_one_capability(page: Page, step: str) -> None:
    """From what the step asks to a piece of evidence for it, and back to see that it is there."""
    asked = page.locator("dl").first.locator(".nhsuk-summary-list__row").last
    name = (await asked.locator("dt").inner_text()).partition("\n")[0]
    before = await asked.locator("dd").first.inner_text()
    await asked.get_by_role("link").click()
    assert await page.get_by_label("What does it show?").input_value(), f"{name} is not chosen already"
    for part, value in (("Day", "2"), ("Month", "11"), ("Year", "2026")):
        await page.get_by_label(part).fill(value)
    await page.get_by_label("What was going on?").fill(SITUATION)
    await page.get_by_label("What did you do, and what came of it?").fill(
        "I asked both to bring one list. There is one."
    )
    await page.get_by_role("button", name="Save this evidence").click()
    await expect(page.get_by_text(SITUATION)).to_be_visible()
    await expect(page.get_by_text("Only you can read this.")).to_be_visible()
    await page.goto(step)
    after = await asked.locator("dd").first.inner_text()
    assert _pieces(after) == _pieces(before) + 1, f"{name}: {before!r}, then {after!r}"


def _pieces(said: str) -> int:
    """ "You have 2 pieces of evidence" -> 2; "No evidence yet" -> 0"""
    return next((int(word) for word in said.split() if word.isdigit()), 0)
