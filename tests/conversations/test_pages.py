"""Logging a conversation on pages, without JavaScript: form, check your answers, done; the person reads it, nobody
else finds it."""

import re
from html import unescape
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.doors import FORM_HEADER
from service.kit.clock import today
from tests.builders import Builder
from tests.conftest import Client

WORDS = "Wants to lead a ward.\nStarts shadowing in May."


def filled(**changes: str) -> dict[str, str]:
    day = today()
    plain = {
        "id": str(uuid4()),
        "kind": "initial",
        "held_on-day": str(day.day),
        "held_on-month": str(day.month),
        "held_on-year": str(day.year),
        "summary": WORDS,
    }
    return plain | changes


def hidden(page: httpx.Response) -> dict[str, str]:
    """What the page carries unseen to the next one."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found}


async def test_the_whole_way_from_the_form_to_the_persons_own_page(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    amara = await make.staff(here, given_name="Amara", family_name="Ŵyn-O'Shea")
    async with browse(partner) as client:
        form = await client.get(f"/conversations/new?person={amara.person}")
        assert "Log a conversation with Amara Ŵyn-O&#39;Shea" in form.text
        assert "Amara Ŵyn-O&#39;Shea and you can read this. Your organisation’s HR team cannot." in form.text
        sent = filled(
            person_id=hidden(form)["person_id"],
            **{"next_due_on-day": "1", "next_due_on-month": "12", "next_due_on-year": "2027"},
        )
        check = await client.post("/conversations/check", data=sent)
        assert check.status_code == 200
        assert "Check what you will log" in check.text
        assert "1 December 2027" in check.text
        logged = await client.post("/conversations", data=hidden(check))
        assert logged.status_code == 303
        done = await client.get(logged.headers["location"])
        assert "Conversation logged" in done.text
        assert "due on 1 December 2027. It will be in your list from 17 November 2027" in done.text
    async with browse(amara) as client:
        mine = await client.get("/me")
        address = re.search(r'href="(/conversations/[0-9a-f-]{36})"', mine.text)
        assert address
        assert "Starts shadowing in May." in (await client.get(address[1])).text
    async with browse(await make.hr_partner(here)) as client:
        assert (await client.get(address[1])).status_code == 404
        assert "Starts shadowing" not in (await client.get(f"/people/{amara.person}")).text


async def test_a_typed_name_finds_the_person_whatever_its_accents(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    await make.person(here, given_name="Siôn", family_name="Llŷr")
    async with browse(await make.hr_partner(here)) as client:
        check = await client.post("/conversations/check", data=filled(person="sion LLYR"))
    assert "Siôn Llŷr" in check.text
    assert "Check what you will log" in check.text


async def test_several_of_one_name_become_a_choice_that_tells_them_apart(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="St Elm's Trust")
    for number in ("000111", "000222"):
        person = await make.person(given_name="Ann", family_name="Lee")
        await make.employment(here, person, employee_number=number, listed_as="Lee, Ann")
    async with browse(await make.hr_partner(here)) as client:
        asked = await client.post("/conversations/check", data=filled(person="Ann Lee"))
        assert asked.status_code == 422
        assert "Error: " in asked.text
        assert "Choose which of these people you mean" in asked.text
        assert {"employee 000111", "employee 000222"} <= set(re.findall(r"employee 000\d+", asked.text))
        assert WORDS in unescape(asked.text)
        lines = re.findall(r'name="person_id" type="radio" value="([^"]+)"', asked.text)
        assert len(lines) == 2
        check = await client.post("/conversations/check", data=filled(person="Ann Lee", person_id=lines[1]))
        assert "Check what you will log" in check.text


async def test_a_name_that_fits_nobody_here_is_told_so_and_finds_nobody_elsewhere(
    make: Builder, browse: Client
) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    await make.person(elsewhere, given_name="Zebedee", family_name="Quill")
    async with browse(await make.hr_partner(here)) as client:
        refused = await client.post("/conversations/check", data=filled(person="Zebedee Quill"))
    assert refused.status_code == 422
    assert "We could not find “Zebedee Quill”" in refused.text


async def test_a_person_of_another_organisation_cannot_be_slipped_in(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    theirs = await make.person(elsewhere)
    async with browse(await make.hr_partner(here)) as client:
        assert (await client.get(f"/conversations/new?person={theirs}")).status_code == 404
        for place in (here, elsewhere):
            sent = filled(person_id=f"{theirs}.{place}")
            assert (await client.post("/conversations", data=sent)).status_code == 422
    assert await count(admin, theirs) == 0


async def test_every_problem_is_told_at_once_and_nothing_typed_is_lost(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    bad = filled(
        person_id=f"{amara}.{here}",
        kind="",
        facilitator="Nobody Atall",
        **{"held_on-year": "2999", "next_due_on-day": "31", "next_due_on-month": "2", "next_due_on-year": "2027"},
    )
    async with browse(await make.hr_partner(here)) as client:
        refused = await client.post("/conversations/check", data=bad)
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    for link in ('href="#kind"', 'href="#facilitator"', 'href="#next_due_on"'):
        assert link in refused.text
    assert WORDS in unescape(refused.text)
    assert 'value="2999"' in refused.text


async def test_somebody_else_who_held_it_is_named_in_the_audience(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    await make.person(here, given_name="Ben", family_name="Hale")
    amara = await make.person(here)
    sent = filled(person_id=f"{amara}.{here}", facilitator="ben hale")
    async with browse(await make.hr_partner(here)) as client:
        check = await client.post("/conversations/check", data=sent)
        assert "Amara Okafor, Ben Hale and you can read this." in check.text
        back = await client.post("/conversations/change", data=hidden(check))
        assert "Choose somebody else who held it" in back.text
        assert WORDS in unescape(back.text)
        again = await client.post("/conversations/change", data=hidden(check) | {"again": "person"})
        assert 'id="person" name="person" type="text"' in again.text


async def test_words_survive_a_session_that_has_ended(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.person(here)
    sent = filled(person_id=f"{amara}.{here}")
    async with browse() as client:
        kept = await client.post("/conversations", data=sent)
    assert kept.status_code == 401
    assert "Your words are still here" in kept.text
    assert WORDS in unescape(kept.text)
    assert "opens in a new tab" in kept.text
    async with browse(partner) as client:
        stale = await client.post(
            "/conversations/change", data=hidden(kept) | {"summary": WORDS}, headers={FORM_HEADER: "0" * 64}
        )
        assert stale.status_code == 403
        assert WORDS in unescape(stale.text)
        renewed = hidden(stale)
        assert renewed["csrf_token"]
        form = await client.post("/conversations/change", data=renewed | {"summary": WORDS})
        assert "Log a conversation with Amara Okafor" in form.text
        assert WORDS in unescape(form.text)
    assert await count(admin, amara) == 0


async def test_pressing_the_last_button_twice_logs_once(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    sent = filled(person_id=f"{amara}.{here}")
    async with browse(await make.hr_partner(here)) as client:
        answers = [(await client.post("/conversations", data=sent)).headers["location"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert await count(admin, amara) == 1


async def test_a_person_of_two_of_my_organisations_is_a_question_not_an_error(make: Builder, browse: Client) -> None:
    one, two = await make.organisation(name="Elm Trust"), await make.organisation(name="Oak Council")
    amara = await make.person(one, two)
    async with browse(await make.hr_partner(one, two)) as client:
        form = await client.get(f"/conversations/new?person={amara}")
    assert form.status_code == 200
    assert "There is a problem" not in form.text
    assert "Elm Trust, employee" in form.text
    assert "Oak Council, employee" in form.text


async def test_nobody_without_the_permission_gets_the_form(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    for who in (await make.staff(here), await make.leader(), await make.administrator(), await make.auditor()):
        async with browse(who) as client:
            assert (await client.get("/conversations/new")).status_code == 403


async def count(admin: AsyncEngine, person: UUID) -> int:
    async with admin.connect() as connection:
        asked = text("SELECT count(*) FROM conversations WHERE person_id = :person")
        return (await connection.execute(asked, {"person": person})).scalar_one()
