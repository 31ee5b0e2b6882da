"""Bringing in past conversations on pages, on the command line, and what the database lets through."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import the_service
from service.kit.clock import today
from service.kit.db import Sessions, transaction
from service.settings import Settings
from tests.builders import Builder
from tests.conftest import Client
from tests.transfer.conftest import Run
from tests.transfer.files import a_file
from tests.transfer.history import KIND, a_talk, bring_in_talks, give_talks, talkers, talks_of
from tests.transfer.test_pages import follow, put

ON = "SELECT private.conversations_on(:o, ARRAY[CAST(:p AS uuid)], ARRAY[CAST(:f AS uuid)], ARRAY[CAST(:d AS date)])"


async def test_the_start_page_asks_what_is_in_the_file_and_has_a_template_for_each(
    make: Builder, browse: Client
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        page = (await client.get("/imports")).text
        assert page.count("<h1") == 1
        assert "What is in the file?" in page
        assert "What was said is not imported" in page
        template = await client.get(f"/imports/template.csv?kind={KIND}")
        assert template.headers["content-disposition"] == 'attachment; filename="conversations-template.csv"'
        names, *examples = template.content.decode("utf-8-sig").splitlines()
        assert names.startswith("EMPLOYEE_NUMBER,HELD_ON,KIND,FACILITATOR_EMPLOYEE_NUMBER,FACILITATOR,")
        assert len(examples) == 2
        found = (await give_talks(client, here, template.content)).json()
        assert found["summary"]["problems"] == 2, "the people of the examples are not employed here"
        assert (await client.get("/imports/template.csv?kind=holidays")).status_code in {400, 404, 422}


async def test_a_partner_sees_four_counts_whose_it_is_confirms_gets_a_receipt_and_undoes(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    await make.conversation(t.organisation, t.person, t.facilitator, held_on=date(2025, 5, 14))
    content = a_file(a_talk(), a_talk(HELD_ON="14/11/2025"), a_talk(HELD_ON="15/11/2025", SUPPORT="cash"))
    async with browse(t.partner) as client:
        page = await put(client, content, "talks.csv", kind=KIND)
        for words in ("1</strong> new", "0</strong> changed", "1</strong> unchanged", "1</strong> problem row"):
            assert f"<strong>{words}" in page.text
        assert "Past conversations ·" in page.text
        assert "counts in no figure until the person has agreed to it" in page.text
        assert "Import 1 row and leave out 1 problem row" in page.text
        import_page = page.url.path
        receipt = (await follow(client, await client.post(f"{import_page}/apply"))).text
        assert "<strong>1</strong> conversation brought in" in receipt
        assert "belongs to the person it is about" in receipt
        assert len(await talks_of(admin, t.organisation)) == 2
        undone = (await follow(client, await client.post(f"{import_page}/undo"))).text
        assert "1 record is as before the import" in undone
        assert "Past conversations, 3 rows" in (await client.get("/imports")).text
    assert len(await talks_of(admin, t.organisation)) == 1


async def test_a_partner_says_once_what_columns_and_values_mean_for_this_kind_of_file_alone(
    make: Builder, browse: Client
) -> None:
    t = await talkers(make)
    other = b"No;When;Who;Hilfe\nP;14/05/2025;F;1:1\nP;15/05/2025;F;Coaching\n"
    chosen = {
        "employee_number": "No",
        "held_on": "When",
        "facilitator_number": "Who",
        "support": "Hilfe",
        "for_all": "Follow-up",
        "name": "Old system",
    }
    async with browse(t.partner) as client:
        page = await put(client, other, kind=KIND)
        assert page.url.path.endswith("/columns")
        assert "FACILITATOR_EMPLOYEE_NUMBER or FACILITATOR" in page.text
        assert "Coded outcomes" in page.text
        preview = await follow(client, await client.post(page.url.path, data=chosen))
        assert "<strong>1</strong> problem row" in preview.text
        codes = (await client.get(f"{preview.url.path}/codes")).text
        assert "“1:1”" in codes
        assert "A project that stretches" in codes
        matched = await follow(client, await client.post(f"{preview.url.path}/codes", data={"code-0": "coaching"}))
        assert "<strong>2</strong> new" in matched.text
        again = await put(client, other, kind=KIND)
        assert "We used the columns that you saved as “Old system”" in again.text
        assert (await put(client, other)).url.path.endswith("/columns"), "a workforce file has columns of its own"


async def test_the_person_reads_where_it_came_from_and_agrees_or_corrects_it(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        await bring_in_talks(client, t.organisation, a_file(a_talk(SUPPORT="coaching")))
    [talk] = await talks_of(admin, t.organisation)
    async with browse(await make.account([], t.person)) as client:
        address = f"/conversations/{talk['id']}"
        page = (await client.get(address)).text
        assert "Brought in from a file by Organisation" in page
        assert "Nothing that was said was brought in" in page
        assert "Coaching" in page
        assert f'href="{address}/correct"' in page
        assert (await client.get(f"{address}/correct")).status_code == 200
        version = {"version": str(talk["version"]), "state": "agreed"}
        agreed = await client.post(f"{address}/step", data=version)
        assert agreed.status_code == 303, agreed.text
    assert [talk["state"] for talk in await talks_of(admin, t.organisation)] == ["agreed"]


async def test_free_text_is_refused_on_the_page_where_the_file_was_given(make: Builder, browse: Client) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        refused = await put(client, a_file(a_talk(NOTES="Wants to leave")), kind=KIND)
        assert refused.status_code == 422
        assert "<title>Error: " in refused.text
        assert "“NOTES” looks like free text" in refused.text
        assert 'value="conversations" checked' in refused.text, "what was chosen stays chosen"


async def test_a_waiting_page_says_how_much_is_done(
    make: Builder, browse: Client, admin: AsyncEngine, settings: Settings
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        found = (await give_talks(client, t.organisation, a_file(a_talk()))).json()
        async with admin.begin() as connection:
            lost = "DELETE FROM import_steps WHERE import_id = :i AND state = 'checked'"
            await connection.execute(text(lost), {"i": found["id"]})
        (settings.folder / "uploads" / found["id"] / "progress").write_text("42")
        page = (await client.get(f"/imports/{found['id']}")).text
        assert 'value="42" max="100"' in page
        assert "42% done" in page


async def test_the_command_line_brings_in_conversations_in_the_name_of_somebody_who_is_employed(
    make: Builder, run: Run, admin: AsyncEngine, tmp_path: Path
) -> None:
    t = await talkers(make)
    code = f"CLI{t.organisation.hex[-8:].upper()}"
    async with admin.begin() as connection:
        await connection.execute(
            text("UPDATE organisations SET code = :c WHERE id = :o"), {"c": code, "o": t.organisation}
        )
    file = tmp_path / "talks.csv"
    file.write_bytes(a_file(a_talk(), a_talk("Q")))
    words = ("import", "conversations", file, "--organisation", code)
    assert (await run(*words)).exit_code == 2, "who records them must be said"
    nobody = await run(*words, "--recorded-by", "Q")
    assert (nobody.exit_code, "employee number Q" in nobody.output) == (1, True)
    checked = await run(*words, "--recorded-by", "H")
    assert "2 rows: 1 new, 0 changed, 0 unchanged, 1 with problems." in checked.output
    applied = await run(*words, "--recorded-by", "H", "--apply")
    assert "Imported: 1 conversation brought in." in applied.output
    assert "counts in no figure" in applied.output
    [talk] = await talks_of(admin, t.organisation)
    assert talk["recorded_by_id"] == t.partner.person
    undone = await run("import", "undo", applied.output.split("import undo ")[1].split()[0])
    assert undone.exit_code == 0, undone.output
    assert await talks_of(admin, t.organisation) == []


async def test_the_database_says_what_is_recorded_to_a_partner_of_the_organisation_about_its_people_alone(
    make: Builder, sessions: Sessions
) -> None:
    here, there = await make.organisation(), await make.organisation()
    person, left, facilitator = await make.person(here, there), await make.person(), await make.person(here)
    await make.employment(here, left, ended=today() - timedelta(days=1))
    day = date(2026, 9, 1)
    for somebody in (person, left):
        await make.conversation(here, somebody, facilitator, held_on=day)
    rows = {"p": person, "f": facilitator, "d": day}

    async def told(eyes: UUID, organisation: UUID, **other: object) -> int:
        async with transaction(sessions, the_service(eyes)) as session:
            return len((await session.execute(text(ON), {**rows, **other, "o": organisation})).all())

    assert await told(here, here) == 1
    assert await told(there, here) == 0, "somebody else’s organisation"
    assert await told(there, there) == 0, "it arose elsewhere"
    assert await told(here, here, p=left) == 0, "who has left"
    assert await told(here, here, d=date(2026, 9, 2)) == 0
    assert await told(here, here, f=person) == 0


async def test_the_database_takes_back_conversations_for_a_partner_of_the_organisation_alone(
    make: Builder, browse: Client, sessions: Sessions, admin: AsyncEngine
) -> None:
    t, there = await talkers(make), await make.organisation()
    async with browse(t.partner) as client:
        done = await bring_in_talks(client, t.organisation, a_file(a_talk()))
    asked = text("SELECT * FROM private.take_back_conversations(:o, :i)")
    given = {"o": t.organisation, "i": UUID(done["id"])}
    async with transaction(sessions, the_service(there)) as session:
        assert (await session.execute(asked, given)).all() == []
        assert (await session.execute(asked, given | {"o": there})).all() == []
    assert len(await talks_of(admin, t.organisation)) == 1
    async with transaction(sessions, the_service(t.organisation)) as session:
        assert [tuple(row) for row in await session.execute(asked, given)] == [(t.person, True)]
    assert await talks_of(admin, t.organisation) == []
