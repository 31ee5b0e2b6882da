"""Saying that one is interested, being thought of, and every step of one's own."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from service.kit.clock import today
from tests.builders import NOBODY
from tests.conftest import Client
from tests.opportunities.conftest import SOON, YESTERDAY, Town, fields, tag

SAID = {"statement": "I have led a team of nine."}


async def test_it_is_kept_as_a_draft_changed_sent_and_withdrawn_with_its_history(town: Town, browse: Client) -> None:
    who, made = await town.staff(town.there), await town.make.opportunity(town.here)
    async with browse(who) as client:
        interest = f"/api/opportunities/{made}/interest"
        kept = await client.post(interest, json={**SAID, "is_sent": False})
        assert (kept.status_code, kept.json()["state"]) == (201, "draft"), kept.text
        sent = await client.post(interest, json={"statement": "More.", "employer_may_help": True})
        assert (sent.json()["state"], sent.json()["statement"]) == ("submitted", "More.")
        twice = await client.post(interest, json=SAID)
        assert twice.status_code == 409
        step = f"/api/me/interests/{sent.json()['id']}/state"
        assert (await client.post(step, json={"step": "withdrawn"})).status_code == 428
        assert (await client.post(step, json={"step": "accepted"}, headers=tag(sent))).status_code == 409
        gone = await client.post(step, json={"step": "withdrawn"}, headers=tag(sent))
        assert [one["state"] for one in gone.json()["history"]] == ["draft", "submitted", "withdrawn"]
        assert (await client.post(step, json={"step": "withdrawn"}, headers=tag(sent))).status_code == 412
        again = await client.post(interest, json=SAID)
        assert again.status_code == 201
        mine = (await client.get("/api/me/interests")).json()
    assert [one["state"] for one in mine] == ["submitted", "withdrawn"]
    trail = await town.sql(
        "SELECT action FROM audit_entries WHERE subject_person_id = :p AND action LIKE 'opportunities.%' ORDER BY id",
        p=who.person,
    )
    assert [row.action.removeprefix("opportunities.") for row in trail] == [
        "interest_kept", "interest_sent", "interest_withdrawn", "interest_sent"]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said", "field"),
    [
        ({"closes_on": YESTERDAY}, SAID, "opportunity_id"),
        ({"is_open_to_system": False}, SAID, "opportunity_id"),
        ({"state": "withdrawn"}, SAID, "opportunity_id"),
        ({}, {"evidence_ids": [NOBODY]}, "evidence_ids"),
        ({}, {"statement": "x" * 4001}, "statement"),
        ({"is_targeted": True}, SAID, "body"),
    ],
)
async def test_past_the_deadline_or_for_others_nothing_is_kept(
    town: Town, browse: Client, given: dict[str, Any], said: dict[str, Any], field: str
) -> None:
    made = await town.make.opportunity(town.here, **given)
    async with browse(town.nia) as client:
        answer = await client.post(f"/api/opportunities/{made}/interest", json=said)
    assert (answer.status_code, fields(answer)) == (422, {field})
    assert await town.sql("SELECT 1 FROM interests WHERE opportunity_id = :o", o=made) == []


async def test_somebody_without_a_post_in_the_system_is_told_so(town: Town, browse: Client) -> None:
    made = await town.make.opportunity(town.here)
    async with browse(await town.make.staff(town.there)) as client:
        answer = await client.post(f"/api/opportunities/{made}/interest", json=SAID)
    assert fields(answer) == {"opportunity_id"}


async def test_said_twice_at_once_it_is_kept_once(town: Town, browse: Client) -> None:
    who, made = await town.staff(town.there), await town.make.opportunity(town.here)
    async with browse(who) as one, browse(who) as two:
        path = f"/api/opportunities/{made}/interest"
        answers = await asyncio.gather(one.post(path, json=SAID), two.post(path, json=SAID))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await town.sql("SELECT 1 FROM interests WHERE opportunity_id = :o", o=made)) == 1


async def test_in_a_priority_window_only_what_was_declared_for_it_counts(town: Town, browse: Client) -> None:
    until = today() + timedelta(5)
    made = await town.make.opportunity(town.here, priority_until=until, closes_on=SOON)
    await town.case(made)
    who = await town.staff(town.there)
    async with browse(who) as client:
        path = f"/api/opportunities/{made}/interest"
        early = await client.post(path, json=SAID)
        assert fields(early) == {"declaration"}
        declared = "INSERT INTO offer_declarations (person_id, subject, subject_id, keep_until)"
        await town.sql(f"{declared} VALUES (:p, 'opportunity', :s, :k)", p=who.person, s=made, k=SOON)
        assert (await client.post(path, json=SAID)).status_code == 201
    async with browse(town.partner) as client:
        [seen] = (await client.get(f"/api/opportunities/{made}/interests")).json()
    assert not any("window" in key or "declar" in key for key in seen)
    assert "group" not in str(seen).lower().replace("staff_group", "")


async def test_the_answer_to_a_referral_is_the_same_for_somebody_and_for_nobody(town: Town, browse: Client) -> None:
    email = f"{uuid4().hex}@example.org"
    friend = await town.staff(town.there, email=email)
    made = await town.make.opportunity(town.here)
    async with browse(town.amara) as client:
        path = f"/api/opportunities/{made}/referrals"
        answers = [
            await client.post(path, json={"email": who}) for who in (email.upper(), email, f"{uuid4().hex}@example.org")
        ]
        assert {(one.status_code, one.text) for one in answers} == {(202, answers[0].text)}
        assert (await client.post(path, json={"email": "no address"})).status_code == 422
        assert (await client.get("/api/me/referrals")).json() == []
    async with browse(friend) as client:
        [told] = (await client.get("/api/me/referrals")).json()
        assert (told["referred_by"], told["opportunity"]["id"]) == ("Amara Okafor", str(made))
        assert [one["headline"] for one in (await client.get("/api/me/notices")).json()["items"]] == [
            "Somebody thought of you for Ward manager"
        ]
        sent = await client.post(f"/api/opportunities/{made}/interest", json=SAID)
        assert sent.json()["route"] == "referral"
        assert (await client.get("/api/me/referrals")).json() == []


async def test_nothing_is_sent_by_a_referral_and_declining_it_tells_nobody(town: Town, browse: Client) -> None:
    email = f"{uuid4().hex}@example.org"
    friend, made = await town.staff(town.there, email=email), await town.make.opportunity(town.here)
    async with browse(town.amara) as client:
        await client.post(f"/api/opportunities/{made}/referrals", json={"email": email})
    async with browse(friend) as client:
        [told] = (await client.get("/api/me/referrals")).json()
        decline = f"/api/me/referrals/{told['id']}/decline"
        assert [(await client.post(decline)).status_code for _ in range(2)] == [204, 404]
    async with browse(town.nia) as client:
        assert (await client.post(decline)).status_code == 404
    assert await town.sql("SELECT 1 FROM interests WHERE opportunity_id = :o", o=made) == []
