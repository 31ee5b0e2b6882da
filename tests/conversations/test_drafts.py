"""Drafts: what is typed is kept, for its author alone, until it is sent."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from service.kit.db import Sessions, transaction
from tests.builders import NOBODY, Builder
from tests.conftest import Client
from tests.conversations.test_row_security import eyes

SECRET = "Nobody else may read this sentence"


def draft(version: int | None = None, **fields: str) -> dict[str, Any]:
    return {"version": version, "fields": [[name, value] for name, value in fields.items()]}


async def test_what_was_typed_comes_back_exactly(make: Builder, browse: Client) -> None:
    ben = await make.facilitator(await make.organisation())
    at, typed = f"/api/drafts/{uuid4()}", "  Two lines\nand a Ŵ  "
    async with browse(ben) as client:
        saved = await client.put(at, json=draft(summary=typed, kind="stay"))
        assert (saved.status_code, saved.json()["version"], saved.headers["etag"]) == (200, 1, '"1"')
        again = await client.put(at, json=draft(1, summary=typed + "more", kind="stay"))
        assert again.json()["version"] == 2
        assert (await client.get(at)).json()["fields"] == [["summary", typed + "more"], ["kind", "stay"]]


async def test_a_draft_is_there_for_its_author_alone(make: Builder, browse: Client, sessions: Sessions) -> None:
    here = await make.organisation()
    ben, other = await make.facilitator(here), await make.hr_partner(here)
    key = uuid4()
    async with browse(ben) as client:
        await client.put(f"/api/drafts/{key}", json=draft(summary=SECRET))
    async with browse(other) as client:
        assert (await client.get("/api/drafts")).json() == []
        for answer in (
            await client.get(f"/api/drafts/{key}"),
            await client.delete(f"/api/drafts/{key}"),
            await client.get(f"/conversations/drafts/{key}"),
            await client.put(f"/api/drafts/{key}", json=draft(1, summary="x")),
        ):
            assert answer.status_code == 404
        # The same key is free for somebody else: whether it is taken tells nobody anything.
        assert (await client.put(f"/api/drafts/{key}", json=draft(summary="mine"))).status_code == 200
    async with transaction(sessions, eyes(other, people_read=here)) as session:
        assert (await session.execute(text("SELECT count(*) FROM drafts"))).scalar_one() == 1


async def test_the_database_and_the_trail_hold_none_of_the_words(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    ben = await make.facilitator(await make.organisation())
    async with browse(ben) as client:
        await client.put(f"/api/drafts/{uuid4()}", json=draft(summary=SECRET, person="Amara Okafor"))
    async with admin.connect() as connection:
        [row] = await connection.execute(
            text("SELECT d::text, sealed FROM drafts d WHERE author_id = :me"), {"me": ben.person}
        )
        assert SECRET not in row[0]
        assert SECRET.encode() not in bytes(row[1])
        asked = text("SELECT action, detail::text FROM audit_entries WHERE account_id = :me")
        assert list(await connection.execute(asked, {"me": ben.account_id})) == [("conversations.draft_begun", "{}")]


async def test_two_tabs_do_not_overwrite_one_another(make: Builder, browse: Client) -> None:
    ben = await make.facilitator(await make.organisation())
    key = uuid4()
    async with browse(ben) as client:
        await client.put(f"/api/drafts/{key}", json=draft(summary="First"))
        assert (await client.put(f"/api/drafts/{key}", json=draft(1, summary="From one tab"))).status_code == 200
        assert (await client.put(f"/api/drafts/{key}", json=draft(1, summary="From the other"))).status_code == 412
        assert (await client.put(f"/api/drafts/{key}", json=draft(summary="From a third"))).status_code == 412
        form = {"id": str(key), "draft_version": "1", "summary": "From the other"}
        clash = await client.post("/conversations/drafts", data=form)
        assert clash.status_code == 409
        assert "From one tab" in clash.text
        assert "From the other" in clash.text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', clash.text))
        assert (await client.post("/conversations/drafts", data=hidden)).status_code == 303
        assert (await client.get(f"/api/drafts/{key}")).json()["fields"][-1][1] == "From the other"


@pytest.mark.parametrize(
    "given",
    [
        {"fields": [["summary", "NUL \0"]]},
        {"fields": [["summary", "a" * 10_001]]},
        {"fields": [[f"f{n}", "a" * 9_000] for n in range(5)]},
        {"fields": [["a", "b"]] * 101},
        {"fields": [["a" * 201, "b"]]},
        {"version": 0, "fields": []},
        {"about_id": "nobody", "fields": []},
        {},
    ],
    ids=lambda given: f"{len(json.dumps(given))} characters",
)
async def test_a_draft_has_a_size_and_no_control_characters(
    make: Builder, browse: Client, given: dict[str, Any]
) -> None:
    async with browse(await make.facilitator(await make.organisation())) as client:
        assert (await client.put(f"/api/drafts/{uuid4()}", json=given)).status_code == 422
        assert (await client.get("/api/drafts")).json() == []


async def test_nobody_keeps_more_than_fifty(make: Builder, browse: Client) -> None:
    async with browse(await make.facilitator(await make.organisation())) as client:
        answers = [(await client.put(f"/api/drafts/{uuid4()}", json=draft(a="b"))).status_code for _ in range(51)]
    assert answers == [200] * 50 + [409]


async def test_without_a_script_a_button_saves_and_work_leads_back(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    ben, amara = await make.facilitator(here), await make.person(here, given_name="Siân", family_name="Ŵyn")
    async with browse(ben) as client:
        page = (await client.get(f"/conversations/new?person={amara}")).text
        assert "Save and return later" in page
        form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        typed = {"summary": "Half a sen", "kind": "stay", "held_on-day": "31"}
        saved = await client.post("/conversations/drafts", data=form | typed)
        assert saved.status_code == 303
        work = (await client.get(saved.headers["location"])).text
        assert "Finish your draft about Siân Ŵyn" in work
        [at] = re.findall(r'href="(/conversations/drafts/[0-9a-f-]+)"', work)
        resumed = (await client.get(at)).text
        assert "Half a sen" in resumed
        assert re.search(r'value="stay"[^>]*checked', resumed)
        assert 'value="31"' in resumed
        assert "Siân Ŵyn" in resumed
        assert (await client.post(f"{at}/discard")).status_code == 303
        assert (await client.get(at)).status_code == 404


async def test_what_was_sent_is_no_draft_any_more(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    ben, amara = await make.facilitator(here), await make.person(here)
    key = str(uuid4())
    async with browse(ben) as client:
        await client.put(f"/api/drafts/{key}", json=draft(summary="Half"))
        on = today()
        form = {"id": key, "draft_version": "1", "person_id": f"{amara}.{here}", "kind": "initial", "summary": "Whole"}
        when = {"held_on-day": str(on.day), "held_on-month": str(on.month), "held_on-year": str(on.year)}
        assert (await client.post("/conversations", data=form | when)).status_code == 303
        assert (await client.get("/api/drafts")).json() == []
        late = await client.put(f"/api/drafts/{key}", json=draft(1, summary="From a tab left open"))
        assert late.status_code == 404


async def test_an_account_without_a_person_has_no_drafts(make: Builder, browse: Client) -> None:
    async with browse(await make.leader()) as client:
        assert (await client.get("/api/drafts")).status_code == 404
        assert (await client.put(f"/api/drafts/{NOBODY}", json=draft(a="b"))).status_code == 404
