"""The pages of offers: found, read, applied for and decided about, by forms alone."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client


async def somebody(make: Builder, employer: UUID) -> SignedIn:
    who = await make.staff(employer)
    await make.assignment(employer, who.person)
    return who


def day(name: str, on: str) -> dict[str, str]:
    """A date as the three fields of a form."""
    year, month, of_month = on.split("-")
    return {f"{name}-year": year, f"{name}-month": month, f"{name}-day": of_month}


async def test_a_partner_writes_dates_checks_and_publishes_an_offer(make: Builder, browse: Client) -> None:
    trust, other = await make.organisation(), await make.organisation(name="Ysbyty Gŵyr")
    words = {"title": "Speaking up, quietly", "kind": "coaching", "summary": "Six mornings.", "priority": "Voice"}
    served = {"dimension": "ways.being", "verbs-support": "yes", f"partner_ids-{trust}": "yes", "cost": "0"}
    given = {"organisation_id": str(trust), "provider_kind": "in_system", "paid_by": "nobody", **words, **served}
    given |= {"place_rule": "by_decision", **day("opens_on", "2026-01-05"), **day("closes_on", "2027-12-31")}
    async with browse(await make.hr_partner(trust)) as client:
        assert "Add the first offer" in (await client.get("/offers/mine")).text
        refused = await client.post("/offers/new", data=given | {"title": "", "level_from": "7", "level_to": "5"})
        assert refused.status_code == 422
        assert "<title>Error: Add an offer" in refused.text
        assert 'value="yes" checked' in refused.text
        made = await client.post("/offers/new", data=given)
        assert made.status_code == 303
        one = made.headers["location"].removesuffix("/dates")
        assert "No dates yet" in (await client.get(one + "/dates")).text
        dated = {"places": "4", "is_online": "true", f"kept-{trust}": "1"}
        dated |= day("starts_on", "2028-02-02") | day("ends_on", "2028-02-01")
        wrong = await client.post(one + "/dates", data=dated)
        assert "The last day must be on or after the first day." in wrong.text
        assert f'name="kept-{trust}" inputmode="numeric" value="1"' in wrong.text
        right = dated | day("ends_on", "2028-06-30")
        assert (await client.post(one + "/dates", data=right)).status_code == 303
        beyond = await client.post(one + "/dates", data=right | {f"kept-{other}": "1"})
        assert "Keep places only for organisations whose people may enrol." in beyond.text
        page = (await client.get(one + "/publish")).text
        version = re.search(r'name="version" value="(\d+)"', page)
        assert version
        form = {"what": "publish", "version": version[1], "looked_at_duplicates": "true"}
        missing = await client.post(one + "/publish", data=form)
        assert missing.status_code == 422
        assert f'href="/checks/offer/{one.rsplit("/", 1)[1]}"' in missing.text
        said = {"stage": "publish", "finding": "could_not_tell", "will_do": "Ask again in March."}
        assert (await client.post(f"/checks/offer/{one.rsplit('/', 1)[1]}", data=said)).status_code == 303
        assert (await client.post(one + "/publish", data=form)).status_code == 303
        shown = (await client.get(one)).text
        assert "Six mornings." in shown
        assert "4 places" not in shown.split("Dates and places")[0]
        changed = await client.get(one + "/edit")
        assert f'name="partner_ids-{trust}" type="checkbox" value="yes" checked' in changed.text
        stale = await client.post(one + "/edit", data=given | {"version": "1"})
        assert stale.status_code == 412 or "has changed since" in stale.text


async def test_somebody_finds_applies_keeps_a_draft_sends_it_and_withdraws(make: Builder, browse: Client) -> None:
    trust = await make.organisation()
    who, title = await somebody(make, trust), f"Leading with care {NOBODY[:8]}{trust.hex[:8]}"
    offer = await make.offer(trust, title=title)
    await make.cohort(trust, offer, 2, kept={trust: 1})
    async with browse(who) as client:
        found = (await client.get("/offers", params={"words": title, "kind": "", "verb": "develop"})).text
        assert "Open to you" in found
        assert "2 places left" in found
        nothing = (await client.get("/offers", params={"words": title, "kind": "coaching"})).text
        assert "No offer fits this search" in nothing
        page = (await client.get(f"/offers/{offer}")).text
        assert f'href="/offers/{offer}/apply"' in page
        form = (await client.get(f"/offers/{offer}/apply")).text
        cohort = re.search(r'name="cohort_id" type="radio" value="([0-9a-f-]{36})"', form)
        assert cohort
        wrong = await client.post(f"/offers/{offer}/apply", data={"statement": "My words stay."})
        assert wrong.status_code == 422
        assert "Choose one of the dates." in wrong.text
        assert "My words stay." in wrong.text
        kept = await client.post(f"/offers/{offer}/apply", data={"statement": "Soon.", "is_draft": "true"})
        one = kept.headers["location"]
        assert "Complete and send it" in (await client.get(one)).text
        sent = {"statement": "Now.", "cohort_id": cohort[1], "version": "1"}
        assert (await client.post(f"/offers/{offer}/apply", data=sent)).headers["location"] == one
        assert title in (await client.get("/me/offers")).text
        twice = await client.post(f"/offers/{offer}/apply", data=sent)
        assert twice.status_code in {409, 412, 422}
        stale = await client.post(one + "/withdraw", data={"version": "1"})
        assert stale.status_code == 409
        assert (await client.post(one + "/withdraw", data={"version": "2"})).status_code == 303
        assert "You withdrew" in (await client.get(one)).text


async def test_a_provider_decides_about_those_ticked_and_keeps_what_was_typed(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    trust = await make.organisation()
    offer = await make.offer(trust)
    cohort = await make.cohort(trust, offer, 1)
    picks: dict[str, str] = {}
    for _ in range(2):
        key = await make.application(await make.person(trust), trust, offer, cohort)
        picks[f"pick-{key}"] = "2"
    async with browse(await make.hr_partner(trust)) as client:
        at = f"/offers/{offer}/applications"
        form: dict[str, Any] = {"decision": "shortlisted", "reason": "", "note": "Well said.", **picks}
        refused = await client.post(at, data=form)
        assert refused.status_code == 422
        assert "Choose the reason for this decision" in refused.text
        assert refused.text.count(" checked>") == 2
        assert "Well said." in refused.text
        none = await client.post(at, data={"decision": "shortlisted", "reason": "meets_what_was_asked"})
        assert none.status_code == 422
        done = await client.post(at, data=form | {"reason": "meets_what_was_asked"})
        assert done.status_code == 303
        listed = (await client.get(at, params={"stage": "shortlisted"})).text
        assert listed.count("Shortlisted</strong>") == 2
        assert (await client.get(at, params={"stage": "nonsense"})).status_code == 200
    asked = text("SELECT count(*) FROM notices WHERE headline LIKE 'You are shortlisted%' AND link LIKE '/me/offers/%'")
    async with admin.connect() as connection:
        assert (await connection.execute(asked)).scalar_one() >= 2


async def test_what_is_open_stands_first_and_what_is_over_is_folded(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    for n, state in enumerate(("closed", "published", "withdrawn", "published")):
        await make.offer(here, title=f"Number {n}", state=state)
    async with browse(await make.hr_partner(here)) as client:
        page = (await client.get("/offers/mine")).text
        over = (await client.get("/offers/mine?over=yes")).text
    open_, _, folded = page.partition("<details")
    assert [f"Number {n}" in open_ for n in range(4)] == [False, True, False, True]
    assert [f"Number {n}" in folded for n in range(4)] == [True, False, True, False]
    assert [f"Number {n}" in over for n in range(4)] == [True, False, True, False]


async def test_nominating_says_the_same_whoever_it_is(make: Builder, browse: Client) -> None:
    trust = await make.organisation()
    offer = await make.offer(trust)
    address = f"{trust}@example.org"
    await make.person(trust, email=address)
    async with browse(await somebody(make, trust)) as client:
        at = f"/offers/{offer}/nominate"
        assert (await client.post(at, data={"email": "nobody"})).status_code == 422
        pages = [(await client.post(at, data={"email": one})).text for one in (address, f"no.{address}")]
    assert pages[0] == pages[1]
    assert "Nomination sent" in pages[0]
