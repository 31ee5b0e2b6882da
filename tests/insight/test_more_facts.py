"""What people agreed and what they want comes out as dates and codes; what they kept back does not come out at all."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from analytics.frames import FRAMES
from migrations.roles import ANALYST
from service.insight.copying import Field
from service.insight.facts.conversations import dues, reasons
from service.insight.facts.wants import aspirations
from tests.insight.conftest import UNTIL, Numbers
from tests.insight.test_facts import read

SAID = (
    "INSERT INTO aspirations (person_id, version, target_family, target_level, place_id, timeframe, working_pattern,"
    " willing_to_move, is_muted, words, said_at) SELECT id, :version, :family, 7, :place, 'now', 'full_time', 'nearby',"
    " :muted, 'not for anybody', :said FROM people WHERE analysis_key = :person"
)
WISH = {"person": 1, "version": 1, "family": "nursing", "place": None, "muted": False, "said": date(2026, 9, 1)}


async def as_analyst(connection: AsyncConnection, query: str, fields: list[Field]) -> list[dict[str, Any]]:
    """What would be copied, as the analyst role sees it at this moment."""
    await connection.execute(text(f"SET LOCAL ROLE {ANALYST}"))
    columns = ", ".join(f"{field.sql} AS {field.name}" for field in fields)
    return [dict(row._mapping) for row in await connection.execute(text(f"SELECT {columns} {query}"))]


async def wanted(numbers: Numbers, *wishes: dict[str, Any], hidden: bool = False) -> list[int]:
    """The people whose wishes come out, in a transaction that is undone."""
    async with numbers.admin.connect() as connection:
        first = (await connection.execute(text("SELECT id FROM organisations ORDER BY code LIMIT 1"))).scalar_one()
        await connection.execute(text("DELETE FROM aspiration_hidden"))
        await connection.execute(text("DELETE FROM aspirations"))
        for wish in wishes:
            given = {**WISH, **wish}
            given["place"] = first if given["place"] else None
            await connection.execute(text(SAID), given)
        if hidden:
            hide = "INSERT INTO aspiration_hidden SELECT id, :place FROM people WHERE analysis_key = 1"
            await connection.execute(text(hide), {"place": first})
        query, fields = aspirations(sorted(numbers.codes), ["nursing"], UNTIL)
        rows = await as_analyst(connection, query, fields)
        await connection.rollback()
        return [row["person"] for row in rows]


@pytest.mark.parametrize(
    ("wishes", "people"),
    [
        ([{}], [1]),
        ([{}, {"person": 2}], [1, 2]),
        ([{"muted": True}], []),
        ([{}, {"version": 2, "muted": True}], []),
        ([{"muted": True}, {"version": 2}], [1]),
        ([{"family": None}], []),
        ([{"said": date(2026, 10, 1)}], []),
        ([{}, {"version": 2, "muted": True, "said": date(2026, 10, 1)}], [1]),
        ([{"place": "first"}], [1]),
    ],
    ids=["said", "two", "muted", "muted since", "unmuted", "no family", "later", "muted later", "a place"],
)
async def test_a_wish_comes_out_as_it_stood_on_the_day_unless_it_was_muted(numbers: Numbers, wishes, people):
    assert await wanted(numbers, *wishes) == people


@pytest.mark.parametrize(("wish", "people"), [({"place": "first"}, []), ({}, [1])])
async def test_a_wish_for_an_employer_that_must_not_learn_of_it_stays_inside(numbers: Numbers, wish, people):
    assert await wanted(numbers, wish, hidden=True) == people


async def test_only_conversations_that_the_person_agreed_come_out(numbers: Numbers):
    asked = (
        "SELECT count(*) FILTER (WHERE agreed_on IS NOT NULL), count(*) FROM conversations WHERE held_on IS NOT NULL"
    )
    async with numbers.admin.connect() as connection:
        agreed, held = (await connection.execute(text(asked))).one()
    out = read(numbers.snapshots[1].folder, "events")
    assert out.height == agreed < held
    assert out.filter(pl.col("closed_on") < pl.col("opened_on")).is_empty()


async def test_the_next_date_is_that_of_the_last_agreed_conversation_up_to_the_day(numbers: Numbers):
    asked = (
        "SELECT p.analysis_key, c.held_on, c.next_due_on FROM conversations c JOIN people p ON p.id = c.person_id"
        " WHERE c.held_on <= :on AND c.agreed_on <= :on ORDER BY 1, 2, c.id"
    )
    async with numbers.admin.connect() as connection:
        rows = [tuple(row) for row in await connection.execute(text(asked), {"on": UNTIL})]
        out = await as_analyst(connection, *dues(UNTIL))
    last = {person: (held, due or date(9999, 12, 31)) for person, held, due in rows}
    assert {row["person"]: (row["last_on"], row["due_on"]) for row in out} == last
    assert len(last) > 500


async def test_a_reason_comes_out_with_its_day_and_without_a_word(numbers: Numbers):
    async with numbers.admin.connect() as connection:
        given = (
            "UPDATE conversation_dues SET none_reason = 'away', reason_given_on = '2026-09-02'"
            " WHERE (organisation_id, person_id) IN (SELECT organisation_id, person_id FROM conversation_dues LIMIT 7)"
        )
        await connection.execute(text("UPDATE conversation_dues SET none_reason = NULL, reason_given_on = NULL"))
        await connection.execute(text(given))
        out = await as_analyst(connection, *reasons(sorted(numbers.codes)))
        await connection.rollback()
    assert [(row["reason"], row["given_on"]) for row in out] == [(1, date(2026, 9, 2))] * 7


def test_no_frame_of_a_snapshot_has_a_column_of_words(numbers: Numbers):
    folder = numbers.snapshots[1].folder
    frames = {path.name for path in folder.iterdir() if path.is_dir()}
    assert frames == set(FRAMES)
    for name in frames:
        assert not [c for c, dtype in read(folder, name).schema.items() if dtype == pl.String], name


@pytest.mark.parametrize(
    ("column", "table"),
    [("text", "plan_actions"), ("words", "aspirations"), ("facilitator_id", "conversation_dues"), ("sealed", "drafts")],
)
async def test_the_analyst_role_cannot_read_what_is_not_counted(analyst_engine: AsyncEngine, column: str, table: str):
    async with analyst_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(f"SELECT {column} FROM {table}"))
