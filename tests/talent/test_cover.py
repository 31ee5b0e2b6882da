"""Critical roles and who could step up, posts whose end is known, and somebody's own year of retirement."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.clock import today
from tests.builders import Builder
from tests.conftest import Client


async def test_cover_is_whoever_may_be_seen_in_a_pipeline_of_the_same_kind(
    browse: Client, make: Builder, admin: AsyncEngine
) -> None:
    here, there = await make.organisation(), await make.organisation()
    partner, near = await make.hr_partner(here), await make.person(here, family_name="Near")
    pipeline, other = await make.pipeline(there), await make.pipeline(here, level=7)
    await make.membership(near, here, pipeline, "ready_now")
    await make.membership(await make.person(there, family_name="Hidden"), there, pipeline, "ready_now")
    await make.membership(await make.person(here, family_name="Elsewhere"), here, other, "ready_now")
    holder = await make.staff(here, family_name="Holder")
    post = await make.assignment(here, holder.person, job_title="Head of volunteering")
    role, bare = await make.critical_role(here), await make.critical_role(here, level=9, title="Chief of nothing")
    async with browse(partner) as client:
        found = {one["id"]: one for one in (await client.get("/api/critical-roles")).json()["items"]}
        assert [found[str(role)][part] for part in ("now", "soon", "developing")] == [1, 0, 0]
        read = await client.get(f"/api/critical-roles/{role}")
        assert [one["name"] for one in read.json()["members"]] == ["Amara Near"]
        work = (await client.get("/talent")).text
        assert "Chief of nothing" in work
        assert "step up as Head of volunteering" not in work
        page = (await client.get(f"/talent/roles/{role}", params={"title": "head of"})).text
        assert "Amara Holder, Head of volunteering" in page
        given = {"title": "Head", "why": "Only they know.", "assignment_id": str(post)}
        given["review_on"] = str(today() + timedelta(days=30))
        headers = {"If-Match": read.headers["etag"]}
        url = f"/api/critical-roles/{role}"
        assert (await client.put(url, json=given, headers=headers)).status_code == 200
        assert (await client.put(url, json=given, headers=headers)).status_code in {409, 412}
        assert (
            await client.put(url, json={**given, "review_on": "2020-01-01"}, headers={"If-Match": '"2"'})
        ).status_code == 422
        assert "Amara Holder" in (await client.get(f"/talent/roles/{role}")).text
    async with browse(await make.hr_partner(there)) as client:
        assert (await client.get(f"/api/critical-roles/{bare}")).status_code == 404
    async with browse(holder) as client:
        assert "Only they know." in (await client.get("/me/talent")).text
    asked = text("SELECT count(*) FROM audit_entries WHERE subject_person_id = :p AND action = 'talent.cover_read'")
    async with admin.connect() as connection:
        assert (await connection.execute(asked, {"p": holder.person})).scalar_one() >= 1


@pytest.mark.parametrize(
    ("years", "titles"), [(1, ["Acting head", "Fixed term lead"]), (3, ["Acting head", "Fixed term lead", "Later"])]
)
async def test_posts_end_when_it_is_known_and_not_when_it_is_guessed(
    browse: Client, make: Builder, years: int, titles: list[str]
) -> None:
    here, there = await make.organisation(), await make.organisation()
    for title, days, kind in (
        ("Fixed term lead", 300, "substantive"),
        ("Acting head", 20, "acting_up"),
        ("Later", 600, "substantive"),
    ):
        person = await make.person(here)
        await make.assignment(here, person, job_title=title, kind=kind, ended=today() + timedelta(days=days))
    retiring = await make.staff(here)
    await make.assignment(here, retiring.person, job_title="Open post")
    async with browse(retiring) as client:
        assert (await client.put("/api/me/retirement", json={"year": today().year + 1})).status_code == 204
    async with browse(await make.hr_partner(here)) as client:
        found = (await client.get("/api/known-ends", params={"years": years})).json()
        assert [one["job_title"] for one in found] == titles
        assert "Acting head" in (await client.get("/talent/roles", params={"years": years})).text
    async with browse(await make.hr_partner(there)) as client:
        assert (await client.get("/api/known-ends", params={"years": years})).json() == []


async def test_a_year_of_retirement_is_ones_own_and_taken_back(browse: Client, make: Builder) -> None:
    here = await make.organisation()
    async with browse(await make.staff(here)) as client:
        for year, status in ((1990, 422), (2040, 204), (2041, 204)):
            assert (await client.put("/api/me/retirement", json={"year": year})).status_code == status
        assert (await client.get("/api/me/talent")).json()["retirement_year"] == 2041
        assert (await client.post("/me/talent/retirement", data={"year": "soon"})).status_code == 422
        assert (await client.post("/me/talent/retirement", data={"year": ""})).status_code == 303
        assert (await client.get("/api/me/talent")).json()["retirement_year"] is None
