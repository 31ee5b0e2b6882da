"""The front doors: my work, my pathway, what is held about me, and a person as their HR partner sees them."""

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import now as this_moment
from service.kit.clock import today
from service.web.presenters import day
from tests.builders import Builder
from tests.conftest import Client


def said(page: str) -> str:
    """The words of a page, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def test_work_says_what_is_due_in_the_order_to_do_it(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="Elm Trust")
    partner = await make.hr_partner(here)
    now = today()
    due = {
        "Late Lee": now - timedelta(3),
        "Soon Sam": now + timedelta(14),
        "Later Lou": now + timedelta(15),
        "Today Tom": now,
    }
    for name, on in due.items():
        given, family = name.split()
        person = await make.person(here, given_name=given, family_name=family)
        await make.conversation(here, person, partner.person, held_on=now - timedelta(90), next_due_on=on)
    async with browse(partner) as client:
        page = (await client.get("/work")).text
    words = said(page)
    assert "1 overdue with you" in words
    assert "2 due in the next 14 days" in words
    verbs = re.findall(r"Plan your conversation with (\w+ \w+) (?:Was due|Due) on (\d+ \w+ \d+)", words)
    assert verbs == [(name, day(due[name])) for name in ("Late Lee", "Today Tom", "Soon Sam")]


async def test_a_later_conversation_settles_the_earlier_due_date(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.person(here)
    await make.conversation(
        here, amara, partner.person, held_on=today() - timedelta(90), next_due_on=today() - timedelta(1)
    )
    await make.conversation(here, amara, partner.person, held_on=today() - timedelta(2))
    async with browse(partner) as client:
        assert "Nothing is due in the next 14 days" in (await client.get("/work")).text


async def test_nobody_is_chased_who_has_talked_with_somebody_else_since(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, other, amara = await make.hr_partner(here), await make.hr_partner(here), await make.person(here)
    due = {"held_on": today() - timedelta(90), "next_due_on": today() - timedelta(1)}
    await make.conversation(here, amara, partner.person, **due)
    await make.conversation(here, amara, other.person, held_on=today() - timedelta(2))
    async with browse(partner) as client:
        page = (await client.get("/work")).text
    assert "Nothing is due in the next 14 days" in page


async def test_somebody_who_has_left_is_no_longer_work(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, left = await make.hr_partner(here), await make.person()
    await make.employment(here, left, listed_as="Gone, Gwen", ended=today() - timedelta(1))
    await make.conversation(here, left, partner.person, held_on=today() - timedelta(90), next_due_on=today())
    async with browse(partner) as client:
        assert "Log your conversation with Gwen Gone" not in (await client.get("/work")).text


async def test_new_partners_and_facilitators_are_told_what_to_do_first(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    for who in (await make.hr_partner(here), await make.facilitator(here)):
        async with browse(who) as client:
            page = await client.get("/work")
        assert "You have not logged a conversation yet" in page.text
        assert 'href="/conversations/new"' in page.text
    async with browse(await make.staff(here)) as client:
        assert (await client.get("/work")).status_code == 403


async def test_the_pathway_says_where_i_am_and_what_was_agreed(make: Builder, browse: Client) -> None:
    here, there = await make.organisation(name="Elm Trust"), await make.organisation(name="Oak Council")
    ben = await make.person(here, given_name="Ben", family_name="Hale")
    amara = await make.staff(here, there)
    await make.assignment(
        here,
        amara.person,
        job_title="Staff nurse",
        started=date(2019, 1, 1),
        ended=date(2024, 2, 29),
        end_reason="promotion",
    )
    await make.assignment(
        here, amara.person, job_title="Ward manager", grade="?", started=date(2024, 3, 1), contract="fixed_term"
    )
    await make.assignment(
        there, amara.person, job_title="Adviser", grade="?", kind="secondment", fte=0.2, started=date(2025, 3, 1)
    )
    soon = today() + timedelta(100)
    made = await make.conversation(here, amara.person, ben, held_on=date(2026, 9, 1), next_due_on=soon)
    async with browse(amara) as client:
        page = (await client.get("/me")).text
        words = said(page)
        assert "Ward manager , Grade ? Elm Trust, since 1 March 2024" in words
        assert "Adviser , Grade ? Oak Council, since 1 March 2025" in words
        assert f"Your next conversation is due on {day(soon)}" in words
        assert "Held by Ben Hale at Elm Trust" in words
        assert "Elm Trust, 1 January 2019 to 29 February 2024" in words
        assert "Substantive, fixed term or temporary, full time, nursing and midwifery" in words
        assert f'href="/conversations/{made}"' in page
        talk = said((await client.get(f"/conversations/{made}")).text)
    assert "Wants to lead a ward." in talk
    assert "Ben Hale and you can read this" in talk


async def test_staff_whose_next_conversation_is_overdue_are_told_whom_to_ask(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara, ben = await make.staff(here), await make.person(here)
    gone = today() - timedelta(1)
    await make.conversation(here, amara.person, ben, held_on=today() - timedelta(200), next_due_on=gone)
    async with browse(amara) as client:
        words = said((await client.get("/me")).text)
    assert f"Your next conversation was due on {day(gone)}. You can ask for one below." in words


async def test_somebody_new_without_a_post_is_told_what_to_do(make: Builder, browse: Client) -> None:
    async with browse(await make.staff(await make.organisation(), birth_date=None)) as client:
        words = said((await client.get("/me")).text)
        assert "No current post is recorded. If that is wrong, ask your HR team" in words
        assert "No career conversation with you has been logged yet" in words
        held = said((await client.get("/me/held")).text)
        assert "Nobody else has opened your record yet" in held
        assert "Email address Not recorded Date of birth Not recorded" in held
        assert held.count("No answer is held") == 3


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("disabled", "Yes"),
        ("prefer_not_to_say", "Prefer not to say"),
        ("not_stated", "Not stated"),
        ("not_known", "Not known"),
    ],
)
async def test_i_change_an_equality_answer_and_each_non_answer_stays_itself(
    make: Builder, browse: Client, code: str, words: str
) -> None:
    amara = await make.staff(await make.organisation())
    await make.equality(amara.person, "disability", "non_disabled")
    async with browse(amara) as client:
        assert "Your employer told us on" in (await client.get("/me/held")).text
        form = await client.get("/me/equality/disability")
        assert "never part of a decision about you" in form.text
        assert re.search(r'value="non_disabled" checked', form.text)
        saved = await client.post("/me/equality/disability", data={"code": code})
        assert saved.status_code == 303
        held = said((await client.get(saved.headers["location"])).text)
    assert f"lasting 12 months or more? {words} You told us on" in held
    assert "Your answer has been saved" in held


async def test_an_answer_not_chosen_is_a_problem_and_changes_nothing(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        refused = await client.post("/me/equality/sex", data={})
        assert refused.status_code == 422
        assert 'href="#code"' in refused.text
        assert (await client.get("/me/equality/height")).status_code == 404
    async with admin.connect() as connection:
        asked = text("SELECT count(*) FROM equality_answers WHERE person_id = :id")
        assert (await connection.execute(asked, {"id": amara.person})).scalar_one() == 0


async def test_who_has_read_my_record_is_told_in_words(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="Elm Trust")
    partner, amara = await make.hr_partner(here), await make.staff(here)
    async with browse(partner) as client:
        assert (await client.get(f"/people/{amara.person}")).status_code == 200
    async with browse(amara) as client:
        words = said((await client.get("/me/held")).text)
    assert f"{partner.name} Elm Trust opened your record" in words


async def test_my_download_holds_everything_about_me_and_nothing_about_anybody_else(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    partner, amara, other = await make.hr_partner(here), await make.staff(here), await make.staff(here)
    await make.assignment(here, amara.person)
    await make.equality(amara.person, "sex", "female")
    await make.conversation(here, amara.person, partner.person, summary="Mine to keep.")
    await make.conversation(here, other.person, partner.person, summary="Not mine.")
    offer, opening = await make.offer(here), await make.opportunity(here)
    cohort = await make.cohort(here, offer)
    for person in (amara.person, other.person):
        await make.application(person, here, offer, cohort)
        await make.interest(person, here, opening, statement="I have led a team.")
    thought = await make.referral(here, await make.opportunity(here, title="Matron"), other.person, amara.person)
    asked = await make.candidate(amara.person, here, here, await make.wanted(here), consent="declined")
    async with browse(amara) as client:
        assert (await client.post(f"/me/referrals/{thought}/decline", data={})).status_code == 303
        got = await client.get("/me/data")
    assert got.headers["content-disposition"] == 'attachment; filename="my-ridgeway-data.json"'
    data = json.loads(got.content)
    assert [talk["wording"]["summary"] for talk in data["conversations"]] == ["Mine to keep."]
    assert data["me"]["equality"][0]["code"] == "female"
    assert len(data["posts"]) == 1
    assert [held["application"]["title"] for held in data["offers"]] == ["Leading a team well"]
    assert [held["statement"] for held in data["opportunities"]] == ["I have led a team."]
    # What was declined is held as well, so it is theirs to take away.
    assert [(one["opportunity"]["title"], one["state"]) for one in data["referrals"]] == [("Matron", "declined")]
    assert [one["id"] for one in data["talent"]["referrals"]] == [str(asked)]
    assert {"mentoring", "declarations", "referrals", "talent", "notices"} <= set(data)
    assert str(other.person) not in got.text


async def test_your_pathway_says_what_waits_for_your_answer_and_what_you_went_for(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    friend = await make.staff(here, given_name="Ceri", family_name="Rees")
    amara = await make.staff(here, email=f"{here}@elm.example")
    await make.assignment(here, amara.person)
    offer = await make.offer(here, title="Coaching for change")
    await make.application(amara.person, here, offer, await make.cohort(here, offer))
    chosen, sent, thought_of, begun = [
        await make.opportunity(here, title=title) for title in ("Ward manager", "Matron", "Clinical lead", "Observer")
    ]
    await make.interest(amara.person, here, chosen, "submitted", "shortlisted", "selected")
    await make.interest(amara.person, here, sent)
    async with browse(friend) as client:
        for opening in (thought_of, begun):
            told = await client.post(f"/api/opportunities/{opening}/referrals", json={"email": f"{here}@elm.example"})
            assert told.is_success
    await make.membership(amara.person, here, await make.pipeline(here), state="asked")
    async with browse(amara) as client:
        draft = {"statement": "I would like to.", "is_sent": False}
        assert (await client.post(f"/api/opportunities/{begun}/interest", json=draft)).status_code == 201
        words = said((await client.get("/me")).text)
    assert "Ceri Rees thought of you for Clinical lead" in words
    assert "thought of you for Observer" not in words
    assert "You were chosen: Ward manager. Say whether you accept" in words
    assert "You were put forward: Towards coordinator. Say yes or no" in words
    assert "Coaching for change Sent" in words
    assert "Matron Sent" in words


async def test_work_names_the_decisions_that_wait_and_those_who_were_not_chosen(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    closed = {"opens_on": date(2026, 1, 5), "closes_on": today() - timedelta(2)}
    offer = await make.offer(here, title="Coaching for change", **closed)
    await make.application(amara.person, here, offer, await make.cohort(here, offer))
    opening = await make.opportunity(here, title="Ward manager", **closed)
    await make.interest(amara.person, here, opening)
    other = await make.opportunity(here, title="Matron", **closed)
    lost = await make.interest(amara.person, here, other, "submitted", "not_shortlisted")
    await make.aftercare(amara.person, lost, here)
    async with browse(partner) as client:
        words = said((await client.get("/work")).text)
    assert "2 decisions wait for you" in words
    assert "1 person to talk to after a decision" in words
    assert "Decide “Coaching for change”" in words
    assert "Decide “Ward manager”" in words
    assert "Talk with Amara Okafor about “Matron”" in words


async def test_an_account_that_is_nobody_has_no_pathway_and_no_link_to_one(make: Builder, browse: Client) -> None:
    async with browse(await make.leader()) as client:
        missing = await client.get("/me")
        assert missing.status_code == 404
        assert "We could not find that pathway" in missing.text
        assert 'href="/me"' not in missing.text


async def test_a_person_with_nine_posts_and_a_very_long_name_has_a_page(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="St Elm's " + "very " * 30 + "long Trust")
    person = await make.person(here, given_name="Llanfair" * 10, family_name="Ŵyn-Ô'Brïen" * 10)
    for n in range(9):
        await make.assignment(here, person, job_title=f"Job {n}", fte=0.1, started=date(2015 + n, 1, 1))
    async with browse(await make.hr_partner(here)) as client:
        page = await client.get(f"/people/{person}")
    assert page.status_code == 200
    assert [int(n) for n in re.findall(r'nhsuk-u-margin-bottom-1">Job (\d)', page.text)] == list(range(8, -1, -1))
    assert "Record the end" in page.text


async def test_a_post_is_recorded_and_ended_on_pages(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with admin.begin() as connection:
        await connection.execute(
            text("INSERT INTO grade_schemes VALUES ('pages', 'Pages scheme') ON CONFLICT DO NOTHING")
        )
    given = {"organisation_id": str(here), "kind": "substantive", "job_title": "Ward manager",
             "grade_scheme": "pages",
             "grade": "7",             "staff_group": "nursing_midwifery", "fte": "1",
             "started-day": "1", "started-month": "3", "started-year": "2024"}  # fmt: skip
    async with browse(await make.hr_partner(here)) as client:
        assert "Pages scheme" in (await client.get(f"/people/{amara}/posts/new")).text
        assert (await client.post(f"/people/{amara}/posts", data=given)).status_code == 303
        twice = await client.post(f"/people/{amara}/posts", data=given | {"job_title": "Matron"})
        assert twice.status_code == 422
        assert "Ward manager, from 1 March 2024 with no last day" in twice.text
        assert 'value="Matron"' in twice.text
        person = await client.get(f"/people/{amara}")
        end = re.search(r'href="(/assignments/[0-9a-f-]+/end)"', person.text)
        assert end
        assert "their employment ends that day" in (await client.get(end[1])).text
        bad = await client.post(
            end[1], data={"ended-day": "1", "ended-month": "3", "ended-year": "2020", "end_reason": "retirement"}
        )
        assert bad.status_code == 422
        assert 'href="#ended"' in bad.text
        gone = today() - timedelta(1)
        left = {
            "ended-day": str(gone.day),
            "ended-month": str(gone.month),
            "ended-year": str(gone.year),
            "end_reason": "retirement",
        }
        assert (await client.post(end[1], data=left)).headers["location"] == f"/people?organisation={here}"
        assert (await client.get(f"/people/{amara}")).status_code == 404


async def test_every_page_has_one_heading_a_title_and_labels(make: Builder, browse: Client) -> None:
    here, there = await make.organisation(), await make.organisation()
    partner, amara = await make.hr_partner(here, there), await make.person(here)
    post = await make.assignment(here, amara)
    talk = await make.conversation(here, amara, partner.person)
    addresses = [
        "/work",
        "/people", "/people/new", f"/people/{amara}", f"/people/{amara}/correct", f"/people/{amara}/posts/new",
        f"/assignments/{post}/end", "/conversations/new", f"/conversations/new?person={amara}",
        f"/conversations/{talk}",
        f"/conversations/{talk}/done", "/me", "/me/held", "/me/equality/sex", "/privacy",
    ]  # fmt: skip
    async with browse(partner) as client:
        for address in addresses:
            page = (await client.get(address)).text
            assert page.count("<h1") == 1, address
            assert re.search(r"<title>[^<]+ – Ridgeway</title>", page), address
            named = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
            fields = re.findall(r"<(?:input|select|textarea)[^>]*>", page)
            shown = [field for field in fields if 'type="hidden"' not in field]
            assert {re.search(r'id="([^"]+)"', field)[1] for field in shown} <= named, address  # type: ignore[index]
            assert " style=" not in page, address


async def test_your_work_says_what_waits_for_a_second_person_and_where_a_place_is_free_again(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    writer, second = await make.hr_partner(here), await make.hr_partner(here)
    offer = await make.offer(here, state="draft", published_at=None)
    whole = {"state": "draft", "approved_by": "", "approved_on": None, "title": "Ready to lead"}
    await make.positive_action(here, offer, **whole, owner_id=writer.person, written_by_id=writer.account_id)
    decided = {"state": "decided", "decided_at": this_moment(), "closes_on": today() - timedelta(20)}
    opening, other, full = [
        await make.opportunity(here, title=title, **decided) for title in ("Matron", "Ward lead", "Team lead")
    ]
    for held, states in ((opening, ("declined",)), (other, ("accepted",)), (full, ("declined",))):
        await make.interest(await make.person(here), here, held, "submitted", "shortlisted", "selected", *states)
    for held, states in ((opening, ()), (other, ()), (full, ("selected",)), (full, ())):
        person, way = await make.person(here), ("submitted", "shortlisted", "not_selected", *states)
        await make.interest(person, here, held, *way)
    async with browse(second) as client:
        words = said((await client.get("/work")).text)
    assert "2 decisions wait for you" in words
    assert "Approve the case for “Ready to lead”" in words
    assert "Choose somebody else for “Matron”" in words
    async with browse(writer) as client:
        words = said((await client.get("/work")).text)
    assert "Approve the case" not in words
    assert "Choose somebody else for “Matron”" in words
    async with browse(await make.hr_partner(await make.organisation())) as client:
        words = said((await client.get("/work")).text)
    assert "Matron" not in words and "Ready to lead" not in words
