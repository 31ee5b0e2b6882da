"""A person's record over JSON: who may read and change it, and what the person can see of that."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import Builder
from tests.conftest import Client


def newcomer(organisation: UUID, **changes: object) -> dict[str, object]:
    plain = {
        "organisation_id": str(organisation),
        "given_name": "Siôn",
        "family_name": "Parry",
        "employee_number": "000123",
    }
    return plain | changes


async def trail(admin: AsyncEngine, person: UUID) -> list[tuple[str, str]]:
    async with admin.connect() as connection:
        asked = text("SELECT action, detail::text FROM audit_entries WHERE subject_person_id = :id ORDER BY id")
        return [(action, detail) for action, detail in (await connection.execute(asked, {"id": person})).all()]


async def names(admin: AsyncEngine, organisation: UUID) -> list[str]:
    async with admin.connect() as connection:
        asked = text("SELECT listed_as FROM employments WHERE organisation_id = :id ORDER BY 1")
        return list((await connection.execute(asked, {"id": organisation})).scalars())


async def test_a_partner_opens_a_record_and_the_person_sees_that_they_did(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="St Elm's Trust")
    partner, amara = await make.hr_partner(here), await make.staff(here, email="amara@example.org")
    async with browse(partner) as client:
        found = await client.get(f"/api/people/{amara.person}")
        assert found.status_code == 200
        assert found.headers["etag"] == '"1"'
        body = found.json()
        assert (body["given_name"], body["family_name"], body["email"]) == ("Amara", "Okafor", "amara@example.org")
        assert body["employments"][0]["organisation"] == "St Elm's Trust"
        assert "birth_date" not in body
    async with browse(amara) as client:
        readers = (await client.get("/api/me/readers")).json()["items"]
    assert [(reader["who"], reader["did"], reader["organisation"]) for reader in readers] == [
        (partner.name, "opened your record", "St Elm's Trust")
    ]


async def test_nobody_else_finds_the_record(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    others = [
        await make.hr_partner(await make.organisation()),
        await make.facilitator(here),
        await make.staff(here),
        await make.leader(),
        await make.administrator(),
        await make.auditor(),
    ]
    for who in others:
        async with browse(who) as client:
            assert (await client.get(f"/api/people/{amara}")).status_code == 404
    async with browse() as client:
        assert (await client.get(f"/api/people/{amara}")).status_code == 401
    assert await trail(admin, amara) == []


async def test_sight_ends_with_the_employment(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        assert (await client.get(f"/api/people/{amara}")).status_code == 200
        async with admin.begin() as connection:
            await connection.execute(
                text("UPDATE employments SET ended = current_date - 1 WHERE person_id = :id"), {"id": amara}
            )
        assert (await client.get(f"/api/people/{amara}")).status_code == 404


async def test_a_partner_adds_a_person_and_finds_them_in_the_list(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        made = await client.post("/api/people", json=newcomer(here, email="sion@example.org", birth_date="1990-02-28"))
        assert made.status_code == 201, made.text
        assert made.headers["location"] == f"/api/people/{made.json()['id']}"
        listed = (await client.get("/api/people", params={"organisation_id": str(here), "search": "sion"})).json()[
            "items"
        ]
    assert [one["id"] for one in listed] == [made.json()["id"]]
    assert [action for action, _ in await trail(admin, UUID(made.json()["id"]))] == ["people.added"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"given_name": " "}, "given_name", ""),
        ({"family_name": "a\0b"}, "family_name", "control characters"),
        ({"family_name": "x" * 201}, "family_name", "200"),
        ({"email": "nobody"}, "email", "name@example.org"),
        ({"birth_date": "1985-02-31"}, "birth_date", "date"),
        ({"birth_date": "2999-01-01"}, "birth_date", "14 to 100"),
        ({"employee_number": "TAKEN"}, "employee_number", "already has this employee number"),
        ({"salary": 1}, "salary", ""),
    ],
)
async def test_bad_input_is_told_at_its_field_and_nobody_is_added(
    make: Builder, browse: Client, admin: AsyncEngine, changes: dict[str, object], field: str, words: str
) -> None:
    here = await make.organisation()
    await make.employment(here, await make.person(), employee_number="TAKEN", listed_as="Held, Already")
    async with browse(await make.hr_partner(here)) as client:
        before = await names(admin, here)
        refused = await client.post("/api/people", json=newcomer(here, **changes))
    assert refused.status_code == 422, refused.text
    errors = {error["field"]: error["message"] for error in refused.json()["errors"]}
    assert words in errors[field]
    assert await names(admin, here) == before


async def test_adding_needs_the_permission_and_a_place_in_sight(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    for who, status in (
        (await make.facilitator(here), 403),
        (await make.hr_partner(await make.organisation()), 404),
        (await make.leader(), 404),
    ):
        async with browse(who) as client:
            assert (await client.post("/api/people", json=newcomer(here))).status_code == status


async def test_a_correction_reaches_the_list_of_every_employer(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here, there = await make.organisation(), await make.organisation()
    amara = await make.person(here, there)
    async with browse(await make.hr_partner(here)) as client:
        done = await client.patch(
            f"/api/people/{amara}", json={"family_name": "Okafor-Hale"}, headers={"If-Match": '"1"'}
        )
        assert done.status_code == 200, done.text
        assert (done.json()["version"], done.headers["etag"]) == (2, '"2"')
    assert "Okafor-Hale, Amara" in await names(admin, here)
    assert await names(admin, there) == ["Okafor-Hale, Amara"]
    assert await trail(admin, amara) == [("people.corrected", '{"fields": ["family_name"]}')]


async def test_a_correction_of_an_older_version_is_a_conflict_and_changes_nothing(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        await client.patch(f"/api/people/{amara}", json={"given_name": "First", "version": 1})
        late = await client.patch(f"/api/people/{amara}", json={"given_name": "Second", "version": 1})
        assert late.status_code == 409
        assert "Somebody else changed this record" in late.json()["detail"]
        assert (await client.get(f"/api/people/{amara}")).json()["given_name"] == "First"


@pytest.mark.parametrize(
    ("sent", "headers", "field"),
    [
        ({"given_name": "X"}, {}, "version"),
        ({"given_name": None, "version": 1}, {}, "given_name"),
        ({"version": 2**31}, {}, "version"),
        ({"given_name": "X"}, {"If-Match": "*"}, "If-Match"),
        ({"given_name": "X"}, {"If-Match": "99999999999"}, "If-Match"),
    ],
)
async def test_a_correction_that_cannot_be_used_says_why(
    make: Builder, browse: Client, sent: dict[str, object], headers: dict[str, str], field: str
) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        refused = await client.patch(f"/api/people/{amara}", json=sent, headers=headers)
    assert refused.status_code == 422
    assert field in {error["field"] for error in refused.json()["errors"]}


async def test_an_email_address_can_be_taken_away(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    amara = await make.person(here, email="old@example.org")
    async with browse(await make.hr_partner(here)) as client:
        done = await client.patch(f"/api/people/{amara}", json={"email": None, "version": 1})
    assert done.json()["email"] is None


async def test_my_own_record_holds_what_only_i_may_see(make: Builder, browse: Client) -> None:
    here, there = await make.organisation(name="Elm"), await make.organisation(name="Oak")
    amara = await make.staff(here, there)
    await make.equality(amara.person, "sex", "female")
    async with browse(amara) as client:
        mine = (await client.get("/api/me")).json()
    assert mine["birth_date"] == "1985-05-17"
    assert [place["organisation"] for place in mine["person"]["employments"]] == ["Elm", "Oak"]
    assert [(one["characteristic"], one["answer"], one["source"]) for one in mine["equality"]] == [
        ("sex", "Female", "employer")
    ]


async def test_an_account_that_is_nobody_has_no_record_of_its_own(make: Builder, browse: Client) -> None:
    async with browse(await make.leader()) as client:
        for address in (
            "/api/me",
            "/api/me/readers",
            "/api/me/assignments",
            "/api/me/conversations",
            "/me",
            "/me/held",
            "/me/data",
        ):
            assert (await client.get(address)).status_code in {403, 404}


@pytest.mark.parametrize("code", ["H", "prefer_not_to_say", "not_stated", "not_known"])
async def test_my_answer_takes_the_place_of_my_employers_and_the_trail_does_not_repeat_it(
    make: Builder, browse: Client, admin: AsyncEngine, code: str
) -> None:
    amara = await make.staff(await make.organisation())
    await make.equality(amara.person, "ethnicity", "A")
    async with browse(amara) as client:
        kept = await client.put("/api/me/equality/ethnicity", json={"code": code})
        assert kept.status_code == 200, kept.text
        assert (kept.json()["code"], kept.json()["source"]) == (code, "person")
        assert (kept.json()["code_list"], kept.json()["code_list_version"]) == ("ethnic_category", "2001")
        assert (await client.get("/api/me/readers")).json()["items"] == []
    assert await trail(admin, amara.person) == [("people.equality_answered", '{"characteristic": "ethnicity"}')]


@pytest.mark.parametrize(
    ("characteristic", "body", "status"),
    [
        ("ethnicity", {"code": "Z"}, 422),
        ("ethnicity", {"code": "a\0"}, 422),
        ("sex", {}, 422),
        ("height", {"code": "tall"}, 422),
    ],
)
async def test_an_answer_outside_the_list_is_refused(
    make: Builder, browse: Client, characteristic: str, body: dict[str, str], status: int
) -> None:
    async with browse(await make.staff(await make.organisation())) as client:
        refused = await client.put(f"/api/me/equality/{characteristic}", json=body)
    assert refused.status_code == status, refused.text


async def test_readers_come_in_pages_newest_first(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner, amara = await make.hr_partner(here), await make.staff(here)
    async with browse(partner) as client:
        for _ in range(3):
            await client.get(f"/api/people/{amara.person}")
    async with browse(amara) as client:
        first = (await client.get("/api/me/readers", params={"size": 2})).json()
        rest = (await client.get("/api/me/readers", params={"size": 2, "cursor": first["next_cursor"]})).json()
        assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
        assert (await client.get("/api/me/readers", params={"cursor": 2**70})).status_code in {400, 422}


async def test_an_unknown_person_is_not_found(make: Builder, browse: Client) -> None:
    async with browse(await make.hr_partner(await make.organisation())) as client:
        assert (await client.get(f"/api/people/{uuid4()}")).status_code == 404
        assert (await client.patch(f"/api/people/{uuid4()}", json={"version": 1})).status_code == 404
        assert (await client.get("/api/people/not-a-uuid")).status_code == 404
