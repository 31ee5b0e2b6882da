"""Every route, every persona, own and foreign ids: nobody gets in where the grants table keeps them out; nothing leaks.

The routes come from the application itself: one that tests/access/doors.py does not know fails the matrix.
"""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.grants import GRANTS, Role
from tests.access.doors import ANYONE, DOORS, SIGNED_IN, Door
from tests.access.world import (
    OURS,
    PERSONAS,
    SECRET,
    THEIRS,
    Things,
    World,
    ask,
    client_of,
    every_route,
    may,
    named_in,
)
from tests.builders import Builder, SignedIn


def test_every_route_is_classified_and_every_classified_route_exists(app: Litestar) -> None:
    assert set(every_route(app)) == set(DOORS)


def test_every_permission_of_the_grants_table_opens_some_door_and_every_door_is_in_the_table() -> None:
    granted = {permission for _, permissions in GRANTS.values() for permission in permissions}
    assert {door.who for door in DOORS.values()} - {ANYONE, SIGNED_IN} == granted


@pytest.mark.parametrize("route", sorted(DOORS))
@pytest.mark.parametrize("side", ["own", "foreign"])
async def test_nobody_gets_in_or_sees_what_is_not_theirs(
    world: World, app: Litestar, admin: AsyncEngine, route: str, side: str
) -> None:
    door = DOORS[route]
    before = await held_by_theirs(admin, world.organisation)
    for persona in PERSONAS:
        who = world.personas[persona]
        if route.startswith("POST /sign-out") and who:
            who = await fresh_session(world.make, who)
        things = dict((world.ours if side == "own" else world.theirs).things)
        if side == "own" and not route.startswith("GET") and may(door, persona):
            fresh = Things(world.make, app, UUID(things["organisation"]), OURS)
            things |= await fresh.named(named_in(route, door) - {"organisation"})
        async with client_of(app, who) as client:
            answer = await ask(client, route, door, {**things, "number": uuid4().hex[:12]})
        told = f"{persona} at {route} with {side} ids: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, told
        assert_answered(door, persona, side, route, answer, told)
        assert_no_leak(persona, answer, told)
    assert await held_by_theirs(admin, world.organisation) == before, route


def assert_answered(door: Door, persona: str, side: str, route: str, answer: httpx.Response, told: str) -> None:
    if door.who == ANYONE:
        return
    if persona == "nobody":
        to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        assert answer.status_code == 401 or ("/api/" not in route and to_sign_in), told
    elif not may(door, persona):
        # Of a place out of sight not even a refusal is said; an account without a person has no pages of its own.
        hidden = door.foreign or door.who in GRANTS[Role.STAFF][1]
        assert answer.status_code in ({403, 404} if hidden else {403}), told
    elif side == "foreign" and door.foreign:
        assert answer.status_code in door.foreign, told
    elif side == "own" and door.parties_only and persona not in {Role.STAFF, Role.HR_PARTNER}:
        assert answer.status_code == 404, told
    elif side == "own" and door.own:
        refused = {401, 403, 404} if not route.startswith("GET") else set(range(400, 500))
        assert answer.status_code not in refused, told


def assert_no_leak(persona: str, answer: httpx.Response, told: str) -> None:
    said = answer.text + str(answer.headers)
    assert THEIRS not in said, told
    assert persona in {Role.FACILITATOR, Role.HR_PARTNER} or OURS not in said, told
    assert persona in {Role.STAFF, Role.HR_PARTNER} or SECRET not in said, told


async def fresh_session(make: Builder, who: SignedIn) -> SignedIn:
    again = await make.account([])
    return SignedIn(again.account_id, None, again.token, who.name)


async def held_by_theirs(admin: AsyncEngine, organisation: UUID) -> Any:
    """A fingerprint of everything that the foreign organisation holds."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table} t WHERE {where}"
        for table, where in {
            "employments": "organisation_id = :id",
            "assignments": "organisation_id = :id",
            "conversations": "organisation_id = :id",
            "people": "id IN (SELECT person_id FROM employments WHERE organisation_id = :id)",
            "equality_answers": "person_id IN (SELECT person_id FROM employments WHERE organisation_id = :id)",
            "imports": "organisation_id = :id",
        }.items()
    )
    async with admin.connect() as connection:
        return (await connection.execute(text(asked), {"id": organisation})).all()
