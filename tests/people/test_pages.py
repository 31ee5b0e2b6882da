"""The people pages without JavaScript: a list that can be searched, a form that keeps what was typed, a conflict
that shows both."""

import re
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import Builder
from tests.conftest import Client


async def test_the_list_is_searched_by_name_and_by_number_and_opens_records(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="St Elm's Trust")
    amara = await make.person(here)
    sion = await make.person()
    await make.employment(here, sion, employee_number="77001", listed_as="Gruffydd, Siôn")
    await make.assignment(here, sion, job_title="Ward manager")
    async with browse(await make.hr_partner(here)) as client:
        every = await client.get("/people")
        assert "People at St Elm&#39;s Trust" in every.text
        assert f'href="/people/{amara}"' in every.text
        assert "Ward manager" in every.text
        assert "No current post" in every.text
        for search in ("sion", "GRUFF", "770"):
            found = await client.get("/people", params={"organisation": str(here), "search": search})
            assert f'href="/people/{sion}"' in found.text
            assert f'href="/people/{amara}"' not in found.text
        nobody = await client.get("/people", params={"search": "zzz"})
        assert "Nobody here fits “zzz”" in nobody.text


async def test_the_next_page_begins_where_this_one_ended(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    for n in range(60):
        await make.employment(here, await make.person(), listed_as=f"Same, Name{n % 3}")
    async with browse(partner) as client:
        first = await client.get("/people")
        onward = re.search(r'href="([^"]+cursor=[^"]+)"', first.text)
        assert onward
        second = await client.get(onward[1].replace("&amp;", "&"))
        pages = [set(re.findall(r'href="/people/([0-9a-f-]{36})"', page.text)) for page in (first, second)]
    assert [len(page) for page in pages] == [50, 11]
    assert not pages[0] & pages[1]


async def test_another_organisations_list_is_not_found(make: Builder, browse: Client) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        assert (await client.get("/people", params={"organisation": str(elsewhere)})).status_code == 404
    for who in (await make.staff(here), await make.facilitator(here), await make.leader()):
        async with browse(who) as client:
            assert (await client.get("/people")).status_code == 403


async def test_a_refused_form_keeps_what_was_typed(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    sent = {
        "organisation_id": str(here),
        "given_name": "Siôn",
        "email": "sion",
        "birth_date-day": "31",
        "birth_date-month": "2",
        "birth_date-year": "1990",
    }
    async with browse(await make.hr_partner(here)) as client:
        refused = await client.post("/people", data=sent)
    assert refused.status_code == 422
    assert "<title>Error: Add a person" in refused.text
    for link in ("family_name", "employee_number", "email", "birth_date"):
        assert f'href="#{link}"' in refused.text
    assert 'value="Siôn"' in refused.text
    assert 'value="31"' in refused.text


async def test_a_person_added_on_the_page_has_a_page(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    sent = {"organisation_id": str(here), "given_name": "Siôn", "family_name": "Parry", "employee_number": "1"}
    async with browse(await make.hr_partner(here)) as client:
        assert "Add a person" in (await client.get("/people/new")).text
        made = await client.post("/people", data=sent)
        assert made.status_code == 303
        page = await client.get(made.headers["location"])
    for words in ("Siôn Parry", "No current post", "No email address recorded", "Record the post that they hold"):
        assert words in page.text


async def test_two_corrections_at_once_show_both_texts(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    amara = await make.person(here)
    ours = {"given_name": "Amara", "family_name": "Mine", "email": "", "version": "1"}
    async with browse(await make.hr_partner(here)) as client:
        await client.post(f"/people/{amara}/correct", data=ours | {"family_name": "Theirs"})
        late = await client.post(f"/people/{amara}/correct", data=ours)
        assert late.status_code == 409
        assert "Somebody else changed this record" in late.text
        assert "<td>Theirs</td><td>Mine</td>" in late.text
        assert await family_name(admin, amara) == "Theirs"
        version = re.search(r'name="version" value="(\d+)"', late.text)
        assert version
        saved = await client.post(f"/people/{amara}/correct", data=ours | {"version": version[1]})
        assert saved.status_code == 303
    assert await family_name(admin, amara) == "Mine"


async def test_an_emptied_name_is_refused_and_an_emptied_address_is_taken_away(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    amara = await make.person(here, email="old@example.org")
    async with browse(await make.hr_partner(here)) as client:
        refused = await client.post(
            f"/people/{amara}/correct", data={"given_name": "", "family_name": "X", "email": "", "version": "1"}
        )
        assert refused.status_code == 422
        assert "Given name is missing" in refused.text
        assert await family_name(admin, amara) == "Okafor"
        await client.post(
            f"/people/{amara}/correct", data={"given_name": "A", "family_name": "X", "email": "", "version": "1"}
        )
        assert "No email address recorded" in (await client.get(f"/people/{amara}")).text


async def test_a_record_of_another_organisation_cannot_be_corrected(make: Builder, browse: Client) -> None:
    here, elsewhere = await make.organisation(), await make.organisation()
    theirs = await make.person(elsewhere)
    async with browse(await make.hr_partner(here)) as client:
        for address in (f"/people/{theirs}", f"/people/{theirs}/correct", f"/people/{theirs}/posts/new"):
            assert (await client.get(address)).status_code == 404
        assert (await client.post(f"/people/{theirs}/correct", data={"given_name": "X"})).status_code in {404, 422}


async def family_name(admin: AsyncEngine, person: UUID) -> str:
    async with admin.connect() as connection:
        return (
            await connection.execute(text("SELECT family_name FROM people WHERE id = :id"), {"id": person})
        ).scalar_one()
