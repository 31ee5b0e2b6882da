"""Plans: who adds, who changes, what follows what, and who may know."""

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.conversations.rules import ActionState
from service.conversations.rules.plan import FOLLOWS, action_problems, must_follow, reason_problems
from service.kit.clock import today
from service.kit.db import Sessions, transaction
from service.kit.errors import Conflict
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client
from tests.conversations.test_row_security import eyes

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))
NOW = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("owner", "due_on", "before", "fields"),
    [
        (ONE, None, None, []),
        (TWO, date(2026, 11, 22), None, []),
        (THREE, None, None, ["owner_id"]),
        (ONE, date(2026, 11, 21), None, ["due_on"]),
        (ONE, date(2026, 11, 21), date(2026, 11, 21), []),
        (ONE, date(2029, 11, 24), None, []),
        (ONE, date(2029, 11, 25), None, ["due_on"]),
        (THREE, date(2020, 1, 1), None, ["owner_id", "due_on"]),
    ],
)
def test_who_may_own_an_action_and_when_it_may_be_due(
    owner: UUID, due_on: date | None, before: date | None, fields: list[str]
) -> None:
    assert [problem.field for problem in action_problems(owner, {ONE, TWO}, due_on, before, NOW)] == fields


@pytest.mark.parametrize("then", list(ActionState))
@pytest.mark.parametrize("now", list(ActionState))
def test_what_may_follow_what(now: ActionState, then: ActionState) -> None:
    allowed = {("open", "done"), ("open", "dropped"), ("open", "carried"), ("done", "open"), ("dropped", "open")}
    assert (then in FOLLOWS[now]) == ((now, then) in allowed)
    if (now, then) not in allowed:
        with pytest.raises(Conflict):
            must_follow(now, then)


@pytest.mark.parametrize(
    ("then", "reason", "refused"),
    [("dropped", "no_time", False), ("dropped", None, True), ("dropped", "lazy", True), ("done", None, False),
     ("done", "no_time", True), ("open", None, False)],
)  # fmt: skip
def test_only_what_is_set_aside_has_a_reason(then: str, reason: str | None, refused: bool) -> None:
    assert bool(reason_problems(ActionState(then), reason)) == refused


async def two_who_talked(make: Builder) -> tuple[UUID, SignedIn, SignedIn, UUID]:
    """(organisation, the person, whoever held it, the conversation)"""
    here = await make.organisation()
    amara, ben = await make.staff(here), await make.facilitator(here)
    return here, amara, ben, await make.conversation(here, amara.person, ben.person)


async def test_the_person_adds_to_their_own_plan_and_reads_it_back(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    due = (today() + timedelta(30)).isoformat()
    async with browse(amara) as client:
        added = await client.post("/api/plan", json={"text": "Shadow the matron", "due_on": due})
        assert added.status_code == 201
        assert added.headers["etag"] == '"1"'
        assert added.json()["owner"]["id"] == str(amara.person)
        assert added.json()["organisation_id"] == str(here)
        listed = (await client.get("/api/me/plan")).json()
    assert [(one["text"], one["due_on"], one["state"]) for one in listed] == [("Shadow the matron", due, "open")]
    async with admin.connect() as connection:
        asked = text("SELECT action, detail::text FROM audit_entries WHERE subject_person_id = :id")
        assert list(await connection.execute(asked, {"id": amara.person})) == [("conversations.action_added", "{}")]


async def test_both_who_talked_add_to_what_it_led_to_and_nobody_else_can(make: Builder, browse: Client) -> None:
    here, amara, ben, talk = await two_who_talked(make)
    given = {"conversation_id": str(talk), "text": "Ask about the course", "owner_id": str(amara.person)}
    for who in (amara, ben):
        async with browse(who) as client:
            assert (await client.post("/api/plan", json=given)).status_code == 201
            listed = (await client.get(f"/api/conversations/{talk}/plan")).json()
    assert [one["owner"]["id"] for one in listed] == [str(amara.person)] * 2
    for other in (await make.hr_partner(here), await make.staff(here)):
        async with browse(other) as client:
            assert (await client.post("/api/plan", json=given)).status_code == 404
            assert (await client.get(f"/api/conversations/{talk}/plan")).status_code == 404
            assert (await client.get(f"/api/plan/{listed[0]['id']}")).status_code == 404
            assert (await client.get(f"/plan/{listed[0]['id']}")).status_code == 404


async def test_whoever_only_arranged_it_has_no_part_in_the_plan(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara, ben, partner = await make.staff(here), await make.facilitator(here), await make.hr_partner(here)
    talk = await make.conversation(here, amara.person, ben.person, recorded_by_id=partner.person)
    async with browse(partner) as client:
        refused = await client.post("/api/plan", json={"conversation_id": str(talk), "text": "Mine"})
        assert refused.status_code == 403
        assert (await client.get(f"/conversations/{talk}/plan")).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "a" * 501}, "text"),
        ({"text": "NUL \0"}, "text"),
        ({"text": "x", "owner_id": NOBODY}, "owner_id"),
        ({"text": "x", "due_on": "2020-01-01"}, "due_on"),
        ({"text": "x", "support": "a_yacht"}, "support"),
    ],
)
async def test_what_cannot_be_used_is_told_at_its_field_and_nothing_is_written(
    make: Builder, browse: Client, given: dict[str, str], field: str
) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        refused = await client.post("/api/plan", json=given)
        assert refused.status_code == 422
        assert [error["field"].split(".")[-1] for error in refused.json()["errors"]] == [field]
        assert (await client.get("/api/me/plan")).json() == []


async def test_an_action_sent_twice_is_added_once(make: Builder, browse: Client) -> None:
    amara = await make.staff(await make.organisation())
    given = {"id": str(uuid4()), "text": "Once"}
    async with browse(amara) as client:
        for _ in range(2):
            assert (await client.post("/api/plan", json=given)).status_code == 201
        assert len((await client.get("/api/me/plan")).json()) == 1


async def test_an_idempotency_key_adds_once_and_answers_alike(make: Builder, browse: Client) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        for path, body in (("/api/plan", {"text": "Once"}), ("/api/me/requests", {"kind": "stay"})):
            key = {"Idempotency-Key": f"once at {path}"}
            first, again = [await client.post(path, json=body, headers=key) for _ in range(2)]
            assert (first.status_code, first.json()) == (again.status_code, again.json())
            assert first.status_code == 201
        assert len((await client.get("/api/me/plan")).json()) == 1


async def test_a_change_needs_the_version_that_was_read(make: Builder, browse: Client) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        made = (await client.post("/api/plan", json={"text": "Before"})).json()
        at = f"/api/plan/{made['id']}"
        assert (await client.put(at, json={"text": "After"})).status_code == 428
        assert (await client.put(at, json={"text": "After"}, headers={"If-Match": '"7"'})).status_code == 412
        changed = await client.put(at, json={"text": "After"}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
        assert (await client.put(at, json={"text": "Late"}, headers={"If-Match": '"1"'})).status_code == 412
        assert (await client.get(at)).json()["text"] == "After"


async def test_done_then_open_again_then_set_aside_with_a_reason(make: Builder, browse: Client) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        made = (await client.post("/api/plan", json={"text": "Learn Welsh"})).json()
        at = f"/api/plan/{made['id']}"
        steps = [{"state": "done"}, {"state": "open"}, {"state": "dropped"}, {"state": "dropped", "reason": "no_time"}]
        answers = []
        for step in steps:
            version = (await client.get(at)).headers["etag"]
            answers.append((await client.post(f"{at}/state", json=step, headers={"If-Match": version})).status_code)
        assert answers == [200, 200, 422, 200]
        states = (await client.get(f"{at}/states")).json()
        assert [(one["state"], one["reason"]) for one in states] == [
            ("open", None),
            ("done", None),
            ("open", None),
            ("dropped", "no_time"),
        ]
        now = {"If-Match": (await client.get(at)).headers["etag"]}
        again = await client.post(f"{at}/state", json={"state": "done"}, headers=now)
        assert again.status_code == 409
        assert (await client.put(at, json={"text": "x"}, headers=now)).status_code == 409


async def test_what_is_carried_over_goes_on_in_the_later_conversation(make: Builder, browse: Client) -> None:
    here, amara, ben, talk = await two_who_talked(make)
    later = await make.conversation(here, amara.person, ben.person, held_on=today())
    async with browse(ben) as client:
        given = {"conversation_id": str(talk), "text": "Find a mentor", "owner_id": str(ben.person)}
        made = (await client.post("/api/plan", json=given)).json()
        page = await client.get(f"/conversations/{later}/plan")
        assert "Still open from before" in page.text
        carried = await client.post(f"/api/plan/{made['id']}/carry", json={"conversation_id": str(later)})
        assert carried.status_code == 201
        assert carried.json()["carried_from_id"] == made["id"]
        assert (await client.get(f"/api/plan/{made['id']}")).json()["state"] == "carried"
        twice = await client.post(f"/api/plan/{made['id']}/carry", json={"conversation_id": str(later)})
        assert twice.status_code == 409


async def test_an_action_is_not_carried_to_a_conversation_with_somebody_else(make: Builder, browse: Client) -> None:
    here, _, ben, talk = await two_who_talked(make)
    other = await make.conversation(here, await make.person(here), ben.person)
    async with browse(ben) as client:
        made = (await client.post("/api/plan", json={"conversation_id": str(talk), "text": "Find a mentor"})).json()
        refused = await client.post(f"/api/plan/{made['id']}/carry", json={"conversation_id": str(other)})
        assert refused.status_code == 422
        assert (await client.get(f"/api/plan/{made['id']}")).json()["state"] == "open"


async def test_a_reminder_is_sent_once_a_week_and_only_to_somebody_else(make: Builder, browse: Client) -> None:
    _, amara, ben, talk = await two_who_talked(make)
    given = {"conversation_id": str(talk), "text": "Ask the director", "owner_id": str(ben.person)}
    async with browse(amara) as client:
        made = (await client.post("/api/plan", json=given)).json()
        answers = [(await client.post(f"/api/plan/{made['id']}/reminders")).status_code for _ in range(2)]
    assert answers == [204, 409]
    async with browse(ben) as client:
        assert (await client.post(f"/api/plan/{made['id']}/reminders")).status_code == 409
        assert "Amara Okafor sent a reminder" in (await client.get(f"/plan/{made['id']}")).text


async def test_row_security_lets_nobody_write_in_another_plan(make: Builder, sessions: Sessions) -> None:
    here, amara, ben, talk = await two_who_talked(make)
    stranger = await make.staff(here)
    row = "INSERT INTO plan_actions (person_id, id, organisation_id, conversation_id, facilitator_id, owner_id, text)"
    values = f" VALUES ('{amara.person}', gen_random_uuid(), '{here}', %s, '{{0}}', '{amara.person}', 'x')"
    for who, talked in ((stranger, "NULL"), (stranger, f"'{talk}'"), (ben, "NULL")):
        with pytest.raises(Exception, match="row-level security"):
            async with transaction(sessions, eyes(who)) as session:
                await session.execute(text(row + (values % talked).format(who.person)))


async def test_the_pages_of_a_plan_tell_what_was_asked_for_and_what_happened(make: Builder, browse: Client) -> None:
    amara = await make.staff(await make.organisation())
    async with browse(amara) as client:
        assert "Nothing is open in your plan" in (await client.get("/me/plan")).text
        refused = await client.post(
            "/me/plan", data={"text": " ", "due_on-day": "31", "due_on-month": "2", "due_on-year": "2027"}
        )
        assert refused.status_code == 422
        assert "<title>Error: " in refused.text
        assert 'href="#text"' in refused.text
        assert 'href="#due_on"' in refused.text
        assert (await client.post("/me/plan", data={"text": "Shadow Ŵyn ap Siôn"})).status_code == 303
        page = await client.get("/me/plan")
        assert "1 action to do" in page.text
        [at] = re.findall(r'href="(/plan/[0-9a-f-]+)"', page.text)
        assert (await client.post(f"{at}/state", data={"version": "1", "state": "dropped"})).status_code == 422
        gone = await client.post(f"{at}/state", data={"version": "1", "state": "dropped", "reason": "no_time"})
        assert gone.headers["location"] == "/me/plan"
        page = (await client.get("/me/plan")).text
        assert "Set aside on" in page
        assert "there was no time or cover for it" in page
        assert (await client.get(at)).text.count("You set it aside") == 1


async def test_two_who_change_an_action_at_once_lose_nothing(make: Builder, browse: Client) -> None:
    _, amara, ben, talk = await two_who_talked(make)
    async with browse(ben) as client:
        made = (await client.post("/api/plan", json={"conversation_id": str(talk), "text": "First"})).json()
        change = {"version": "1", "text": "Ben wrote this", "owner_id": str(ben.person)}
        assert (await client.post(f"/plan/{made['id']}", data=change)).status_code == 303
    async with browse(amara) as client:
        clash = await client.post(f"/plan/{made['id']}", data=change | {"text": "Amara wrote this"})
    assert clash.status_code == 409
    assert "Ben wrote this" in clash.text
    assert "Amara wrote this" in clash.text
