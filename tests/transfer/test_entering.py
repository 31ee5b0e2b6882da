"""Moves, offers and past applications from files: told first, brought in by the rules of their rooms, taken back."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import Role
from service.kit.clock import today
from service.kit.db import constraint_of
from service.kit.ids import new_id
from tests.builders import Builder, SignedIn
from tests.conftest import Client
from tests.transfer.conftest import Run
from tests.transfer.files import a_file, bring_in, give
from tests.transfer.test_importing import counts

MOVE = {"EMPLOYEE_NUMBER": "P", "KIND": "Career break", "FIRST_DAY": "01/09/2025"}
OFFER = {
    "TITLE": "Leading well",
    "KIND": "Programme",
    "SUMMARY": "Six days for people who lead a team.",
    "VERBS": "Develop; Retain",
    "CAPABILITY": "ways.relating",
    "PRIORITY": "More nurses in leadership",
    "LEVEL_FROM": "5",
    "OPENS_ON": "01/12/2025",
    "CLOSES_ON": "15/01/2026",
    "STARTS_ON": "02/02/2026",
    "ENDS_ON": "30/06/2026",
    "PLACES": "2",
}
APPLIED = {
    "EMPLOYEE_NUMBER": "P",
    "OFFER": "leading WELL",
    "STARTS_ON": "02/02/2026",
    "APPLIED_ON": "12/12/2025",
    "OUTCOME": "Completed",
    "DECIDED_ON": "20/01/2026",
    "ENDED_ON": "30/06/2026",
}
UNSUCCESSFUL = APPLIED | {"OUTCOME": "Unsuccessful", "REASON": "Not released", "ENDED_ON": ""}


class Here:
    """An organisation with its partner (H) and two of its people (P and Q)."""

    def __init__(self, organisation: UUID, partner: SignedIn, people: dict[str, UUID]) -> None:
        self.organisation, self.partner, self.people = organisation, partner, people


@pytest.fixture
async def here(make: Builder) -> Here:
    place = await make.organisation()
    people = {number: await make.person() for number in ("P", "Q", "H")}
    for number, person in people.items():
        await make.employment(place, person, employee_number=number)
    await make.assignment(place, people["P"], job_title="Ward manager", grade="7")
    return Here(place, await make.account([(Role.HR_PARTNER, place)], people["H"]), people)


async def asked(admin: AsyncEngine, question: str, here: Here) -> list[Any]:
    async with admin.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(question), {"o": here.organisation})]


MOVES = (
    "SELECT e.kind, e.source, e.effective_on::text, s.side, s.change FROM mobility_events e JOIN mobility_sides s"
    " ON s.person_id = e.person_id AND s.event_id = e.id WHERE s.organisation_id = :o AND e.source = 'imported'"
    " ORDER BY e.effective_on"
)


async def test_moves_come_in_once_and_are_taken_back_unless_corrected(
    here: Here, browse: Client, admin: AsyncEngine
) -> None:
    rotation = MOVE | {"EMPLOYEE_NUMBER": "Q", "KIND": "rotation", "FIRST_DAY": "02/09/2025"}
    content = a_file(MOVE, rotation)
    async with browse(here.partner) as client:
        checked = (await give(client, here.organisation, content, kind="moves")).json()
        assert counts(checked) == (2, 0, 0, 0)
        assert await asked(admin, MOVES, here) == []
        done = await bring_in(client, here.organisation, content, kind="moves")
        assert done["applied"]["moves_added"] == 2
        assert await asked(admin, MOVES, here) == [
            ("career_break", "imported", "2025-09-01", "from", 0),
            ("rotation", "imported", "2025-09-02", "to", 0),
        ]
        again = (await give(client, here.organisation, content, kind="moves")).json()
        assert counts(again) == (0, 0, 2, 0)
        listed = await client.get("/api/mobility/moves", params={"organisation_id": str(here.organisation)})
        moves = {one["kind"]: one["id"] for one in listed.json()["items"]}
        corrected = await client.post(f"/api/mobility/moves/{moves['rotation']}/correct", json={"is_withdrawn": True})
        assert corrected.status_code in {200, 201}, corrected.text
        undone = (await client.post(f"/api/imports/{done['id']}/undo")).json()["undone"]
        assert (undone["restored"], undone["left"]) == (1, [str(here.people["Q"])])
    assert [row[0] for row in await asked(admin, MOVES, here)] == ["rotation"]


WRONG = {
    "moves": [
        (MOVE | {"EMPLOYEE_NUMBER": "X"}, "Nobody of your organisation has this number"),
        (MOVE | {"KIND": "Promotion"}, "Career break"),
        (MOVE | {"FIRST_DAY": "01/09/2030"}, "two years from now"),
        (MOVE | {"FIRST_DAY": ""}, "Every row needs it"),
    ],
    "offers": [
        (OFFER | {"TITLE": "A", "CLOSES_ON": "30/11/2025"}, "closing date must be on or after the opening date"),
        (OFFER | {"TITLE": "B", "PLACES": "0"}, "whole number from 1 to 10,000"),
        (OFFER | {"TITLE": "C", "PLACES": "2.5"}, "Write a whole number"),
        (OFFER | {"TITLE": "D", "COST": "250"}, "Say who pays"),
        (OFFER | {"TITLE": "E", "VERBS": ""}, "at least one of the five verbs"),
        (OFFER | {"TITLE": "F", "ENDS_ON": "01/02/2026"}, "on or after the first day"),
    ],
    "applications": [
        (APPLIED | {"OFFER": "Another"}, "no offer of this title"),
        (APPLIED | {"STARTS_ON": "03/02/2026"}, "no date that begins on this day"),
        (UNSUCCESSFUL | {"REASON": ""}, "Say why"),
        (UNSUCCESSFUL | {"REASON": "Stopped before the end"}, "does not explain this outcome"),
        (APPLIED | {"DECIDED_ON": "11/12/2025"}, "out of order"),
        (APPLIED | {"ENDED_ON": "30/06/2027"}, "today or in the past"),
    ],
}


@pytest.mark.parametrize("kind", WRONG)
async def test_a_row_that_cannot_be_is_told_in_words_and_changes_nothing(here: Here, browse: Client, kind: str) -> None:
    rows = WRONG[kind]
    async with browse(here.partner) as client:
        if kind == "applications":
            await bring_in(client, here.organisation, a_file(OFFER), kind="offers")
        found = (await give(client, here.organisation, a_file(*(row for row, _ in rows)), kind=kind)).json()
        assert counts(found) == (0, 0, 0, len(rows))
        problems = (await client.get(f"/api/imports/{found['id']}/problems")).json()["items"]
        for number, (_, said) in enumerate(rows, start=2):
            assert said in next(problem["fix"] for problem in problems if problem["row"] == number)
        refused = await client.post(f"/api/imports/{found['id']}/apply", json={})
        assert refused.status_code == 422


OFFERS = (
    "SELECT o.title, o.state, o.verbs, o.dimension_code, o.level_from, count(c.id) FROM offers o"
    " JOIN offer_cohorts c ON c.organisation_id = o.organisation_id AND c.offer_id = o.id"
    " WHERE o.organisation_id = :o GROUP BY o.organisation_id, o.id ORDER BY o.title"
)


async def test_offers_come_in_as_drafts_and_those_of_the_past_as_closed(
    here: Here, browse: Client, admin: AsyncEngine
) -> None:
    coming = OFFER | {"TITLE": "New managers", "OPENS_ON": "01/12/2026", "CLOSES_ON": "01/02/2027", "VERBS": ""}
    coming |= {"STARTS_ON": "01/03/2027", "ENDS_ON": "30/06/2027", "PLACE": "Harrowmere"}
    content = a_file(OFFER, OFFER | {"STARTS_ON": "01/03/2026", "VERBS": "", "CAPABILITY": "", "SUMMARY": ""}, coming)
    async with browse(here.partner) as client:
        done = await bring_in(client, here.organisation, content, kind="offers")
        assert done["applied"]["offers_added"] == 2
        assert await asked(admin, OFFERS, here) == [
            ("Leading well", "closed", ["develop", "retain"], "relating", 5, 2),
            ("New managers", "draft", [], "relating", 5, 1),
        ]
        assert counts((await give(client, here.organisation, content, kind="offers")).json()) == (0, 0, 3, 0)
        undone = (await client.post(f"/api/imports/{done['id']}/undo")).json()["undone"]
        assert (undone["restored"], undone["left"]) == (2, [])
    assert await asked(admin, OFFERS, here) == []


HISTORY = (
    "SELECT a.job_title, a.level, s.state, s.reason, s.at::date::text FROM offer_applications a"
    " JOIN offer_application_states s ON s.person_id = a.person_id AND s.application_id = a.id"
    " WHERE a.offer_organisation_id = :o AND a.job_title IS NOT NULL ORDER BY s.number"
)
PLACES = "SELECT taken FROM offer_cohorts WHERE organisation_id = :o"


async def test_applications_come_in_with_their_history_are_told_and_give_back_their_places(
    here: Here, browse: Client, admin: AsyncEngine, make: Builder
) -> None:
    content = a_file(APPLIED, UNSUCCESSFUL | {"EMPLOYEE_NUMBER": "Q"})
    async with browse(here.partner) as client:
        offers = await bring_in(client, here.organisation, a_file(OFFER), kind="offers")
        done = await bring_in(client, here.organisation, content, kind="applications")
        assert done["applied"]["applications_added"] == 2
        assert await asked(admin, HISTORY, here) == [
            ("Ward manager", 7, "draft", None, "2025-12-12"),
            ("Ward manager", 7, "submitted", None, "2025-12-12"),
            ("Ward manager", 7, "placed", "meets_what_was_asked", "2026-01-20"),
            ("Ward manager", 7, "attended", "took_part", "2026-02-02"),
            ("Ward manager", 7, "completed", "took_part", "2026-06-30"),
        ]
        assert await asked(admin, PLACES, here) == [(1,)]
        again = (await give(client, here.organisation, content, kind="applications")).json()
        assert counts(again) == (0, 0, 2, 0)
        # What the applications rest on stays, and so does nothing of them once they are taken back.
        left = (await client.post(f"/api/imports/{offers['id']}/undo")).json()["undone"]
        assert (left["restored"], len(left["left"])) == (0, 1)
        assert "1 offer was published, changed or applied for" in (await client.get(f"/imports/{offers['id']}")).text
        undone = (await client.post(f"/api/imports/{done['id']}/undo")).json()["undone"]
        assert undone["restored"] == 2
    assert await asked(admin, PLACES, here) == [(0,)]
    async with browse(await make.account([], here.people["P"])) as client:
        told = (await client.get("/api/me/notices")).json()["items"]
    assert [one["kind"] for one in told] == ["transfer_applications"]


async def test_a_file_gives_no_more_places_than_there_are(here: Here, browse: Client) -> None:
    async with browse(here.partner) as client:
        await bring_in(client, here.organisation, a_file(OFFER | {"PLACES": "1"}), kind="offers")
        rows = a_file(APPLIED, APPLIED | {"EMPLOYEE_NUMBER": "Q"})
        found = (await give(client, here.organisation, rows, kind="applications")).json()
        assert counts(found) == (1, 0, 0, 1)


async def test_one_application_for_an_offer_is_under_way_at_a_time(here: Here, browse: Client) -> None:
    placed = APPLIED | {"OUTCOME": "Placed", "ENDED_ON": ""}
    second, ended = placed | {"STARTS_ON": "01/03/2026"}, APPLIED | {"STARTS_ON": "01/03/2026"}
    async with browse(here.partner) as client:
        offers = a_file(OFFER, OFFER | {"STARTS_ON": "01/03/2026"})
        await bring_in(client, here.organisation, offers, kind="offers")
        found = (await give(client, here.organisation, a_file(placed, second), kind="applications")).json()
        assert counts(found) == (1, 0, 0, 1)
        done = await bring_in(client, here.organisation, a_file(placed), kind="applications")
        for row, expected in ((second, (0, 0, 0, 1)), (ended, (1, 0, 0, 0))):
            found = (await give(client, here.organisation, a_file(row), kind="applications")).json()
            assert counts(found) == expected
        assert done["applied"]["applications_added"] == 1


BRINGING = """
    SELECT private.bring_in_applications(:o, CAST(:people AS uuid[]), CAST(:keys AS uuid[]), CAST(:offers AS uuid[]),
        CAST(:cohorts AS uuid[]), CAST(:outcomes AS text[]), CAST(:none AS text[]), CAST(:days AS date[]),
        CAST(:days AS date[]), CAST(:days AS date[]))"""


@pytest.mark.parametrize(("numbers", "kept", "places"), [(3, 2, [3, 2]), (4, 2, [4, 2]), (5, None, None)])
async def test_places_kept_for_the_organisation_go_first_and_no_date_is_oversold(
    make: Builder, admin: AsyncEngine, numbers: int, kept: int | None, places: list[int] | None
) -> None:
    """Four places, two of them kept: whoever writes, the database counts."""
    place = await make.organisation()
    offer = await make.offer(place)
    cohort = await make.cohort(place, offer, 4, kept={place: 2})
    people, elsewhere = [await make.person(place) for _ in range(numbers)], await make.person()
    row = {"people": [*people, elsewhere], "keys": [new_id() for _ in range(numbers + 1)], "o": place}
    row |= {name: [value] * (numbers + 1) for name, value in (("offers", offer), ("cohorts", cohort))}
    row |= {"outcomes": ["attended"] * (numbers + 1), "none": [None] * (numbers + 1), "days": [today()] * (numbers + 1)}
    async with admin.connect() as connection:
        await connection.execute(text("SELECT set_config('ridgeway.partner_of', :o, true)"), {"o": str(place)})
        if places is None:
            with pytest.raises(DBAPIError) as refused:
                await connection.execute(text(BRINGING), row)
            assert constraint_of(refused.value) == "ck_offer_cohorts_never_oversold"
            return
        await connection.execute(text(BRINGING), row)
        asked = "SELECT taken, reserved_taken FROM offer_cohorts WHERE id = :c"
        assert [*(await connection.execute(text(asked), {"c": cohort})).one()] == places
        held = "SELECT person_id, has_kept_place, version, state FROM offer_applications WHERE offer_id = :f"
        rows = (await connection.execute(text(held), {"f": offer})).all()
    assert {row.person_id for row in rows} == {*people}, "nobody who is not employed here"
    assert sum(row.has_kept_place for row in rows) == kept
    assert {(row.version, row.state) for row in rows} == {(4, "attended")}


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [("moves", MOVE, "1 move added"), ("offers", OFFER, "1 offer added"), ("applications", APPLIED, "1 application")],
)
async def test_the_command_checks_and_applies(
    make: Builder, run: Run, here: Here, admin: AsyncEngine, tmp_path: Path, kind: str, row: dict[str, str], said: str
) -> None:
    async with admin.connect() as connection:
        find = text("SELECT code FROM organisations WHERE id = :id")
        code = (await connection.execute(find, {"id": here.organisation})).scalar_one()
    file = tmp_path / "rows.csv"
    if kind == "applications":
        file.write_bytes(a_file(OFFER))
        assert (await run("import", "offers", file, "--organisation", code, "--apply")).exit_code == 0
    file.write_bytes(a_file(row))
    checked = await run("import", kind, file, "--organisation", code, "--check")
    assert checked.exit_code == 0, checked.output
    assert "1 new, 0 changed, 0 unchanged" in checked.output
    applied = await run("import", kind, file, "--organisation", code, "--apply")
    assert said in applied.output, applied.output
