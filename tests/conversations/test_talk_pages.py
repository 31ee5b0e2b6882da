"""One conversation's pages without JavaScript: agree or correct, prepare, share and stop, and nothing typed is lost."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from tests.builders import Builder, SignedIn
from tests.conftest import Client


class Story:
    """Amara and Ben talked at Elm Trust; Bronwen is another HR partner there."""

    def __init__(self, browse: Client, here: UUID, amara: SignedIn, ben: SignedIn, bronwen: SignedIn) -> None:
        self.browse, self.here, self.amara, self.ben, self.bronwen = browse, here, amara, ben, bronwen

    async def get(self, who: SignedIn, path: str) -> httpx.Response:
        async with self.browse(who) as client:
            return await client.get(f"/conversations/{path}")

    async def post(self, who: SignedIn, path: str, **data: str) -> httpx.Response:
        async with self.browse(who) as client:
            return await client.post(f"/conversations/{path}", data=data)

    async def version(self, who: SignedIn, talk: UUID) -> str:
        found = re.search(r'name="version" value="(\d+)"', (await self.get(who, f"{talk}/correct")).text)
        assert found
        return found[1]


@pytest.fixture
async def story(make: Builder, browse: Client) -> Story:
    here = await make.organisation(name="Elm Trust")
    ben = await make.hr_partner(here, given_name="Ben", family_name="Hale")
    bronwen = await make.hr_partner(here, given_name="Bronwen", family_name="Parry")
    return Story(browse, here, await make.staff(here), ben, bronwen)


async def talk_of(make: Builder, story: Story, **given: object) -> UUID:
    return await make.conversation(story.here, story.amara.person, story.ben.person, **given)


async def test_the_person_reads_agrees_shares_and_stops(make: Builder, story: Story) -> None:
    talk = await talk_of(make, story)
    page = (await story.get(story.amara, str(talk))).text
    assert "Ben Hale and you can read this." in page
    assert "Nobody else can. Your organisation’s HR team cannot." in page
    assert "I agree with these words" in page
    assert "Let somebody else read it" not in page
    version = await story.version(story.amara, talk)
    agreed = await story.post(story.amara, f"{talk}/step", state="agreed", version=version)
    page = (await story.get(story.amara, agreed.headers["location"].removeprefix("/conversations/"))).text
    assert "What was agreed" in page
    assert "You agreed what was written. Only you can share it." in page
    warning = (await story.get(story.amara, f"{talk}/share/hr_partner")).text
    assert "More people will be able to read this" in warning
    assert "HR partners of Elm Trust" in warning
    assert (await story.get(story.bronwen, str(talk))).status_code == 404
    assert (await story.post(story.amara, f"{talk}/share/hr_partner")).status_code == 303
    read = await story.get(story.bronwen, str(talk))
    assert "Wants to lead a ward." in read.text
    assert "Amara Okafor sees that you have read this." in read.text
    assert "Your private note" not in read.text
    assert (
        "HR partners of Elm Trust can read what was agreed: you chose so."
        in (await story.get(story.amara, str(talk))).text
    )
    assert (await story.post(story.amara, f"{talk}/share/hr_partner/stop")).status_code == 303
    assert (await story.get(story.bronwen, str(talk))).status_code == 404


async def test_a_correction_that_somebody_else_made_first_shows_both_texts_and_keeps_both(
    make: Builder, story: Story
) -> None:
    talk = await talk_of(make, story)
    version = await story.version(story.amara, talk)
    by_ben = await story.post(story.ben, f"{talk}/correct", version=version, summary="Wants to lead a service.")
    assert by_ben.status_code == 303
    typed = {"summary": "I want to lead <two> wards.", "aspiration:lead_people": "on", "barriers": "No time."}
    clash = await story.post(story.amara, f"{talk}/correct", version=version, **typed)
    assert clash.status_code == 412
    said = unescape(clash.text)
    for words in (
        "Error: ",
        "What it says now",
        "Wants to lead a service.",
        "What you typed",
        typed["summary"],
        "No time.",
    ):
        assert words in said
    assert re.search(r'name="aspiration:lead_people"[^>]*checked', clash.text)
    renewed = re.search(r'name="version" value="(\d+)"', clash.text)
    assert renewed
    kept = await story.post(story.amara, f"{talk}/correct", version=renewed[1], **typed)
    assert kept.status_code == 303
    every = unescape((await story.get(story.ben, f"{talk}/wordings")).text)
    for words in ("Wording 3", "I want to lead <two> wards.", "Wording 2", "Wants to lead a service.", "Wording 1"):
        assert words in every
    assert "To lead people" in every


async def test_a_correction_with_a_problem_comes_back_whole(make: Builder, story: Story) -> None:
    talk = await talk_of(make, story)
    version = await story.version(story.amara, talk)
    bad = await story.post(story.amara, f"{talk}/correct", version=version, summary=" ", **{"support:flying": "on"})
    assert bad.status_code == 422
    assert "<title>Error: " in bad.text
    assert 'href="#summary"' in bad.text
    assert (await story.post(story.amara, f"{talk}/correct", summary="x")).status_code == 428


async def test_words_typed_into_a_correction_survive_a_session_that_has_ended(make: Builder, story: Story) -> None:
    talk = await talk_of(make, story)
    typed = {"version": "2", "summary": "Mine, and not lost.", "aspiration:lead_people": "on"}
    async with story.browse() as client:
        kept = await client.post(f"/conversations/{talk}/correct", data=typed)
    assert kept.status_code == 401
    assert "Mine, and not lost." in kept.text
    assert f'action="/conversations/{talk}/correct"' in kept.text
    for name, value in (("version", "2"), ("aspiration:lead_people", "on")):
        assert f'name="{name}" value="{value}"' in kept.text


async def test_prepared_by_both_held_and_written_down(make: Builder, story: Story) -> None:
    soon = datetime.now(UTC) + timedelta(days=3)
    talk = await talk_of(make, story, scheduled_at=soon, minutes=120)
    page = (await story.get(story.amara, str(talk))).text
    assert "What would you like to talk about?" in page
    assert "I do not want this conversation" in page
    assert "Write down what was said" not in page
    note = {"text": "My rota.", "is_shown": "on", "prepared": "yes", "version": ""}
    assert (await story.post(story.amara, f"{talk}/notes/preparation", **note)).status_code == 303
    assert "You have said that you have prepared." in (await story.get(story.amara, str(talk))).text
    shown = await story.get(story.ben, str(talk))
    assert "My rota." in shown.text
    mine = {"text": "Ask about the rota.", "prepared": "yes", "version": ""}
    assert (await story.post(story.ben, f"{talk}/notes/preparation", **mine)).status_code == 303
    assert "Prepared by both" in (await story.get(story.ben, str(talk))).text
    assert "Ask about the rota." not in (await story.get(story.amara, str(talk))).text
    form = await story.get(story.ben, f"{talk}/hold")
    version = re.search(r'name="version" value="(\d+)"', form.text)
    assert version
    day = today()
    date = {"held_on-day": str(day.day), "held_on-month": str(day.month), "held_on-year": str(day.year)}
    held = await story.post(story.ben, f"{talk}/hold", version=version[1], summary="Spoke of the rota.", **date)
    assert held.status_code == 303, held.text
    assert "Conversation logged" in (await story.get(story.ben, f"{talk}/done")).text
    assert "Spoke of the rota." in (await story.get(story.amara, str(talk))).text


async def test_a_note_is_for_its_writer_alone_and_of_two_tabs_the_later_is_told(make: Builder, story: Story) -> None:
    talk = await talk_of(make, story)
    assert (await story.post(story.amara, f"{talk}/notes/note", text="Quokka", version="")).status_code == 303
    assert "Quokka" in (await story.get(story.amara, str(talk))).text
    assert "Quokka" not in (await story.get(story.ben, str(talk))).text
    late = await story.post(story.amara, f"{talk}/notes/note", text="Other", version="")
    assert late.status_code == 412
    assert "Somebody changed this while you had it open" in late.text
    assert (await story.post(story.amara, f"{talk}/notes/note/remove")).status_code == 303
    assert "Quokka" not in (await story.get(story.amara, str(talk))).text


async def test_declining_needs_no_more_than_a_click_and_missing_reasons_are_told(make: Builder, story: Story) -> None:
    talk = await talk_of(make, story, scheduled_at=datetime.now(UTC) + timedelta(days=3))
    page = (await story.get(story.amara, str(talk))).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    refused = await story.post(story.amara, f"{talk}/step", state="declined", version=version[1])
    assert refused.status_code == 422
    assert "Choose a reason" in refused.text
    sent = {"state": "declined", "reason": "no_reason", "version": version[1]}
    assert (await story.post(story.amara, f"{talk}/step", **sent)).status_code == 303
    assert "Declined" in (await story.get(story.ben, str(talk))).text


async def test_the_form_keeps_what_was_chosen_under_more_all_the_way(make: Builder, story: Story) -> None:
    day = today()
    sent = {
        "id": str(uuid4()), "person_id": f"{story.amara.person}.{story.here}", "kind": "initial", "summary": "Spoke.",
        "held_on-day": str(day.day), "held_on-month": str(day.month), "held_on-year": str(day.year),
        "mode": "video", "facilitator_kind": "mentor", "growth_wanted": "breadth", "aspiration:lead_people": "on",
        "support:mentoring": "on", "support:course": "on", "barriers": "No time.",
    }  # fmt: skip
    check = await story.post(story.ben, "check", **sent)
    assert check.status_code == 200, check.text
    for words in ("By video", "Mentor", "Breadth", "To lead people", "Mentoring, A course or programme", "No time."):
        assert words in check.text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', check.text))
    logged = await story.post(story.ben, "", **hidden)
    assert logged.status_code == 303, logged.text
    address = logged.headers["location"].removesuffix("/done").removeprefix("/conversations/")
    done = await story.get(story.ben, f"{address}/done")
    assert "Undo it" in done.text
    page = unescape((await story.get(story.amara, address)).text)
    for words in ("By video", "Ben Hale, mentor", "Breadth", "Mentoring, A course or programme", "No time."):
        assert words in page
    assert (await story.post(story.ben, f"{address}/undo")).status_code == 303
    assert (await story.get(story.amara, address)).status_code == 404


async def test_no_page_draws_a_grid_of_positions_or_a_score(make: Builder, story: Story) -> None:
    talk = await talk_of(make, story)
    for who, path in ((story.ben, "new"), (story.ben, f"{talk}/correct"), (story.amara, str(talk))):
        page = (await story.get(who, path)).text.lower()
        assert "<table" not in page
        for word in ("nine-box", "9-box", "score", "rating", "potential"):
            assert word not in page


async def test_an_administrator_publishes_an_edition_and_what_was_coded_keeps_its_words(
    make: Builder, story: Story, admin: AsyncEngine
) -> None:
    boss = await make.administrator()
    page = await story.get(boss, "terms")
    assert "Words for conversations" in page.text
    form = unescape((await story.get(boss, "terms/new")).text)
    based_on = re.search(r'name="based_on" value="(\d+)"', form)
    terms = re.search(r"<textarea[^>]*id=\"terms\"[^>]*>(.*?)</textarea>", form, re.DOTALL)
    assert based_on and terms
    sent = {"based_on": based_on[1], "approved_by": "The talent board", "approved_on-day": "1"}
    date = {"approved_on-month": "11", "approved_on-year": "2026"}
    bad = await story.post(boss, "terms", **sent, **date, terms="mood,happy,Happy")
    assert bad.status_code == 422
    assert "Line 1 must have a topic" in bad.text
    short = await story.post(boss, "terms", **sent, **date, terms="horizon,now,Now")
    assert short.status_code == 422
    assert "at least one code for each topic" in short.text
    made = await story.post(boss, "terms", **sent, **date, terms=terms[1].strip() + "\nhorizon,never,Never\n")
    assert made.status_code == 303, made.text
    assert "Never" in (await story.get(boss, "terms")).text
    again = await story.post(boss, "terms", **sent, **date, terms=terms[1])
    assert again.status_code == 409
    assert (await story.get(story.ben, "terms")).status_code == 403
    async with admin.connect() as connection:
        asked = text("SELECT count(*) FROM audit_entries WHERE action = 'conversations.terms_published'")
        assert (await connection.execute(asked)).scalar_one() >= 1
