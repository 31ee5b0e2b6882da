"""What is known locally: written beside a measure with a name, kept version by version, apart from the figures."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.access.actions import Limits, who_is
from service.kit.db import Sessions
from service.settings import Settings
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client

WORDS = "We began to ask everybody in spring.\nThe figures of summer show it."


async def write(browse: Client, who: SignedIn, place: UUID | None, words: str = WORDS, **more: Any) -> Any:
    given = {"about": "coverage", "words": words} | ({"organisation_id": str(place)} if place else {}) | more
    async with browse(who) as client:
        return await client.post("/api/know-how", json=given)


async def test_a_partner_writes_for_their_organisation_and_is_named(make: Builder, browse: Client):
    place = await make.organisation()
    partner = await make.hr_partner(place)
    made = (await write(browse, partner, place)).json()
    assert (made["words"], made["author"], made["version"]) == (WORDS, partner.name, 1)
    async with browse(partner) as client:
        listed = (await client.get("/api/know-how", params={"about": "coverage"})).json()["items"]
        page = (await client.get("/reports/know-how")).text
    assert [note["id"] for note in listed] == [made["id"]]
    assert "<p>The figures of summer show it.</p>" in page
    assert f"Written by {partner.name}, {made['organisation']}" in page


async def test_another_organisations_partner_neither_reads_nor_changes_it(make: Builder, browse: Client):
    place = await make.organisation()
    note = await make.note(place)
    async with browse(await make.hr_partner(await make.organisation())) as client:
        assert (await client.get("/api/know-how")).json()["items"] == []
        assert (await client.get("/api/know-how", params={"organisation_id": str(place)})).status_code == 404
        assert (await client.get(f"/reports/know-how/{note}")).status_code == 404
        changed = await client.post(f"/api/know-how/{note}", json={"version": 1, "words": "Ours now"})
        assert changed.status_code == 404


async def test_only_a_leader_speaks_for_the_whole_system_and_reads_every_note(make: Builder, browse: Client):
    place = await make.organisation()
    partner, leader = await make.hr_partner(place), await make.leader()
    assert (await write(browse, partner, None)).status_code == 403
    assert (await write(browse, partner, await make.organisation())).status_code == 404
    whole = (await write(browse, leader, None, about="routes")).json()
    assert whole["organisation"] is None
    note = await make.note(place)
    async with browse(leader) as client:
        assert (await client.get(f"/reports/know-how/{note}")).status_code == 200
    async with browse(partner) as client:
        assert (await client.get(f"/reports/know-how/{whole['id']}")).status_code == 404


@pytest.mark.parametrize("who", ["facilitator", "staff", "administrator", "auditor"])
async def test_nobody_else_writes_or_reads(make: Builder, browse: Client, who: str):
    place = await make.organisation()
    somebody = await getattr(make, who)(*([place] if who in {"facilitator", "staff"} else []))
    async with browse(somebody) as client:
        assert (await client.get("/reports/know-how")).status_code == 403
        assert (await client.get("/api/know-how")).status_code == 403
    assert (await write(browse, somebody, place)).status_code in {403, 404}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"about": "shoe_size"}, "about"),
        ({"words": ""}, "words"),
        ({"words": "x" * 2_001}, "words"),
        ({"words": "a\0b"}, "words"),
        ({"organisation_id": "x"}, "organisation_id"),
        ({"title": "x"}, "title"),
    ],
)
async def test_what_cannot_be_used_is_told_at_its_field_and_nothing_is_written(
    make: Builder, browse: Client, given: dict[str, str], field: str
):
    place = await make.organisation()
    partner = await make.hr_partner(place)
    answer = await write(browse, partner, place, **given)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == [field]
    async with browse(partner) as client:
        assert (await client.get("/api/know-how")).json()["items"] == []


async def test_an_organisation_that_is_none_is_refused_to_a_leader(make: Builder, browse: Client):
    assert (await write(browse, await make.leader(), UUID(NOBODY))).status_code == 422


async def test_it_is_changed_by_another_version_and_withdrawn_by_a_last_one(make: Builder, browse: Client):
    place = await make.organisation()
    note, partner = await make.note(place, words="First."), await make.hr_partner(place)
    async with browse(partner) as client:
        form = {"version": "1", "words": "Second."}
        assert (await client.post(f"/reports/know-how/{note}", data=form)).status_code == 303
        page = (await client.get(f"/reports/know-how/{note}")).text
        assert page.index("Second.") < page.index("Earlier versions") < page.index("First.")
        late = await client.post(f"/reports/know-how/{note}", data=form)
        assert late.status_code == 422
        assert "Somebody else has changed this note" in late.text
        gone = await client.post(f"/reports/know-how/{note}", data={"version": "2", "withdraw": "yes"})
        assert gone.status_code == 303
        assert (await client.get("/api/know-how")).json()["items"] == []
        assert f"Withdrawn by {partner.name}" in (await client.get(f"/reports/know-how/{note}")).text
        again = await client.post(f"/api/know-how/{note}", json={"version": 3})
        assert again.status_code == 409


async def test_the_form_says_that_people_are_not_named_and_comes_back_with_what_was_typed(
    make: Builder, browse: Client
):
    place = await make.organisation()
    async with browse(await make.hr_partner(place)) as client:
        assert "Do not name people" in (await client.get("/reports/know-how")).text
        form = {"about": "nothing", "organisation_id": str(place), "words": "What I typed"}
        answer = await client.post("/reports/know-how", data=form)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "What I typed" in answer.text


async def test_the_trail_says_who_wrote_beside_what_and_not_the_words(make: Builder, browse: Client):
    place = await make.organisation()
    partner = await make.hr_partner(place)
    made = (await write(browse, partner, place, words="Only said here")).json()
    async with make.admin.connect() as connection:
        asked = text("SELECT action, actor, organisation_id, detail FROM audit_entries WHERE entity_id = :id")
        rows = [tuple(row) for row in await connection.execute(asked, {"id": made["id"]})]
    assert rows == [("insight.note_written", partner.name, place, {"about": "coverage", "version": 1})]


async def test_by_raw_sql_a_partner_sees_and_signs_their_own_alone(
    make: Builder, sessions: Sessions, settings: Settings
):
    place = await make.organisation()
    foreign = await make.note(await make.organisation())
    whole = await make.note(None)
    partner = await make.hr_partner(place)
    mine = await make.note(place)
    async with sessions() as session, session.begin():
        await who_is(session, partner.token, Limits.of(settings))
        seen = set((await session.execute(text("SELECT id FROM know_how"))).scalars())
        versions = set((await session.execute(text("SELECT note_id FROM know_how_versions"))).scalars())
    assert seen == versions == {mine}
    sql = "INSERT INTO know_how_versions (note_id, version, words, is_withdrawn, author_id, author)"
    asked = text(f"{sql} VALUES (:note, 2, 'x', false, :author, 'A')")
    for note in (foreign, whole):
        async with sessions() as session, session.begin() as change:
            await who_is(session, partner.token, Limits.of(settings))
            with pytest.raises(DBAPIError, match="row-level security"):
                await session.execute(asked, {"note": note, "author": partner.account_id})
            await change.rollback()
    signed = text("SELECT author_id, author FROM know_how_versions WHERE note_id = :note AND version = 2")
    async with sessions() as session:
        await who_is(session, partner.token, Limits.of(settings))
        await session.execute(asked, {"note": mine, "author": UUID(NOBODY)})
        assert tuple((await session.execute(signed, {"note": mine})).one()) == (partner.account_id, partner.name)
        await session.rollback()


@pytest.mark.parametrize("sql", ["UPDATE know_how_versions SET words = 'x'", "DELETE FROM know_how_versions"])
async def test_what_was_written_is_never_changed(make: Builder, sessions: Sessions, settings: Settings, sql: str):
    leader = await make.leader()
    async with sessions() as session, session.begin() as change:
        await who_is(session, leader.token, Limits.of(settings))
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text(sql))
        await change.rollback()
