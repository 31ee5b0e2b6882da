"""The administrator keeps the list of organisations; everyone signed in reads it; changes that cross are told."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import NOBODY, Builder
from tests.conftest import Client


def new(**given: object) -> dict[str, object]:
    return {"code": f"N{uuid4().hex[:8].upper()}", "name": "Ysbyty Gŵyr", "kind": "trust", **given}


async def test_an_organisation_is_added_and_corrected_over_json(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    parent = await make.organisation(kind="board")
    async with browse(await make.administrator()) as client:
        made = (await client.post("/api/organisations", json=new(ods_code="rx1", parent_id=str(parent)))).json()
        assert made["ods_code"] == "RX1"
        assert made["version"] == 1
        change = {"name": "Ysbyty Newydd", "kind": "ambulance_trust", "version": 1}
        done = await client.put(f"/api/organisations/{made['id']}", json=change)
        assert done.status_code == 200
        assert done.json() == {**made, **change, "version": 2, "ods_code": None, "parent_id": None}
    async with admin.connect() as connection:
        asked = text("SELECT action FROM audit_entries WHERE organisation_id = :id ORDER BY id")
        assert (await connection.execute(asked, {"id": made["id"]})).scalars().all() == [
            "organisations.added",
            "organisations.corrected",
        ]


async def test_the_second_of_two_corrections_is_told_and_what_was_typed_is_kept(make: Builder, browse: Client) -> None:
    organisation = await make.organisation(name="First name")
    async with browse(await make.administrator()) as client:
        place = f"/organisations/{organisation}"
        change = {"name": "Second name", "kind": "council", "version": "1"}
        assert (await client.post(place, data=change)).status_code == 303
        page = await client.post(place, data={**change, "name": "Third name"})
        assert page.status_code == 409
        assert "Second name" in page.text
        assert 'value="Third name"' in page.text
        assert 'name="version" value="2"' in page.text
        assert (await client.put(f"/api{place}", json={**change, "version": 1})).status_code == 409
        assert (await client.post(place, data={**change, "name": "Third name", "version": "2"})).status_code == 303
        assert (await client.get(f"/api{place}")).json()["name"] == "Third name"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "A\0B"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"ods_code": "R X 1"}, "ods_code"),
        ({"parent_id": NOBODY}, "parent_id"),
        ({"parent_id": "here"}, "parent_id"),
        ({"code": ""}, "code"),
        ({"colour": "red"}, "colour"),
    ],
    ids=str,
)
async def test_what_cannot_be_used_is_refused_at_its_field_and_nothing_is_written(
    make: Builder, browse: Client, admin: AsyncEngine, change: dict[str, str], field: str
) -> None:
    before = await _count(admin)
    async with browse(await make.administrator()) as client:
        refused = await client.post("/api/organisations", json=new(**change))
        page = await client.post("/organisations", data=new(**change)) if field != "colour" else None
    assert refused.status_code == 422
    assert [problem["field"] for problem in refused.json()["errors"]] == [field]
    if page:
        assert page.status_code == 422
        assert "<title>Error: Add an organisation" in page.text
        assert f'href="#{field}"' in page.text
    assert await _count(admin) == before


async def test_two_organisations_cannot_share_a_short_code(make: Builder, browse: Client) -> None:
    given = new()
    async with browse(await make.administrator()) as client:
        assert (await client.post("/api/organisations", json=given)).status_code == 201
        again = await client.post("/api/organisations", json=given)
    assert again.status_code == 422
    assert again.json()["errors"][0]["field"] == "code"


async def test_an_organisation_cannot_come_to_belong_to_itself(make: Builder, browse: Client) -> None:
    top = await make.organisation()
    below = await make.organisation(parent_id=top)
    async with browse(await make.administrator()) as client:
        change = {"name": "Top", "kind": "board", "version": 1, "parent_id": str(below)}
        refused = await client.put(f"/api/organisations/{top}", json=change)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "parent_id"


async def test_everyone_signed_in_may_read_the_list_in_alphabetical_order_a_page_at_a_time(
    make: Builder, browse: Client
) -> None:
    for name in ("Zeal Trust", "Amber Trust", "Amber Trust"):
        await make.organisation(name=name)
    async with browse(await make.staff(await make.organisation())) as client:
        names: list[str] = []
        keys: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (await client.get(f"/api/organisations?size=2{f'&cursor={cursor}' if cursor else ''}")).json()
            names += [row["name"] for row in page["items"]]
            keys += [row["id"] for row in page["items"]]
            cursor = page["next_cursor"]
        assert (await client.get("/api/organisations?cursor=nonsense")).status_code == 422
        assert (await client.get("/api/organisations?size=1000")).status_code == 422
    assert len(keys) == len(set(keys))
    assert names.index("Zeal Trust") - names.index("Amber Trust") >= 2


async def test_nobody_but_an_administrator_may_add_or_correct(make: Builder, browse: Client) -> None:
    organisation = await make.organisation()
    for person in (await make.hr_partner(organisation), await make.leader(), await make.auditor()):
        async with browse(person) as client:
            assert (await client.post("/api/organisations", json=new())).status_code == 403
            change = {"name": "Mine", "kind": "trust", "version": 1}
            assert (await client.put(f"/api/organisations/{organisation}", json=change)).status_code == 403
            assert (await client.get("/organisations")).status_code == 403
    async with browse() as client:
        assert (await client.get("/api/organisations")).status_code == 401
        assert (await client.get("/organisations")).headers["location"].startswith("/sign-in")


async def test_an_organisation_that_is_not_there_is_not_found(make: Builder, browse: Client) -> None:
    async with browse(await make.administrator()) as client:
        for answer in (
            await client.get(f"/api/organisations/{uuid4()}"),
            await client.get(f"/organisations/{uuid4()}"),
            await client.put(f"/api/organisations/{uuid4()}", json={"name": "A", "kind": "trust", "version": 1}),
        ):
            assert answer.status_code == 404


async def _count(admin: AsyncEngine) -> tuple[int, ...]:
    async with admin.connect() as connection:
        made = "(SELECT count(*) FROM audit_entries WHERE action LIKE 'organ%')"
        asked = f"SELECT (SELECT count(*) FROM organisations), {made}"
        return tuple((await connection.execute(text(asked))).one())
