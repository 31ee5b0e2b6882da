"""The pages of the pathways, without JavaScript, for people whose names and posts are not simple."""

import re
from html import unescape
from html.parser import HTMLParser

from service.kit.clock import today
from tests.builders import Builder, SignedIn
from tests.conftest import Client

PIECE = {
    "dimension": "ways.relating",
    "happened_on-day": "1",
    "happened_on-month": "10",
    "happened_on-year": "2026",
    "situation": "Two teams did not speak.",
    "what_happened": "We had lunch.",
}
LONG = "Cyfarwyddwr Cynorthwyol Gwasanaethau Cymdeithasol i Oedolion Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio"


async def a_nurse(make: Builder) -> SignedIn:
    here = await make.organisation(name="Ysbyty Gwynedd ac Ynys Môn")
    amara = await make.staff(here, given_name="Siân", family_name="Ŵyn-O'Shea")
    await make.assignment(here, amara.person, job_title="Ward manager", grade="7")
    return amara


class Map(HTMLParser):
    """The links inside the drawing, and in the list beneath it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.drawn: list[str] = []
        self.listed: list[str] = []
        self.styles = 0
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = self._inside or tag == "svg"
        self.styles += "style" in given
        if tag == "a" and (given.get("href") or "").startswith("/me/steps/"):
            (self.drawn if self._inside else self.listed).append(str(given["href"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self._inside = False


async def test_the_map_and_the_list_beneath_it_lead_to_the_same_steps(make: Builder, browse: Client) -> None:
    async with browse(await a_nurse(make)) as client:
        page = await client.get("/me")
    found = Map(page.text)
    assert sorted(found.drawn) == sorted(found.listed)
    assert len(found.drawn) == 7
    assert found.styles == 0
    assert page.text.count("Why am I seeing this?") == 7
    assert "We know from your job title." in page.text
    assert "You have not said where you want to be yet." in page.text


async def test_from_the_next_steps_to_evidence_and_back(make: Builder, browse: Client) -> None:
    async with browse(await a_nurse(make)) as client:
        page = await client.get("/me")
        step = Map(page.text).listed[0]
        opened = await client.get(step)
        assert "You have not written about them yet" in opened.text
        add = unescape(re.findall(r'href="(/me/evidence/new\?[^"]+)"', opened.text)[0])
        form = await client.get(add)
        assert re.search(r'<option value="[a-z.]+" selected>', form.text)
        chosen = re.findall(r'name="profile_id" value="([^"]+)"', form.text)
        dimension = re.findall(r"dimension=([a-z._-]+)", add)[0]
        sent = await client.post("/me/evidence", data={**PIECE, "dimension": dimension, "profile_id": chosen[0]})
        assert sent.status_code == 303
        assert "Only you can read this." in (await client.get(sent.headers["location"])).text
        assert "You have evidence for 1 of the" in (await client.get(step)).text
        assert (await client.post(f"{step}/choose")).status_code == 303
        assert "You work towards this step" in (await client.get(step)).text
        assert (await client.post(f"{step}/set-aside")).status_code == 303
        assert "You have not chosen a step yet" in (await client.get("/me")).text


async def test_a_form_with_a_mistake_comes_back_with_what_was_typed(make: Builder, browse: Client) -> None:
    async with browse(await a_nurse(make)) as client:
        for address, data, told in (
            ("/me/evidence", {**PIECE, "dimension": ""}, "Two teams did not speak."),
            ("/me/aspirations", {"timeframe": "", "words": "A ward of my own."}, "A ward of my own."),
        ):
            again = await client.post(address, data=data)
            assert again.status_code == 422
            assert "<title>Error: " in again.text
            assert told in again.text


async def test_two_windows_do_not_overwrite_one_another(make: Builder, browse: Client) -> None:
    amara = await a_nurse(make)
    piece = await make.evidence(amara.person)
    async with browse(amara) as client:
        address = f"/me/evidence/{piece}"
        assert 'name="version" value="1"' in (await client.get(f"{address}/change")).text
        sent = {**PIECE, "version": "1"}
        assert (await client.post(address, data={**sent, "what_happened": "The first."})).status_code == 303
        clash = await client.post(address, data={**sent, "what_happened": "The second."})
        assert clash.status_code == 409
        assert "The first." in clash.text
        assert "The second." in clash.text
        assert 'name="version" value="2"' in clash.text
        wish = {"timeframe": "now", "version": "0"}
        assert (await client.post("/me/aspirations", data=wish)).status_code == 303
        clash = await client.post("/me/aspirations", data={**wish, "timeframe": "later"})
        assert clash.status_code == 409
        assert "as soon as you can" in clash.text


async def test_sharing_says_who_can_read_it_and_stops_at_once(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara, partner = await make.staff(here), await make.hr_partner(here)
    piece = await make.evidence(amara.person, here, situation="Canary in the corridor.")
    async with browse(amara) as client, browse(partner) as theirs:
        for verb, told, seen in (("share", "and: HR partners where it happened.", True), ("stop", "Only you", False)):
            sent = await client.post(f"/me/evidence/{piece}/{verb}", data={"reader": "hr_partner"})
            assert sent.status_code == 303
            assert told in (await client.get(f"/me/evidence/{piece}")).text
            assert ("Canary" in (await theirs.get(f"/people/{amara.person}/evidence")).text) is seen
        assert (await client.post(f"/me/evidence/{piece}/share", data={"reader": "all"})).status_code == 404
        assert "read the evidence that you share with them" in (await client.get("/me/held")).text
        assert (await client.post(f"/me/evidence/{piece}/delete")).status_code == 303
        assert (await client.get(f"/me/evidence/{piece}")).status_code == 404


async def test_the_whole_wish_is_said_shown_and_hidden_on_its_page(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    async with browse(await make.staff(here)) as client:
        sent = {"timeframe": "within_a_year", "target_family": "digital", "target_level": "7", "version": "0"}
        saved = await client.post("/me/aspirations", data=sent)
        assert saved.headers["location"] == "/me/aspirations?saved=true"
        assert "in Digital and data, within a year." in (await client.get("/me")).text
        assert (await client.post("/me/aspirations/hidden", data={})).status_code == 422
        await client.post("/me/aspirations/hidden", data={"organisation_id": str(here)})
        assert "Stop hiding" in (await client.get("/me/aspirations")).text
        await client.post(f"/me/aspirations/hidden/{here}/stop")
        assert "Stop hiding" not in (await client.get("/me/aspirations")).text


async def test_a_role_is_found_and_said_on_its_page(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    post = await make.assignment(here, amara.person, job_title=LONG, grade="never mapped")
    role = await make.role(title=LONG)
    async with browse(amara) as client:
        page = await client.get("/me")
        assert f"We do not know which role “{LONG}” is" in unescape(page.text)
        asked = await client.get(f"/me/role?assignment={post}&search=cyfarwyddwr")
        assert str(role) in asked.text
        assert (await client.post("/me/role", data={"profile_id": "x"})).status_code == 422
        said = await client.post("/me/role", data={"assignment_id": str(post), "profile_id": str(role)})
        assert said.status_code == 303
        await make.step(from_role=role, to_role=await make.role(title=LONG))
        drawn = await client.get("/me")
        assert "You told us that this is your role." in drawn.text
        assert "…</text>" in drawn.text


async def test_somebody_without_a_post_is_told_what_to_do(make: Builder, browse: Client) -> None:
    async with browse(await make.staff(await make.organisation())) as client:
        page = await client.get("/me")
        assert "No current post is recorded. Say which role you come from" in page.text
        role = await make.role()
        await client.post("/me/role", data={"profile_id": str(role)})
        assert "No steps from this role are published yet" in (await client.get("/me")).text


async def test_the_partner_arranges_support_on_a_page_and_the_person_reads_what_to_expect(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here, given_name="Siân", family_name="Ŵyn")
    transition = await make.transition(here, amara.person, started_on=today())
    async with browse(partner) as client:
        assert "Arrange support for Siân Ŵyn, due on" in (await client.get("/transitions")).text
        address = f"/transitions/{transition}"
        assert (await client.post(f"{address}/supports", data={"kind": "coach"})).status_code == 422
        assert (await client.post(f"{address}/supports", data={"kind": "coach", "who": "Nia Rees"})).status_code == 303
        assert "Coach: Nia Rees" in (await client.get(address)).text
        assert "Nobody waits for support" in (await client.get("/transitions")).text
    async with browse(amara) as client:
        assert "You are new in a leadership role" in (await client.get("/me")).text
        page = await client.get("/me/transition")
        assert "Coach: Nia Rees" in page.text
        assert "What is expected of you" in page.text
    async with browse(partner) as client:
        assert (await client.post(f"{address}/end", data={"state": "complete"})).status_code == 303
        assert "This transition is over" in (await client.get(address)).text


async def test_a_check_in_is_answered_on_its_page_and_not_before_its_time(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    transition = await make.transition(here, amara.person, started_on=today())
    async with browse(amara) as client:
        early = await client.get(f"/me/transition/{transition}/check-ins/30")
        assert early.status_code == 409
        assert "This check-in opens on" in early.text
        assert (await client.get(f"/me/transition/{transition}/check-ins/31")).status_code == 404
