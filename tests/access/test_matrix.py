"""Every route, every persona, own and foreign ids: nobody gets in where the grants table does not let them, and nothing leaks.

The routes come from the application itself: one that tests/access/doors.py does not know fails the matrix.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.actions import session_key
from service.access.grants import GRANTS, Reach, Role
from service.insight.tables import Release
from service.main import create_app
from service.settings import Settings
from tests.access.doors import ANYONE, DOORS, SIGNED_IN, Door
from tests.builders import Builder, SignedIn
from tests.transfer.files import a_file, a_row

OURS, THEIRS = f"Oo{uuid4().hex[:8]}", f"Tt{uuid4().hex[:8]}"
SECRET = f"Ss{uuid4().hex[:8]}"
PERSONAS = ("nobody", "no role", *Role)
UNKNOWN = ("characteristic", "path", "file_path")


def every_route() -> list[str]:
    app = create_app(Settings(database_url="postgresql://nobody@localhost/none", demo=True))
    return sorted(
        f"{method} {_plain(route.path)}"
        for route in app.routes
        for method in getattr(route, "methods", ())
        if method not in {"HEAD", "OPTIONS"}
    )


def _plain(path: str) -> str:
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", path)


@dataclass
class Side:
    """What there is in one organisation, by the names that doors use."""

    things: dict[str, str]


@dataclass
class World:
    make: Builder
    personas: Mapping[str, SignedIn | None]
    ours: Side
    theirs: Side
    organisation: UUID


@pytest.fixture(scope="module")
async def world(admin: AsyncEngine, app: Any) -> World:
    make = Builder(admin)
    ours, theirs = await make.organisation(), await make.organisation()
    personas: dict[str, SignedIn | None] = {"nobody": None, "no role": await make.account([])}
    for role, (reach, _) in GRANTS.items():
        person = await make.person(ours) if reach is not Reach.SYSTEM else None
        held = [] if role is Role.STAFF else [(role, ours if reach is Reach.ORGANISATION else None)]
        personas[role] = await make.account(held, person)
    parties = personas[Role.STAFF], personas[Role.HR_PARTNER]
    assert parties[0] and parties[1] and parties[0].person_id and parties[1].person_id
    talk = await make.conversation(ours, parties[0].person_id, parties[1].person_id, summary=f"Between two, {SECRET}")
    own = await things_in(make, app, ours, OURS)
    return World(make, personas, Side({**own, "conversation": str(talk)}), Side(await things_in(make, app, theirs, THEIRS)), theirs)


async def things_in(make: Builder, app: Any, organisation: UUID, canary: str) -> dict[str, str]:
    """One of everything in an organisation; `canary` is in every word about its people."""
    person = await make.person(organisation, family_name=canary, email=f"{canary}{uuid4().hex[:6]}@example.org")
    other = await make.person(organisation, family_name=canary)
    partner = await make.hr_partner(organisation, family_name=canary)
    held = await make.auditor()
    release = {"number": uuid4().int % 10**8, "made_by": "A", "state": "withdrawn", "snapshot_on": "2026-11-01", "snapshot": uuid4().hex,
               "method_version": "1", "rule_version": "1", "code_version": "1", "rule": {}, "organisations": [], "headlines": []}  # fmt: skip
    return {
        "organisation": str(organisation),
        "person": str(person),
        "assignment": str(await make.assignment(organisation, person, job_title=f"{canary} nurse", kind="secondment", fte="0.4")),
        "conversation": str(await make.conversation(organisation, person, other, summary=f"{canary} spoke")),
        "import": await an_import(app, partner, organisation, canary),
        "release": str(await make._add(Release, release | {"snapshot_on": __import__("datetime").date(2026, 11, 1)})),
        "account": str(held.account_id),
        "grant": await grant_of(make, held),
        "key": session_key(held.token),
        "number": uuid4().hex[:12],
    }


async def an_import(app: Any, partner: SignedIn, organisation: UUID, canary: str) -> str:
    async with client_of(app, partner) as client:
        file = {"file": ("staff.csv", a_file(a_row(LAST_NAME=canary, EMPLOYEE_NUMBER=uuid4().hex[:8])), "text/csv")}
        made = await client.post("/api/imports", data={"organisation_id": str(organisation)}, files=file)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def grant_of(make: Builder, held: SignedIn) -> str:
    async with make.admin.connect() as connection:
        asked = text("SELECT id FROM grants WHERE account_id = :id")
        return str((await connection.execute(asked, {"id": held.account_id})).scalar_one())


def client_of(app: Any, who: SignedIn | None) -> httpx.AsyncClient:
    from service.access.actions import form_token
    from service.access.doors import COOKIE, FORM_HEADER

    headers = {"Cookie": f"{COOKIE}={who.token}", FORM_HEADER: form_token(who.token)} if who else {}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("127.0.0.1", 12345))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)


def test_every_route_is_classified_and_every_classified_route_exists() -> None:
    assert set(every_route()) == set(DOORS)


def test_every_permission_of_the_grants_table_opens_some_door_and_every_door_is_in_the_table() -> None:
    granted = {permission for _, permissions in GRANTS.values() for permission in permissions}
    assert {door.who for door in DOORS.values()} - {ANYONE, SIGNED_IN} == granted


@pytest.mark.parametrize("route", every_route())
@pytest.mark.parametrize("side", ["own", "foreign"])
async def test_nobody_gets_in_or_sees_what_is_not_theirs(world: World, app: Any, admin: AsyncEngine, route: str, side: str) -> None:
    door = DOORS[route]
    before = await held_by_theirs(admin, world.organisation)
    for persona in PERSONAS:
        who = world.personas[persona]
        if route.startswith("POST /sign-out") and who:
            who = await fresh_session(world.make, who)
        things = (world.ours if side == "own" else world.theirs).things
        if side == "own" and not route.startswith("GET") and may(door, persona):
            things = await things_in(world.make, app, UUID(world.ours.things["organisation"]), OURS)
        async with client_of(app, who) as client:
            answer = await ask(client, route, door, {**things, "number": uuid4().hex[:12]})
        told = f"{persona} at {route} with {side} ids: {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, told
        assert_answered(door, persona, side, route, answer, told)
        assert_no_leak(persona, answer, told)
    assert await held_by_theirs(admin, world.organisation) == before, route


def may(door: Door, persona: str) -> bool:
    if door.who == ANYONE:
        return True
    if door.who == SIGNED_IN:
        return persona != "nobody"
    roles = {Role(persona)} if persona in set(Role) else set()
    if roles & {Role.FACILITATOR, Role.HR_PARTNER}:
        roles.add(Role.STAFF)
    return any(door.who in GRANTS[role][1] for role in roles)


def assert_answered(door: Door, persona: str, side: str, route: str, answer: httpx.Response, told: str) -> None:
    if door.who == ANYONE:
        return
    if persona == "nobody":
        to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        assert answer.status_code == 401 or ("/api/" not in route and to_sign_in), told
    elif not may(door, persona):
        assert answer.status_code in {403, 404}, told
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
    assert persona != Role.FACILITATOR or "@example.org" not in said or "/account" in told or "/me" in told, told


async def ask(client: httpx.AsyncClient, route: str, door: Door, things: Mapping[str, str]) -> httpx.Response:
    method, path = route.split(" ", 1)
    names = {**things, "characteristic": "sex", "path": "x", "file_path": "x"}
    path = re.sub(r"\{(\w+?)(_id)?\}", lambda found: names[found[1] if found[2] else found[0][1:-1]], path)
    more: dict[str, Any] = {}
    if door.json is not None:
        more["json"] = _filled(door.json, names)
    if door.form is not None:
        more["data"] = _filled(door.form, names)
    if door.file:
        more["files"] = {"file": ("staff.csv", a_file(a_row(EMPLOYEE_NUMBER=uuid4().hex[:8])), "text/csv")}
    return await client.request(method, path, params=_filled(door.query, names), **more)


def _filled(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: value.format_map(names) if isinstance(value, str) else value for name, value in given.items()}


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
