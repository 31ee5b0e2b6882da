"""Publishing steps from a file: seen first, then whole or not at all; what was there stays on record."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import Builder
from tests.conftest import Client

HEADING = "from_code,to_code,kind,typical_months,what_helps\n"


async def two_roles(make: Builder, admin: AsyncEngine) -> tuple[str, str]:
    codes: list[str] = []
    for _ in range(2):
        role = await make.role()
        async with admin.connect() as connection:
            asked = text("SELECT code FROM role_profiles WHERE id = :id")
            codes.append((await connection.execute(asked, {"id": role})).scalar_one())
    return codes[0], codes[1]


def a_file(*rows: str) -> dict[str, tuple[str, bytes, str]]:
    return {"file": ("steps.csv", (HEADING + "\n".join(rows)).encode(), "text/csv")}


async def steps_between(admin: AsyncEngine, first: str) -> list[tuple[int, str, int]]:
    asked = text(
        "SELECT s.version, s.state, s.typical_months FROM pathway_steps s JOIN role_profiles p"
        " ON p.id = s.from_profile_id WHERE p.code = :code ORDER BY s.version"
    )
    async with admin.connect() as connection:
        return [tuple(row) for row in (await connection.execute(asked, {"code": first})).all()]


async def test_a_file_is_checked_without_changing_anything_then_published_and_corrected(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    first, then = await two_roles(make, admin)
    row = f"{first},{then},lateral,{{}},A secondment"
    async with browse(await make.administrator()) as client:
        dry = await client.post("/api/steps/import", files=a_file(row.format(12)))
        assert dry.json() == {"added": 1, "changed": 0, "same": 0, "problems": []}
        assert await steps_between(admin, first) == []
        for months, told in ((12, (1, 0, 0)), (12, (0, 0, 1)), (24, (0, 1, 0))):
            done = await client.post("/api/steps/import?dry_run=false", files=a_file(row.format(months)))
            assert (done.json()["added"], done.json()["changed"], done.json()["same"]) == told
    assert await steps_between(admin, first) == [(1, "retired", 12), (2, "published", 24)]


async def test_with_one_bad_row_nothing_is_published(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    first, then = await two_roles(make, admin)
    file = a_file(f"{first},{then},lateral,12,", f"{then},nobody,lateral,12,")
    async with browse(await make.administrator()) as client:
        checked = (await client.post("/api/steps/import", files=file)).json()
        assert [(one["row"], one["column"]) for one in checked["problems"]] == [(3, "to_code")]
        refused = await client.post("/api/steps/import?dry_run=false", files=file)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "row 3, to_code"
    assert await steps_between(admin, first) == []


async def test_on_pages_what_would_change_is_shown_before_it_is_published(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    first, then = await two_roles(make, admin)
    row = f'{first},{then},lateral,12,"A ""secondment"" <first>"'
    async with browse(await make.administrator()) as client:
        assert "Choose a CSV file" in (await client.post("/steps/import", data={})).text
        shown = await client.post("/steps/import", files=a_file(row))
        assert "This file has 1 new step and 0 changed steps" in shown.text
        carried = HEADING + row
        done = await client.post("/steps/import", data={"steps": carried, "publish": "true"})
        assert "Published 1 new step" in done.text
        bad = await client.post("/steps/import", files=a_file("a,b,c,d,e"))
        assert "No published role profile has the code “a”" in bad.text
    assert await steps_between(admin, first) == [(1, "published", 12)]


async def test_only_an_administrator_publishes_or_retires(make: Builder, browse: Client) -> None:
    step: UUID = await make.step()
    async with browse(await make.hr_partner(await make.organisation())) as client:
        for address in ("/api/steps/import", "/steps/import"):
            assert (await client.post(address, files=a_file("a,b,lateral,1,"))).status_code == 403
        assert (await client.post(f"/api/steps/{step}/retire")).status_code == 403
        assert (await client.get("/steps/import")).status_code == 403
