"""An HR partner offers something, decides about those who want it, and cares for whoever was not chosen."""

from datetime import date, timedelta

import asyncpg
import pytest
from holidays.countries.united_kingdom import UnitedKingdom
from playwright.async_api import Page, expect

from service.kit.clock import today
from service.web.presenters import day
from tests.running import House, Visit, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.journey]

NOTE = "Lead something across two teams, then come back to us."
SAID = "We talked about what would help next time."
SECONDMENT = "Secondment: ward lead in the community"


async def test_a_partner_publishes_an_offer_and_tells_somebody_why(visit: Visit, house: House) -> None:
    async with visit("Bronwen", javascript=False) as page:
        title, offer = await _draft_an_offer(page, house.personas["Bronwen"].title.partition(", ")[2])
        await _publish(page)
    async with visit("Amara", javascript=False) as page:
        await page.goto(f"{offer}/apply")
        await page.get_by_role("button", name="Send your application").click()
        await expect(page.locator("main")).to_contain_text("You sent your application")
    async with visit("Bronwen") as page:
        await page.goto(f"{offer}/applications")
        await _decide(page)
    async with visit("Amara") as page:
        await page.goto("/me/notices")
        await page.get_by_role("link", name=f"You were not given a place on {title}").first.click()
        await expect(page.locator("main")).to_contain_text("Reason: more people applied than there are places")
        await expect(page.locator("main")).to_contain_text(NOTE)


async def test_a_secondment_ends_and_whoever_is_not_chosen_is_cared_for(visit: Visit, house: House) -> None:
    async with visit("Bronwen", javascript=False) as page:
        opportunity = await _write_a_secondment(page)
    for who in ("Amara", "Daniel"):
        async with visit(who, javascript=False) as page:
            await page.goto(f"{opportunity}/interest")
            await page.get_by_role("button", name="Send it").click()
            await expect(page.locator("main .nhsuk-tag").first).to_have_text("Sent")
    await _the_closing_date_passes(house, opportunity)
    async with visit("Bronwen") as page:
        await _shortlist_both(page, opportunity)
        await _choose_amara(page, opportunity)
        await _care_for_daniel(page)
    async with visit("Daniel", javascript=False) as page:
        await page.goto("/me/notices")
        await page.get_by_role("link", name=f"You were not chosen for {SECONDMENT}").first.click()
        await page.get_by_role("link", name=SECONDMENT).first.click()
        await expect(page.locator("main")).to_contain_text("Your next step: A mentor or coach.")


async def _draft_an_offer(page: Page, home: str) -> tuple[str, str]:
    """(title, address) of one that is much like what another employer offers."""
    await page.goto("/offers")
    rival = page.locator("ul.rw-offers > li").filter(has_not_text=home).first
    title = await rival.get_by_role("link").inner_text()
    kind = await rival.locator(".rw-mark").inner_text()
    await page.goto("/offers/new")
    await page.get_by_label("Title").fill(title)
    await page.get_by_label("Kind").select_option(label=kind)
    await page.get_by_label("What is it, in a sentence or two?").fill("The same, closer to where our people work.")
    await page.get_by_label("Which capability does it build?").select_option(index=1)
    await page.get_by_label("Which priority of the system").fill("Leaders for community services")
    await page.get_by_label("Develop:").check()
    await _date(page, "opens_on", today())
    await _date(page, "closes_on", today() + timedelta(days=30))
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("h1")).to_contain_text("Dates and places")
    await _date(page, "starts_on", today() + timedelta(days=60))
    await _date(page, "ends_on", today() + timedelta(days=61))
    await page.get_by_label("It can be joined online").check()
    await page.get_by_label("How many places?").fill("1")
    await page.get_by_role("button", name="Add this date").click()
    await page.get_by_role("link", name="Go on to publish").first.click()
    return title, page.url.removesuffix("/publish")


async def _publish(page: Page) -> None:
    """Not before somebody has looked at what others offer, and whether everyone can take part."""
    await expect(page.get_by_role("heading", name="Others offer something alike")).to_be_visible()
    await expect(page.locator("ul.rw-plan > li").first).to_contain_text("In common: a similar title")
    asked = page.url
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("alert")).to_contain_text("then say that this one is still needed")
    await page.get_by_role("alert").locator("a[href^='/checks/']").click()
    await _check(page, "Before it is published")
    await page.goto(asked)
    await page.get_by_label("I have looked at these").check()
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("link", name="Applications")).to_be_visible()


async def _check(page: Page, stage: str) -> None:
    await expect(page.locator("main h2").first).to_have_text(stage)
    await page.get_by_label("Yes, it looks fair").check()
    await page.get_by_label("Which number did you look at?").fill("The equity chain of release 1")
    await page.get_by_role("button", name="Save this check").click()
    await expect(page.locator("ul.rw-timeline > li").filter(has_text=stage)).to_contain_text("Fair")


async def _decide(page: Page) -> None:
    """Without a reason nothing is decided; nor before somebody asked whether the choice was fair."""
    address = page.url
    await _not_this_time(page, "Choose one")
    await expect(page.get_by_role("alert")).to_contain_text("Choose the reason for this decision.")
    await assert_fits(page)
    await page.goto(address.replace("/offers/", "/checks/offer/").replace("/applications", "?stage=decisions_made"))
    await _check(page, "Before decisions are told")
    await page.goto(address)
    await _not_this_time(page, "More people applied than there are places")
    await expect(page.locator("ul.rw-people > li")).to_contain_text("Not this time")


async def _not_this_time(page: Page, reason: str) -> None:
    await page.get_by_label("Amara Okafor").check()
    await page.get_by_label("Decision").select_option(label="Say not this time")
    await page.locator("#reason").select_option(label=reason)
    await page.get_by_label("A note to them").fill(NOTE)
    await page.get_by_role("button", name="Decide and tell them").click()


async def _write_a_secondment(page: Page) -> str:
    """Refused without an end; then given one, and published."""
    await page.goto("/opportunities/new")
    await page.locator("input[name=kind][value=secondment]").check()
    await page.get_by_label("Title").fill(SECONDMENT)
    await page.get_by_label("What it is, and what is asked").fill("Six months with the community teams.")
    await page.locator("#level").select_option("7")
    await page.locator("#staff_group").select_option("nursing_midwifery")
    await page.locator("input[name=is_open_to_system][value=false]").check()
    await _date(page, "closes_on", today() + timedelta(days=20))
    await _date(page, "starts_on", today() + timedelta(days=60))
    await page.get_by_role("button", name="Save as a draft").click()
    await expect(page.get_by_role("alert")).to_contain_text("A secondment or acting up always has an end.")
    await _date(page, "ends_on", today() + timedelta(days=240))
    await page.get_by_role("button", name="Save as a draft").click()
    await expect(page.locator("h1")).to_contain_text(SECONDMENT)
    address = page.url
    await page.get_by_role("link", name="Inclusion checks").click()
    await _check(page, "Before it is published")
    await page.goto(address)
    await page.get_by_role("button", name="Publish").click()
    await expect(page.locator("main .nhsuk-tag").first).to_have_text("Open")
    return address


async def _the_closing_date_passes(house: House, opportunity: str) -> None:
    connection = await asyncpg.connect(house.database)
    moved = "UPDATE opportunities SET opens_on = opens_on - 30, closes_on = closes_on - 30 WHERE id = $1"
    await connection.execute(moved, opportunity.rpartition("/")[2])
    # As it is at first: others who use this house may have chosen another.
    await connection.execute("UPDATE opportunity_limits SET aftercare_days = 10")
    await connection.close()


async def _shortlist_both(page: Page, opportunity: str) -> None:
    await page.goto(opportunity.replace("/opportunities/", "/checks/opportunity/"))
    await _check(page, "Before the shortlist is closed")
    await _check(page, "Before decisions are told")
    await page.goto(f"{opportunity}/interests")
    for name in ("Amara Okafor", "Daniel Whitlock"):
        await (
            page.get_by_role("group", name=f"What do you decide about {name}?")
            .get_by_label("Shortlist", exact=True)
            .check()
        )
    await page.get_by_role("button", name="Tell everybody").click()


async def _choose_amara(page: Page, opportunity: str) -> None:
    """Nobody is turned down without a reason."""
    chosen = page.locator(".rw-step", has_text="Amara Okafor")
    other = page.locator(".rw-step", has_text="Daniel Whitlock")
    await chosen.get_by_label("Chosen", exact=True).check()
    await chosen.get_by_label("Reason").select_option("merit")
    await other.get_by_label("Not chosen").check()
    await page.get_by_role("button", name="Tell everybody").click()
    await expect(page.get_by_role("alert")).to_contain_text("nobody is turned down without one")
    await assert_fits(page)
    await other.get_by_label("Reason").select_option("others_showed_more")
    await page.get_by_role("button", name="Tell everybody").click()
    decided = page.locator("ul.rw-timeline > li")
    await expect(decided.filter(has_text="Amara Okafor").locator(".nhsuk-tag")).to_have_text("Chosen")
    await expect(decided.filter(has_text="Daniel Whitlock").locator(".nhsuk-tag")).to_have_text("Not chosen")


async def _care_for_daniel(page: Page) -> None:
    """Owed a conversation within ten working days; logging it is all that is needed for that part."""
    await page.goto("/aftercare")
    line = page.locator("ul.rw-timeline > li", has_text=SECONDMENT)
    await expect(line).to_contain_text(f"Due by {day(_ten_working_days_from(today()))}")
    await line.get_by_role("link", name="Talk with Daniel Whitlock").click()
    care = page.url
    await page.get_by_role("button", name="Log your conversation").click()
    await page.get_by_label("Follow-up").check()
    await page.get_by_label("What did you agree to write down?").fill(SAID)
    await page.get_by_role("button", name="Continue").last.click()
    await page.get_by_role("button", name="Log the conversation").click()
    await expect(page.locator("h1")).to_have_text("Conversation logged")
    await page.goto(care)
    await expect(page.locator("main dl").first).to_contain_text(f"Held on {day(today())}")
    await expect(page.get_by_role("button", name="Log your conversation")).to_have_count(0)
    await page.get_by_label("A mentor or coach").check()
    await page.get_by_role("button", name="Save the next step").click()
    await expect(page.locator("h1")).to_have_text("People who were not chosen")
    await expect(line).to_have_count(0)


def _ten_working_days_from(start: date) -> date:
    """Counted by hand: Monday to Friday, without the bank holidays of England."""
    off = UnitedKingdom(subdiv="ENG", years=[start.year, start.year + 1])
    days = (start + timedelta(days=number) for number in range(1, 40))
    return [one for one in days if one.weekday() < 5 and one not in off][9]


async def _date(page: Page, name: str, value: date) -> None:
    for part in ("day", "month", "year"):
        await page.locator(f"#{name}-{part}").fill(str(getattr(value, part)))
