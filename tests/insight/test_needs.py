"""What was due and was not done comes out as a person's number, an employer, a code and a day, as it then stood."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.frames import DRIVERS
from service.insight.facts.needs import needs
from tests.insight.conftest import UNTIL, Numbers
from tests.insight.test_more_facts import as_analyst

DAY = timedelta(days=1)
# People with an agreed conversation, one each, and another organisation.
SOMEBODY = (
    "SELECT DISTINCT ON (v.person_id) v.person_id AS person, p.analysis_key AS key, v.id AS talk, o.id AS place,"
    " o.code, (SELECT h.id FROM organisations h WHERE h.id <> o.id ORDER BY h.code LIMIT 1) AS host"
    " FROM conversations v JOIN people p ON p.id = v.person_id JOIN organisations o ON o.id = v.organisation_id"
    " WHERE v.agreed_on <= :on ORDER BY v.person_id, v.id LIMIT 20"
)
PUT = {
    "plan_overdue": "INSERT INTO plan_actions (person_id, id, organisation_id, conversation_id, owner_id, text, due_on,"
    " opened_on, state, closed_on)"
    " VALUES (:person, :id, :place, :talk, :person, 'not for anybody', :due, :opened, :state, :closed)",
    "secondment_ending": "INSERT INTO secondments (person_id, id, home_organisation_id, host_organisation_id,"
    " agreed_on, starts, ends, first_end, ended_on, home_pays, backfill, return_role, return_checked_on)"
    " VALUES (:person, :id, :place, :host, :starts, :starts, :ends, :ends, :ended, 50, 'none', :role, :checked)",
    "no_aftercare": "INSERT INTO aftercare (person_id, interest_id, organisation_id, decided_by_organisation_id,"
    " due_on, talked_on, declined_at)"
    " VALUES (:person, :id, :host, :host, :due, :talked, CAST(CAST(:declined AS date) AS timestamptz))",
    "no_support": "INSERT INTO transitions (person_id, id, organisation_id, assignment_id, to_tier, started_on,"
    " ended_on) VALUES (:person, :id, :place, :id, 'enabled', :started, :ended)",
}
USUAL: dict[str, dict[str, Any]] = {
    "plan_overdue": {"due": UNTIL - DAY, "opened": UNTIL - 90 * DAY, "state": "open", "closed": None},
    "secondment_ending": {"starts": UNTIL - 200 * DAY, "ends": UNTIL + 90 * DAY, "ended": None, "role": None,
                          "checked": None},
    "no_aftercare": {"due": UNTIL - DAY, "talked": None, "declined": None},
    "no_support": {"started": UNTIL - 15 * DAY, "ended": None},
}  # fmt: skip
INTEREST = (
    "INSERT INTO interests (person_id, id, organisation_id, opportunity_id, employer_id, staff_group, route)"
    " VALUES (:person, :id, :host, :id, :place, 'other', 'self')"
)
SUPPORT = (
    "INSERT INTO transition_supports (person_id, transition_id, organisation_id, id, kind, who, arranged_on)"
    " VALUES (:person, :id, :place, :id, 'coach', 'not for anybody', :arranged)"
)


async def found(numbers: Numbers, driver: str, changes: Sequence[Sequence[dict[str, Any]]]) -> list[date | None]:
    """Since when this driver is told of people, one for each of `changes`, at their employer; nothing of this is kept.
    What leads to rows is tested in their own rooms."""
    async with numbers.admin.connect() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        people = [dict(row._mapping) for row in await connection.execute(text(SOMEBODY), {"on": UNTIL})][: len(changes)]
        for table in ("plan_actions", "secondments", "aftercare", "transitions"):
            await connection.execute(text(f"DELETE FROM {table}"))
        for person, given in zip(people, changes, strict=True):
            await begun(connection, driver, person, given)
        listed = await connection.execute(text('SELECT code FROM organisations ORDER BY code COLLATE "C"'))
        codes = [*listed.scalars()]
        rows = await as_analyst(connection, *needs(codes, UNTIL))
        await connection.rollback()
    told = {row["person"]: row for row in rows}
    assert len(told) == len(rows)
    assert all(DRIVERS[row["driver"]] == driver for row in rows)
    assert all(codes[told[one["key"]]["organisation"]] == one["code"] for one in people if one["key"] in told)
    return [told[one["key"]]["since"] if one["key"] in told else None for one in people]


async def begun(
    connection: AsyncConnection, driver: str, person: dict[str, Any], given: Sequence[dict[str, Any]]
) -> None:
    for change in given:
        row = {**person, **USUAL[driver], **change, "id": uuid4()}
        await put(connection, PUT[driver], row)
        if driver == "no_aftercare":
            await put(connection, INTEREST, row)
        if "arranged" in change:
            await put(connection, SUPPORT, row)


async def put(connection: AsyncConnection, sql: str, given: dict[str, Any]) -> None:
    await connection.execute(text(sql), {name: given[name] for name in re.findall(r":([a-z]+)", sql)})


CASES: list[tuple[str, str, dict[str, Any], date | None]] = [
    ("plan_overdue", "past its day", {}, UNTIL - DAY),
    ("plan_overdue", "due today", {"due": UNTIL}, None),
    ("plan_overdue", "a year and more ago", {"due": UNTIL - 366 * DAY}, None),
    ("plan_overdue", "done", {"state": "done", "closed": UNTIL}, None),
    ("plan_overdue", "done since", {"state": "done", "closed": UNTIL + DAY}, UNTIL - DAY),
    ("plan_overdue", "written since", {"opened": UNTIL + DAY}, None),
    ("plan_overdue", "no day", {"due": None}, None),
    ("secondment_ending", "in 90 days", {}, UNTIL),
    ("secondment_ending", "in 91 days", {"ends": UNTIL + 91 * DAY}, None),
    ("secondment_ending", "over", {"ends": UNTIL - DAY}, None),
    ("secondment_ending", "cut short", {"ended": UNTIL - DAY}, None),
    ("secondment_ending", "still to begin", {"starts": UNTIL + DAY}, None),
    ("secondment_ending", "a post is known", {"role": "known", "checked": UNTIL}, None),
    ("secondment_ending", "known since", {"role": "known", "checked": UNTIL + DAY}, UNTIL),
    ("secondment_ending", "no post", {"role": "none", "checked": UNTIL}, UNTIL),
    ("no_aftercare", "late", {}, UNTIL - DAY),
    ("no_aftercare", "still in time", {"due": UNTIL}, None),
    ("no_aftercare", "talked", {"talked": UNTIL}, None),
    ("no_aftercare", "talked since", {"talked": UNTIL + DAY}, UNTIL - DAY),
    ("no_aftercare", "wanted none", {"declined": UNTIL}, None),
    ("no_support", "after 15 days", {}, UNTIL - DAY),
    ("no_support", "after 14 days", {"started": UNTIL - 14 * DAY}, None),
    ("no_support", "ended early", {"ended": UNTIL}, None),
    ("no_support", "support arranged", {"arranged": UNTIL}, None),
    ("no_support", "support arranged since", {"arranged": UNTIL + DAY}, UNTIL - DAY),
]


@pytest.mark.parametrize("driver", DRIVERS)
async def test_a_need_comes_out_as_it_stood_on_the_day(numbers: Numbers, driver: str):
    cases = [(case, change, since) for of, case, change, since in CASES if of == driver]
    told = await found(numbers, driver, [[change] for _, change, _ in cases])
    assert {case: day for (case, _, _), day in zip(cases, told, strict=True)} == {case: day for case, _, day in cases}


async def test_of_two_needs_alike_the_older_one_comes_out(numbers: Numbers):
    assert await found(numbers, "plan_overdue", [[{}, {"due": UNTIL - 40 * DAY}]]) == [UNTIL - 40 * DAY]
