"""Everyone signed in reads frameworks and roles; an administrator publishes them; what was published stays."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.actions import Limits, who_is
from service.kit.db import Sessions
from service.settings import Settings
from tests.builders import NOBODY, Builder
from tests.capabilities.files import FRAMEWORK, a_code, a_framework, a_role, roles_file
from tests.conftest import Client


async def counts(admin: AsyncEngine) -> tuple[Any, ...]:
    tables = ("capability_frameworks", "capability_dimensions", "role_profiles", "role_requirements")
    written = "(SELECT count(*) FROM audit_entries WHERE action LIKE 'frameworks.%' OR action LIKE 'roles.%')"
    asked = ", ".join([*(f"(SELECT count(*) FROM {table})" for table in tables), written])
    async with admin.connect() as connection:
        return tuple((await connection.execute(text(f"SELECT {asked}"))).one())


async def trail(admin: AsyncEngine, entity: str) -> list[str]:
    async with admin.connect() as connection:
        asked = text("SELECT action FROM audit_entries WHERE entity_id = :entity ORDER BY id")
        return [*(await connection.execute(asked, {"entity": entity})).scalars()]


def fields(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [problem["field"] for problem in answer.json()["errors"]]


async def test_the_supplied_frameworks_and_roles_are_there_for_anybody_signed_in(make: Builder, browse: Client) -> None:
    async with browse(await make.account([])) as client:
        found = {one["code"]: one for one in (await client.get("/api/frameworks")).json()["items"]}
        ways = (await client.get("/api/frameworks/ways/dimensions")).json()["items"]
        families = (await client.get("/api/families")).json()["items"]
        roles = (await client.get("/api/roles", params={"size": 100})).json()
        asked = (await client.get("/api/roles", params={"search": "WARD  sister", "family": "nursing"})).json()["items"]
        role = (await client.get(f"/api/roles/{asked[0]['id']}")).json()
    assert found["ways"]["dimensions"] == 6
    assert [one["name"] for one in ways] == ["Feeling", "Perceiving", "Thinking", "Relating", "Being", "Doing"]
    assert all(4 <= len(one["behaviours"]) <= 6 for one in ways)
    assert (found["leadership"]["dimensions"], found["leadership"]["behaviours"]) == (6, 48)
    assert len(families) >= 24
    assert len(roles["items"]) == 100
    assert roles["next_cursor"]
    assert (role["role"]["title"], role["role"]["level"], role["role"]["tier"]) == ("Ward manager", 7, "enabled_leader")
    assert role["role"]["level_name"] == "Level 7, lead or manager"
    assert {one["kind"] for one in role["requirements"]} == {
        "capability",
        "experience",
        "registration",
        "qualification",
    }
    named = [one for one in role["requirements"] if one["kind"] == "capability"]
    assert ("Care for people", "Leading a team") in {(one["dimension"], one["level_name"]) for one in named}
    assert [one["level"] for one in role["family_roles"]] == sorted(one["level"] for one in role["family_roles"])


async def test_nobody_who_is_not_signed_in_reads_anything(browse: Client) -> None:
    async with browse() as client:
        assert (await client.get("/api/frameworks")).status_code == 401
        assert (await client.get("/roles")).headers["location"].startswith("/sign-in")


async def test_a_framework_is_checked_published_and_published_again_and_the_old_version_stays(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    given = a_framework()
    code = given["code"]
    async with browse(await make.administrator()) as client:
        before = await counts(admin)
        checked = (await client.post("/api/frameworks/check", json={"code": code, "csv": FRAMEWORK})).json()
        assert await counts(admin) == before
        assert checked == {
            "version": 1, "levels": 2, "dimensions": 2, "behaviours": 3, "added": ["Listening", "Telling"],
            "changed": [], "removed": [], "unchanged": 0, "problem_count": 0, "problems": [],
        }  # fmt: skip
        made = await client.post("/api/frameworks", json=given)
        assert (made.status_code, made.json()["framework"]["version"]) == (201, 1)
        stale = await client.post("/api/frameworks", json=given)
        assert stale.status_code == 409
        csv = FRAMEWORK.replace("Waits until", "Waits a moment after")
        again = await client.post("/api/frameworks", json=given | {"based_on": 1, "csv": csv, "name": "How we speak"})
        assert again.status_code == 201, again.text
        newest = (await client.get(f"/api/frameworks/{code}")).json()
        first = (await client.get(f"/api/frameworks/{code}?version=1")).json()
        seen = (await client.get(f"/api/frameworks/{code}/dimensions?version=1")).json()["items"]
    assert (newest["framework"]["version"], newest["framework"]["name"], newest["versions"]) == (
        2,
        "How we speak",
        [2, 1],
    )
    assert first["framework"]["name"] == "How we talk"
    assert seen[0]["behaviours"][0]["text"] == "Waits until the other has finished"
    assert await trail(admin, str(code)) == ["frameworks.published"] * 2


async def test_a_framework_of_many_dimensions_is_read_a_page_at_a_time(make: Builder, browse: Client) -> None:
    csv = "part,dimension,code,level,name,text\n" + "".join(f"dimension,,d{n},,Skill {n},\n" for n in range(7))
    given = a_framework(csv=csv, kind="skills")
    async with browse(await make.administrator()) as client:
        await client.post("/api/frameworks", json=given)
        names: list[str] = []
        after: int | None = 0
        while after is not None:
            page = (
                await client.get(f"/api/frameworks/{given['code']}/dimensions", params={"size": 3, "after": after})
            ).json()
            names += [one["name"] for one in page["items"]]
            after = page["next_after"]
    assert names == [f"Skill {n}" for n in range(7)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "Not A Code"}, "code"),
        ({"code": "import"}, "code"),
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"name": "A\0B"}, "name"),
        ({"kind": "song"}, "kind"),
        ({"approved_on": "2999-01-01"}, "approved_on"),
        ({"approved_on": "soon"}, "approved_on"),
        ({"based_on": -1}, "based_on"),
        ({"csv": ""}, "csv"),
        ({"csv": "a,b\n1,2\n"}, "csv"),
        ({"csv": FRAMEWORK + "behaviour,nowhere,x,,,X\n"}, "csv"),
        ({"csv": 'part,"'}, "csv"),
        ({"csv": "\ud800"}, "csv"),
        ({"csv": "x" * 1_000_001}, "csv"),
        ({"colour": "red"}, "colour"),
    ],
    ids=lambda given: str(given)[:40],
)
async def test_what_cannot_be_published_is_refused_at_its_field_and_nothing_is_written(
    make: Builder, browse: Client, admin: AsyncEngine, change: dict[str, Any], field: str
) -> None:
    before = await counts(admin)
    async with browse(await make.administrator()) as client:
        if change.get("csv") == "\ud800":
            body = b'{"code": "x", "csv": "\\ud800"}'
            refused = await client.post("/api/frameworks/check", content=body)
            assert refused.status_code in {400, 422}
        else:
            assert set(fields(await client.post("/api/frameworks", json=a_framework(**change)))) == {field}
    assert await counts(admin) == before


async def test_problems_are_named_by_row_and_column_with_the_value_and_what_to_do(
    make: Builder, browse: Client
) -> None:
    csv = FRAMEWORK + "behaviour,nowhere,x,,,X\nlevel,,,12,High,\n"
    async with browse(await make.administrator()) as client:
        found = (await client.post("/api/frameworks/check", json={"code": "x", "csv": csv})).json()
        refused = await client.post("/api/frameworks", json=a_framework(csv=csv))
    assert found["problem_count"] == 2
    assert found["problems"] == [
        {"row": 9, "column": "dimension", "value": "nowhere", "fix": "Enter the code of a dimension of this file."},
        {"row": 10, "column": "level", "value": "12", "fix": "Enter a whole number from 1 to 9."},
    ]
    messages = [problem["message"] for problem in refused.json()["errors"]]
    assert messages[0] == "Row 9, dimension: Enter the code of a dimension of this file."


async def test_a_retired_framework_stays_to_be_read_and_new_roles_cannot_name_it(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    code = await make.framework()
    csv = roles_file(a_role(capabilities=f"{code}.listening"))
    async with browse(await make.administrator()) as client:
        assert (await client.post("/api/roles/check", json={"csv": csv})).json()["problem_count"] == 0
        assert (await client.post(f"/api/frameworks/{code}/retire")).status_code == 200
        assert (await client.get(f"/api/frameworks/{code}")).json()["framework"]["state"] == "retired"
        assert code not in {one["code"] for one in (await client.get("/api/frameworks")).json()["items"]}
        found = (await client.post("/api/roles/check", json={"csv": csv})).json()
        assert [problem["column"] for problem in found["problems"]] == ["capabilities"]
    assert await trail(admin, code) == ["frameworks.retired"]


async def test_roles_are_imported_changed_and_left_alone_and_the_version_before_stays(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    one, two = a_code("r"), a_code("r")
    csv = roles_file(a_role(code=one), a_role(code=two))
    async with browse(await make.administrator()) as client:
        before = await counts(admin)
        checked = (await client.post("/api/roles/check", json={"csv": csv})).json()
        assert (checked["added"], checked["changed"]) == ([f"Role {one}", f"Role {two}"], [])
        assert await counts(admin) == before
        assert (await client.post("/api/roles", json={"csv": csv})).status_code == 201
        [first] = (await client.get("/api/roles", params={"search": f"helper {one}"})).json()["items"]
        csv = roles_file(a_role(code=one, level="6"), a_role(code=two))
        done = (await client.post("/api/roles", json={"csv": csv})).json()
        assert (done["added"], done["changed"], done["unchanged"]) == ([], [f"Role {one}"], 1)
        [second] = (await client.get("/api/roles", params={"search": f"helper {one}"})).json()["items"]
        old = (await client.get(f"/api/roles/{first['id']}")).json()["role"]
        new = (await client.get(f"/api/roles/{second['id']}")).json()
    assert (first["version"], second["version"], second["level"]) == (1, 2, 6)
    assert (old["state"], old["replaced_by_id"], old["level"]) == ("retired", second["id"], 5)
    assert [(asked["dimension"], asked["is_essential"]) for asked in new["requirements"][:2]] == [
        ("Relating", True),
        ("Care for people", False),
    ]


async def test_a_title_that_another_role_has_at_the_level_is_a_problem_and_nothing_is_written(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    before = await counts(admin)
    csv = roles_file(a_role(), a_role(family="nursing", level="7", titles="Ward sister", capabilities=""))
    async with browse(await make.administrator()) as client:
        found = (await client.post("/api/roles/check", json={"csv": csv})).json()
        refused = await client.post("/api/roles", json={"csv": csv})
    assert [(one["row"], one["column"], one["value"]) for one in found["problems"]] == [(3, "titles", "ward sister")]
    assert "nursing-ward-manager" in found["problems"][0]["fix"]
    assert fields(refused) == ["csv"]
    assert await counts(admin) == before


async def test_a_role_is_retired_once_and_comes_back_as_a_later_version(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    code = a_code("r")
    role, other, gone = await make.role(code=code), await make.role(), await make.role(state="retired")
    async with browse(await make.administrator()) as client:
        for wrong in (NOBODY, str(role), str(gone)):
            answer = await client.post(f"/api/roles/{role}/retire", json={"replaced_by_id": wrong})
            assert fields(answer) == ["replaced_by_id"]
        done = await client.post(f"/api/roles/{role}/retire", json={"replaced_by_id": str(other)})
        assert (done.status_code, done.json()["role"]["state"]) == (200, "retired")
        assert (await client.post(f"/api/roles/{role}/retire", json={})).status_code == 409
        assert (await client.get("/api/roles", params={"search": f"role {code}"})).json()["items"] == []
        assert (await client.post("/api/roles", json={"csv": roles_file(a_role(code=code))})).status_code == 201
        [back] = (await client.get("/api/roles", params={"search": f"role {code}"})).json()["items"]
    assert back["version"] == 2
    assert await trail(admin, str(role)) == ["roles.retired"]


@pytest.mark.parametrize(
    ("asked", "code", "how"),
    [
        ({"staff_group": "nursing_midwifery", "job_title": "Matron", "level": 8}, "nursing-matron", "title"),
        ({"staff_group": "nursing_midwifery", "job_title": "x", "level": 5}, "nursing-staff", "family_and_level"),
        ({"staff_group": "nursing_midwifery", "job_title": "x"}, None, None),
    ],
)
async def test_the_role_of_a_post_is_found_and_how_it_was_found_is_told(
    make: Builder, browse: Client, asked: dict[str, str], code: str | None, how: str | None
) -> None:
    async with browse(await make.account([])) as client:
        found = (await client.get("/api/roles/match", params=asked)).json()
    assert (found["role"] and found["role"]["code"], found["how"]) == (code, how)


@pytest.mark.parametrize(
    "path",
    [
        "/api/roles?level=0", "/api/roles?level=10", "/api/roles?level=x", "/api/roles?tier=boss", "/api/roles?size=0",
        "/api/roles?cursor=nonsense", f"/api/roles?search={'x' * 101}", "/api/roles/match?staff_group=x&job_title=",
        "/api/frameworks/ways?version=0", "/api/frameworks/ways/dimensions?after=-1",
    ],
)  # fmt: skip
async def test_what_cannot_be_asked_is_a_4xx(make: Builder, browse: Client, path: str) -> None:
    async with browse(await make.account([])) as client:
        assert (await client.get(path)).status_code in {400, 422}


async def test_what_is_not_there_is_not_found(make: Builder, browse: Client) -> None:
    nothing = uuid4()
    async with browse(await make.administrator()) as client:
        for path in (f"/api/roles/{nothing}", "/api/frameworks/nothing", "/api/frameworks/ways?version=99"):
            assert (await client.get(path)).status_code == 404
            assert (await client.get(path.removeprefix("/api"))).status_code == 404
        assert (await client.post(f"/api/roles/{nothing}/retire", json={})).status_code == 404
        assert (await client.post("/api/frameworks/nothing/retire")).status_code == 404


async def test_nobody_but_an_administrator_publishes_or_retires(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    role, code = await make.role(), await make.framework()
    for person in (await make.hr_partner(here), await make.leader(), await make.staff(here)):
        async with browse(person) as client:
            for path, body in (
                ("/api/frameworks", a_framework()),
                ("/api/frameworks/check", {"code": "x", "csv": FRAMEWORK}),
                (f"/api/frameworks/{code}/retire", {}),
                ("/api/roles", {"csv": roles_file(a_role())}),
                ("/api/roles/check", {"csv": roles_file(a_role())}),
                (f"/api/roles/{role}/retire", {}),
            ):
                assert (await client.post(path, json=body)).status_code == 403, path
            assert (await client.get("/frameworks/import")).status_code == 403
            assert (await client.get("/roles/import")).status_code == 403


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO job_families (code, name) VALUES ('mine', 'x')",
        (
            "INSERT INTO capability_frameworks (code, version, name, kind, approved_by, approved_on)"
            " VALUES ('mine', 1, 'x', 'skills', 'x', current_date)"
        ),
        (
            "INSERT INTO role_profiles (id, family_code, level, code, title)"
            " VALUES (gen_random_uuid(), 'nursing', 5, 'mine', 'x')"
        ),
    ],
)
async def test_row_security_lets_only_an_administrator_add(
    make: Builder, sessions: Sessions, settings: Settings, statement: str
) -> None:
    partner, administrator = await make.hr_partner(await make.organisation()), await make.administrator()
    for who, refused in ((partner, True), (administrator, False)):
        async with sessions() as session, session.begin() as change:
            assert await who_is(session, who.token, Limits.of(settings))
            try:
                async with session.begin_nested():
                    await session.execute(text(statement))
                assert not refused
            except DBAPIError as refusal:
                assert refused
                assert "row-level security" in str(refusal)
            await change.rollback()


async def test_nobody_changes_the_words_of_what_was_published(
    make: Builder, sessions: Sessions, settings: Settings
) -> None:
    administrator = await make.administrator()
    for statement in (
        "UPDATE capability_behaviours SET text = 'x'",
        "UPDATE role_profiles SET title = 'x'",
        "UPDATE capability_frameworks SET name = 'x'",
        "DELETE FROM role_requirements",
        "DELETE FROM role_profiles",
    ):
        async with sessions() as session, session.begin():
            assert await who_is(session, administrator.token, Limits.of(settings))
            with pytest.raises(DBAPIError, match="permission denied"):
                async with session.begin_nested():
                    await session.execute(text(statement))
