"""Posts over JSON: taking one up, ending one, and who may see which."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from tests.builders import Builder
from tests.conftest import Client


@pytest.fixture(autouse=True, scope="module")
async def crosswalk(admin: AsyncEngine) -> AsyncIterator[None]:
    """A newest edition of the crosswalk that maps one grade of a scheme of our own, and not the other."""
    async with admin.begin() as connection:
        await connection.execute(text("INSERT INTO grade_schemes VALUES ('ours', 'Our scheme')"))
        await connection.execute(text("INSERT INTO crosswalk_versions VALUES (1000, 'test', '2026-01-01', '')"))
        await connection.execute(text("INSERT INTO crosswalk_entries VALUES (1000, 'ours', '7', 'Our grade 7', 7)"))
    yield
    async with admin.begin() as connection:
        await connection.execute(text("DELETE FROM crosswalk_entries WHERE version = 1000"))
        await connection.execute(text("DELETE FROM crosswalk_versions WHERE version = 1000"))
        await connection.execute(text("DELETE FROM grade_schemes WHERE code = 'ours'"))


def post(organisation: UUID, **changes: object) -> dict[str, object]:
    plain = {
        "organisation_id": str(organisation),
        "kind": "substantive",
        "job_title": "Ward manager",
        "grade_scheme": "ours",
        "grade": "7",
        "staff_group": "nursing_midwifery",
        "started": "2024-03-01",
    }
    return plain | changes


async def held(admin: AsyncEngine, person: UUID) -> list[str]:
    async with admin.connect() as connection:
        asked = text("SELECT job_title FROM assignments WHERE person_id = :person ORDER BY id")
        return list((await connection.execute(asked, {"person": person})).scalars())


async def test_a_post_is_recorded_with_its_level_and_the_trail_knows(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    async with browse(await make.hr_partner(here)) as client:
        asked = post(here, fte=0.6, contract="fixed_term")
        made = await client.post(f"/api/people/{amara.person}/assignments", json=asked)
        assert made.status_code == 201, made.text
        body = made.json()
        assert (body["fte"], body["level"], body["level_name"]) == (0.6, 7, "Level 7, lead or manager")
        assert (body["grade_label"], body["contract"]) == ("Our grade 7", "fixed_term")
        other = (
            await client.post(f"/api/people/{amara.person}/assignments", json=post(here, grade="X1", fte=0.2))
        ).json()
        assert (other["level"], other["level_name"]) == (None, "Grade not mapped to a level")
        assert other["contract"] is None, "nothing is said where nothing was told"
        listed = (await client.get(f"/api/people/{amara.person}/assignments")).json()["items"]
        assert {one["id"] for one in listed} == {body["id"], other["id"]}
    async with browse(amara) as client:
        mine = (await client.get("/api/me/assignments")).json()["items"]
        assert sorted(str(one["contract"]) for one in mine) == ["None", "fixed_term"]
        did = [reader["did"] for reader in (await client.get("/api/me/readers")).json()["items"]]
    assert did == ["read the list of your posts", "added a post", "added a post"]


async def test_a_second_full_time_post_is_refused_with_the_dates_of_the_first(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here, there = await make.organisation(), await make.organisation()
    amara = await make.person(here, there)
    async with browse(await make.hr_partner(here, there)) as client:
        address = f"/api/people/{amara}/assignments"
        assert (await client.post(address, json=post(here))).status_code == 201
        refused = await client.post(address, json=post(here, job_title="Matron", started="2026-01-01"))
        assert refused.status_code == 422
        assert "Ward manager, from 1 March 2024 with no last day" in refused.json()["detail"]
        assert refused.json()["errors"][0]["field"] == "started"
        assert (
            await client.post(address, json=post(here, kind="acting_up", job_title="Acting matron"))
        ).status_code == 201
        assert (
            await client.post(address, json=post(there, kind="secondment", job_title="Secondee"))
        ).status_code == 201
    assert await held(admin, amara) == ["Ward manager", "Acting matron", "Secondee"]


async def test_two_partners_at_the_same_moment_cannot_both_fill_the_week(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with browse(await make.hr_partner(here)) as one, browse(await make.hr_partner(here)) as two:
        address = f"/api/people/{amara}/assignments"
        answers = await asyncio.gather(*(client.post(address, json=post(here)) for client in (one, two, one, two)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 201
    assert set(codes[1:]) <= {409, 422}
    assert all("full-time substantive post" in answer.text for answer in answers if answer.status_code != 201)
    assert len(await held(admin, amara)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started": "2024-02-31"}, "started"),
        ({"started": "1900-01-01"}, "started"),
        ({"ended": "2024-02-01"}, "ended"),
        ({"fte": 0}, "fte"),
        ({"fte": 1.6}, "fte"),
        ({"fte": 0.12345}, "fte"),
        ({"fte": "NaN"}, "fte"),
        ({"grade_scheme": "nobodys"}, "grade_scheme"),
        ({"kind": "boss"}, "kind"),
        ({"staff_group": "wizards"}, "staff_group"),
        ({"contract": "handshake"}, "contract"),
        ({"contract": ""}, "contract"),
        ({"job_title": "a\0"}, "job_title"),
        ({"grade": "x" * 41}, "grade"),
    ],
)
async def test_bad_input_is_told_at_its_field_and_nothing_is_kept(
    make: Builder, browse: Client, admin: AsyncEngine, changes: dict[str, object], field: str
) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    async with browse(await make.hr_partner(here)) as client:
        refused = await client.post(f"/api/people/{amara}/assignments", json=post(here, **changes))
    assert refused.status_code == 422, refused.text
    assert field in {error["field"] for error in refused.json()["errors"]}
    assert await held(admin, amara) == []


async def test_posts_of_another_organisation_are_not_found(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    theirs, both = await make.person(elsewhere), await make.person(here, elsewhere)
    foreign = await make.assignment(elsewhere, both)
    async with browse(await make.hr_partner(here)) as client:
        assert (await client.get(f"/api/people/{theirs}/assignments")).status_code == 404
        assert (await client.post(f"/api/people/{theirs}/assignments", json=post(here))).status_code == 404
        assert (await client.post(f"/api/people/{theirs}/assignments", json=post(elsewhere))).status_code == 404
        assert (await client.get(f"/api/people/{both}/assignments")).json()["items"] == []
        ending = {"ended": today().isoformat(), "end_reason": "retirement"}
        for missing in (foreign, uuid4()):
            assert (await client.post(f"/api/assignments/{missing}/end", json=ending)).status_code == 404
    for who, status in ((await make.facilitator(here), 403), (await make.staff(here), 404), (await make.leader(), 404)):
        async with browse(who) as client:
            assert (await client.post(f"/api/people/{both}/assignments", json=post(here))).status_code == status


async def test_a_post_ends_once_and_the_person_leaves_with_the_last(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    amara = await make.staff(here)
    first = await make.assignment(here, amara.person, fte=0.5)
    last = await make.assignment(here, amara.person, fte=0.5, job_title="Tutor")
    yesterday = (today() - timedelta(days=1)).isoformat()
    ending = {"ended": yesterday, "end_reason": "retirement", "destination": "not_employed"}
    async with browse(await make.hr_partner(here)) as client:
        ended = await client.post(f"/api/assignments/{first}/end", json=ending)
        assert ended.status_code == 200, ended.text
        assert (ended.json()["ended"], ended.json()["end_reason"]) == (yesterday, "retirement")
        again = await client.post(f"/api/assignments/{first}/end", json=ending)
        assert again.status_code == 409
        assert "already recorded" in again.json()["detail"]
        assert (await client.get(f"/api/people/{amara.person}")).status_code == 200
        assert (await client.post(f"/api/assignments/{last}/end", json=ending)).status_code == 200
        assert (await client.get(f"/api/people/{amara.person}")).status_code == 404
        assert (await client.get("/api/people", params={"search": "Okafor", "organisation_id": str(here)})).json()[
            "items"
        ][1:] == []
    async with browse(amara) as client:
        assert len((await client.get("/api/me/assignments")).json()["items"]) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ended": "2020-01-01"}, "ended"),
        ({"ended": "2099-01-01"}, "ended"),
        ({"end_reason": "boredom"}, "end_reason"),
        ({"destination": "the moon"}, "destination"),
    ],
)
async def test_an_end_that_cannot_be_is_refused(
    make: Builder, browse: Client, changes: dict[str, str], field: str
) -> None:
    here = await make.organisation()
    held_post = await make.assignment(here, await make.person(here))
    ending = {"ended": today().isoformat(), "end_reason": "retirement"} | changes
    async with browse(await make.hr_partner(here)) as client:
        refused = await client.post(f"/api/assignments/{held_post}/end", json=ending)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_a_mover_is_followed_to_an_organisation_of_the_system(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    await make.organisation(code=(code := f"D{uuid4().hex[:8]}"))
    held_post = await make.assignment(here, await make.person(here))
    ending = {"ended": today().isoformat(), "end_reason": "moved", "destination": code}
    async with browse(await make.hr_partner(here)) as client:
        assert (await client.post(f"/api/assignments/{held_post}/end", json=ending)).json()["destination"] == code


async def test_the_list_of_people_tells_two_of_one_name_apart(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    for number, title in (("001", "Porter"), ("002", None)):
        person = await make.person()
        await make.employment(here, person, employee_number=number, listed_as="Lee, Ann")
        if title:
            await make.assignment(here, person, job_title=title)
            await make.assignment(
                here, person, job_title="Old job", started=today() - timedelta(3000), ended=today() - timedelta(2000)
            )
    async with browse(await make.hr_partner(here)) as client:
        found = (await client.get("/api/people", params={"organisation_id": str(here), "search": "ann lee"})).json()[
            "items"
        ]
        assert [(one["name"], one["detail"]) for one in found] == [
            ("Ann Lee", "Porter, employee 001"),
            ("Ann Lee", "No current post, employee 002"),
        ]
        everywhere = (await client.get("/api/people", params={"search": "002"})).json()["items"]
        assert [one["employee_number"] for one in everywhere] == ["002"]
    async with browse(await make.facilitator(here)) as client:
        seen = (await client.get("/api/people", params={"organisation_id": str(here), "search": "lee"})).json()["items"]
        assert len(seen) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"size": 0},
        {"size": 101},
        {"size": 2**70},
        {"search": "a\0b"},
        {"search": "x" * 101},
        {"cursor": "nonsense"},
        {"organisation_id": "x"},
    ],
)
async def test_a_list_asked_for_wrongly_is_refused(make: Builder, browse: Client, asked: dict[str, object]) -> None:
    async with browse(await make.hr_partner(await make.organisation())) as client:
        refused = await client.get("/api/people", params={name: str(value) for name, value in asked.items()})
    assert refused.status_code == 422, refused.text
    assert next(iter(asked)) in refused.text


async def test_a_foreign_list_is_not_found_and_some_roles_have_none(make: Builder, browse: Client) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        assert (await client.get("/api/people", params={"organisation_id": str(elsewhere)})).status_code == 404
    for who in (await make.staff(here), await make.leader(), await make.auditor()):
        async with browse(who) as client:
            assert (await client.get("/api/people")).status_code == 403


async def test_the_pages_of_a_list_join_without_a_gap(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    for name in ("Álvarez, A", "alvarez, b", "Zed, Z", "Ŵyn, W", "O'Shea, O"):
        await make.employment(here, await make.person(), listed_as=name)
    async with browse(partner) as client:
        whole = (await client.get("/api/people", params={"organisation_id": str(here)})).json()["items"]
        parts, cursor = [], None
        while True:
            page = (
                await client.get(
                    "/api/people",
                    params={"organisation_id": str(here), "size": 2} | ({"cursor": cursor} if cursor else {}),
                )
            ).json()
            parts += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    assert parts == whole
    assert len(whole) == 6


async def test_row_security_shows_a_partner_no_foreign_post(make: Builder, browse: Client, as_app: AsyncEngine) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    amara = await make.person(here, elsewhere)
    mine, _ = await make.assignment(here, amara), await make.assignment(elsewhere, amara)
    async with as_app.begin() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM assignments"))).scalar_one() == 0
        await connection.execute(text("SELECT set_config('ridgeway.partner_of', :here, true)"), {"here": str(here)})
        assert list((await connection.execute(text("SELECT id FROM assignments"))).scalars()) == [mine]
