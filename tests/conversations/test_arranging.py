"""Asking for a conversation, the lists of who is due, and planning several at once."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.conversations.rules.arranging import moment_of, slot_problems, slots_from, time_of
from service.kit.clock import now, today
from service.kit.db import Sessions, transaction
from tests.builders import NOBODY, Builder, SignedIn
from tests.conftest import Client
from tests.conversations.test_row_security import eyes


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("14:30", time(14, 30)), ("9.05", time(9, 5)), ("9", time(9)), ("2pm", time(14)), ("12am", time(0)),
     ("12:15 p.m.", time(12, 15)), (" 0:00 ", time(0)), ("24:00", None), ("9:60", None), ("13pm", None), ("0pm", None),
     ("noon", None), ("", None), ("9:5", None), ("٩:٣٠", None)],
)  # fmt: skip
def test_a_time_as_people_write_it(typed: str, meant: time | None) -> None:
    assert time_of(typed) == meant


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2027, 1, 5), time(9, 30), datetime(2027, 1, 5, 9, 30, tzinfo=UTC)),
        (date(2027, 7, 5), time(9, 30), datetime(2027, 7, 5, 8, 30, tzinfo=UTC)),
        # The clocks go forward at 1am on 28 March 2027 and back at 2am on 31 October 2027.
        (date(2027, 3, 28), time(1, 30), None),
        (date(2027, 3, 28), time(2, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (date(2027, 10, 31), time(1, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_is_a_moment_in_uk_time(day: date, at: time, moment: datetime | None) -> None:
    assert moment_of(day, at) == moment


def test_slots_follow_one_another_with_a_gap() -> None:
    first = datetime(2027, 1, 5, 9, tzinfo=UTC)
    assert [(at.hour, at.minute, n) for at, n in slots_from(first, [120, 60, 60], 10)] == [
        (9, 0, 120),
        (11, 10, 60),
        (12, 20, 60),
    ]


@pytest.mark.parametrize(
    ("first", "many", "field"),
    [
        (datetime(2026, 11, 22, 9, tzinfo=UTC), 1, "first_on"),
        (datetime(2026, 11, 22, 11, tzinfo=UTC), 3, None),
        (datetime(2026, 11, 23, 22, 0, tzinfo=UTC), 1, None),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), 1, "first_at"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), 20, "first_at"),
        (datetime(2027, 11, 24, 9, 0, tzinfo=UTC), 1, "first_on"),
    ],
)
def test_times_are_to_come_and_fit_in_one_day(first: datetime, many: int, field: str | None) -> None:
    found = slot_problems(slots_from(first, [60] * many, 0), datetime(2026, 11, 22, 10, tzinfo=UTC))
    assert [problem.field for problem in found] == ([field] if field else [])


# asking


async def asks(client: Any, **given: Any) -> Any:
    return await client.post("/api/me/requests", json={"kind": "follow_up", **given})


async def test_somebody_asks_their_facilitator_who_sees_it_and_so_does_the_partner(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    amara, ben, partner = await make.staff(here), await make.facilitator(here), await make.hr_partner(here)
    await make.conversation(here, amara.person, ben.person)
    async with browse(amara) as client:
        asked = await asks(client, asked_of_id=str(ben.person))
        assert asked.status_code == 201
        assert asked.json()["asked_of"]["id"] == str(ben.person)
    for who, seen in ((ben, 1), (partner, 1), (await make.facilitator(here), 0), (amara, 0)):
        async with browse(who) as client:
            found = (await client.get("/api/conversations/requests")).json()
            assert len(found) == seen, who
            assert all(one["person"]["name"] == "Amara Okafor" for one in found)


async def test_one_request_is_open_at_a_time_and_the_next_plan_answers_it(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    amara, partner = await make.staff(here), await make.hr_partner(here)
    async with browse(amara) as client:
        made = (await asks(client)).json()
        assert (await asks(client)).status_code == 409
    async with browse(partner) as client:
        planned = await plans(client, here, [amara.person])
        assert planned.status_code == 201
    async with browse(amara) as client:
        [found] = (await client.get("/api/me/requests")).json()
        assert (found["id"], found["state"]) == (made["id"], "arranged")
        assert found["conversation_id"] == planned.json()[0]["id"]
        assert (await client.post(f"/api/me/requests/{made['id']}/withdraw")).status_code == 409


async def test_a_request_withdrawn_is_seen_by_nobody_else_any_more(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara, partner = await make.staff(here), await make.hr_partner(here)
    async with browse(amara) as client:
        made = (await asks(client)).json()
        assert (await client.post(f"/api/me/requests/{made['id']}/withdraw")).json()["state"] == "withdrawn"
        assert (await asks(client)).status_code == 201
    async with browse(partner) as client:
        [found] = (await client.get("/api/conversations/requests")).json()
        assert found["id"] != made["id"]
        assert (await client.post(f"/api/me/requests/{found['id']}/withdraw")).status_code == 404


async def test_only_whoever_holds_ones_conversations_can_be_asked(make: Builder, browse: Client) -> None:
    here, there = await make.organisation(), await make.organisation()
    amara, ben = await make.staff(here), await make.facilitator(here)
    async with browse(amara) as client:
        for given, field in (
            ({"asked_of_id": str(ben.person)}, "asked_of_id"),
            ({"asked_of_id": NOBODY}, "asked_of_id"),
            ({"organisation_id": str(there)}, "organisation_id"),
        ):
            refused = await asks(client, **given)
            assert refused.status_code == 422
            assert [error["field"] for error in refused.json()["errors"]] == [field]
        assert (await client.get("/api/me/requests")).json() == []
    async with browse(await make.staff(here, there)) as client:
        assert (await asks(client)).status_code == 422
        assert (await asks(client, organisation_id=str(there))).status_code == 201
    async with browse(await make.staff()) as client:
        assert (await asks(client)).status_code == 404


async def test_asking_is_two_choices_and_nothing_to_type(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="Elm Trust")
    amara, ben = await make.staff(here), await make.person(here, given_name="Ben", family_name="Hale")
    await make.conversation(here, amara.person, ben)
    async with browse(amara) as client:
        page = (await client.get("/me/ask")).text
        assert "Ben Hale" in page
        assert "Whoever arranges conversations at Elm Trust" in page
        assert re.search(r'value="follow_up"[^>]*checked', page)
        assert not re.search(r"<textarea|type=.text", page)
        refused = await client.post("/me/ask", data={"kind": "follow_up"})
        assert refused.status_code == 422
        assert 'href="#whom"' in refused.text
        assert (await client.post("/me/ask", data={"kind": "stay", "whom": f"{here}.{ben}"})).status_code == 303
        page = (await client.get("/me/ask")).text
        assert "Stay conversation, asked of Ben Hale on" in page
        [at] = re.findall(r'action="(/me/ask/[0-9a-f-]+/withdraw)"', page)
        assert (await client.post(at)).status_code == 303
        assert "Withdrawn by you" in (await client.get("/me/ask")).text


# lists


async def with_dues(make: Builder) -> tuple[UUID, SignedIn, Mapping[str, UUID]]:
    """An organisation with one person in each list."""
    here = await make.organisation(name="Elm Trust")
    partner, ben = await make.hr_partner(here), await make.person(here, given_name="Ben", family_name="Hale")
    people = {
        name: await make.person(here, given_name=name)
        for name in ("Late", "Soon", "Later", "Undated", "Never", "Planned", "Away")
    }
    due = {
        "Late": today() - timedelta(3),
        "Soon": today() + timedelta(14),
        "Later": today() + timedelta(15),
        "Undated": None,
        "Away": today(),
    }
    for name, on in due.items():
        await make.conversation(here, people[name], ben, held_on=today() - timedelta(90), next_due_on=on)
    await make.conversation(here, people["Planned"], ben, scheduled_at=now() + timedelta(3))
    return here, partner, people


async def test_each_list_shows_whom_it_names(make: Builder, browse: Client) -> None:
    here, partner, people = await with_dues(make)
    async with browse(partner) as client:
        reason = {"organisation_id": str(here), "reason": "away"}
        assert (await client.put(f"/api/conversations/due/{people['Away']}/reason", json=reason)).status_code == 204
        lists = {
            "overdue": ["Late"],
            "soon": ["Soon"],
            "no_date": ["Undated"],
            "planned": ["Planned"],
            "reason": ["Away"],
            "asked": [],
        }
        for show, names in lists.items():
            found = await client.get("/api/conversations/due", params={"organisation_id": str(here), "show": show})
            assert [one["name"].split()[0] for one in found.json()["items"]] == names, show
        none_yet = await client.get("/api/conversations/due", params={"organisation_id": str(here), "show": "none_yet"})
        assert people["Never"] in {UUID(one["person_id"]) for one in none_yet.json()["items"]}
        page = await client.get("/conversations/due", params={"organisation": str(here)})
        assert "Late Okafor" in page.text
        assert "by Ben Hale." in page.text
        assert "Away Okafor" not in page.text


async def test_somebody_who_has_left_is_on_no_list(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, left = await make.hr_partner(here), await make.person()
    await make.employment(here, left, listed_as="Gone, Gwen", ended=today() - timedelta(1))
    async with browse(partner) as client:
        found = await client.get("/api/conversations/due", params={"organisation_id": str(here), "show": "none_yet"})
    assert [one["name"] for one in found.json()["items"]] == ["Amara Okafor"]


async def test_a_list_is_read_page_by_page_without_a_gap_or_a_repeat(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    for n in range(7):
        person = await make.person(here)
        await make.conversation(
            here, person, partner.person, held_on=today() - timedelta(90), next_due_on=today() - timedelta(n // 2 + 1)
        )
    seen: list[str] = []
    async with browse(partner) as client:
        asked: dict[str, Any] = {"organisation_id": str(here), "size": 3}
        while True:
            page = (await client.get("/api/conversations/due", params=asked)).json()
            seen += [one["due_on"] for one in page["items"]]
            if not page["next_cursor"]:
                break
            asked["cursor"] = page["next_cursor"]
        assert (await client.get("/api/conversations/due", params=asked | {"cursor": "x"})).status_code == 422
    assert len(seen) == 7
    assert seen == sorted(seen)


async def test_a_list_is_for_those_who_arrange_there_and_reading_it_is_written_down(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here, there = await make.organisation(), await make.organisation()
    partner = await make.hr_partner(here)
    for who, answer in (
        (partner, 200),
        (await make.facilitator(here), 403),
        (await make.hr_partner(there), 404),
        (await make.staff(here), 404),
    ):
        async with browse(who) as client:
            assert (
                await client.get("/api/conversations/due", params={"organisation_id": str(here)})
            ).status_code == answer
            assert (
                await client.get("/conversations/workload", params={"organisation": str(here)})
            ).status_code == answer
    async with admin.connect() as connection:
        asked = text("SELECT action FROM audit_entries WHERE organisation_id = :here ORDER BY id")
        told = list((await connection.execute(asked, {"here": here})).scalars())
    assert told == ["conversations.due_listed", "conversations.workload_read"]


async def test_a_reason_goes_when_a_conversation_was_held(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    form = {"organisation_id": str(here), "reason": "new_in_post"}
    async with browse(partner) as client:
        at = f"/conversations/due/{amara.person}/reason"
        assert "Nobody to hold it yet" in (await client.get(at, params={"organisation": str(here)})).text
        assert (await client.post(at, data=form | {"reason": "lazy"})).status_code == 422
        assert (await client.post(at, data=form)).status_code == 303
        listed = (await client.get("/conversations/due", params={"organisation": str(here), "show": "reason"})).text
        assert "New in post, since" in listed
        await make.conversation(here, amara.person, partner.person, held_on=today())
        listed = (await client.get("/conversations/due", params={"organisation": str(here), "show": "reason"})).text
        assert "Nobody has a reason recorded" in listed


async def test_raw_sql_shows_dues_to_the_person_the_partner_and_whoever_holds_them(
    make: Builder, sessions: Sessions
) -> None:
    here = await make.organisation()
    amara, ben, partner = await make.staff(here), await make.facilitator(here), await make.hr_partner(here)
    await make.conversation(here, amara.person, ben.person)
    asked = text("SELECT person_id FROM conversation_dues")
    for actor, seen in (
        (eyes(amara), {amara.person}),
        (eyes(ben, people_find=here), {amara.person, ben.person}),
        (eyes(ben), {ben.person}),
        (eyes(partner, people_read=here), {amara.person, ben.person, partner.person}),
        (eyes(await make.leader()), set()),
    ):
        async with transaction(sessions, actor) as session:
            assert set((await session.execute(asked)).scalars()) == seen


# several at once


async def plans(client: Any, here: UUID, them: list[UUID], **given: Any) -> Any:
    first = datetime.combine(today() + timedelta(7), time(9), UTC).isoformat()
    body = {"organisation_id": str(here), "people": [str(person) for person in them], "first_at": first}
    return await client.post("/api/conversations/arranged", json=body | given)


async def test_several_are_planned_one_after_the_other(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    ben = await make.facilitator(here)
    new, old = await make.person(here), await make.person(here)
    await make.conversation(here, old, ben.person)
    async with browse(ben) as client:
        planned = await plans(client, here, [new, old], gap=15, mode="video")
        assert planned.status_code == 201
    assert [(one["kind"], one["minutes"], one["scheduled_at"][11:16]) for one in planned.json()] == [
        ("initial", 120, "09:00"),
        ("follow_up", 60, "11:15"),
    ]
    async with admin.connect() as connection:
        asked = text(
            "SELECT c.state, c.mode, c.held_on, s.state FROM conversations c"
            " JOIN conversation_states s ON s.conversation_id = c.id WHERE c.id = ANY (:ids)"
        )
        rows = list(await connection.execute(asked, {"ids": [UUID(one["id"]) for one in planned.json()]}))
        assert rows == [("planned", "video", None, "planned")] * 2
        trail = text(
            "SELECT count(*) FROM audit_entries"
            " WHERE action = 'conversations.arranged' AND subject_person_id = ANY (:ids)"
        )
        assert (await connection.execute(trail, {"ids": [new, old]})).scalar_one() == 2


async def test_a_clash_is_refused_in_words_and_nothing_is_planned(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    ben, partner = await make.facilitator(here), await make.hr_partner(here)
    one, two = await make.person(here), await make.person(here)
    async with browse(ben) as client:
        assert (await plans(client, here, [one])).status_code == 201
    async with browse(partner) as client:
        start = datetime.combine(today() + timedelta(7), time(8, 30), UTC).isoformat()
        refused = await plans(client, here, [two], first_at=start, facilitator_id=str(ben.person))
        assert refused.status_code == 422
        assert "Amara Okafor is not free at" in refused.text
        assert (await plans(client, here, [one], first_at=start)).status_code == 422
        found = await client.get("/api/conversations/due", params={"organisation_id": str(here), "show": "planned"})
        assert [due["person_id"] for due in found.json()["items"]] == [str(one)]
        ends = datetime.combine(today() + timedelta(7), time(11), UTC).isoformat()
        assert (await plans(client, here, [two], first_at=ends, facilitator_id=str(ben.person))).status_code == 201


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"people": []}, 422),
        ({"people": [NOBODY]}, 404),
        ({"people": [NOBODY] * 21}, 422),
        ({"first_at": "2020-01-01T09:00:00Z"}, 422),
        ({"first_at": "2027-01-01T09:00:00"}, 422),
        ({"minutes": 5}, 422),
        ({"gap": -1}, 422),
        ({"kind": "appraisal"}, 422),
        ({"facilitator_id": NOBODY}, 422),
        ({"organisation_id": NOBODY}, 404),
    ],
)
async def test_what_cannot_be_planned_is_refused(
    make: Builder, browse: Client, given: dict[str, Any], status: int
) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.person(here)
    async with browse(partner) as client:
        assert (await plans(client, here, [amara], **given)).status_code == status
        found = await client.get("/api/conversations/due", params={"organisation_id": str(here), "show": "planned"})
        assert found.json()["items"] == []


async def test_a_facilitator_plans_for_themselves_alone(make: Builder, browse: Client) -> None:
    here, there = await make.organisation(), await make.organisation()
    ben, other, amara = await make.facilitator(here), await make.facilitator(here), await make.person(here)
    async with browse(ben) as client:
        assert (await plans(client, here, [amara], facilitator_id=str(other.person))).status_code == 403
        assert (await plans(client, here, [ben.person])).status_code == 422
        assert (await plans(client, there, [amara])).status_code == 404
        assert (await plans(client, here, [await make.person(there)])).status_code == 404
    async with browse(await make.staff(here)) as client:
        assert (await plans(client, here, [amara])).status_code in {403, 404}


async def test_sent_twice_they_are_planned_once(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    ben, amara = await make.facilitator(here), await make.person(here)
    key = str(uuid4())
    async with browse(ben) as client:
        ids = [(await plans(client, here, [amara], id=key)).json()[0]["id"] for _ in range(2)]
    assert ids == [key, key]


async def test_from_the_list_to_planned_on_pages(make: Builder, browse: Client) -> None:
    here, partner, people = await with_dues(make)
    picked = {f"pick-{people['Late']}": "on", f"pick-{people['Never']}": "on", "organisation_id": str(here)}
    on = today() + timedelta(7)
    when = {
        "first_on-day": str(on.day),
        "first_on-month": str(on.month),
        "first_on-year": str(on.year),
        "first_at": "2pm",
        "gap": "10",
    }
    async with browse(partner) as client:
        form = await client.post("/conversations/arrange", data=picked)
        assert "Arrange 2 conversations" in form.text
        assert form.text.index("Late Okafor") < form.text.index("Never Okafor")
        refused = await client.post("/conversations/arrange/check", data=picked | when | {"first_at": "teatime"})
        assert refused.status_code == 422
        assert "Enter a time, such as 9:30 or 2pm." in refused.text
        assert 'value="teatime"' in refused.text
        checked = await client.post("/conversations/arrange/check", data=picked | when | {"facilitator": "Ben Hale"})
        assert checked.status_code == 200
        assert "2:00pm to 3:00pm" in checked.text
        assert "3:10pm to 5:10pm" in checked.text
        assert "Ben Hale" in checked.text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', checked.text))
        done = await client.post("/conversations/arranged", data=hidden)
        assert done.headers["location"] == "/work?arranged=2"
        page = await client.get("/conversations/due", params={"organisation": str(here), "show": "planned"})
        assert page.text.count("with Ben Hale.") == 3
        nobody = await client.post("/conversations/arrange", data={"organisation_id": str(here)})
        assert "choose at least one person" in nobody.text


async def test_workload_counts_by_name_and_never_ranks(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="Elm Trust")
    partner = await make.hr_partner(here)
    zoe, abe = (
        await make.person(here, given_name="Zoe", family_name="Young"),
        await make.person(here, given_name="Abe", family_name="Ash"),
    )
    for n in range(3):
        await make.conversation(
            here,
            await make.person(here),
            zoe,
            held_on=today() - timedelta(30),
            next_due_on=today() + timedelta(60 + 20 * n),
        )
    await make.conversation(here, await make.person(here), abe, held_on=today() - timedelta(400))
    await make.conversation(here, await make.person(here), abe, scheduled_at=now() + timedelta(3))
    async with browse(partner) as client:
        loads = (await client.get("/api/conversations/workload", params={"organisation_id": str(here)})).json()
        assert [(load["facilitator"]["name"], load["held"], load["planned"], load["due"]) for load in loads] == [
            ("Abe Ash", 0, 1, 0),
            ("Zoe Young", 3, 0, 2),
        ]
        words = (await client.get("/conversations/workload", params={"organisation": str(here)})).text
    assert (
        "2 people hold career conversations at Elm Trust. In the last 12 months they held 3; 1 is planned, and 2"
        " more are due in the next 3 months" in words
    )
