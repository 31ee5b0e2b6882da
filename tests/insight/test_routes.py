"""Released routes: everybody who signs in may read those of the newest release, and nobody may change one."""

from dataclasses import replace

import pytest
from sqlalchemy import Subquery, and_, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.capabilities.queries import profiles_for
from service.capabilities.rules import How
from service.capabilities.tables import RoleProfile
from service.cli.numbers import PUBLISHER
from service.insight.actions import publish, withdraw
from service.insight.drafting import Draft
from service.kit.actor import Actor
from service.kit.db import Sessions, sessions_on, transaction
from service.organisations.tables import CrosswalkEntry, CrosswalkVersion
from service.pathways.queries.released import find_route, routes_from
from service.posts.tables import Assignment
from tests.builders import SignedIn
from tests.insight.conftest import Numbers


def eyes_of(who: SignedIn) -> Actor:
    return Actor(name=who.name, account_id=who.account_id, person_id=who.person_id, roles=frozenset({"staff"}))


async def shown(numbers: Numbers) -> list[tuple[str, str]]:
    async with numbers.admin.connect() as connection:
        asked = text("SELECT from_profile, to_profile FROM released_routes WHERE is_shown ORDER BY 1, 2")
        return [(one, other) for one, other in await connection.execute(asked)]


async def test_a_member_of_staff_reads_where_people_went(numbers: Numbers, app_engine: AsyncEngine):
    staff = await numbers.make.staff()
    [(come_from, lead_to), *_] = await shown(numbers)
    async with transaction(sessions_on(app_engine), eyes_of(staff)) as session:
        routes = await routes_from(session, come_from)
        assert lead_to in {route.to_profile for route in routes}
        assert all(route.people >= 10 and route.release_number == 2 for route in routes)
        found = await find_route(session, come_from, lead_to)
        assert found in routes
        assert await find_route(session, come_from, "nowhere") is None
        assert await routes_from(session, "nowhere") == []


async def test_without_an_account_there_is_no_route(numbers: Numbers, app_engine: AsyncEngine):
    async with app_engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM released_routes"))).scalar_one() == 0


async def test_the_routes_of_an_older_release_are_not_shown_beside_the_newest(numbers: Numbers):
    async with numbers.admin.connect() as connection:
        asked = text("SELECT DISTINCT release_number FROM released_routes WHERE is_shown")
        assert (await connection.execute(asked)).all() == [(2,)]


async def test_a_withdrawn_release_takes_its_routes_with_it(drafted: Draft, analyst_sessions: Sessions):
    """In a transaction that is undone, so that the other tests keep their release."""
    asked = text("SELECT DISTINCT release_number FROM released_routes WHERE is_shown")
    async with analyst_sessions() as session:
        corrected = replace(drafted, basis=replace(drafted.basis, number=3, rule_version="corrected"))
        await publish(session, PUBLISHER, corrected, replaces=2)
        assert (await session.execute(asked)).all() == [(3,)]
        await withdraw(session, PUBLISHER, 3)
        assert (await session.execute(asked)).all() in ([(1,)], [])
        await session.rollback()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE released_routes SET people = 900",
        "DELETE FROM released_routes",
        "INSERT INTO released_routes SELECT * FROM released_routes",
        "UPDATE released_routes SET is_shown = true",
    ],
)
async def test_the_application_can_only_read(app_engine: AsyncEngine, sql: str):
    async with app_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(sql))


@pytest.mark.parametrize("sql", ["UPDATE released_routes SET people = 900", "DELETE FROM released_routes"])
async def test_not_even_the_database_administrator_changes_a_route_by_accident(numbers: Numbers, sql: str):
    async with numbers.admin.connect() as connection:
        with pytest.raises(DBAPIError, match="never changed"):
            await connection.execute(text(sql))


def posts() -> Subquery:
    """Every post with its level by the newest crosswalk."""
    newest = select(func.max(CrosswalkVersion.version)).scalar_subquery()
    level = and_(
        CrosswalkEntry.scheme == Assignment.grade_scheme,
        CrosswalkEntry.grade == Assignment.grade,
        CrosswalkEntry.version == newest,
    )
    columns = (Assignment.id, Assignment.staff_group, Assignment.job_title, CrosswalkEntry.level)
    return select(*columns).outerjoin(CrosswalkEntry, level).subquery("held")


async def test_a_post_is_the_role_that_the_rooms_say_it_is_and_no_title_is_told(
    numbers: Numbers, analyst_engine: AsyncEngine
):
    """The analyst's function against the capability room's own rule, for every post that has its role by title."""
    held = posts()
    rule = profiles_for(held).subquery("rule")
    same = and_(
        rule.c.staff_group == held.c.staff_group,
        rule.c.job_title == held.c.job_title,
        rule.c.level.is_not_distinct_from(held.c.level),
    )
    asked = select(held.c.id, RoleProfile.code).join(rule, same).join(RoleProfile, RoleProfile.id == rule.c.profile_id)
    async with numbers.admin.connect() as connection:
        by_rule = (await connection.execute(asked.where(rule.c.how == How.TITLE))).all()
    async with analyst_engine.connect() as connection:
        told = (await connection.execute(text("SELECT assignment_id, profile_code FROM private.profiles_held()"))).all()
    assert len(told) > 1_000
    assert {tuple(row) for row in told} == {tuple(row) for row in by_rule}


async def test_the_analyst_role_cannot_read_a_job_title(analyst_engine: AsyncEngine):
    async with analyst_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("SELECT job_title FROM assignments"))


async def test_the_application_cannot_ask_for_everybodys_roles(app_engine: AsyncEngine):
    async with app_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("SELECT * FROM private.profiles_held()"))
