"""A conversation and a next step within ten working days, by whoever owes it."""

from datetime import timedelta
from uuid import UUID

import pytest

from service.kit.clock import today
from tests.builders import SignedIn
from tests.conftest import Client
from tests.opportunities.conftest import Town, fields, tag

TALK = {"kind": "follow_up", "held_on": today().isoformat(), "summary": "What comes next."}


async def owed(town: Town, who: SignedIn, owner: UUID | None = None, **given: object) -> UUID:
    made = await town.make.opportunity(town.here, closes_on=today() - timedelta(9))
    interest = await town.make.interest(who.person, town.here, made, "submitted", "not_shortlisted", **given)
    row = {"decided_by_organisation_id": town.here}
    return await town.make.aftercare(who.person, interest, owner or town.here, **row)


async def test_a_conversation_that_is_logged_and_a_next_step_close_it(town: Town, browse: Client) -> None:
    who = await town.staff(town.here)
    interest = await owed(town, who)
    one = f"/api/aftercare/{interest}"
    async with browse(town.partner) as client:
        about = {"person_id": str(who.person), "organisation_id": str(town.here)}
        logged = await client.post("/api/conversations", json={**TALK, **about})
        assert logged.status_code == 201, logged.text
        waiting = {row["interest_id"]: row for row in (await client.get("/api/aftercare")).json()["items"]}
        assert waiting[str(interest)]["conversation_id"] == logged.json()["id"]
        assert waiting[str(interest)]["closed_at"] is None
        done = await client.put(one, json={"next_step": "mentor"})
        assert done.json()["closed_at"], done.text
        assert (await client.put(one, json={"next_step": "mentor"})).status_code == 409
        assert str(interest) not in str((await client.get("/api/aftercare")).json())
    async with browse(who) as client:
        news = (await client.get("/api/me/notices")).json()["items"]
        assert "There is a next step after Ward manager" in {row["headline"] for row in news}
        assert (await client.get(f"/api/me/interests/{interest}")).json()["next_step"] == "mentor"


async def test_a_conversation_that_is_taken_back_was_none(town: Town, browse: Client) -> None:
    who = await town.staff(town.here)
    interest = await owed(town, who)
    async with browse(town.partner) as client:
        about = {"person_id": str(who.person), "organisation_id": str(town.here)}
        logged = await client.post("/api/conversations", json={**TALK, **about})
        undone = await client.delete(f"/api/conversations/{logged.json()['id']}")
        assert undone.status_code < 300, undone.text
    assert await town.sql("SELECT talked_on, conversation_id FROM aftercare WHERE interest_id = :i", i=interest) == [
        (None, None)
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "body"),
        ({"next_step": "promotion"}, "next_step"),
        ({"talked_on": (today() + timedelta(1)).isoformat()}, "talked_on"),
        ({"talked_on": "2020-01-01"}, "talked_on"),
    ],
)
async def test_what_cannot_be_is_refused(town: Town, browse: Client, given: dict[str, str], field: str) -> None:
    interest = await owed(town, await town.staff(town.here))
    async with browse(town.partner) as client:
        answer = await client.put(f"/api/aftercare/{interest}", json=given)
    assert (answer.status_code, fields(answer)) == (422, {field})


async def test_their_own_employer_cares_only_where_the_person_lets_it(town: Town, browse: Client) -> None:
    lets, keeps = await town.staff(town.there), await town.staff(town.there)
    theirs = await owed(town, lets, town.there, employer_id=town.there, employer_may_help=True)
    ours = await owed(town, keeps, employer_id=town.there)
    async with browse(town.other) as client:
        found = {row["interest_id"]: row for row in (await client.get("/api/aftercare")).json()["items"]}
        assert (await client.put(f"/api/aftercare/{ours}", json={"next_step": "mentor"})).status_code == 404
    assert str(theirs) in found
    assert found[str(theirs)]["works_here"] is True
    assert str(ours) not in found
    async with browse(town.partner) as client:
        found = {row["interest_id"]: row for row in (await client.get("/api/aftercare")).json()["items"]}
        assert (await client.put(f"/api/aftercare/{ours}", json={"talked_on": today().isoformat()})).status_code == 200
    assert found[str(ours)]["works_here"] is False
    assert str(theirs) not in found


async def test_whoever_wants_no_conversation_says_so_and_is_left_alone(town: Town, browse: Client) -> None:
    who = await town.staff(town.here)
    interest = await owed(town, who)
    async with browse(who) as client:
        mine = await client.get(f"/api/me/interests/{interest}")
        step = f"/api/me/interests/{interest}/state"
        done = await client.post(step, json={"step": "no_conversation"}, headers=tag(mine))
        assert done.json()["wants_no_conversation"] is True
        assert (await client.post(step, json={"step": "no_conversation"}, headers=tag(mine))).status_code == 409
    async with browse(town.partner) as client:
        assert (await client.put(f"/api/aftercare/{interest}", json={"next_step": "mentor"})).status_code == 409
