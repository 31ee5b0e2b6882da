"""A release is what analytics released, kept word for word, read by leaders, and never changed."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from analytics.disclosure import DEFAULT, Released
from analytics.errors import DisclosureError
from analytics.frames import Facts
from analytics.released.representation import representation_report
from service.cli.numbers import PUBLISHER, release_snapshot
from service.insight.actions import before_next, must_stand_apart, publish, withdraw
from service.insight.drafting import Draft, draft, representation, rule_with
from service.insight.queries import find_newest, get_release, list_tables
from service.insight.released import tables_of
from service.insight.rules import Characteristic, ReleaseState
from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.kit.errors import Conflict, NotAllowed, NotFound
from tests.insight.conftest import UNTIL, Numbers, quiet

TABLES = ("releases", "release_tables")


async def rows_of(engine: AsyncEngine, sql: str, **values: object) -> list[tuple[object, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(sql), values)]


async def test_what_is_kept_is_what_analytics_released(numbers: Numbers, analyst_sessions: Sessions):
    snapshot = numbers.snapshots[1]
    frame = representation_report(Facts.read(snapshot.folder), snapshot.manifest.on).frame
    async with transaction(analyst_sessions, PUBLISHER) as session:
        kept = [
            table for code in ("", *numbers.codes) for table in await list_tables(session, numbers.releases[1].id, code)
        ]
    assert sum(len(table.figures) for table in kept) == frame.height
    for table in kept:
        mine = frame.filter(
            pl.col("organisation") == table.organisation,
            pl.col("characteristic").cast(pl.String) == table.characteristic.value,
        )
        for figure, row in zip(table.figures, mine.iter_rows(named=True), strict=True):
            for column in ("level", "group", "n", "known", "in_scope", "reason"):
                assert getattr(figure, column) == row[column]
            for column in ("share", "low", "high", "whole_share", "declaration_rate"):
                assert getattr(figure, column) == (
                    None if row[column] is None else pytest.approx(row[column], abs=1e-6)
                )


def test_figures_that_did_not_go_through_disclosure_control_cannot_become_a_report():
    raw = pl.DataFrame({"organisation": [""], "level": ["9"], "characteristic": ["sex"], "group": ["female"], "n": [3]})
    with pytest.raises(DisclosureError):
        Released(raw, rule_with(10), raw, seal=None)
    with pytest.raises(AttributeError):
        tables_of(raw)  # pyright: ignore[reportArgumentType]


async def test_no_count_below_the_floor_is_kept_anywhere(numbers: Numbers):
    rows = "SELECT count(*) FROM release_tables, jsonb_array_elements(rows) AS r WHERE"
    assert await rows_of(numbers.admin, f"{rows} (r->>'n')::int < 10 OR (r->>'n')::int % 5 <> 0") == [(0,)]
    assert await rows_of(numbers.admin, f"{rows} r->>'n' IS NULL AND r->>'reason' LIKE 'Withheld%'") != [(0,)]


async def test_a_release_is_on_the_trail(numbers: Numbers):
    sql = "SELECT action, actor, account_id, detail->>'number' FROM audit_entries WHERE entity_id = :id"
    trail = await rows_of(numbers.admin, sql, id=str(numbers.releases[1].id))
    assert trail == [("insight.released", "Ridgeway", None, "2")]


async def test_the_same_snapshot_twice_is_the_same_release(numbers: Numbers):
    again = await release_snapshot(numbers.settings, quiet, numbers.snapshots[1].id)
    assert (again.id, again.is_new) == (numbers.releases[1].id, False)


async def test_figures_made_again_are_the_same_to_the_last_digit(numbers: Numbers, drafted: Draft):
    one, other = drafted, draft(numbers.snapshots[1], rule_with(10), 9, None, quiet)
    assert one.headlines == other.headlines
    assert [(page.rows, page.title, page.sentences) for page in one.pages] == [
        (page.rows, page.title, page.sentences) for page in other.pages
    ]


async def test_another_floor_is_another_rule_and_withholds_more(numbers: Numbers, drafted: Draft):
    facts = Facts.read(numbers.snapshots[1].folder)
    more = representation.tables(facts, drafted.basis.snapshot_on, rule_with(20))
    usual = [row for page in drafted.pages if page.measure == "representation" for row in page.rows]
    assert rule_with(20).version == f"{DEFAULT.version}-floor-20"
    assert sum(figure.n is None for table in more for figure in table.figures) > sum(row["n"] is None for row in usual)


async def test_nobody_publishes_without_the_permission(drafted: Draft, analyst_sessions: Sessions):
    async with analyst_sessions() as session, session.begin():
        with pytest.raises(NotAllowed):
            await publish(session, Actor("Somebody"), drafted)
        with pytest.raises(NotAllowed):
            await withdraw(session, Actor("Somebody"), 1)


async def test_a_release_that_fails_half_way_leaves_nothing(
    numbers: Numbers, drafted: Draft, analyst_sessions: Sessions
):
    basis = replace(drafted.basis, number=77, rule_version="twice")
    made = replace(drafted, basis=basis, pages=[*drafted.pages, drafted.pages[0]])
    with pytest.raises(IntegrityError):
        async with transaction(analyst_sessions, PUBLISHER) as session:
            await publish(session, PUBLISHER, made)
    assert await rows_of(numbers.admin, "SELECT 1 FROM releases WHERE number = 77") == []


@pytest.mark.parametrize("table", TABLES)
async def test_the_application_with_nobody_signed_in_sees_no_release(app_engine: AsyncEngine, table: str):
    assert await rows_of(app_engine, f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("roles", ["staff", "hr_partner,facilitator", "administrator", "auditor"])
async def test_only_a_leader_sees_a_release_by_raw_sql(app_engine: AsyncEngine, table: str, roles: str):
    async def seen(who: str) -> int:
        async with app_engine.begin() as connection:
            await connection.execute(text("SELECT set_config('ridgeway.roles', :who, true)"), {"who": who})
            return (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()

    assert await seen(roles) == 0
    assert await seen("system_leader") > 0


CHANGES = [
    "UPDATE releases SET snapshot_on = '2020-01-01'",
    "UPDATE releases SET headlines = '[]'",
    "UPDATE release_tables SET rows = '[]'",
    "DELETE FROM release_tables",
    "DELETE FROM releases",
]


@pytest.mark.parametrize("sql", [*CHANGES, "INSERT INTO releases SELECT * FROM releases"])
async def test_the_application_can_only_read(app_engine: AsyncEngine, sql: str):
    async with app_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(sql))


@pytest.mark.parametrize("sql", CHANGES)
async def test_the_role_that_publishes_cannot_change_what_it_published(analyst_engine: AsyncEngine, sql: str):
    async with analyst_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(sql))


@pytest.mark.parametrize("sql", CHANGES)
async def test_not_even_the_database_administrator_changes_a_figure_by_accident(numbers: Numbers, sql: str):
    async with numbers.admin.connect() as connection:
        with pytest.raises(DBAPIError, match="never changed"):
            await connection.execute(text(sql))


async def test_the_analyst_role_signs_the_trail_as_the_service_and_reads_none_of_it(
    numbers: Numbers, analyst_engine: AsyncEngine
):
    leader = await numbers.make.leader()
    async with analyst_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(
                text("INSERT INTO audit_entries (account_id, actor, action) VALUES (:who, 'x', 'x')"),
                {"who": leader.account_id},
            )
    async with analyst_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("SELECT actor FROM audit_entries"))


async def test_a_withdrawn_release_keeps_its_place_and_loses_its_figures(numbers: Numbers, analyst_sessions: Sessions):
    """In a transaction that is undone, so that the other tests keep their release."""
    async with analyst_sessions() as session:
        await withdraw(session, PUBLISHER, 2)
        newest = await find_newest(session)
        assert newest is not None
        assert newest.number == 1
        assert await list_tables(session, numbers.releases[1].id, "") == []
        number, before = await before_next(session)
        assert number == 3
        assert before is not None
        assert before[0].number == 1
        with pytest.raises(Conflict):
            await withdraw(session, PUBLISHER, 2)
        with pytest.raises(NotFound):
            await withdraw(session, PUBLISHER, 99)
        await session.rollback()


@pytest.mark.parametrize("on", [UNTIL, UNTIL + timedelta(27), UNTIL - timedelta(27)])
async def test_a_release_too_near_another_is_refused_in_words(analyst_sessions: Sessions, numbers: Numbers, on: date):
    async with transaction(analyst_sessions, PUBLISHER) as session:
        with pytest.raises(Conflict, match="Release 2 has facts of 30 September 2026, less than 28 days from"):
            await must_stand_apart(session, on, numbers.settings.release_days)


@pytest.mark.parametrize(("days", "replaces"), [(28, 0), (-28, 0), (400, 0), (1, 2)])
async def test_a_release_further_away_or_one_that_corrects_is_not_refused(
    analyst_sessions: Sessions, numbers: Numbers, days: int, replaces: int
):
    async with transaction(analyst_sessions, PUBLISHER) as session:
        await must_stand_apart(session, UNTIL + timedelta(days), numbers.settings.release_days, replaces)


async def test_after_a_withdrawal_the_next_release_is_not_refused(analyst_sessions: Sessions, numbers: Numbers):
    async with analyst_sessions() as session:
        await withdraw(session, PUBLISHER, 2)
        await must_stand_apart(session, UNTIL, numbers.settings.release_days)
        await session.rollback()


async def test_the_release_that_is_corrected_goes_when_the_correction_comes(
    analyst_sessions: Sessions, numbers: Numbers, drafted: Draft
):
    """In a transaction that is undone, so that the other tests keep their release."""
    async with analyst_sessions() as session:
        number, before = await before_next(session, replaces=2)
        assert before is not None
        assert before[0].number == 1
        basis = replace(drafted.basis, number=number, rule_version="corrected")
        corrected = replace(drafted, basis=basis)
        await publish(session, PUBLISHER, corrected, replaces=2)
        assert (await get_release(session, numbers.releases[1].id)).state == ReleaseState.WITHDRAWN
        newest = await find_newest(session)
        assert newest is not None
        assert newest.number == 3
        with pytest.raises(Conflict):
            await publish(session, PUBLISHER, corrected, replaces=2)
        await session.rollback()


def test_there_is_a_table_for_the_system_and_every_organisation(numbers: Numbers, drafted: Draft):
    found = {(page.organisation, page.part) for page in drafted.pages if page.measure == "representation"}
    assert found == {(code, c.value) for code in ("", *numbers.codes) for c in Characteristic}
