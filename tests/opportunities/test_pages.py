"""The pages, each followed as its user would: find and ask, write and publish, decide, care."""

from uuid import UUID, uuid4

from service.kit.clock import today
from tests.conftest import Client
from tests.opportunities.conftest import SOON, VACANCY, Town

DATE = {"closes_on-day": str(SOON.day), "closes_on-month": str(SOON.month), "closes_on-year": str(SOON.year)}


async def test_somebody_finds_one_reads_why_and_says_that_they_are_interested(town: Town, browse: Client) -> None:
    word = f"Heron{uuid4().hex[:6]}"
    who = await town.staff(town.there)
    piece = await town.make.evidence(who.person)
    made = await town.make.opportunity(town.here, title=f"{word} matron", closes_on=today())
    async with browse(who) as client:
        first = (await client.get("/opportunities")).text
        assert "Open to you" in first
        assert 'class="rw-nav__link" href="/opportunities" aria-current="page"' in first
        assert "it is for your staff group" in first
        found = (await client.get("/opportunities", params={"search": word})).text
        assert f"/opportunities/{made}" in found
        assert "Open to you" not in found
        nothing = await client.get("/opportunities", params={"search": uuid4().hex})
        assert "Nothing that is open now fits" in nothing.text
        page = (await client.get(f"/opportunities/{made}")).text
        assert "Say that you are interested" in page
        assert "Only you see this" in page
        assert "For HR partners" not in page
        form = {"statement": "I can.", f"evidence-{piece}": "on", "then": "keep"}
        kept = await client.post(f"/opportunities/{made}/interest", data=form)
        assert kept.status_code == 303
        again = (await client.get(f"/opportunities/{made}/interest")).text
        assert "I can." in again
        assert f'id="evidence-{piece}"' in again
        sent = await client.post(f"/opportunities/{made}/interest", data={**form, "then": "send"})
        mine = await client.get(sent.headers["location"])
        assert "Withdraw" in mine.text
        assert "You are told at once, whatever the decision is" in mine.text
        assert (await client.post(f"/opportunities/{made}/interest", data=form)).status_code == 409
        refused = await client.post(sent.headers["location"], data={"step": "withdrawn", "version": "1"})
        assert refused.status_code == 409
        assert word in (await client.get("/me/opportunities")).text


async def test_only_those_it_is_for_are_invited_to_ask(town: Town, browse: Client) -> None:
    made = await town.make.opportunity(town.here, is_open_to_system=False)
    for who, invited in ((town.amara, True), (town.nia, False)):
        async with browse(who) as client:
            assert (f"/opportunities/{made}/interest" in (await client.get(f"/opportunities/{made}")).text) is invited


async def test_the_closing_date_goes_into_a_calendar_as_a_whole_day(town: Town, browse: Client) -> None:
    made = await town.make.opportunity(town.here, closes_on=SOON)
    async with browse(town.amara) as client:
        told = await client.get(f"/opportunities/{made}/closing.ics")
    assert told.headers["content-type"].startswith("text/calendar")
    assert f"DTSTART;VALUE=DATE:{SOON:%Y%m%d}" in told.text
    assert "SUMMARY:Closes: Ward manager" in told.text


async def test_thinking_of_somebody_says_the_same_whoever_it_is(town: Town, browse: Client) -> None:
    email = f"{uuid4().hex}@example.org"
    friend = await town.staff(town.there, email=email)
    made = await town.make.opportunity(town.here)
    async with browse(town.amara) as client:
        answers = [
            (await client.post(f"/opportunities/{made}/refer", data={"email": one})).text
            for one in (email, f"{uuid4().hex}@example.org")
        ]
        bad = await client.post(f"/opportunities/{made}/refer", data={"email": "x"})
    assert answers[0] == answers[1]
    assert "If somebody in the system has this address" in answers[0]
    assert (bad.status_code, "Error: " in bad.text) == (422, True)
    async with browse(friend) as client:
        told = (await client.get("/me/opportunities")).text
    assert "Amara Okafor thought of you for" in told


async def test_a_partner_writes_one_and_is_told_what_is_missing_before_it_is_published(
    town: Town, browse: Client
) -> None:
    given = {name: str(value) for name, value in VACANCY.items() if name != "closes_on"} | DATE
    async with browse(town.partner) as client:
        bad = await client.post("/opportunities", data={**given, "organisation_id": str(town.here), "level": ""})
        assert (bad.status_code, "Error: " in bad.text, "Ward manager" in bad.text) == (422, True, True)
        made = await client.post("/opportunities", data={**given, "organisation_id": str(town.here)})
        one = made.headers["location"]
        assert "Draft" in (await client.get("/opportunities/mine")).text
        missing = await client.post(f"{one}/state", data={"state": "published", "version": "1"})
        assert (missing.status_code, "inclusion check" in missing.text) == (422, True)
        await town.checked(UUID(one.removeprefix("/opportunities/")), "publish")
        assert (await client.post(f"{one}/state", data={"state": "published", "version": "1"})).status_code == 303
        form = (await client.get(f"{one}/edit")).text
        assert "Where it is advertised outside" in form
        stale = await client.post(f"{one}/edit", data={**given, "version": "1"})
        assert stale.status_code == 409
        saved = await client.post(f"{one}/edit", data={**given, "version": "2", "pay": "Band 7"})
        assert saved.status_code == 303
        assert "Band 7" in (await client.get(one)).text


async def test_those_who_decide_tell_everybody_at_once_and_follow_up(town: Town, browse: Client) -> None:
    listed, other = await town.staff(town.here, family_name="Listed"), await town.staff(town.here, family_name="Other")
    made = await town.waiting(listed, other, title="Matron")
    asked = "SELECT person_id, id FROM interests WHERE opportunity_id = :o"
    ids = {row.person_id: row.id for row in await town.sql(asked, o=made)}
    a, b = ids[listed.person], ids[other.person]
    path = f"/opportunities/{made}/interests"
    async with browse(town.partner) as client:
        page = (await client.get(path)).text
        assert "Make the shortlist" in page
        assert "I have led a team of nine." in page
        form = {"version": "1", f"outcome-{a}": "yes", f"outcome-{b}": "no"}
        unchecked = await client.post(path, data=form)
        assert (unchecked.status_code, "inclusion check" in unchecked.text) == (422, True)
        await town.checked(made)
        silent = await client.post(path, data=form)
        assert (silent.status_code, "nobody is turned down without one" in silent.text) == (422, True)
        assert (await client.post(path, data={**form, f"reason-{b}": "others_showed_more"})).status_code == 303
        await client.post(path, data={"version": "2", f"outcome-{a}": "yes", f"reason-{a}": "merit"})
        async with browse(listed) as person:
            mine = await person.get(f"/me/interests/{a}")
            assert "Accept" in mine.text
            await person.post(f"/me/interests/{a}", data={"step": "accepted", "version": "4"})
        after = (await client.get(path)).text
        assert "Record the post" in after
        assert (await client.post(f"{path}/{a}/started")).status_code == 303
        due = (await client.get("/aftercare")).text
        assert "Talk with Amara Other" in due
        care = (await client.get(f"/aftercare/{b}")).text
        assert f"/conversations/new?person={other.person}" in care
        assert (await client.post(f"/aftercare/{b}", data={})).status_code == 422
        stepped = await client.post(f"/aftercare/{b}", data={"next_step": "mentor"})
        assert stepped.headers["location"] == f"/aftercare/{b}"
    async with browse(other) as person:
        told = (await person.get(f"/me/interests/{b}")).text
        assert "Others showed more of what was asked" in told
        assert "somebody from HR talks with you" in told
        assert "A mentor or coach" in told
        await person.post(f"/me/interests/{b}", data={"step": "no_conversation", "version": "3"})
        assert "you want no conversation" in (await person.get(f"/me/interests/{b}")).text


async def test_an_administrator_sets_how_many_working_days_the_system_gives_itself(town: Town, browse: Client) -> None:
    page, kept = "/opportunities/limits", await town.sql("SELECT internal_days, aftercare_days FROM opportunity_limits")
    async with browse(await town.make.administrator()) as client:
        wrong = await client.post(page, data={"internal_days": "0", "aftercare_days": "many"})
        assert (wrong.status_code, wrong.text.count("nhsuk-error-message")) == (422, 2)
        same = {"internal_days": str(kept[0].internal_days), "aftercare_days": str(kept[0].aftercare_days)}
        assert (await client.post(page, data=same)).status_code == 303
        assert f'value="{kept[0].aftercare_days}"' in (await client.get(page)).text
    async with browse(town.partner) as client:
        assert (await client.get(page)).status_code == 403
        assert (await client.get("/api/opportunities/limits")).json()["internal_days"] == kept[0].internal_days
    assert await town.sql("SELECT internal_days, aftercare_days FROM opportunity_limits") == kept
