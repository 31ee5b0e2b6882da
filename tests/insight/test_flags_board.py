"""The board: what a release found stays until a person closes it, with evidence."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.actions import Limits, who_is
from service.insight.rules.flags import NEXT, FlagState, Standing, problems_with, waits_for_a_person
from service.insight.tables import Flag, FlagSighting
from service.kit.clock import today
from service.kit.db import sessions_on
from service.kit.ids import new_id
from tests.builders import NOBODY, SignedIn
from tests.insight.conftest import Numbers

FIGURES = {"ratio": 0.62, "low": 0.4, "high": 0.9, "like_ratio": 0.58, "like_low": 0.38, "like_high": 0.87,
           "smallest_gap": 0.71, "declared": 0.9, "state": "flag", "organisation_name": "St Elm's Trust"}  # fmt: skip
SOON = today() + timedelta(days=60)
LOOKED_AFTER = {"owner": "Director of People", "next_on": SOON.isoformat()}
CLOSED = {"state": "closed", "evidence": "Panels changed; the last two rounds were even.", "next_on": SOON.isoformat()}


@dataclass
class Board:
    numbers: Numbers
    flags: dict[str, UUID]
    leader: SignedIn

    async def change(self, name: str, **given: Any) -> Any:
        async with self.numbers.browse(self.leader) as client:
            return await client.post(f"/api/flags/{self.flags[name]}/changes", json=given)

    async def get(self, path: str) -> Any:
        async with self.numbers.browse(self.leader) as client:
            return await client.get(path)


@pytest.fixture
async def board(numbers: Numbers) -> AsyncIterator[Board]:
    """One flag that both releases found, one that only the first did, one that only the newest did."""
    first, newest = numbers.releases
    seen = {"still": [first.id, newest.id], "gone": [first.id], "new": [newest.id]}
    flags = {name: new_id() for name in seen}
    async with numbers.admin.begin() as connection:
        for name, releases in seen.items():
            await connection.execute(
                insert(Flag),
                {
                    "id": flags[name],
                    "step": "appointment",
                    "focus": "asian",
                    "reference": "white",
                    "organisation": name,
                },
            )
            rows = [
                {
                    "flag_id": flags[name],
                    "release_id": release,
                    "words": f"Words of {name} {flags[name]}",
                    "figures": FIGURES,
                }
                for release in releases
            ]
            await connection.execute(insert(FlagSighting), rows)
    yield Board(numbers, flags, await numbers.make.leader())
    async with numbers.admin.begin() as connection:
        for table, column in (("flag_states", "flag_id"), ("flag_sightings", "flag_id"), ("flags", "id")):
            await connection.execute(
                text(f"DELETE FROM {table} WHERE {column} = ANY (:ids)"), {"ids": [*flags.values()]}
            )


async def test_a_flag_that_is_not_found_any_more_says_so_and_waits_for_a_person(board: Board):
    page = (await board.get("/reports/flags")).text
    assert all(f"Words of {name} {id_}" in page for name, id_ in board.flags.items())
    assert "Not found in the release of 30 September 2026; last in release 1" in page
    assert "It waits for you" in page
    assert "New in release 2" in page
    assert "Still found in release 2; first in release 1" in page
    listed = (await board.get(f"/api/flags/{board.flags['gone']}")).json()
    assert (listed["standing"], listed["flag"]["state"], listed["changes"]) == ("gone", "open", [])


async def test_each_flag_leads_to_its_evidence_and_to_what_can_be_done(board: Board):
    page = (await board.get("/reports/flags")).text
    assert f"/reports/equity?release={board.numbers.releases[1].id}" in page
    # A leader who works at no employer cannot open the opportunities, and so is led nowhere.
    assert "Look at opportunities together with your HR partners" in page
    assert 'href="/opportunities"' not in page
    assert "0.58 (range 0.38 to 0.87)" in page
    assert "0.71" in page
    assert "About 90%" in page


async def test_a_person_takes_a_flag_through_its_states_and_the_history_keeps_them(board: Board):
    first = await board.change("still", state="acknowledged", version=0, **LOOKED_AFTER)
    assert first.status_code == 200, first.text
    assert (await board.change("still", state="action", version=1, **LOOKED_AFTER)).status_code == 200
    closed = (await board.change("still", version=2, **CLOSED)).json()
    assert [change["state"] for change in closed["changes"]] == ["closed", "action", "acknowledged"]
    assert closed["changes"][0]["evidence"] == CLOSED["evidence"]
    assert {change["by"] for change in closed["changes"]} == {board.leader.name}
    again = await board.change("still", state="open", version=3)
    assert again.json()["flag"]["state"] == "open"


async def test_the_form_does_the_same(board: Board):
    at = f"/reports/flags/{board.flags['new']}"
    when = {"next_on-day": str(SOON.day), "next_on-month": str(SOON.month), "next_on-year": str(SOON.year)}
    async with board.numbers.browse(board.leader) as client:
        empty = await client.post(at, data={"state": "closed", "version": "0"})
        given = {"state": "acknowledged", "owner": "Head of Resourcing", "version": "0", **when}
        saved = await client.post(at, data=given)
        late = await client.post(at, data=given)
        page = (await client.get(at)).text
    assert empty.status_code == 422
    assert "<title>Error: " in empty.text
    assert "Enter what shows that this can be closed." in empty.text
    assert "never about a person" in empty.text
    assert (saved.status_code, late.status_code) == (303, 409)
    assert page.count("Head of Resourcing") >= 2
    assert "Acknowledged" in page


async def test_a_closed_flag_leaves_the_board_once_it_is_gone_and_is_kept(board: Board):
    assert (await board.change("gone", version=0, **CLOSED)).status_code == 200
    assert str(board.flags["gone"]) not in (await board.get("/reports/flags")).text
    assert (await board.get(f"/reports/flags/{board.flags['gone']}")).status_code == 200


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"state": "closed", "next_on": SOON.isoformat()}, 422, "evidence"),
        ({"state": "closed", "evidence": "Even."}, 422, "next_on"),
        ({"state": "acknowledged", "next_on": SOON.isoformat()}, 422, "owner"),
        ({"state": "action", "owner": "Director of People"}, 422, "next_on"),
        ({"state": "action", "owner": "Director of People", "next_on": "2001-01-05"}, 422, "next_on"),
        ({"state": "open"}, 422, "state"),
        ({"state": "fine"}, 422, "state"),
        ({"state": "closed", "evidence": "x" * 2_001, "next_on": SOON.isoformat()}, 422, "evidence"),
        ({"state": "acknowledged", "owner": "A\x00", "next_on": SOON.isoformat()}, 422, "owner"),
        ({"state": "acknowledged", "version": 1, **LOOKED_AFTER}, 412, ""),
    ],
)
async def test_what_is_missing_is_named_and_nothing_is_written(
    board: Board, given: dict[str, Any], status: int, field: str
):
    answer = await board.change("still", **{"version": 0} | given)
    assert answer.status_code == status, answer.text
    assert field in answer.text
    assert (await board.get(f"/api/flags/{board.flags['still']}")).json()["changes"] == []


async def test_the_trail_says_who_and_not_what_was_written(board: Board):
    await board.change("gone", version=0, **CLOSED)
    asked = "SELECT actor, action, detail::text FROM audit_entries WHERE entity_id = :id"
    async with board.numbers.admin.connect() as connection:
        [(actor, action, detail)] = (await connection.execute(text(asked), {"id": str(board.flags["gone"])})).all()
    assert (actor, action) == (board.leader.name, "insight.flag_changed")
    assert "closed" in detail
    assert "Panels" not in detail


async def test_nobody_else_sees_or_changes_a_flag(board: Board):
    others = [await board.numbers.make.auditor(), await board.numbers.make.administrator()]
    for who in others:
        async with board.numbers.browse(who) as client:
            assert (await client.get("/api/flags")).status_code == 403
            change = await client.post(
                f"/api/flags/{board.flags['new']}/changes", json={"state": "closed", "version": 0}
            )
            assert change.status_code == 403
    assert (await board.get(f"/api/flags/{NOBODY}")).status_code == 404
    assert (await board.get(f"/reports/flags/{NOBODY}")).status_code == 404


async def test_history_is_added_to_by_its_writer_and_never_changed(board: Board, app_engine: AsyncEngine):
    await board.change("gone", version=0, **CLOSED)
    for statement in (
        "UPDATE flag_states SET evidence = 'x'",
        "DELETE FROM flag_states",
        "DELETE FROM flag_sightings",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with sessions_on(app_engine)() as session, session.begin():
                await who_is(session, board.leader.token, Limits.of(board.numbers.settings))
                await session.execute(text(statement))
    adding = "INSERT INTO flag_states (flag_id, number, state, by_id, by_name) VALUES (:flag, 9, 'open', :by, 'x')"
    signed = "SELECT by_id, by_name FROM flag_states WHERE flag_id = :flag AND number = 9"
    async with sessions_on(app_engine)() as session:
        await who_is(session, board.leader.token, Limits.of(board.numbers.settings))
        await session.execute(text(adding), {"flag": board.flags["new"], "by": UUID(NOBODY)})
        found = (await session.execute(text(signed), {"flag": board.flags["new"]})).one()
        await session.rollback()
    assert tuple(found) == (board.leader.account_id, board.leader.name)
    async with app_engine.connect() as connection:
        for table in ("flags", "flag_sightings", "flag_states"):
            assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0


async def test_a_withdrawn_release_has_found_nothing(board: Board):
    """In a transaction that is undone, so that the other tests keep their release."""
    asked = (
        "SELECT count(*) FROM flag_sightings s JOIN releases r ON r.id = s.release_id AND r.state = 'published'"
        " WHERE s.flag_id = :flag"
    )
    async with board.numbers.admin.connect() as connection:
        await connection.execute(text("UPDATE releases SET state = 'withdrawn' WHERE number = 2"))
        count = (await connection.execute(text(asked), {"flag": board.flags["new"]})).scalar_one()
        await connection.rollback()
    assert count == 0


@pytest.mark.parametrize(("state", "expected"), [
    (FlagState.OPEN, {"acknowledged", "action", "closed"}),
    (FlagState.ACKNOWLEDGED, {"acknowledged", "action", "closed"}),
    (FlagState.ACTION, {"acknowledged", "action", "closed"}),
    (FlagState.CLOSED, {"open"}),
])  # fmt: skip
def test_only_a_person_leads_a_flag_on_and_a_closed_one_can_be_opened(state: FlagState, expected: set[str]):
    assert {one.value for one in NEXT[state]} == expected
    day = date(2026, 11, 22)
    for to in FlagState:
        found = problems_with(state, to, "Director of People", day, "Even.", day)
        assert (not found) == (to in NEXT[state])


@pytest.mark.parametrize(
    ("state", "standing", "waits"),
    [("open", "gone", True), ("open", "new", False), ("action", "gone", True), ("closed", "gone", False),
     ("closed", "still", True), ("acknowledged", "still", False)],
)  # fmt: skip
def test_a_flag_waits_where_the_release_says_otherwise_than_people_did(state: str, standing: str, waits: bool):
    assert waits_for_a_person(FlagState(state), Standing(standing)) is waits
