"""The trail is added to and read, never changed; only an auditor reads all of it, and reading it leaves a trace."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from tests.builders import Builder
from tests.conftest import Client


async def written(sessions: Sessions, action: str, number: int = 1) -> None:
    for n in range(number):
        async with transaction(sessions, Actor(name="A command")) as session:
            await record(session, Actor(name="A command"), action, number=n)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"]
)
async def test_the_application_cannot_change_or_remove_an_entry(as_app: AsyncEngine, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with as_app.begin() as connection:
            await connection.execute(text(statement))


async def test_nobody_can_write_an_entry_in_another_accounts_name(make: Builder, as_app: AsyncEngine) -> None:
    other = await make.leader()
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with as_app.begin() as connection:
            statement = text("INSERT INTO audit_entries (account_id, actor, action) VALUES (:id, 'x', 'x')")
            await connection.execute(statement, {"id": other.account_id})


async def test_an_auditor_reads_the_newest_first_and_that_is_written_down(
    make: Builder, browse: Client, sessions: Sessions, admin: AsyncEngine
) -> None:
    action = f"test.{uuid4().hex[:8]}"
    await written(sessions, action, 3)
    auditor = await make.auditor()
    async with browse(auditor) as client:
        found = (await client.get("/api/audit", params={"action": action})).json()
        page = await client.get("/audit", params={"action": action})
    assert [row["detail"]["number"] for row in found["items"]] == [2, 1, 0]
    assert page.status_code == 200
    assert page.text.count("A command") == 3
    async with admin.connect() as connection:
        asked = text("SELECT action, detail FROM audit_entries WHERE account_id = :id ORDER BY id")
        rows = (await connection.execute(asked, {"id": auditor.account_id})).all()
    assert [tuple(row) for row in rows] == [("audit.read", {"looked_for": {"action": action}})] * 2


async def test_the_trail_comes_a_page_at_a_time_and_nothing_is_missed_or_shown_twice(
    make: Builder, browse: Client, sessions: Sessions
) -> None:
    action = f"test.{uuid4().hex[:8]}"
    await written(sessions, action, 7)
    async with browse(await make.auditor()) as client:
        numbers: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            asked = {"action": action, "size": 3} | ({"cursor": cursor} if cursor else {})
            page = (await client.get("/api/audit", params=asked)).json()
            numbers += [row["detail"]["number"] for row in page["items"]]
            cursor = page["next_cursor"]
    assert numbers == [6, 5, 4, 3, 2, 1, 0]


async def test_days_are_uk_days_and_both_are_included(make: Builder, browse: Client, admin: AsyncEngine) -> None:
    action = f"test.{uuid4().hex[:8]}"
    async with admin.begin() as connection:
        # 30 June in the UK, which is an hour ahead of UTC in summer: from 23:00 on the 29th to 23:00 on the 30th
        for moment in (datetime(2026, 6, 29, 22, 59, tzinfo=UTC), datetime(2026, 6, 29, 23, tzinfo=UTC),
                       datetime(2026, 6, 30, 22, 59, tzinfo=UTC), datetime(2026, 6, 30, 23, tzinfo=UTC)):  # fmt: skip
            statement = text("INSERT INTO audit_entries (at, actor, action) VALUES (:at, 'x', :action)")
            await connection.execute(statement, {"at": moment, "action": action})
    async with browse(await make.auditor()) as client:
        asked = {"action": action, "first_day": "2026-06-30", "last_day": "2026-06-30"}
        found = (await client.get("/api/audit", params=asked)).json()["items"]
        form = {"action": action} | {f"{end}-{part}": value for end in ("first_day", "last_day")
                                     for part, value in (("day", "30"), ("month", "6"), ("year", "2026"))}  # fmt: skip
        page = (await client.get("/audit", params=form)).text
    assert [row["at"] for row in found] == ["2026-06-30T22:59:00Z", "2026-06-29T23:00:00Z"]
    assert "30 June 2026 at 11:59pm" in page
    assert "30 June 2026 at midnight" in page or "30 June 2026 at 12:00am" in page
    assert "1 July 2026" not in page


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"first_day": "2026-02-31"}, "first_day"),
        ({"last_day": "99999-01-01"}, "last_day"),
        ({"size": "0"}, "size"),
        ({"size": "9" * 30}, "size"),
        ({"action": ""}, "action"),
        ({"action": "x" * 41}, "action"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "WyJ5ZXN0ZXJkYXkiLCAiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAxIl0"}, "cursor"),
    ],
    ids=str,
)
async def test_a_question_that_cannot_be_used_is_refused_at_its_field(
    make: Builder, browse: Client, asked: dict[str, str], field: str
) -> None:
    async with browse(await make.auditor()) as client:
        refused = await client.get("/api/audit", params=asked)
    assert refused.status_code == 422, refused.text
    assert [problem["field"] for problem in refused.json()["errors"]] == [field]


async def test_a_day_that_does_not_exist_is_refused_on_the_page(make: Builder, browse: Client) -> None:
    form = {"first_day-day": "31", "first_day-month": "2", "first_day-year": "2026"}
    async with browse(await make.auditor()) as client:
        page = await client.get("/audit", params=form)
    assert page.status_code == 422
    assert "must be a real date" in page.text
    assert 'href="#first_day"' in page.text


async def test_nobody_but_an_auditor_reads_the_trail(make: Builder, browse: Client) -> None:
    organisation = await make.organisation()
    for somebody in (await make.hr_partner(organisation), await make.leader(), await make.administrator()):
        async with browse(somebody) as client:
            assert (await client.get("/audit")).status_code == 403
            assert (await client.get("/api/audit")).status_code == 403


async def test_an_empty_trail_says_what_to_do(make: Builder, browse: Client) -> None:
    async with browse(await make.auditor()) as client:
        assert "Nothing in the trail matches" in (await client.get("/audit?action=test.never")).text


async def test_a_page_of_the_trail_is_small_and_takes_few_statements(
    make: Builder, browse: Client, sessions: Sessions
) -> None:
    await written(sessions, f"test.{uuid4().hex[:8]}", 60)
    async with browse(await make.auditor()) as client:
        with counted(sessions) as statements:
            page = await client.get("/audit")
    assert len(page.content) <= 60_000
    assert len(statements) <= 6, statements


@contextmanager
def counted(sessions: Sessions) -> Generator[list[str]]:
    """The statements that the application sends while the block lasts."""
    engine, sent = sessions.kw["bind"].sync_engine, []

    def keep(connection: object, cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    yield sent
    event.remove(engine, "before_cursor_execute", keep)
