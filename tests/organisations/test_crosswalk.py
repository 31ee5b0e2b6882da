"""The crosswalk is published whole, never edited, and what it does not know is listed and never guessed."""

import csv
import re
from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.kit.db import Sessions
from service.organisations.reference import FILE, ensure_reference
from tests.builders import Builder
from tests.conftest import Client

EDITION = {"approved_by": "System pay group", "approved_on": "2026-11-02"}


@pytest.fixture(autouse=True)
async def first_edition_again(admin: AsyncEngine) -> AsyncIterator[None]:
    """The crosswalk belongs to the whole system, so each of these tests puts it back."""
    yield
    async with admin.begin() as connection:
        await connection.execute(text("DELETE FROM crosswalk_entries WHERE version > 1"))
        await connection.execute(text("DELETE FROM crosswalk_versions WHERE version > 1"))


async def test_migrating_gives_the_first_edition_and_migrating_again_changes_nothing(admin: AsyncEngine) -> None:
    before = await _entries(admin)
    with FILE.open(newline="") as file:
        assert before == sorted((1, row["scheme"], row["grade"], int(row["level"])) for row in csv.DictReader(file))
    async with AsyncSession(admin) as session, session.begin():
        await ensure_reference(session)
    assert await _entries(admin) == before


@pytest.mark.parametrize(
    ("scheme", "grade", "level"),
    [
        ("afc", "5", 5),
        ("afc", "8a", 8),
        ("afc", "8d", 8),
        ("afc", "9", 9),
        ("vsm", "vsm", 9),
        ("medical", "consultant", 8),
        ("njc", "LG12", 9),
        ("charity", "C1", 2),
    ],
)
async def test_the_first_edition_maps_grades_as_the_reference_says(
    admin: AsyncEngine, scheme: str, grade: str, level: int
) -> None:
    assert (1, scheme, grade, level) in await _entries(admin)


async def test_a_new_edition_holds_the_old_one_and_the_old_one_does_not_change(
    make: Builder, browse: Client, admin: AsyncEngine
) -> None:
    before = await _entries(admin)
    change = [
        {"scheme": "afc", "grade": "6", "label": "Band 6", "level": 7},
        {"scheme": "local", "grade": "A", "label": "Local A", "level": 3},
    ]
    async with browse(await make.administrator()) as client:
        made = await client.post("/api/crosswalk", json={**EDITION, "based_on": 1, "grades": change})
        assert made.status_code == 201
        assert made.json()["version"] == 2
        again = await client.post("/api/crosswalk", json={**EDITION, "based_on": 1, "grades": change})
        assert again.status_code == 409
    after = await _entries(admin)
    assert [row for row in after if row[0] == 1] == before
    second = {row[1:3]: row[3] for row in after if row[0] == 2}
    assert second == {**{row[1:3]: row[3] for row in before}, ("afc", "6"): 7, ("local", "A"): 3}
    async with admin.connect() as connection:
        asked = text(
            "SELECT detail FROM audit_entries WHERE action = 'organisations.crosswalk_published'"
            " ORDER BY id DESC LIMIT 1"
        )
        assert (await connection.execute(asked)).scalar_one() == {"version": 2, "grades": len(before) + 1, "changed": 2}


async def test_a_published_edition_cannot_be_edited_even_by_raw_sql(as_app: AsyncEngine) -> None:
    for statement in (
        "UPDATE crosswalk_entries SET level = 1",
        "DELETE FROM crosswalk_entries",
        "UPDATE crosswalk_versions SET approved_by = 'me'",
        "DELETE FROM crosswalk_versions",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with as_app.begin() as connection:
                await connection.execute(text(statement))


async def test_grades_in_use_without_a_level_are_listed_with_rounded_head_counts(make: Builder, browse: Client) -> None:
    scheme = f"s{uuid4().hex[:8]}"
    one, two = await make.organisation(), await make.organisation()
    for number in range(12):
        place = one if number < 7 else two
        await make.assignment(place, await make.person(place), grade_scheme=scheme, grade="A")
    await make.assignment(one, await make.person(one), grade_scheme=scheme, grade="B")
    await make.assignment(one, await make.person(one), grade_scheme=scheme, grade="gone", ended=date(2025, 1, 1))
    async with browse(await make.administrator()) as client:
        found = (await client.get("/api/crosswalk/unmapped")).json()["items"]
        page = (await client.get("/grades")).text
    mine = [row for row in found if row["scheme"] == scheme]
    assert mine == [
        {"scheme": scheme, "grade": "A", "organisations": 2, "people": 10},
        {"scheme": scheme, "grade": "B", "organisations": 1, "people": None},
    ]
    assert "About 10 people" in page
    assert "Fewer than 10 people" in page
    assert "never guessed" in page


async def test_an_unmapped_grade_is_given_its_level_on_the_page(make: Builder, browse: Client) -> None:
    scheme = f"s{uuid4().hex[:8]}"
    place = await make.organisation()
    await make.assignment(place, await make.person(place), grade_scheme=scheme, grade="Grade Ŵ")
    async with browse(await make.administrator()) as client:
        page = (await client.get("/grades/new")).text
        number = re.search(rf'name="scheme-(\d+)" value="{scheme}"', page)
        assert number
        n = number[1]
        form = {"based_on": "1", f"scheme-{n}": scheme, f"grade-{n}": "Grade Ŵ", f"level-{n}": "4",
                "approved_by": "Pay",
                "approved_on-day": "2", "approved_on-month": "11", "approved_on-year": "2026"}  # fmt: skip
        assert (await client.post("/grades", data=form)).status_code == 303
        assert scheme not in {row["scheme"] for row in (await client.get("/api/crosswalk/unmapped")).json()["items"]}
        late = await client.post("/grades", data=form)
        assert late.status_code == 409
        assert "Another edition was published" in late.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"approved_by": ""}, "approved_by"),
        ({"approved_on-day": "31", "approved_on-month": "2"}, "approved_on"),
        ({"approved_on-year": "2999"}, "approved_on"),
        ({"level-other": ""}, "level-other"),
        ({"level-other": "10"}, "level-other"),
        ({"grade-other": ""}, "grade-other"),
        ({"scheme-other": "a\0b"}, "scheme-other"),
        ({"based_on": "9" * 30}, "based_on"),
    ],
    ids=str,
)
async def test_an_edition_that_cannot_be_used_is_refused_at_its_field(
    make: Builder, browse: Client, admin: AsyncEngine, change: dict[str, str], field: str
) -> None:
    form = {"based_on": "1", "scheme-other": "afc", "grade-other": "6", "level-other": "6", "approved_by": "Pay group",
            "approved_on-day": "2", "approved_on-month": "11", "approved_on-year": "2026"}  # fmt: skip
    async with browse(await make.administrator()) as client:
        refused = await client.post("/grades", data={**form, **change})
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert max(row[0] for row in await _entries(admin)) == 1


async def test_nobody_but_an_administrator_learns_which_grades_are_unmapped(
    make: Builder, browse: Client, sessions: Sessions, as_app: AsyncEngine
) -> None:
    place = await make.organisation()
    await make.assignment(place, await make.person(place), grade_scheme=f"s{uuid4().hex[:8]}", grade="A")
    async with browse(await make.hr_partner(place)) as client:
        assert (await client.get("/api/crosswalk/unmapped")).status_code == 403
        assert (await client.post("/api/crosswalk", json={**EDITION, "based_on": 1, "grades": []})).status_code in {
            403,
            422,
        }
        assert (await client.get("/api/crosswalk")).json()["version"] == 1
    async with as_app.connect() as connection:
        assert (await connection.execute(text("SELECT * FROM private.unmapped_grades()"))).all() == []


async def _entries(admin: AsyncEngine) -> list[tuple[int, str, str, int]]:
    async with admin.connect() as connection:
        rows = await connection.execute(text("SELECT version, scheme, grade, level FROM crosswalk_entries"))
        return sorted(tuple(row) for row in rows)
