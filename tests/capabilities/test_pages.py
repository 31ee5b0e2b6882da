"""The pages say what a role asks; an administrator brings a file, sees what it would do, and publishes it."""

import re
from html import unescape

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import NOBODY, Builder
from tests.capabilities.files import FRAMEWORK, a_code, a_framework, a_role, roles_file
from tests.capabilities.test_api import counts
from tests.conftest import Client

HIDDEN = re.compile(r'<input type="hidden" name="(\w[\w-]*)" value="([^"]*)">')


def hidden(page: httpx.Response) -> dict[str, str]:
    """What the form of a page carries on."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


def typed(code: str, **given: str) -> dict[str, str]:
    return {
        "code": code, "name": "How we talk", "kind": "behaviours", "approved_by": "The people committee",
        "approved_on-day": "2", "approved_on-month": "11", "approved_on-year": "2026",
    } | given  # fmt: skip


def upload(content: str | bytes) -> dict[str, tuple[str, str | bytes, str]]:
    return {"csv": ("file.csv", content, "text/csv")}


async def test_a_framework_is_brought_as_a_file_checked_and_published(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    code = a_code()
    async with browse(await make.administrator()) as client:
        before = await counts(admin)
        page = await client.post("/frameworks/check", data=typed(code), files=upload(FRAMEWORK))
        assert page.status_code == 200
        assert await counts(admin) == before
        for words in ("This would be version 1", "Listening", "Publish version 1", "<strong>3</strong> behaviours"):
            assert words in page.text
        done = await client.post("/frameworks", data=hidden(page), files={"none": ("", b"")})
        assert done.status_code == 303
        assert done.headers["location"] == f"/frameworks/{code}?version=1"
        shown = await client.get(done.headers["location"])
        for words in ("How we talk", "1. First steps", "Waits until the other has finished", "The people committee"):
            assert words in shown.text
        stale = await client.post("/frameworks", data=hidden(page), files={"none": ("", b"")})
        assert stale.status_code == 409
        assert "Another version was published" in stale.text
        again = await client.get(f"/frameworks/import?of={code}")
        assert 'value="How we talk"' in again.text


async def test_rows_to_put_right_are_shown_and_what_was_typed_is_kept(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    before = await counts(admin)
    csv = FRAMEWORK + "behaviour,<b>nowhere</b>,x,,,X\n"
    async with browse(await make.administrator()) as client:
        page = await client.post("/frameworks/check", data=typed(a_code()), files=upload(csv))
        assert page.status_code == 200
        assert "What to put right" in page.text
        assert "&lt;b&gt;nowhere&lt;/b&gt;" in page.text
        assert "Publish version" not in page.text
        kept = hidden(page)
        assert kept["approved_by"] == "The people committee"
        assert "csv" not in kept
        good = await client.post("/frameworks/check", data=kept, files=upload(FRAMEWORK))
        assert "Publish version 1" in good.text
        forced = await client.post("/frameworks", data=hidden(good) | {"csv": csv}, files={"none": ("", b"")})
        assert forced.status_code == 422
    assert await counts(admin) == before


@pytest.mark.parametrize(
    ("change", "content", "field"),
    [
        ({"code": ""}, FRAMEWORK, "code"),
        ({"code": "Not a code"}, FRAMEWORK, "code"),
        ({"name": ""}, FRAMEWORK, "name"),
        ({"kind": ""}, FRAMEWORK, "kind"),
        ({"approved_by": ""}, FRAMEWORK, "approved_by"),
        ({"approved_on-month": "13"}, FRAMEWORK, "approved_on"),
        ({}, "", "csv"),
        ({}, b"\xff\xfe", "csv"),
        ({}, b"x" * 1_000_001, "csv"),
        ({}, 'part,"', "csv"),
    ],
    ids=lambda given: str(given)[:30],
)
async def test_a_form_that_cannot_be_used_comes_back_with_the_problem_at_its_field(
    make: Builder, browse: Client, change: dict[str, str], content: str | bytes, field: str
) -> None:
    async with browse(await make.administrator()) as client:
        page = await client.post("/frameworks/check", data=typed(a_code()) | change, files=upload(content))
    assert page.status_code == 422
    assert "<title>Error: Import a framework" in page.text
    assert f'href="#{field}"' in page.text
    assert f'id="{field}"' in page.text


async def test_a_form_without_a_file_is_told_so(make: Builder, browse: Client) -> None:
    async with browse(await make.administrator()) as client:
        for path in ("/frameworks/check", "/roles/check"):
            page = await client.post(path, data=typed(a_code()))
            assert page.status_code == 422
            assert "Choose a CSV file." in page.text


async def test_a_framework_as_a_file_is_the_framework_again(make: Builder, browse: Client) -> None:
    given = a_framework(csv=FRAMEWORK.replace("Waits until", "=1+1 until"))
    async with browse(await make.administrator()) as client:
        await client.post("/api/frameworks", json=given)
        file = await client.get(f"/frameworks/{given['code']}/file.csv")
        assert file.headers["content-type"].startswith("text/csv")
        assert "'=1+1 until" in file.text
        checked = await client.post(
            "/api/frameworks/check", json={"code": given["code"], "csv": file.content.decode("utf-8-sig")}
        )
    assert (checked.json()["unchanged"], checked.json()["problems"]) == (2, [])


async def test_all_roles_as_a_file_are_the_roles_again(make: Builder, browse: Client) -> None:
    async with browse(await make.administrator()) as client:
        file = (await client.get("/roles/file.csv")).content.decode("utf-8-sig")
        # Other tests' roles name frameworks that were retired since; the supplied ones stand still.
        lines = [line for line in file.splitlines() if line.startswith(("code,", "nursing-", "care-", "executive-"))]
        checked = (await client.post("/api/roles/check", json={"csv": "\n".join(lines)})).json()
    assert (checked["problems"], checked["added"], checked["changed"]) == ([], [], [])
    assert checked["unchanged"] == len(lines) - 1 > 30


async def test_roles_are_brought_as_a_file_checked_and_imported(make: Builder, browse: Client) -> None:
    code = a_code("r")
    async with browse(await make.administrator()) as client:
        page = await client.post("/roles/check", files=upload(roles_file(a_role(code=code))))
        assert f"Role {code}" in page.text
        done = await client.post("/roles", data=hidden(page), files={"none": ("", b"")})
        assert (done.status_code, done.headers["location"]) == (303, "/roles")
        again = await client.post("/roles/check", files=upload(roles_file(a_role(code=code))))
        assert "nothing to import" in again.text
        wrong = await client.post("/roles/check", files=upload(roles_file(a_role(level="11"))))
        assert "Enter a whole number from 1 to 9." in wrong.text


async def test_roles_are_searched_and_narrowed_and_read_a_page_at_a_time(make: Builder, browse: Client) -> None:
    mark = a_code("m")
    for n in range(51):
        await make.role(title=f"Role {mark} {n:02}", titles=[f"role {mark} {n:02}"], level=n % 9 + 1)
    async with browse(await make.account([])) as client:
        page = await client.get("/roles", params={"search": mark})
        assert f"Role {mark} 00" in page.text
        assert f"Role {mark} 50" not in page.text
        [following] = re.findall(r'href="(/roles\?[^"]*cursor[^"]*)"', page.text)
        later = await client.get(unescape(following))
        assert f"Role {mark} 50" in later.text
        assert "Back to the first page" in later.text
        one = await client.get("/roles", params={"search": mark, "level": "2", "family": "voluntary", "tier": ""})
        assert len(re.findall(r'href="/roles/[0-9a-f-]{36}"', one.text)) == 6
        none = await client.get("/roles", params={"search": "%", "family": "no such family", "level": "12"})
        assert "No role fits" in none.text


async def test_a_role_says_what_it_asks_and_where_it_stands(make: Builder, browse: Client) -> None:
    async with browse(await make.account([])) as client:
        [role] = (await client.get("/api/roles", params={"search": "charge nurse", "level": 7})).json()["items"]
        page = (await client.get(f"/roles/{role['id']}")).text
    for words in (
        "Ward manager", "Level 7, lead or manager", "Enabled leader", "Charge nurse",
        "Nursing and Midwifery Council, as a nurse", "Leading shifts for two years", "Care for people",
        "leading a team", "Where it stands in Nursing", "Matron", "(this role)",
    ):  # fmt: skip
        assert words in page, words
    assert "Retire this role" not in page
    assert 'href="/frameworks/leadership?version=1#people"' in page


async def test_a_retired_role_stays_to_be_read_and_points_to_what_took_its_place(make: Builder, browse: Client) -> None:
    role, other = await make.role(), await make.role()
    async with browse(await make.administrator()) as client:
        refused = await client.post(f"/roles/{role}/retire", data={"replaced_by_id": NOBODY})
        assert refused.status_code == 422
        assert 'href="#replaced_by_id"' in refused.text
        done = await client.post(f"/roles/{role}/retire", data={"replaced_by_id": str(other)})
        assert done.status_code == 303
    async with browse(await make.account([])) as client:
        page = await client.get(f"/roles/{role}")
    assert page.status_code == 200
    assert "no longer in use" in page.text
    assert f'href="/roles/{other}"' in page.text


async def test_each_version_of_a_framework_can_be_read_and_says_what_it_is(make: Builder, browse: Client) -> None:
    code = await make.framework()
    await make.framework(code=code, version=2, state="retired")
    async with browse(await make.administrator()) as client:
        current = (await client.get(f"/frameworks/{code}")).text
        retired = (await client.get(f"/frameworks/{code}?version=2")).text
        assert (await client.post(f"/frameworks/{code}/1/retire")).status_code == 303
        listed = (await client.get("/frameworks")).text
    assert "The newest is version 2" in current
    assert "This version is retired" in retired
    assert f"/frameworks/{code}" not in listed
