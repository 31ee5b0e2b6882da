"""Applications and interests come out as steps of a career: dates, outcomes and the employer then, and no words."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.frames import STAGES
from service.insight.facts.stages import events
from tests.insight.conftest import Numbers
from tests.insight.test_more_facts import as_analyst

APPLIED = "INSERT INTO offer_application_states (person_id, application_id, number, state, at, reason) VALUES"
WISHED = "INSERT INTO interest_states (person_id, interest_id, number, state, at, reason) VALUES"
STATE = " (:person, :id, :number, :state, :at, NULL)"
APPLICATION = (
    "INSERT INTO offer_applications (person_id, id, offer_organisation_id, offer_id, organisation_id)"
    " VALUES (:person, :id, :place, :id, :place)"
)
INTEREST = (
    "INSERT INTO interests (person_id, id, organisation_id, opportunity_id, employer_id, staff_group, route)"
    " VALUES (:person, :id, :place, :id, :place, 'other', 'self')"
)
ID = UUID("3f0b6c1e-0000-4000-8000-000000000017")
Steps = list[tuple[str, int, int | None, str | None]]


async def steps(numbers: Numbers, table: str, history: list[str]) -> Steps:
    """(stage, day opened, day closed, outcome) of somebody whose case reached these states on 1, 2, 3 ... May 2026."""
    async with numbers.admin.connect() as connection:
        given = await _begun(connection, APPLICATION if table == "offer" else INTEREST)
        for number, state in enumerate(history, 1):
            row = {**given, "number": number, "state": state, "at": f"2026-05-{number:02} 23:30+01"}
            sql = (APPLIED if table == "offer" else WISHED) + STATE.replace(
                ":at", "CAST(CAST(:at AS text) AS timestamptz)"
            )
            await connection.execute(text(sql), {name: row[name] for name in ("person", "id", "number", "state", "at")})
        query, fields = events(sorted(numbers.codes))
        rows = await as_analyst(connection, query, fields)
        await connection.rollback()
    mine = [row for row in rows if row["person"] == given["key"] and row["opened_on"].isoformat()[:7] == "2026-05"]
    return [_step(row) for row in mine if row["stage"] != STAGES.index("conversation")]


async def _begun(connection: AsyncConnection, sql: str) -> dict[str, Any]:
    """Rows as they would be after years of use: what leads to them is tested in their own rooms."""
    await connection.execute(text("SET LOCAL session_replication_role = replica"))
    place = (await connection.execute(text("SELECT id FROM organisations ORDER BY code LIMIT 1"))).scalar_one()
    person = (await connection.execute(text("SELECT id, analysis_key FROM people ORDER BY id LIMIT 1"))).one()
    given = {"person": person.id, "id": ID, "place": place}
    await connection.execute(text(sql), given)
    return given | {"key": person.analysis_key}


def _step(row: dict[str, Any]) -> tuple[str, int, int | None, str | None]:
    closed = None if row["closed_on"].year == 9999 else row["closed_on"].day
    outcome = None if row["outcome"] == -1 else events([])[1][5].dtype.categories[row["outcome"]]  # type: ignore[union-attr]
    return STAGES[row["stage"]], row["opened_on"].day, closed, outcome


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (["draft"], [("offer", 1, None, None)]),
        (["draft", "withdrawn"], [("offer", 1, 2, "declined")]),
        (["draft", "submitted"], [("offer", 1, 2, "accepted"), ("application", 2, None, None)]),
        (
            ["draft", "submitted", "unsuccessful"],
            [("offer", 1, 2, "accepted"), ("application", 2, 3, "rejected")],
        ),
        (
            ["draft", "submitted", "shortlisted", "unsuccessful"],
            [
                ("offer", 1, 2, "accepted"),
                ("application", 2, 3, "shortlisted"),
                ("shortlist", 3, 4, "not_appointed"),
            ],
        ),
        (
            ["draft", "submitted", "waiting", "placed", "attended", "completed"],
            [
                ("offer", 1, 2, "accepted"),
                ("application", 2, 4, "shortlisted"),
                ("shortlist", 4, 4, "appointed"),
                ("appointment", 4, 5, "accepted"),
                ("completion", 5, 6, "completed"),
            ],
        ),
    ],
    ids=["draft", "withdrawn", "sent", "refused", "refused after the shortlist", "completed"],
)
async def test_an_application_is_followed_from_step_to_step(numbers: Numbers, history: list[str], expected: Steps):
    assert sorted(await steps(numbers, "offer", history)) == sorted(expected)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (["draft"], []),
        (["draft", "submitted", "not_shortlisted"], [("application", 2, 3, "rejected")]),
        (
            ["draft", "submitted", "shortlisted", "selected", "declined"],
            [
                ("application", 2, 3, "shortlisted"),
                ("shortlist", 3, 4, "appointed"),
                ("appointment", 4, 5, "declined"),
            ],
        ),
    ],
    ids=["draft", "refused", "declined"],
)
async def test_an_interest_is_followed_from_step_to_step(numbers: Numbers, history: list[str], expected: Steps):
    assert sorted(await steps(numbers, "opportunity", history)) == sorted(expected)
