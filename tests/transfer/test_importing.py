"""A file's way in: what it would do is told first, done whole or not at all, and can be put back."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.kit.actor import the_service
from service.kit.db import Sessions, transaction
from service.transfer.workforce import applying
from tests.builders import Builder
from tests.conftest import Client
from tests.transfer.files import a_file, a_row, bring_in, give, problems_of

COUNTS = ("new", "changed", "unchanged", "problems")


def counts(found: dict) -> tuple[int, ...]:
    return tuple(found["summary"][name] for name in COUNTS)


async def everything(admin: AsyncEngine, organisation_id: UUID) -> dict[str, Sequence[Any]]:
    """All that is held about an organisation's people, to the letter."""
    of = "SELECT person_id FROM employments WHERE organisation_id = :o"
    asked = {
        "employments": "SELECT * FROM employments WHERE organisation_id = :o ORDER BY person_id",
        "assignments": "SELECT * FROM assignments WHERE organisation_id = :o ORDER BY id",
        "people": f"SELECT * FROM people WHERE id IN ({of}) ORDER BY id",
        "answers": f"SELECT * FROM equality_answers WHERE person_id IN ({of}) ORDER BY person_id, characteristic",
    }
    async with admin.connect() as connection:
        return {
            name: (await connection.execute(text(query), {"o": organisation_id})).all() for name, query in asked.items()
        }


async def test_a_new_file_adds_people_and_posts_and_the_same_file_again_changes_nothing(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        content = a_file(a_row(1), a_row(2, JOB_TITLE="Porter", CONTRACTED_FTE="0.6"))
        done = await bring_in(client, here, content)
        assert done["state"] == "applied"
        assert done["applied"] == {
            "people_added": 2,
            "people_changed": 0,
            "posts_added": 2,
            "posts_changed": 0,
            "conversations_added": 0,
            "moves_added": 0,
            "offers_added": 0,
            "applications_added": 0,
            "rows_left_out": 0,
        }
        again = (await give(client, here, content)).json()
        assert counts(again) == (0, 0, 2, 0)
    held = await everything(admin, here)
    assert sorted((a.job_title, float(a.fte), a.started, a.staff_group) for a in held["assignments"]) == [
        ("Porter", 0.6, date(2024, 3, 1), "nursing_midwifery"),
        ("Ward manager", 1.0, date(2024, 3, 1), "nursing_midwifery"),
    ]


async def test_nothing_is_changed_by_a_check(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        before = await everything(admin, here)
        found = (await give(client, here, a_file(a_row(1)))).json()
        assert found["state"] == "checked"
        assert await everything(admin, here) == before


async def test_a_changed_row_says_which_field_from_what_to_what(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1), a_row(2)))
        found = (await give(client, here, a_file(a_row(1, JOB_TITLE="Matron", LAST_NAME="Eze"), a_row(2)))).json()
        assert counts(found) == (0, 1, 1, 0)
        page = (await client.get(f"/imports/{found['id']}")).text
        for words in ("JOB_TITLE", "Ward manager", "Matron", "LAST_NAME", "Okafor", "Eze"):
            assert f"<td>{words}</td>" in page


async def test_a_contract_comes_in_is_compared_and_an_empty_cell_leaves_it(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()

    async def held() -> list[str | None]:
        return [row.contract for row in (await everything(admin, here))["assignments"]]

    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1)))
        assert await held() == [None], "a file without the column says nothing of contracts"
        done = await bring_in(client, here, a_file(a_row(1, **{"Contract type": "Fixed Term Temp"})))
        assert (counts(done), done["applied"]["posts_changed"]) == ((0, 1, 0, 0), 1)
        assert await held() == ["fixed_term"]
        for same in ("", "FIXED-TERM"):
            again = (await give(client, here, a_file(a_row(1, ASSIGNMENT_CATEGORY=same)))).json()
            assert counts(again) == (0, 0, 1, 0)
        wrong = (await give(client, here, a_file(a_row(1, CONTRACT_TYPE="Permenant")))).json()
        told = await problems_of(client, wrong)
        assert [(one["column"], one["value"]) for one in told] == [("CONTRACT_TYPE", "Permenant")]
        assert "Did you mean “Permanent”" in told[0]["fix"]
        assert (await client.post(f"/api/imports/{done['id']}/undo")).json()["undone"]["left"] == []
    assert await held() == [None], "undo takes the contract back too"


async def test_a_column_that_a_mapping_gives_another_meaning_is_not_read_twice(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    content = a_file(a_row(1, CONTRACT_TYPE="Secondment"))
    async with browse(await make.hr_partner(here)) as client:
        found = (await give(client, here, content, mapping="columns:\n  kind: CONTRACT_TYPE\n")).json()
        assert counts(found) == (1, 0, 0, 0)


async def test_good_rows_go_in_without_the_bad_ones_only_when_that_is_said(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        found = (await give(client, here, a_file(a_row(1), a_row(2, START_DATE="31/02/2024")))).json()
        assert counts(found) == (1, 0, 0, 1)
        refused = await client.post(f"/api/imports/{found['id']}/apply", json={})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "without_problem_rows"
        assert len((await everything(admin, here))["assignments"]) == 0
        done = await client.post(f"/api/imports/{found['id']}/apply", json={"without_problem_rows": True})
        assert done.json()["applied"]["rows_left_out"] == 1
    assert len((await everything(admin, here))["assignments"]) == 1


async def test_undo_puts_back_exactly_what_was_there(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        first = a_file(a_row(1, SEX="F"), a_row(2, SEX="M"), a_row(3), a_row(4, END_DATE_ORG="31/12/2025"))
        await bring_in(client, here, first)
        before = await everything(admin, here)
        second = a_file(
            a_row(1, LAST_NAME="Eze", GRADE="8a", SEX="M"),
            a_row(2, END_DATE_ORG="30/06/2026", LEAVING_REASON="Retirement", LAST_NAME="Gone"),
            a_row(3, JOB_TITLE="Matron", DISABILITY="Yes"),
            a_row(4, START_DATE="01/02/2026", LAST_NAME="Back"),
            a_row(5, FIRST_NAME="New", SEX="F"),
        )
        done = await bring_in(client, here, second)
        assert await everything(admin, here) != before
        undone = await client.post(f"/api/imports/{done['id']}/undo")
        assert undone.status_code == 200, undone.text
        assert undone.json()["undone"]["left"] == []
    assert await everything(admin, here) == before


async def test_undo_leaves_what_somebody_changed_since_and_names_the_person(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1), a_row(2)))
        done = await bring_in(client, here, a_file(a_row(1, JOB_TITLE="Matron"), a_row(2, JOB_TITLE="Matron")))
        async with admin.begin() as connection:
            changed = (
                "UPDATE assignments a SET job_title = 'Chief nurse' FROM employments e WHERE a.organisation_id = :o"
                " AND e.organisation_id = :o AND e.person_id = a.person_id AND e.employee_number = '2'"
                " RETURNING a.person_id"
            )
            person = (await connection.execute(text(changed), {"o": here})).scalar_one()
        undone = (await client.post(f"/api/imports/{done['id']}/undo")).json()
        assert undone["undone"]["left"] == [str(person)]
        page = (await client.get(f"/imports/{done['id']}")).text
        assert "Okafor, Amara" in page
    titles = sorted(row.job_title for row in (await everything(admin, here))["assignments"])
    assert titles == ["Chief nurse", "Ward manager"]


async def test_undo_keeps_a_new_person_about_whom_something_was_recorded_since(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    partner = await make.hr_partner(here)
    async with browse(partner) as client:
        done = await bring_in(client, here, a_file(a_row("a"), a_row("b")))
        async with admin.connect() as connection:
            query = "SELECT person_id FROM employments WHERE organisation_id = :o AND employee_number = 'a'"
            person = (await connection.execute(text(query), {"o": here})).scalar_one()
        assert partner.person_id
        await make.conversation(here, person, partner.person_id)
        undone = (await client.post(f"/api/imports/{done['id']}/undo")).json()
        assert undone["undone"]["left"] == [str(person)]
    numbers = [
        row.employee_number
        for row in (await everything(admin, here))["employments"]
        if row.person_id != partner.person_id
    ]
    assert numbers == ["a"]


async def test_undo_is_for_one_day(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        done = await bring_in(client, here, a_file(a_row(1)))
        async with admin.begin() as connection:
            await connection.execute(
                text("UPDATE import_steps SET at = at - interval '25 hours' WHERE import_id = :i"), {"i": done["id"]}
            )
        refused = await client.post(f"/api/imports/{done['id']}/undo")
        assert refused.status_code == 409
        assert "24 hours" in refused.json()["detail"]
        await give(client, here, a_file(a_row(1)))
    async with admin.connect() as connection:
        kept = await connection.execute(
            text("SELECT count(*) FROM import_changes WHERE import_id = :i"), {"i": done["id"]}
        )
        assert kept.scalar_one() == 0, "what undo would have needed is forgotten after a day"


async def test_an_import_is_refused_when_what_is_held_has_changed_since_the_preview(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1)))
        found = (await give(client, here, a_file(a_row(1, JOB_TITLE="Matron")))).json()
        async with admin.begin() as connection:
            await connection.execute(
                text("UPDATE assignments SET job_title = 'Sister' WHERE organisation_id = :o"), {"o": here}
            )
        refused = await client.post(f"/api/imports/{found['id']}/apply", json={})
        assert refused.status_code == 409
        assert "changed since" in refused.json()["detail"]
        page = await client.post(f"/imports/{found['id']}/apply")
        assert page.status_code == 409
        assert "Sister" in page.text, "the page shows the new preview at once"


async def test_of_two_who_import_the_same_file_at_once_one_is_refused(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        found = (await give(client, here, a_file(a_row(1)))).json()
        answers = await asyncio.gather(*(client.post(f"/api/imports/{found['id']}/apply", json={}) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len((await everything(admin, here))["assignments"]) == 1


async def test_the_trail_tells_who_was_added_or_changed_and_which_fields_but_no_value(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1, SEX="F"), a_row(2)))
        done = await bring_in(client, here, a_file(a_row(1, JOB_TITLE="Matron", SEX="M"), a_row(2)))
    async with admin.connect() as connection:
        query = "SELECT action, subject_person_id, detail FROM audit_entries WHERE entity_id = :i ORDER BY id"
        rows = (await connection.execute(text(query), {"i": done["id"]})).all()
    about = [row for row in rows if row.subject_person_id]
    assert [(row.action, row.detail) for row in about] == [
        ("transfer.compared", {}),
        ("transfer.imported", {"person": "held", "fields": ["JOB_TITLE"]}),
        ("transfer.answered", {"questions": ["sex"]}),
    ]
    assert {row.action for row in rows} >= {
        "transfer.uploaded",
        "transfer.checked",
        "transfer.applied",
        "transfer.imported",
    }
    told = str([row.detail for row in rows])
    assert "Matron" not in told
    assert "male" not in told


async def test_equality_answers_are_written_and_never_told_back(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1, ETHNIC_CATEGORY="Z", SEX="Female", DISABILITY="Yes")))
        held = {(row.characteristic, row.code) for row in (await everything(admin, here))["answers"]}
        assert held == {("ethnicity", "not_stated"), ("sex", "female"), ("disability", "disabled")}
        async with admin.begin() as connection:
            own = (
                "UPDATE equality_answers q SET source = 'person', code = 'prefer_not_to_say' FROM employments e"
                " WHERE characteristic = 'sex' AND q.person_id = e.person_id AND e.organisation_id = :o"
            )
            await connection.execute(text(own), {"o": here})
        found = (await give(client, here, a_file(a_row(1, ETHNIC_CATEGORY="A", SEX="Male")))).json()
        assert counts(found) == (0, 0, 1, 0), "an answer that differs does not make a row changed: that would tell it"
        assert found["summary"]["equality"] is True
        await client.post(f"/api/imports/{found['id']}/apply", json={})
        held = {row.characteristic: row.code for row in (await everything(admin, here))["answers"]}
        assert held == {"ethnicity": "A", "sex": "prefer_not_to_say", "disability": "disabled"}


async def test_somebody_who_leaves_ends_their_open_posts_even_when_the_file_names_only_the_person(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1)))
        leaver = {
            "EMPLOYEE_NUMBER": "1",
            "FIRST_NAME": "Amara",
            "LAST_NAME": "Okafor",
            "END_DATE_ORG": "30/06/2026",
            "LEAVING_REASON": "Voluntary Resignation - Promotion",
        }
        await bring_in(client, here, a_file(leaver))
        post = (await everything(admin, here))["assignments"][0]
        assert (post.ended, post.end_reason) == (date(2026, 6, 30), "resignation_promotion")
        assert counts((await give(client, here, a_file(leaver))).json()) == (0, 0, 1, 0)


async def test_somebody_who_comes_back_is_employed_again(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1, END_DATE_ORG="31/12/2025")))
        assert (await everything(admin, here))["employments"][-1].ended == date(2025, 12, 31)
        await bring_in(client, here, a_file(a_row(1, START_DATE="01/05/2026")))
    held = await everything(admin, here)
    assert held["employments"][-1].ended is None
    assert [row.ended for row in held["assignments"]] == [date(2025, 12, 31), None]


async def test_two_full_time_posts_may_change_places_in_one_file(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(
            client,
            here,
            a_file(
                a_row(1, START_DATE="01/01/2020", END_DATE="31/12/2021"),
                a_row(1, START_DATE="01/01/2022", JOB_TITLE="Matron"),
            ),
        )
        posts = (await everything(admin, here))["assignments"]
        moved = a_file(
            a_row(1, START_DATE="01/01/2022", END_DATE="none", ASSIGNMENT_ID=str(posts[0].id)),
            a_row(
                1, START_DATE="01/01/2020", END_DATE="31/12/2021", JOB_TITLE="Matron", ASSIGNMENT_ID=str(posts[1].id)
            ),
        )
        done = await bring_in(client, here, moved)
        assert done["applied"]["posts_changed"] == 2
        await client.post(f"/api/imports/{done['id']}/undo")
    assert (await everything(admin, here))["assignments"] == posts


async def test_an_identifier_links_a_person_of_another_employer_only_with_the_name_and_birth_date(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    there, here = await make.organisation(), await make.organisation()
    person = await make.person(there, given_name="Amara", family_name="Okafor", birth_date=date(1985, 5, 17))
    async with browse(await make.hr_partner(here)) as client:
        wrong = (await give(client, here, a_file(a_row(1, PERSON_ID=str(person), DATE_OF_BIRTH="18/05/1985")))).json()
        assert counts(wrong) == (0, 0, 0, 1)
        assert (await problems_of(client, wrong))[0]["column"] == "PERSON_ID"
        right = (await give(client, here, a_file(a_row(1, PERSON_ID=str(person), FIRST_NAME="Amy")))).json()
        assert counts(right) == (1, 0, 0, 0)
        done = await client.post(f"/api/imports/{right['id']}/apply", json={})
        assert done.json()["applied"]["people_added"] == 0
    async with admin.connect() as connection:
        name = (
            await connection.execute(text("SELECT given_name FROM people WHERE id = :p"), {"p": person})
        ).scalar_one()
    assert name == "Amara", "linking somebody changes nothing of what another employer records"


async def test_people_are_never_matched_by_name(make: Builder, browse: Client) -> None:
    here = await make.organisation()
    await make.person(here, given_name="Amara", family_name="Okafor", birth_date=date(1985, 5, 17))
    async with browse(await make.hr_partner(here)) as client:
        found = (await give(client, here, a_file(a_row("another-number")))).json()
        assert counts(found) == (1, 0, 0, 0)


async def test_an_import_of_another_organisation_is_not_there(make: Builder, browse: Client) -> None:
    here, there = await make.organisation(), await make.organisation()
    async with browse(await make.hr_partner(there)) as client:
        theirs = (await give(client, there, a_file(a_row(1)))).json()["id"]
    async with browse(await make.hr_partner(here)) as client:
        assert (await give(client, there, a_file(a_row(1)))).status_code == 404
        for method, path in (
            ("GET", ""),
            ("GET", "/problems"),
            ("POST", "/apply"),
            ("POST", "/undo"),
            ("POST", "/check"),
            ("POST", "/discard"),
        ):
            assert (await client.request(method, f"/api/imports/{theirs}{path}", json={})).status_code == 404, path
        for path in ("", "/problems.csv", "/columns", "/codes"):
            assert (await client.get(f"/imports/{theirs}{path}")).status_code == 404, path
        assert (await client.get("/api/exports/workforce", params={"organisation_id": str(there)})).status_code == 404
        assert (await client.get("/api/imports")).json()["items"] == []


@pytest.mark.parametrize("who", ["facilitator", "staff"])
async def test_only_hr_partners_import_and_export(make: Builder, browse: Client, who: str) -> None:
    here = await make.organisation()
    async with browse(await getattr(make, who)(here)) as client:
        assert (await give(client, here, a_file(a_row(1)))).status_code in {403, 404}
        assert (await client.get("/imports")).status_code == 403
        assert (await client.get("/imports/template.csv")).status_code == 403
        assert (await client.get("/api/imports")).status_code == 403
        assert (await client.get("/api/exports/workforce", params={"organisation_id": str(here)})).status_code in {
            403,
            404,
        }


async def test_row_security_hides_imports_and_what_undo_needs_from_everybody_else(
    make: Builder, browse: Client, sessions: Sessions, as_app: AsyncEngine
) -> None:
    here, there = await make.organisation(), await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        done = await bring_in(client, here, a_file(a_row(1, SEX="F")))
    tables = ("imports", "import_steps", "import_changes", "import_mappings")
    async with as_app.connect() as connection:
        for table in tables:
            assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0
    async with transaction(sessions, the_service(there)) as session:
        for table in tables:
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0
        gone = await session.execute(
            text("SELECT private.take_back(:o, :i, 'people', ARRAY(SELECT record_id FROM import_changes))"),
            {"o": here, "i": UUID(done["id"])},
        )
        assert gone.all() == []
    async with transaction(sessions, the_service(here)) as session:
        assert (await session.execute(text("SELECT count(*) FROM import_changes"))).scalar_one() > 0
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text("SELECT before FROM import_answers"))


async def test_an_import_that_breaks_off_leaves_nothing_behind_and_can_be_tried_again(
    make: Builder, browse: Client, admin: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await make.organisation()
    async with browse(await make.hr_partner(here)) as client:
        await bring_in(client, here, a_file(a_row(1)))
        before = await everything(admin, here)
        found = (await give(client, here, a_file(a_row(1, JOB_TITLE="Matron", SEX="F"), a_row(2)))).json()
        with monkeypatch.context() as broken:
            statements = (*applying._STATEMENTS, ("", "SELECT 1 / 0"))
            broken.setattr(applying, "_STATEMENTS", statements)
            failed = await client.post(f"/api/imports/{found['id']}/apply", json={})
            assert failed.status_code >= 400
        assert await everything(admin, here) == before
        assert (await client.get(f"/api/imports/{found['id']}")).json()["state"] == "checked"
        done = await client.post(f"/api/imports/{found['id']}/apply", json={})
        assert done.json()["applied"]["people_added"] == 1
