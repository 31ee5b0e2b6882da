"""Two organisations with one of everything in each, and somebody of every kind in the first of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
from service.main import create_app
from service.settings import Settings
from tests.access.doors import ANYONE, SIGNED_IN, Door
from tests.builders import NOBODY, Builder, SignedIn
from tests.transfer.files import a_file, a_row

# Words that are in everything about the people of each side, and in the one conversation that two personas had.
OURS, THEIRS, SECRET = (f"{mark}{uuid4().hex[:8]}" for mark in ("Oo", "Tt", "Ss"))
PERSONAS = ("nobody", "no role", *Role)


def every_route() -> list[str]:
    app = create_app(Settings.model_validate({"database_url": "postgresql://nobody@localhost/none", "demo": True}))
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
    own = await things_in(make, app, ours, OURS)
    return World(
        make,
        personas,
        Side({**own, "conversation": str(talk)}),
        Side(await things_in(make, app, theirs, THEIRS)),
        theirs,
    )


async def things_in(
    make: Builder, app: Litestar, organisation: UUID, canary: str, uploaded: str = ""
) -> dict[str, str]:
    """One of everything; `canary` is in every word about the people. `uploaded` is an import that may be used again."""
    person = await make.person(organisation, family_name=canary, email=f"{canary}{uuid4().hex[:6]}@example.org")
    other = await make.person(organisation, family_name=canary)
    partner = await make.hr_partner(organisation, family_name=canary)
    held = await make.auditor()
    made = {"number": uuid4().int % 10**8, "made_by": "A", "state": "withdrawn", "snapshot": uuid4().hex}
    versions = {"method_version": "1", "rule_version": "1", "code_version": "1", "snapshot_on": date(2026, 11, 1)}
    opening = await make.opportunity(organisation)
    closed = await make.opportunity(organisation, closes_on=date(2026, 3, 2))
    interest = await make.interest(
        person, organisation, closed, "submitted", "not_shortlisted", statement=f"{canary} can"
    )
    offer = await make.offer(organisation)
    cohort = await make.cohort(organisation, offer)
    pipeline, wanted = await make.pipeline(organisation), await make.wanted(organisation)
    release = {**made, **versions, "rule": {}, "organisations": [], "headlines": []}
    post = {"job_title": f"{canary} nurse", "kind": "secondment", "fte": "0.4"}
    return {
        "organisation": str(organisation),
        "person": str(person),
        "assignment": str(await make.assignment(organisation, person, **post)),
        "conversation": str(await make.conversation(organisation, person, other, summary=f"{canary} spoke")),
        "import": uploaded or await an_import(app, partner, organisation, canary),
        "flag": NOBODY,
        "release": str(await make._add(Release, release)),
        "account": str(held.account_id),
        "grant": await grant_of(make, held),
        "key": session_key(held.token),
        "role": str(await make.role()),
        "code": await make.framework(),
        "version": "1",
        "number": uuid4().hex[:12],
        "action": str(await make.plan_action(organisation, person, text=f"{canary} plans")),
        "request": str(await make.request(organisation, person)),
        "draft": str(uuid4()),
        "file": "x.ics",
        "measure": "coverage",
        "step": str(await make.step()),
        "evidence": str(await make.evidence(person, organisation, situation=f"{canary} noticed")),
        "transition": str(await make.transition(organisation, person)),
        "reader": "hr_partner",
        "move": str((await make.moves(person))["secondment_start"]),
        "pair": str(await make.pair(organisation, await make.organisation(), family_name=canary)),
        "secondment": str(await make.secondment(organisation, await make.organisation(), person)),
        "extension": "1",
        "pipeline": str(pipeline),
        "membership": str(await make.membership(person, organisation, pipeline)),
        "critical": str(await make.critical_role(organisation, title=f"{canary} head")),
        "wanted": str(wanted),
        "candidate": str(await make.candidate(person, organisation, organisation, wanted, consent="agreed")),
        "thread": str(await make.thread(organisation, person, title=f"{canary} flourishes")),
        "note": str(await make.note(organisation)),
        "notice": str(await make.notice(person, headline=f"{canary} was told")),
        "opportunity": str(opening),
        "interest": str(await make.aftercare(person, interest, organisation)),
        "referral": str(uuid4()),
        "mentor": str(await make.mentor(await make.person(organisation), capacity=10)),
        "asset": str(await make.asset(organisation)),
        "what": "offer",
        "offer": str(offer),
        "date": str(cohort),
        "date_file": f"{cohort}.ics",
        "application": str(await make.application(person, organisation, offer, cohort)),
        "subject": str(await make.offer_with_window(organisation)),
        "stage": "publish",
        "day": "30",
    }


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


async def ask(client: httpx.AsyncClient, route: str, door: Door, things: Mapping[str, str]) -> httpx.Response:
    method, path = route.split(" ", 1)
    names = {**things, "characteristic": "sex", "path": "x", "file_path": "x"}
    names |= {"purpose": "note", "audience": "hr_partner", "version": "1"}
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
