"""Putting off, objecting, choosing, helping: over the doors that people use, and in the trail."""

from html import escape
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import now, today
from service.prompts import queries
from service.prompts.tables import PromptDecision
from tests.builders import NOBODY, Builder
from tests.conftest import Client
from tests.home.test_front_doors import said
from tests.prompts.conftest import DAY, SECRET, Ward

LATE = "An action in your plan was due on"
THEIR_LATE = "An action in their plan was due on"


async def put(client: httpx.AsyncClient, what: str, **given: Any) -> httpx.Response:
    return await client.put(f"/api/me/prompts/{what}", json=given)


async def trail(admin: AsyncEngine, ward: Ward) -> list[tuple[str, dict[str, Any]]]:
    async with admin.connect() as connection:
        asked = "SELECT action, detail FROM audit_entries WHERE subject_person_id = :p AND action LIKE 'prompts.%'"
        rows = await connection.execute(text(f"{asked} ORDER BY id"), {"p": ward.amara.person})
        return [(row.action, row.detail) for row in rows]


async def test_my_pathway_says_why_with_what_does_something_about_it(ward: Ward, browse: Client) -> None:
    async with browse(ward.amara) as client:
        page = (await client.get("/me")).text
        words = said(page)
        assert "Your secondment ends in 80 days, on" in words
        assert "Nobody has talked with you yet about an application that was not successful." in words
        assert "You began in a new leadership role on" in words
        assert LATE in words
        assert "You have agreed no career conversation here yet, and none is planned." in words
        for href in ("/me/ask", f"/me/interests/{ward.interest}", "/me/transition", f"/plan/{ward.action}"):
            assert f'href="{href}"' in page
            assert (await client.get(href)).status_code == 200
        assert "score" not in words.lower()


async def test_not_now_hides_one_reason_from_everybody(ward: Ward, browse: Client) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.here)
    form = {"kind": "plan", "about_id": str(ward.action), "from": "pathway", "answer": "not_now"}
    async with browse(ward.amara) as me, browse(ward.nia) as partner:
        done = await me.post("/me/prompts/answers", data=form)
        assert (done.status_code, done.headers["location"]) == (303, "/me")
        assert LATE not in said((await me.get("/me")).text)
        assert THEIR_LATE not in said((await partner.get(f"/prompts/{ward.amara.person}")).text)
        assert (await me.post("/me/prompts/answers", data=form)).status_code == 409
        other = await ward.make.plan_action(ward.there, ward.amara.person, due_on=today() - DAY)
        reasons = (await me.get("/api/me/prompts")).json()["reasons"]
        assert str(other) in [one["about_id"] for one in reasons]
        assert "Put off until" in said((await me.get("/me/prompts")).text)
        again = (await put(me, "answers", answer="again", kind="plan")).json()
        assert (len(again["reasons"]), again["put_off"]) == (6, [])


async def test_an_objection_stands_for_its_kind_until_it_is_taken_back(ward: Ward, browse: Client) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.here)
    async with browse(ward.amara) as me, browse(ward.nia) as partner:
        answer = (await put(me, "answers", answer="no_more", kind="plan")).json()
        assert answer["objections"] == ["plan"]
        theirs = (await partner.get(f"/api/prompts/{ward.amara.person}")).json()
        for told in (answer, theirs):
            assert [one["kind"] for one in told["reasons"]] == ["return_role", "aftercare", "support", "conversation"]
        assert "Never, as you objected. Remind me again" in said((await me.get("/me/prompts")).text)
        again = await me.post("/me/prompts/answers", data={"answer": "again", "kind": "plan"})
        assert again.headers["location"] == "/me/prompts"
        assert LATE in said((await me.get("/me")).text)


async def test_i_choose_whose_partners_see_it_and_am_told_who_they_are(ward: Ward, browse: Client) -> None:
    async with browse(ward.amara) as me, browse(ward.nia) as partner:
        words = said((await me.get("/me/prompts")).text)
        assert "Elm Trust Not shown to anybody there. HR partners there now: Jo Hart, Nia Rees." in words
        assert "See what might help" not in said((await partner.get("/work")).text)
        assert (await partner.get(f"/prompts/{ward.amara.person}")).status_code == 404
        chosen = {"organisation_id": str(ward.here), "is_shown": "true"}
        assert (await me.post("/me/prompts/shares", data=chosen)).status_code == 303
        assert "Elm Trust Shown to them until" in said((await me.get("/me/prompts")).text)
        page = (await partner.get("/work")).text
        assert f'<a href="/prompts/{ward.amara.person}">See what might help Amara Okafor</a>' in page
        assert "See what might help Amara Okafor" in said((await partner.get("/prompts")).text)
        assert (await put(me, "shares", organisation_id=str(ward.here), is_shown=False)).status_code == 200
        assert (await partner.get(f"/prompts/{ward.amara.person}")).status_code == 404
        assert (await put(me, "shares", organisation_id=NOBODY, is_shown=True)).status_code == 404


async def test_a_partner_reads_reasons_and_links_and_not_a_word_that_was_written(ward: Ward, browse: Client) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.here)
    async with browse(ward.nia) as partner:
        page = await partner.get(f"/prompts/{ward.amara.person}")
        told = await partner.get(f"/api/prompts/{ward.amara.person}")
        assert SECRET not in page.text + told.text + (await partner.get("/work")).text
        assert THEIR_LATE in said(page.text)
        arranging = f"/conversations/arrange?person={ward.amara.person}&organisation={ward.here}"
        links = (f"/mobility/secondments/{ward.secondment}", f"/aftercare/{ward.interest}", arranging)
        for href in (*links, f"/transitions/{ward.transition}"):
            assert f'href="{escape(href)}"' in page.text
            assert (await partner.get(href)).status_code == 200


async def test_what_a_partner_did_is_kept_with_their_name_for_the_person_to_read(
    ward: Ward, browse: Client, admin: AsyncEngine
) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.here)
    one = f"/prompts/{ward.amara.person}"
    async with browse(ward.nia) as partner:
        await partner.get(one)
        told = (await partner.get(f"/api{one}")).json()
        for reason in told["reasons"]:
            form = {"kind": reason["kind"], "about_id": reason["about_id"], "done": "talked"}
            assert (await partner.post(one, data=form)).status_code == 303
        assert "Nia Rees talked about it" in said((await partner.get(one)).text)
        assert "Amara Okafor" not in said((await partner.get("/prompts")).text), "nothing waits any more"
    async with browse(ward.amara) as me:
        for address in ("/me/prompts", "/me/held"):
            words = said((await me.get(address)).text)
            assert "read what might help you now, as you let them" in words
            assert "noted that they talked with you about what might help you" in words
        assert "Nia Rees talked about it" in said((await me.get("/me/prompts")).text)
        held = (await me.get("/me/data")).json()["prompts"]
        assert {(it["by"], it["done"]) for it in held["decisions"]} == {("Nia Rees", "talked")}
        assert len(held["decisions"]) == len(held["reasons"]) == 5
    entries = await trail(admin, ward)
    assert [action for action, _ in entries][:3] == ["prompts.read", "prompts.read", "prompts.talked"]
    assert all(detail == {} for _, detail in entries), "not about which reason"


async def test_what_is_passed_on_names_a_colleague_who_may_see_it_and_waits_for_them(
    ward: Ward, browse: Client
) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.here)
    one, given = f"/prompts/{ward.amara.person}", {"kind": "plan", "about_id": str(ward.action), "done": "passed_on"}
    async with browse(ward.nia) as partner:
        for wrong in ({}, {"passed_to_id": str(ward.sam.account_id)}, {"passed_to_id": str(ward.nia.account_id)}):
            page = await partner.post(one, data={**given, **wrong})
            assert page.status_code == 422
            assert "Choose the HR partner to whom you passed it on." in page.text
            assert "<title>Error: What might help Amara Okafor" in " ".join(page.text.split())
        missing = await partner.post(one, data={name: given[name] for name in ("kind", "about_id")})
        assert 'href="#done"' in missing.text and 'id="done"' in missing.text
        done = await partner.post(one, data={**given, "passed_to_id": str(ward.jo.account_id)})
        assert done.status_code == 303
    async with browse(ward.jo) as colleague:
        assert "Nia Rees passed it on to Jo Hart" in said((await colleague.get(one)).text)
        assert "See what might help Amara Okafor" in said((await colleague.get("/work")).text)


async def test_what_is_sent_twice_in_a_day_was_done_once(ward: Ward, browse: Client, admin: AsyncEngine) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.here)
    one = f"/prompts/{ward.amara.person}"
    talked = {"kind": "plan", "about_id": str(ward.action), "done": "talked"}
    passed = {**talked, "done": "passed_on", "passed_to_id": str(ward.jo.account_id)}
    async with browse(ward.nia) as partner:
        for given in (talked, talked, passed, passed, {**talked, "done": "arranged"}):
            assert (await partner.post(one, data=given)).status_code == 303
            assert (await partner.post(f"/api{one}/decisions", json=given)).status_code == 201
    async with browse(ward.jo) as colleague:
        assert (await colleague.post(one, data=talked)).status_code == 303
    kept = "SELECT by_name, done FROM prompt_decisions WHERE person_id = :p ORDER BY at"
    async with admin.begin() as connection:
        rows = [tuple(row) for row in await connection.execute(text(kept), {"p": ward.amara.person})]
        assert rows == [
            ("Nia Rees", "talked"),
            ("Nia Rees", "passed_on"),
            ("Nia Rees", "arranged"),
            ("Jo Hart", "talked"),
        ]
        yesterday = text("UPDATE prompt_decisions SET at = at - interval '1 day' WHERE person_id = :p")
        await connection.execute(yesterday, {"p": ward.amara.person})
    assert [action for action, _ in await trail(admin, ward) if action != "prompts.read"] == [
        "prompts.talked",
        "prompts.passed_on",
        "prompts.arranged",
        "prompts.talked",
    ]
    async with browse(ward.nia) as partner:
        again = await partner.post(f"/api{one}/decisions", json=talked)
        assert len([it for it in again.json()["decisions"] if it["by"] == "Nia Rees" and it["done"] == "talked"]) == 2


async def test_what_still_stands_after_thirty_days_waits_again(ward: Ward, browse: Client, admin: AsyncEngine) -> None:
    who, by = ward.amara.person, {"by_id": ward.nia.account_id, "by_name": "Nia Rees"}
    await ward.make.prompt_share(who, ward.here)
    async with browse(ward.amara) as me:
        reasons = (await me.get("/api/me/prompts")).json()["reasons"]
    for days_ago, waits in ((31, True), (29, False)):
        rows = [
            {"person_id": who, "organisation_id": ward.here, "kind": one["kind"], "about_id": UUID(one["about_id"])}
            | {"id": uuid4(), "done": "arranged", "at": now() - days_ago * DAY, **by}
            for one in reasons
        ]
        async with admin.begin() as connection:
            await connection.execute(insert(PromptDecision), rows)
        async with browse(ward.jo) as partner:
            assert ("Amara Okafor" in said((await partner.get("/prompts")).text)) is waits


async def test_a_reason_that_no_longer_stands_is_told_and_nothing_is_kept(
    ward: Ward, browse: Client, admin: AsyncEngine
) -> None:
    await ward.make.prompt_share(ward.amara.person, ward.here)
    gone = {"kind": "plan", "about_id": NOBODY, "done": "arranged"}
    async with browse(ward.nia) as partner:
        page = await partner.post(f"/prompts/{ward.amara.person}", data=gone)
        assert page.status_code == 409
        assert "This no longer stands" in page.text
        assert (await partner.post(f"/api/prompts/{ward.amara.person}/decisions", json=gone)).status_code == 409
    async with admin.connect() as connection:
        kept = "SELECT count(*) FROM prompt_decisions WHERE person_id = :p"
        assert (await connection.execute(text(kept), {"p": ward.amara.person})).scalar_one() == 0
    assert await trail(admin, ward) == []


async def test_an_empty_page_says_what_to_do_next(make: Builder, browse: Client) -> None:
    async with browse(await make.staff(await make.organisation())) as me:
        assert "What might help now" not in said((await me.get("/me")).text)
        words = said((await me.get("/me/prompts")).text)
    assert "Nothing that is recorded asks for anything now." in words
    assert "No HR partner has access there now." in words


async def test_the_list_goes_on_where_the_page_ended(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    for name in ("Abe", "Bea", "Cai"):
        person = await make.person(here, given_name=name)
        await make.plan_action(here, person, due_on=today() - DAY)
        await make.prompt_share(person, here)
        await make.person(here, given_name=name)
    async with browse(partner) as client:
        first = (await client.get("/api/prompts", params={"size": 2})).json()
        rest = (await client.get("/api/prompts", params={"size": 2, "cursor": first["next_cursor"]})).json()
    names = [one["name"] for page in (first, rest) for one in page["items"]]
    assert names == ["Abe Okafor", "Bea Okafor", "Cai Okafor"]
    assert rest["next_cursor"] is None


async def test_a_page_looks_at_so_many_people_and_then_leads_on(
    make: Builder, browse: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LOOKS", (1, 2))
    here = await make.organisation()
    partner = await make.hr_partner(here)
    for name in ("Abe", "Bea", "Cai", "Dai"):
        person = await make.person(here, given_name=name)
        await make.prompt_share(person, here)
        if name == "Dai":
            await make.plan_action(here, person, due_on=today() - DAY)
    async with browse(partner) as client:
        page = await client.get("/prompts")
        assert "Nobody waits among the first of those who show it." in said(page.text)
        first = (await client.get("/api/prompts")).json()
        assert first["items"] == []
        rest = (await client.get("/api/prompts", params={"cursor": first["next_cursor"]})).json()
    assert ([one["name"] for one in rest["items"]], rest["next_cursor"]) == (["Dai Okafor"], None)
