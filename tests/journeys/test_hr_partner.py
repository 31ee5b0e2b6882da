"""An HR partner's day in a real browser: log a conversation, import a file, look somebody up."""

from uuid import uuid4

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.running import House, Visit, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.journey]

SAID = "Wants to lead a community team. Will shadow one in January."


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_partner_logs_a_conversation_and_only_its_parties_can_read_it(
    visit: Visit, house: House, javascript: bool
) -> None:
    async with visit("Bronwen", javascript=javascript) as page:
        await _open_first_person(page)
        name = await page.locator("h1").inner_text()
        await (
            page.get_by_role("button", name="Log a conversation")
            .or_(page.get_by_role("link", name="Log a conversation"))
            .first.click()
        )
        await expect(page.get_by_text("can read this").first).to_be_visible()
        await page.get_by_label("Follow-up").check()
        await page.get_by_label("What did you agree to write down?").fill(SAID)
        await page.get_by_role("button", name="Continue").last.click()
        await expect(page.locator("h1")).to_contain_text("Check")
        await expect(page.get_by_text(SAID)).to_be_visible()
        await page.get_by_role("button", name="Log the conversation").click()
        assert page.url.endswith("/done"), page.url
        read = page.url.removesuffix("/done")
        await page.goto(read)
        await expect(page.get_by_text(SAID)).to_be_visible()
        assert name.split()[0] in await page.content()
    async with visit("Daniel") as other:
        answer = await other.goto(read)
        assert answer is not None
        assert answer.status == 404
        assert SAID not in await other.content()


async def _open_first_person(page: Page) -> None:
    await page.goto("/people")
    await page.locator("main table a").first.click()
    await page.wait_for_load_state()


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_partner_imports_a_file_reads_its_problems_and_undoes_it(visit: Visit, javascript: bool) -> None:
    number = f"J{uuid4().hex[:8]}"
    lines = (
        "EMPLOYEE_NUMBER,FIRST_NAME,LAST_NAME,JOB_TITLE,GRADE,STAFF_GROUP,FTE,START_DATE",
        f"{number},Siân,Llewellyn-Ó Briain,Ward manager,Band 7,Nursing and Midwifery Registered,1.0,01/03/2024",
        f"{number}9,Efua,Mensah,Physiotherapist,Band 6,Allied Health Professionals,0.8,31/02/2024",
    )
    file = FilePayload(name="workforce.csv", mimeType="text/csv", buffer="\n".join(lines).encode())
    async with visit("Bronwen", javascript=javascript) as page:
        await page.goto("/imports")
        await page.locator("input[type=file]").set_input_files(files=[file])
        await page.get_by_role("button", name="Check this file").click()
        await expect(page.get_by_text("What to put right")).to_be_visible(timeout=30_000)
        await expect(page.get_by_text("31 February", exact=False).first).to_be_attached()
        if javascript:
            await assert_accessible(page)
        await page.locator("form[action$='/apply'] button").click()
        await expect(page.get_by_role("button", name="Undo")).to_be_visible(timeout=30_000)
        await page.goto(f"/people?search={number}")
        await expect(page.get_by_text("Llewellyn-Ó Briain").first).to_be_visible()
        await page.goto("/imports")
        await page.locator("main table a").first.click()
        await page.get_by_role("button", name="Undo").click()
        await page.goto(f"/people?search={number}")
        assert await page.get_by_text("Llewellyn-Ó Briain").count() == 0
