"""Past conversations brought in from a file: told first, done whole or not at all, the person's own at once, and taken
back for a day."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import Role
from service.kit.clock import today
from service.transfer.history import applying
from tests.builders import Builder
from tests.conftest import Client
from tests.transfer.files import a_file, a_row, bring_in
from tests.transfer.history import a_talk, bring_in_talks, give_talks, talkers, talks_of
from tests.transfer.test_importing import counts

CODED = {"IMPACT_NOW": "Well placed", "ASPIRATIONS": "lead_people; To specialise", "SUPPORT": "coaching"}


async def asked(admin: AsyncEngine, question: str, **given: Any) -> list[Any]:
    async with admin.connect() as connection:
        return list((await connection.execute(text(question), given)).all())


async def test_what_comes_in_was_held_recorded_by_the_importer_coded_without_words_and_agreed_by_nobody(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    row = a_talk(**CODED, FACILITATOR_KIND="Line manager", MODE="Face to face", NEXT_DUE_ON="14/11/2025")
    async with browse(t.partner) as client:
        done = await bring_in_talks(client, t.organisation, a_file(row))
    assert done["applied"]["conversations_added"] == 1
    [talk] = await talks_of(admin, t.organisation)
    kept = {name: talk[name] for name in ("person_id", "facilitator_id", "recorded_by_id", "written_by_id")}
    assert kept == {
        "person_id": t.person,
        "facilitator_id": t.facilitator,
        "recorded_by_id": t.partner.person,
        "written_by_id": t.partner.person,
    }
    assert (talk["kind"], talk["facilitator_kind"], talk["mode"]) == ("initial", "line_manager", "in_person")
    assert (talk["held_on"], talk["next_due_on"]) == (date(2025, 5, 14), date(2025, 11, 14))
    assert (talk["state"], talk["first_state"], talk["reason"]) == ("held", "held", "imported")
    assert (talk["agreed_on"], talk["agreed_wording"], talk["summary"]) == (None, None, "")
    assert talk["codes"] == {
        "impact_now": ["well_placed"],
        "aspiration": ["lead_people", "specialise"],
        "support": ["coaching"],
    }
    assert talk["terms_version"]


async def test_nothing_is_changed_by_a_check_and_the_same_file_again_changes_nothing(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    content = a_file(a_talk(), a_talk(HELD_ON="14/11/2025", KIND="Follow-up"))
    async with browse(t.partner) as client:
        assert counts((await give_talks(client, t.organisation, content)).json()) == (2, 0, 0, 0)
        assert await talks_of(admin, t.organisation) == []
        await bring_in_talks(client, t.organisation, content)
        again = (await give_talks(client, t.organisation, content)).json()
        assert counts(again) == (0, 0, 2, 0)
    assert len(await talks_of(admin, t.organisation)) == 2


async def test_good_rows_come_in_without_the_bad_ones_only_when_that_is_said(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        found = (await give_talks(client, t.organisation, a_file(a_talk(), a_talk("Q")))).json()
        refused = await client.post(f"/api/imports/{found['id']}/apply", json={})
        assert refused.status_code == 422
        assert await talks_of(admin, t.organisation) == []
        done = await client.post(f"/api/imports/{found['id']}/apply", json={"without_problem_rows": True})
        assert done.json()["applied"]["rows_left_out"] == 1
    assert len(await talks_of(admin, t.organisation)) == 1


async def test_a_conversation_that_the_importer_is_no_party_to_is_told_as_recorded_and_in_no_other_way(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    other = await make.person(t.organisation)
    await make.conversation(t.organisation, t.person, t.facilitator, held_on=date(2025, 5, 14), kind="stay")
    async with browse(t.partner) as client:
        await give_number(admin, t.organisation, other, "O")
        rows = a_talk(), a_talk(FACILITATOR_EMPLOYEE_NUMBER="O"), a_talk(HELD_ON="15/05/2025")
        found = (await give_talks(client, t.organisation, a_file(*rows))).json()
        assert counts(found) == (2, 0, 1, 0), "another day or another facilitator tells nothing"
        page = (await client.get(f"/imports/{found['id']}")).text
    assert "Stay conversation" not in page
    assert "Wants to lead a ward" not in page
    told = await asked(
        admin,
        "SELECT action, detail FROM audit_entries WHERE subject_person_id = :p AND entity_id = :i",
        p=t.person,
        i=found["id"],
    )
    assert [tuple(row) for row in told] == [("transfer.compared", {})]


async def test_what_arose_with_another_employer_is_not_told(make: Builder, browse: Client) -> None:
    t = await talkers(make)
    elsewhere = await make.organisation()
    await make.employment(elsewhere, t.person)
    await make.conversation(elsewhere, t.person, t.facilitator, held_on=date(2025, 5, 14))
    async with browse(t.partner) as client:
        assert counts((await give_talks(client, t.organisation, a_file(a_talk()))).json()) == (1, 0, 0, 0)


async def test_the_person_can_see_that_conversations_of_theirs_came_from_a_file(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        done = await bring_in_talks(client, t.organisation, a_file(a_talk(), a_talk(HELD_ON="14/11/2025")))
    query = "SELECT action, detail FROM audit_entries WHERE subject_person_id = :p AND entity_id = :i"
    told = await asked(admin, query, p=t.person, i=done["id"])
    assert [tuple(row) for row in told] == [("transfer.brought_in", {"conversations": 2})]
    async with browse(await make.account([], t.person)) as client:
        readers = (await client.get("/api/me/readers")).text
        assert "brought in past conversations of yours from a file" in readers


async def test_an_employers_list_knows_when_somebody_was_last_talked_with(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        done = await bring_in_talks(client, t.organisation, a_file(a_talk(NEXT_DUE_ON="14/11/2025")))
        query = "SELECT last_held_on, due_on FROM conversation_dues WHERE organisation_id = :o AND person_id = :p"
        given = {"o": t.organisation, "p": t.person}
        assert [tuple(row) for row in await asked(admin, query, **given)] == [(date(2025, 5, 14), date(2025, 11, 14))]
        await client.post(f"/api/imports/{done['id']}/undo")
        assert [tuple(row) for row in await asked(admin, query, **given)] == [(None, None)]


async def test_undo_takes_back_what_nobody_has_touched(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    t = await talkers(make)
    before = await make.conversation(t.organisation, t.person, t.facilitator)
    async with browse(t.partner) as client:
        other = a_talk("F", FACILITATOR_EMPLOYEE_NUMBER="P")
        done = await bring_in_talks(client, t.organisation, a_file(a_talk(**CODED), other))
        undone = await client.post(f"/api/imports/{done['id']}/undo")
        assert undone.status_code == 200, undone.text
        assert undone.json()["undone"] == {"restored": 2, "left": []}
    assert [talk["id"] for talk in await talks_of(admin, t.organisation)] == [before]
    changes = await asked(admin, "SELECT 1 FROM import_changes WHERE import_id = :i", i=done["id"])
    assert changes == []


TOUCHED = {
    "agreed": "INSERT INTO conversation_states (person_id, conversation_id, number, state, by_id, wording)"
    " VALUES (:p, :c, 2, 'agreed', :p, 1)",
    "corrected": "INSERT INTO wordings (person_id, conversation_id, number, written_by_id, summary)"
    " VALUES (:p, :c, 2, :p, 'No')",
    "shared": "INSERT INTO conversation_shares (person_id, conversation_id, audience) VALUES (:p, :c, 'hr_partner')",
    "noted": "INSERT INTO private_notes (party_id, conversation_id, purpose, person_id, sealed, key_id)"
    " VALUES (:p, :c, 'note', :p, '', 'k')",
    "planned from": "INSERT INTO plan_actions (person_id, id, organisation_id, conversation_id, owner_id, text)"
    " VALUES (:p, gen_random_uuid(), :o, :c, :p, 'Shadow somebody')",
    "given another date": "UPDATE conversations SET next_due_on = '2027-01-01' WHERE person_id = :p AND id = :c",
}


@pytest.mark.parametrize("how", TOUCHED)
async def test_undo_leaves_what_somebody_has_done_something_with_and_names_the_person(
    make: Builder, browse: Client, admin: AsyncEngine, how: str
) -> None:
    t = await talkers(make, family_name="Adeyemi")
    await make.employment(await make.organisation(), t.person)
    async with browse(t.partner) as client:
        done = await bring_in_talks(client, t.organisation, a_file(a_talk(), a_talk(HELD_ON="14/11/2025")))
        first, _ = [talk["id"] for talk in await talks_of(admin, t.organisation)]
        given = {"p": t.person, "c": first, "o": t.organisation}
        async with admin.begin() as connection:
            named = {name: value for name, value in given.items() if f":{name}" in TOUCHED[how]}
            await connection.execute(text(TOUCHED[how]), named)
        undone = (await client.post(f"/api/imports/{done['id']}/undo")).json()["undone"]
        assert undone == {"restored": 1, "left": [str(t.person)]}
        page = (await client.get(f"/imports/{done['id']}")).text
        assert f'href="/people/{t.person}"' in page
    assert [talk["id"] for talk in await talks_of(admin, t.organisation)] == [first]


async def test_another_partner_of_the_organisation_may_undo_and_one_of_another_may_not(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        done = await bring_in_talks(client, t.organisation, a_file(a_talk()))
    async with browse(await make.hr_partner(await make.organisation())) as client:
        assert (await client.post(f"/api/imports/{done['id']}/undo")).status_code == 404
    assert len(await talks_of(admin, t.organisation)) == 1
    async with browse(await make.hr_partner(t.organisation)) as client:
        assert (await client.post(f"/api/imports/{done['id']}/undo")).json()["undone"]["restored"] == 1
    assert await talks_of(admin, t.organisation) == []


async def test_undo_is_for_one_day(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        done = await bring_in_talks(client, t.organisation, a_file(a_talk()))
        async with admin.begin() as connection:
            late = "UPDATE import_steps SET at = at - interval '25 hours' WHERE import_id = :i"
            await connection.execute(text(late), {"i": done["id"]})
        assert (await client.post(f"/api/imports/{done['id']}/undo")).status_code == 409
    assert len(await talks_of(admin, t.organisation)) == 1


async def test_an_import_is_refused_when_one_of_its_conversations_was_recorded_since_the_preview(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        found = (await give_talks(client, t.organisation, a_file(a_talk()))).json()
        await make.conversation(t.organisation, t.person, t.facilitator, held_on=date(2025, 5, 14))
        refused = await client.post(f"/api/imports/{found['id']}/apply", json={})
        assert refused.status_code == 409
        assert "changed since" in refused.json()["detail"]
    assert len(await talks_of(admin, t.organisation)) == 1


async def test_of_two_who_import_the_same_file_at_once_one_is_refused(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        found = (await give_talks(client, t.organisation, a_file(a_talk()))).json()
        answers = await asyncio.gather(*(client.post(f"/api/imports/{found['id']}/apply", json={}) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(await talks_of(admin, t.organisation)) == 1


async def test_an_import_that_breaks_off_leaves_nothing_behind(
    make: Builder, browse: Client, admin: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        found = (await give_talks(client, t.organisation, a_file(a_talk()))).json()
        with monkeypatch.context() as broken:
            broken.setattr(applying, "_STATEMENTS", (*applying._STATEMENTS, "SELECT 1 / 0"))
            assert (await client.post(f"/api/imports/{found['id']}/apply", json={})).status_code >= 400
        assert await talks_of(admin, t.organisation) == []
        assert (await client.post(f"/api/imports/{found['id']}/apply", json={})).status_code == 200


async def test_somebody_who_left_since_the_preview_is_not_written_about(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        found = (await give_talks(client, t.organisation, a_file(a_talk()))).json()
        async with admin.begin() as connection:
            left = "UPDATE employments SET ended = :day WHERE organisation_id = :o AND person_id = :p"
            day = today() - timedelta(days=1)
            await connection.execute(text(left), {"day": day, "o": t.organisation, "p": t.person})
        assert (await client.post(f"/api/imports/{found['id']}/apply", json={})).status_code == 409
    assert await talks_of(admin, t.organisation) == []


async def test_the_importer_reads_the_codes_they_brought_in_and_nothing_that_is_written_later(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        await bring_in_talks(client, t.organisation, a_file(a_talk(**CODED)))
        [talk] = await talks_of(admin, t.organisation)
        async with admin.begin() as connection:
            named = {"p": t.person, "c": talk["id"]}
            await connection.execute(text(TOUCHED["corrected"].replace("'No'", "'Wants to leave'")), named)
        seen = (await client.get(f"/api/conversations/{talk['id']}")).text
    assert "well_placed" in seen
    assert "Wants to leave" not in seen


async def test_a_file_in_which_somebody_wrote_down_what_was_said_is_refused_and_not_kept(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        refused = await give_talks(client, t.organisation, a_file(a_talk(SUMMARY="Wants to leave")))
        assert refused.status_code == 422
        assert "What was said belongs to the two who talked and is not imported" in refused.text
        assert "Wants to leave" not in refused.text
    kept = await asked(admin, "SELECT 1 FROM imports WHERE organisation_id = :o", o=t.organisation)
    assert kept == []


async def test_an_account_that_is_nobodys_cannot_bring_in_conversations(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    async with browse(await make.account([(Role.HR_PARTNER, here)])) as client:
        refused = await give_talks(client, here, a_file(a_talk()))
        assert refused.status_code == 403
        assert "not linked to a person" in refused.json()["detail"]


async def test_a_mapping_that_names_a_field_of_another_kind_of_file_is_refused(make: Builder, browse: Client) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        refused = await give_talks(client, t.organisation, a_file(a_talk()), mapping="columns:\n  grade: X")
        assert refused.status_code == 422
        assert "grade is not a field of this kind of file" in refused.text
        assert (await give_talks(client, t.organisation, a_file(a_talk()), mapping="")).status_code == 201


async def test_a_kind_of_file_that_is_not_known_is_refused(make: Builder, browse: Client) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        content = {"file": ("talks.csv", a_file(a_talk()))}
        form = {"organisation_id": str(t.organisation), "kind": "holidays"}
        refused = await client.post("/api/imports", data=form, files=content)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "kind"


async def test_a_workforce_file_is_still_what_is_meant_when_nobody_says(make: Builder, browse: Client) -> None:
    t = await talkers(make)
    async with browse(t.partner) as client:
        assert (await bring_in(client, t.organisation, a_file(a_row(1))))["kind"] == "workforce"


async def give_number(admin: AsyncEngine, organisation: UUID, person: UUID, number: str) -> None:
    change = "UPDATE employments SET employee_number = :n WHERE organisation_id = :o AND person_id = :p"
    async with admin.begin() as connection:
        await connection.execute(text(change), {"n": number, "o": organisation, "p": person})
