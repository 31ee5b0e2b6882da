"""A conversation over JSON: its parties read it, nobody else finds it, and nothing is half-written."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import Role
from service.kit.clock import today
from tests.builders import NOBODY, Builder
from tests.conftest import Client

WORDS = "Wants to lead a ward by 2028.\nŵ ŷ 🙂"


def given(organisation: UUID, person: UUID, **changes: object) -> dict[str, object]:
    plain = {
        "organisation_id": str(organisation),
        "person_id": str(person),
        "kind": "initial",
        "held_on": today().isoformat(),
        "summary": WORDS,
    }
    return plain | changes


async def kept(admin: AsyncEngine, person: UUID) -> list[str]:
    async with admin.connect() as connection:
        asked = text("SELECT summary FROM wordings WHERE person_id = :person")
        return list((await connection.execute(asked, {"person": person})).scalars())


async def test_a_partner_logs_one_the_person_reads_it_and_nobody_else_can(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here, given_name="Ben", family_name="Hale")
    amara = await make.staff(here)
    colleague = await make.hr_partner(here)
    stranger = await make.hr_partner(await make.organisation())
    async with browse(partner) as client:
        logged = await client.post("/api/conversations", json=given(here, amara.person))
        assert logged.status_code == 201, logged.text
        made = logged.json()
        assert made["wording"]["summary"] == WORDS
        assert made["facilitator"] == made["recorded_by"] == {"id": str(partner.person), "name": "Ben Hale"}
    address = f"/api/conversations/{made['id']}"
    async with browse(amara) as client:
        assert (await client.get(address)).json() == made
        listed = (await client.get("/api/me/conversations")).json()["items"]
        assert [(one["id"], one["facilitator"]["name"]) for one in listed] == [(made["id"], "Ben Hale")]
        assert "wording" not in listed[0]
    for other in (colleague, stranger, await make.leader(), await make.administrator(), await make.auditor()):
        async with browse(other) as client:
            assert (await client.get(address)).status_code == 404
    async with browse(colleague) as client:
        assert (await client.get(f"/api/people/{amara.person}/conversations")).json()["items"] == []
    async with browse(stranger) as client:
        assert (await client.get(f"/api/people/{amara.person}/conversations")).status_code == 404
    async with browse() as client:
        assert (await client.get(address)).status_code == 401


async def test_the_trail_tells_who_logged_and_who_read_but_not_what_was_said(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    async with browse(partner) as client:
        made = (await client.post("/api/conversations", json=given(here, amara.person))).json()
        await client.get(f"/api/conversations/{made['id']}")
        await client.get(f"/api/people/{amara.person}/conversations")
    async with browse(amara) as client:
        await client.get(f"/api/conversations/{made['id']}")
    async with admin.connect() as connection:
        asked = text(
            "SELECT action, account_id, entity_id, detail::text FROM audit_entries"
            " WHERE subject_person_id = :id ORDER BY id"
        )
        entries = (await connection.execute(asked, {"id": amara.person})).all()
    assert [entry.action for entry in entries] == ["conversations.logged", "conversations.read", "conversations.listed"]
    assert {entry.account_id for entry in entries} == {partner.account_id}
    assert entries[0].entity_id == made["id"]
    assert not any("ward" in entry.detail for entry in entries)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"held_on": "2999-01-01"}, "held_on", "today or in the past"),
        ({"held_on": "1999-01-01"}, "held_on", "last 10 years"),
        ({"held_on": "2026-02-31"}, "held_on", "date"),
        ({"next_due_on": "2020-01-01"}, "next_due_on", "after this one"),
        ({"next_due_on": "2099-01-01"}, "next_due_on", "next 3 years"),
        ({"kind": "chat"}, "kind", "initial"),
        ({"summary": "   "}, "summary", ""),
        ({"summary": "a\0b"}, "summary", "control characters"),
        ({"summary": "x" * 10_001}, "summary", "10000"),
        ({"facilitator_id": NOBODY}, "facilitator_id", "employed in this organisation now"),
        ({"facilitator_id": "Ben"}, "facilitator_id", ""),
        ({"mood": "good"}, "mood", ""),
    ],
)
async def test_bad_input_is_told_at_its_field_and_nothing_is_kept(
    make: Builder, browse: Client, admin: AsyncEngine, changes: dict[str, object], field: str, words: str
) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        refused = await client.post("/api/conversations", json=given(here, amara, **changes))
    assert refused.status_code == 422, refused.text
    assert refused.headers["content-type"].startswith("application/problem+json")
    errors = {error["field"]: error["message"] for error in refused.json()["errors"]}
    assert field in errors
    assert words in errors[field]
    assert await kept(admin, amara) == []


async def test_nobody_holds_their_own_conversation(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    async with browse(partner) as client:
        refused = await client.post("/api/conversations", json=given(here, partner.person))
    assert refused.status_code == 422
    assert "somebody else" in refused.text


async def test_a_person_or_place_out_of_sight_is_not_found(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    theirs, left = await make.person(elsewhere), await make.person()
    await make.employment(here, left, ended=today().replace(year=today().year - 1))
    async with browse(await make.hr_partner(here)) as client:
        for organisation, person in (
            (elsewhere, theirs),
            (here, theirs),
            (here, left),
            (here, uuid4()),
            (uuid4(), theirs),
        ):
            refused = await client.post("/api/conversations", json=given(organisation, person))
            assert refused.status_code == 404, refused.text
    assert await kept(admin, theirs) == await kept(admin, left) == []


async def test_staff_and_leaders_may_not_log(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    for who in (amara, await make.leader(), await make.administrator()):
        async with browse(who) as client:
            assert (await client.post("/api/conversations", json=given(here, amara.person))).status_code in {
                403,
                404,
            }


async def test_an_account_that_is_nobody_is_told_why_it_cannot_log(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with browse(await make.account([(Role.HR_PARTNER, here)])) as client:
        refused = await client.post("/api/conversations", json=given(here, amara))
    assert refused.status_code == 403
    assert "not linked to a person" in refused.json()["detail"]


async def test_a_facilitator_logs_for_a_colleague_who_held_it_and_both_can_read(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    clerk, holder, amara = await make.facilitator(here), await make.facilitator(here), await make.person(here)
    async with browse(clerk) as client:
        logged = await client.post("/api/conversations", json=given(here, amara, facilitator_id=str(holder.person)))
        assert logged.status_code == 201, logged.text
    async with browse(holder) as client:
        assert (await client.get(f"/api/conversations/{logged.json()['id']}")).status_code == 200


async def test_sent_twice_under_one_id_it_is_recorded_once(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        again = given(here, amara, id=str(uuid4()))
        answers = [(await client.post("/api/conversations", json=again)).json()["id"] for _ in range(2)]
    assert answers == [again["id"]] * 2
    assert await kept(admin, amara) == [WORDS]


async def test_a_long_list_comes_in_pages_newest_first(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    for _ in range(5):
        await make.conversation(here, amara.person, partner.person)
    seen: list[str] = []
    async with browse(amara) as client:
        cursor = ""
        while cursor is not None:
            page = (
                await client.get("/api/me/conversations", params={"size": 2} | ({"cursor": cursor} if cursor else {}))
            ).json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)


async def test_the_person_still_reads_it_with_every_name_after_they_have_moved(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here, there = await make.organisation(), await make.organisation()
    partner = await make.hr_partner(here, given_name="Siôn", family_name="Gruffydd")
    amara = await make.staff(here, there)
    made = await make.conversation(here, amara.person, partner.person)
    async with admin.begin() as connection:
        ended = text(
            "UPDATE employments SET ended = current_date - 1 WHERE organisation_id = :here AND person_id = :person"
        )
        await connection.execute(ended, {"here": here, "person": amara.person})
    async with browse(amara) as client:
        assert (await client.get(f"/api/conversations/{made}")).json()["facilitator"]["name"] == "Siôn Gruffydd"
    async with browse(partner) as client:
        assert (await client.get(f"/api/conversations/{made}")).json()["person"]["name"] == "Amara Okafor"
