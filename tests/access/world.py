"""Two organisations with one of everything in each, and somebody of every kind in the first of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from keyword import iskeyword
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.access.actions import form_token, session_key
from service.access.doors import COOKIE, FORM_HEADER
from service.access.grants import GRANTS, Reach, Role
from service.insight.tables import Release
from tests.access.doors import ANYONE, SIGNED_IN, Door
from tests.builders import NOBODY, Builder, SignedIn
from tests.transfer.files import a_file, a_row

# Words that are in everything about the people of each side, and in the one conversation that two personas had.
OURS, THEIRS, SECRET = (f"{mark}{uuid4().hex[:8]}" for mark in ("Oo", "Tt", "Ss"))
PERSONAS = ("nobody", "no role", *Role)


def every_route(app: Litestar) -> list[str]:
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
async def world(admin: AsyncEngine, app: Litestar) -> World:
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
    return World(
        make,
        personas,
        Side(await Things(make, app, ours, OURS, conversation=str(talk)).all()),
        Side(await Things(make, app, theirs, THEIRS).all()),
        theirs,
    )


class Things:
    """What there is in one organisation, made when it is asked for, once: a method a name that doors use. `canary` is
    in every word about the people.
    """

    def __init__(self, make: Builder, app: Litestar, organisation: UUID, canary: str, **made: str) -> None:
        self.make, self.app, self.place, self.canary = make, app, organisation, canary
        named = {"organisation": str(organisation), "version": "1", "number": uuid4().hex[:12], "draft": str(uuid4())}
        codes = {"file": "x.ics", "measure": "coverage", "reader": "hr_partner", "extension": "1", "flag": NOBODY}
        more = {"referral": str(uuid4()), "what": "offer", "stage": "publish", "day": "30"}
        self.made: dict[str, str] = named | codes | more | made

    async def named(self, names: Iterable[str]) -> dict[str, str]:
        """Those of these names, beside what needs no making."""
        for name in names:
            await self.one(name)
        return dict(self.made)

    async def all(self) -> dict[str, str]:
        return await self.named(name.rstrip("_") for name in vars(Makers) if not name.startswith("_"))

    async def one(self, name: str) -> str:
        if name not in self.made:
            made = await getattr(Makers, f"{name}_" if iskeyword(name) else name)(self)
            self.made[name] = str(made)
        return self.made[name]

    async def id(self, name: str) -> UUID:
        return UUID(await self.one(name))


class Makers:
    """How each is made. Another that it needs is asked for by its name."""

    @staticmethod
    async def person(of: Things) -> UUID:
        return await of.make.person(of.place, family_name=of.canary, email=f"{of.canary}{uuid4().hex[:6]}@example.org")

    @staticmethod
    async def assignment(of: Things) -> UUID:
        post = {"job_title": f"{of.canary} nurse", "kind": "secondment", "fte": "0.4"}
        return await of.make.assignment(of.place, await of.id("person"), **post)

    @staticmethod
    async def conversation(of: Things) -> UUID:
        other = await of.make.person(of.place, family_name=of.canary)
        return await of.make.conversation(of.place, await of.id("person"), other, summary=f"{of.canary} spoke")

    @staticmethod
    async def import_(of: Things) -> str:
        partner = await of.make.hr_partner(of.place, family_name=of.canary)
        return await an_import(of.app, partner, of.place, of.canary)

    @staticmethod
    async def release(of: Things) -> UUID:
        made = {"number": uuid4().int % 10**8, "made_by": "A", "state": "withdrawn", "snapshot": uuid4().hex}
        versions = {"method_version": "1", "rule_version": "1", "code_version": "1", "snapshot_on": date(2026, 11, 1)}
        return await of.make._add(Release, {**made, **versions, "rule": {}, "organisations": [], "headlines": []})

    @staticmethod
    async def account(of: Things) -> UUID:
        """An auditor, whose grant and session are named too."""
        held = await of.make.auditor()
        of.made |= {"grant": await grant_of(of.make, held), "key": session_key(held.token)}
        return held.account_id

    @staticmethod
    async def grant(of: Things) -> str:
        await of.one("account")
        return of.made["grant"]

    @staticmethod
    async def key(of: Things) -> str:
        await of.one("account")
        return of.made["key"]

    @staticmethod
    async def role(of: Things) -> UUID:
        return await of.make.role()

    @staticmethod
    async def code(of: Things) -> str:
        return await of.make.framework()

    @staticmethod
    async def action(of: Things) -> UUID:
        return await of.make.plan_action(of.place, await of.id("person"), text=f"{of.canary} plans")

    @staticmethod
    async def request(of: Things) -> UUID:
        return await of.make.request(of.place, await of.id("person"))

    @staticmethod
    async def step(of: Things) -> UUID:
        return await of.make.step()

    @staticmethod
    async def evidence(of: Things) -> UUID:
        return await of.make.evidence(await of.id("person"), of.place, situation=f"{of.canary} noticed")

    @staticmethod
    async def transition(of: Things) -> UUID:
        return await of.make.transition(of.place, await of.id("person"))

    @staticmethod
    async def late(of: Things) -> UUID:
        await of.make.prompt_share(await of.id("person"), of.place)
        late = {"text": f"{of.canary} plans", "due_on": date(2026, 1, 5)}
        return await of.make.plan_action(of.place, await of.id("person"), **late)

    @staticmethod
    async def move(of: Things) -> UUID:
        await of.one("assignment")
        return (await of.make.moves(await of.id("person")))["secondment_start"]

    @staticmethod
    async def pair(of: Things) -> UUID:
        return await of.make.pair(of.place, await of.make.organisation(), family_name=of.canary)

    @staticmethod
    async def secondment(of: Things) -> UUID:
        return await of.make.secondment(of.place, await of.make.organisation(), await of.id("person"))

    @staticmethod
    async def pipeline(of: Things) -> UUID:
        return await of.make.pipeline(of.place)

    @staticmethod
    async def membership(of: Things) -> UUID:
        return await of.make.membership(await of.id("person"), of.place, await of.id("pipeline"))

    @staticmethod
    async def critical(of: Things) -> UUID:
        return await of.make.critical_role(of.place, title=f"{of.canary} head")

    @staticmethod
    async def wanted(of: Things) -> UUID:
        return await of.make.wanted(of.place)

    @staticmethod
    async def candidate(of: Things) -> UUID:
        who = await of.id("person"), of.place, of.place
        return await of.make.candidate(*who, await of.id("wanted"), consent="agreed")

    @staticmethod
    async def thread(of: Things) -> UUID:
        return await of.make.thread(of.place, await of.id("person"), title=f"{of.canary} flourishes")

    @staticmethod
    async def note(of: Things) -> UUID:
        return await of.make.note(of.place)

    @staticmethod
    async def notice(of: Things) -> UUID:
        return await of.make.notice(await of.id("person"), headline=f"{of.canary} was told")

    @staticmethod
    async def opportunity(of: Things) -> UUID:
        return await of.make.opportunity(of.place)

    @staticmethod
    async def interest(of: Things) -> UUID:
        closed, who = await of.make.opportunity(of.place, closes_on=date(2026, 3, 2)), await of.id("person")
        steps = ("submitted", "not_shortlisted")
        said = await of.make.interest(who, of.place, closed, *steps, statement=f"{of.canary} can")
        return await of.make.aftercare(who, said, of.place)

    @staticmethod
    async def mentor(of: Things) -> UUID:
        return await of.make.mentor(await of.make.person(of.place), capacity=10)

    @staticmethod
    async def asset(of: Things) -> UUID:
        return await of.make.asset(of.place)

    @staticmethod
    async def offer(of: Things) -> UUID:
        return await of.make.offer(of.place)

    @staticmethod
    async def date(of: Things) -> UUID:
        return await of.make.cohort(of.place, await of.id("offer"))

    @staticmethod
    async def date_file(of: Things) -> str:
        return f"{await of.one('date')}.ics"

    @staticmethod
    async def application(of: Things) -> UUID:
        asked = await of.id("offer"), await of.id("date")
        return await of.make.application(await of.id("person"), of.place, *asked)

    @staticmethod
    async def subject(of: Things) -> UUID:
        return await of.make.offer_with_window(of.place)


async def an_import(app: Litestar, partner: SignedIn, organisation: UUID, canary: str) -> str:
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
    headers = {"Cookie": f"{COOKIE}={who.token}", FORM_HEADER: form_token(who.token)} if who else {}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("127.0.0.1", 12345))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)


def may(door: Door, persona: str) -> bool:
    if door.who == ANYONE:
        return True
    if door.who == SIGNED_IN:
        return persona != "nobody"
    roles = {Role(persona)} if persona in set(Role) else set()
    if roles & {Role.FACILITATOR, Role.HR_PARTNER}:
        roles.add(Role.STAFF)
    return any(door.who in GRANTS[role][1] for role in roles)


def named_in(route: str, door: Door) -> set[str]:
    """What the door points at, by name."""
    given = [value for part in (door.json, door.form, door.query) for value in (part or {}).values()]
    written = " ".join([_PLACE.sub(lambda found: "{" + _name(found) + "}", route), *map(str, given)])
    return set(re.findall(r"{(\w+)}", written)) - {"characteristic", "path", "file_path", "purpose", "audience"}


_PLACE = re.compile(r"\{(\w+?)(_id)?\}")


def _name(found: re.Match[str]) -> str:
    """conversation_id -> conversation"""
    return found[1] if found[2] else found[0][1:-1]


async def ask(client: httpx.AsyncClient, route: str, door: Door, things: Mapping[str, str]) -> httpx.Response:
    method, path = route.split(" ", 1)
    names = {**things, "characteristic": "sex", "path": "x", "file_path": "x"}
    names |= {"purpose": "note", "audience": "hr_partner", "version": "1"}
    path = _PLACE.sub(lambda found: names[_name(found)], path)
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
