"""Importing on pages, as an HR partner does it, without JavaScript."""

import re

from sqlalchemy import text

from tests.builders import Builder
from tests.conftest import Client
from tests.transfer.files import a_file, a_row, bring_in, give


async def put(client, content: bytes, name: str = "staff.csv", **fields: str):
    """Uploads a file on the start page and follows to where it leads."""
    return await follow(client, await client.post("/imports", data=fields, files={"file": (name, content)}))


async def follow(client, answer):
    """httpx takes the session's cookie off when it follows a redirect by itself."""
    return await client.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def test_the_start_page_offers_a_template_a_field_for_a_file_and_says_what_to_do_when_there_is_nothing_yet(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation(name="St Elm’s Trust")
    async with browse(await make.hr_partner(here)) as client:
        page = (await client.get("/imports")).text
        assert page.count("<h1") == 1
        assert "<title>Import a file" in page
        assert 'enctype="multipart/form-data"' in page
        assert re.search(r'<label[^>]*for="file"', page)
        assert "Nothing yet. Start with a template" in page
        template = await client.get("/imports/template.csv")
        assert template.headers["content-disposition"] == 'attachment; filename="workforce-template.csv"'
        found = (await give(client, here, template.content)).json()
        assert found["summary"]["new"] == 2, "the template's own examples can be imported"
        assert found["summary"]["problems"] == 0


async def test_a_partner_sees_four_counts_confirms_gets_a_receipt_and_undoes(make: Builder, browse: Client) -> None:
    here = await make.organisation(name="St Elm’s Trust")
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1), a_row(2)))
        page = await put(
            client, a_file(a_row(1, JOB_TITLE="Matron"), a_row(2), a_row(3), a_row(4, STAFF_GROUP="Nursing & midwifry"))
        )
        assert page.status_code == 200
        for count, words in (("1", "new"), ("1", "changed"), ("1", "unchanged"), ("1", "problem row")):
            assert f"<strong>{count}</strong> {words}" in page.text
        assert "Import 2 rows and leave out 1 problem row" in page.text
        assert "Did you mean “Nursing and midwifery”?" in page.text
        import_page = page.url.path
        receipt = await follow(client, await client.post(f"{import_page}/apply"))
        assert "Your file has been imported" in receipt.text
        assert "<strong>1</strong> person added" in receipt.text
        assert "Undo this import" in receipt.text
        undone = await follow(client, await client.post(f"{import_page}/undo"))
        assert "The import has been undone" in undone.text
        listed = (await client.get("/imports")).text
        assert "Undone" in listed
        assert "staff.csv" in listed


async def test_the_problem_rows_come_back_with_what_to_fix_and_can_be_given_again(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        page = await put(client, a_file(a_row(1), a_row(2, START_DATE="31/02/2024", JOB_TITLE="=1+1")))
        rows = (await client.get(f"{page.url.path}/problems.csv")).content.decode("utf-8-sig").splitlines()
        assert len(rows) == 2
        assert rows[0].startswith("ROW,EMPLOYEE_NUMBER")
        assert rows[0].endswith(",WHAT_TO_FIX")
        assert (
            "JOB_TITLE: This is a formula. Put the value itself in the cell. START_DATE: The day does not exist"
            in rows[1]
        )
        assert ",'=1+1," in rows[1]
        mended = "\n".join(rows).replace("31/02/2024", "29/02/2024").replace("'=1+1", "Matron")
        again = await put(client, mended.encode())
        assert "<strong>1</strong> new" in again.text
        assert "Columns that were not used" not in again.text


async def test_a_partner_says_which_column_is_which_once_and_the_next_file_is_understood(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    other = b"Payroll;Vorname;Nachname;Rolle;Stufe;Gruppe;Seit\n7;Amara;Okafor;Matron;8a;Nursing;03/27/2024\n"
    chosen = {
        "employee_number": "Payroll",
        "given_name": "Vorname",
        "family_name": "Nachname",
        "job_title": "Rolle",
        "grade": "Stufe",
        "staff_group": "Gruppe",
        "started": "Seit",
        "for_all": "afc",
        "date_order": "month_first",
        "name": "Payroll extract",
    }
    async with browse(await make.hr_partner(here)) as client:
        page = await put(client, other)
        assert page.url.path.endswith("/columns")
        assert "EMPLOYEE_NUMBER, FIRST_NAME, LAST_NAME" in page.text
        assert "Amara" in page.text, "values of the file help to choose"
        refused = await client.post(page.url.path, data=chosen | {"family_name": ""})
        assert refused.status_code == 422
        assert "<title>Error: " in refused.text
        assert "LAST_NAME" in refused.text
        preview = await follow(client, await client.post(page.url.path, data=chosen))
        assert "<strong>1</strong> problem row" in preview.text
        codes = (await client.get(f"{preview.url.path}/codes")).text
        assert "“Nursing”" in codes
        matched = await follow(
            client, await client.post(f"{preview.url.path}/codes", data={"code-0": "nursing_midwifery"})
        )
        assert "<strong>1</strong> new" in matched.text
        again = await put(client, other.replace(b"03/27/2024", b"04/27/2024"))
        assert "We used the columns that you saved as “Payroll extract”" in again.text


async def test_with_several_organisations_the_partner_chooses_which(make: Builder, browse: Client) -> None:
    one, two = await make.organisation(name="Aspen Trust"), await make.organisation(name="Birch Trust")
    async with browse(await make.hr_partner(one, two)) as client:
        refused = await put(client, a_file(a_row(1)))
        assert refused.status_code == 422
        assert "Choose the organisation that the file is about" in refused.text
        done = await put(client, a_file(a_row(1)), organisation_id=str(two))
        assert "Birch Trust" in done.text


async def test_a_form_without_a_file_says_so(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        for refused in (
            await client.post("/imports", files={"file": ("", b"")}),
            await client.post("/imports", data={"x": "1"}),
        ):
            assert refused.status_code == 422
            assert "<title>Error: " in refused.text


async def test_a_large_file_is_checked_while_its_page_waits_and_looks_again_by_itself(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        content = a_file(*(a_row(n) for n in range(5_001)))
        given = await client.post("/imports", files={"file": ("large.csv", content)})
        assert given.status_code == 303
        page = await client.get(given.headers["location"])
        assert "<strong>5,001</strong> new" in page.text


async def test_an_import_whose_check_was_lost_can_be_checked_again(make: Builder, browse: Client, admin) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        found = (await give(client, here, a_file(a_row(1)))).json()
        async with admin.begin() as connection:
            await connection.execute(
                text("DELETE FROM import_steps WHERE import_id = :i AND state = 'checked'"), {"i": found["id"]}
            )
        page = (await client.get(f"/imports/{found['id']}")).text
        assert 'http-equiv="refresh"' in page
        assert "<progress" in page
        async with admin.begin() as connection:
            await connection.execute(
                text("UPDATE import_steps SET at = at - interval '2 minutes' WHERE import_id = :i"), {"i": found["id"]}
            )
        page = (await client.get(f"/imports/{found['id']}")).text
        assert "Check this file again" in page
        again = await follow(client, await client.post(f"/imports/{found['id']}/check"))
        assert "<strong>1</strong> new" in again.text
