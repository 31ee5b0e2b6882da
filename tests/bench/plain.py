"""What a competent team would write without our house: plain Litestar handlers, SQLAlchemy text, the same SQL, the same row security.

Used only by http_bench. Sign-in, eyes, reading, audit entry and commit are all here, as the same statements; what is not here is what the
house adds: permission checks, presenters, paging types, validated and described schemas, the layout of a page.
"""

import os
from collections.abc import AsyncGenerator
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from jinja2 import Environment
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import BYTEA, INTERVAL, JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from service.access.doors import COOKIE
from service.kit.db import driver_url

SESSION_OF = text("SELECT * FROM private.session_of(:given, :idle, :longest)").bindparams(
    bindparam("given", type_=BYTEA), bindparam("idle", type_=INTERVAL), bindparam("longest", type_=INTERVAL)
)
LIST = text("""
    SELECT e.person_id, e.listed_as, e.employee_number,
           (SELECT a.job_title FROM assignments a
             WHERE a.organisation_id = e.organisation_id AND a.person_id = e.person_id AND a.started <= CURRENT_DATE
               AND (a.ended IS NULL OR a.ended >= CURRENT_DATE)
             ORDER BY a.kind = 'substantive' DESC, a.started DESC LIMIT 1) AS job_title
      FROM employments e WHERE e.organisation_id = :organisation AND (e.ended IS NULL OR e.ended >= CURRENT_DATE)
     ORDER BY e.listed_as, e.person_id LIMIT :size""")
READ = text("""
    SELECT p.id, p.given_name, p.family_name, p.email, p.version, p.birth_date, e.organisation_id, o.name AS organisation, e.employee_number
      FROM people p JOIN employments e ON e.person_id = p.id AND e.organisation_id IN (:organisation)
                                      AND (e.ended IS NULL OR e.ended >= CURRENT_DATE)
      JOIN organisations o ON o.id = e.organisation_id WHERE p.id = :person ORDER BY o.name, o.id""")
AUDIT = text("""
    INSERT INTO audit_entries (account_id, actor, action, subject_person_id, organisation_id, entity_id, detail)
    VALUES (:account, :actor, :action, :person, :organisation, :entity, :detail)""").bindparams(
    bindparam("detail", type_=JSONB)
)
EMPLOYED = text("""
    SELECT person_id, listed_as FROM employments
     WHERE organisation_id = :organisation AND person_id IN (:one, :two) AND (ended IS NULL OR ended >= CURRENT_DATE)""")
WRITE = text("""
    INSERT INTO conversations (person_id, id, organisation_id, facilitator_id, recorded_by_id, kind, held_on, next_due_on)
    VALUES (:person, :id, :organisation, :facilitator, :me, :kind, :held_on, :next_due_on)""")
WORDED = text("""
    INSERT INTO wordings (person_id, conversation_id, number, written_by_id, summary)
    VALUES (:person, :id, 1, :me, :summary)""")
HELD = text("""
    INSERT INTO conversation_states (person_id, conversation_id, number, state, by_id) VALUES (:person, :id, 1, 'held', :me)""")
WRITTEN = text("""
    SELECT c.id, c.person_id, c.facilitator_id, c.recorded_by_id, c.organisation_id, o.name AS organisation, c.kind, c.held_on, c.next_due_on,
           c.recorded_at, c.state, c.version, w.summary
      FROM conversations c JOIN organisations o ON o.id = c.organisation_id
      JOIN wordings w ON w.person_id = c.person_id AND w.conversation_id = c.id WHERE c.id = :id""")
NAMES = text("SELECT person_id, name FROM private.names_of(:people)")
ORGANISATIONS = text("SELECT id, name FROM organisations WHERE id IN (:organisation) ORDER BY name")
PAGE = Environment(autoescape=True).from_string(
    "<!DOCTYPE html><html lang=en><head><title>People</title></head><body><h1>{{ names[0].name }}</h1><table><thead><tr><th>Name<th>Job<th>Number"
    "</thead><tbody>{% for row in rows %}<tr><td><a href='/people/{{ row.person_id }}'>{{ row.listed_as }}</a></td><td>{{ row.job_title }}</td>"
    "<td>{{ row.employee_number }}</td></tr>{% endfor %}</tbody></table></body></html>"
)

engine = create_async_engine(
    driver_url(os.environ.get("RIDGEWAY_DATABASE_URL", "postgresql://")),
    pool_size=10,
    max_overflow=0,
    connect_args={"server_settings": {"role": "ridgeway_app", "jit": "off"}},
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def signed_in(request: Request[Any, Any, Any]) -> AsyncGenerator[AsyncSession, None]:
    token = request.cookies[COOKIE].encode()
    async with sessions() as session, session.begin():
        limits = {"given": sha256(token).digest(), "idle": timedelta(minutes=30), "longest": timedelta(hours=12)}
        who = (await session.execute(SESSION_OF, limits)).one_or_none()
        if who is None:
            raise NotAuthorizedException
        session.info["who"] = who
        yield session


async def _audit(
    session: AsyncSession, action: str, person: UUID, organisation: UUID, entity: UUID | None = None
) -> None:
    who = session.info["who"]
    given = {
        "account": who.account_id,
        "actor": who.name,
        "action": action,
        "person": person,
        "organisation": organisation,
    }
    await session.execute(AUDIT, given | {"entity": entity and str(entity), "detail": {}})


@get("/api/people")
async def people(
    session: NamedDependency[AsyncSession], organisation_id: FromQuery[UUID], size: FromQuery[int] = 20
) -> dict[str, Any]:
    rows = (await session.execute(LIST, {"organisation": organisation_id, "size": size + 1})).all()
    items = [
        {"id": row.person_id, "name": row.listed_as, "employee_number": row.employee_number, "job_title": row.job_title}
        for row in rows
    ]
    return {"items": items[:size], "next_cursor": None}


@get("/api/people/{person_id:uuid}")
async def person(session: NamedDependency[AsyncSession], person_id: FromPath[UUID]) -> dict[str, Any]:
    organisation = session.info["who"].organisations[0]
    rows = (await session.execute(READ, {"person": person_id, "organisation": organisation})).all()
    await _audit(session, "people.read", person_id, organisation)
    row = rows[0]
    return {"id": row.id, "given_name": row.given_name, "family_name": row.family_name, "email": row.email, "version": row.version,
            "employments": [{"organisation_id": row.organisation_id, "organisation": row.organisation, "employee_number": row.employee_number}]}  # fmt: skip


@post("/api/conversations")
async def log(session: NamedDependency[AsyncSession], data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
    person_id, facilitator, organisation = (
        UUID(data[name]) for name in ("person_id", "facilitator_id", "organisation_id")
    )
    await session.execute(EMPLOYED, {"organisation": organisation, "one": person_id, "two": facilitator})
    key = uuid4()
    me = session.info["who"].person_id
    row = {"person": person_id, "id": key, "organisation": organisation, "facilitator": facilitator, "me": me, "kind": data["kind"],
           "held_on": date.fromisoformat(data["held_on"]), "next_due_on": None}  # fmt: skip
    await session.execute(WRITE, row)
    said = {"person": person_id, "id": key, "me": me}
    await session.execute(WORDED, said | {"summary": data["summary"]})
    await session.execute(HELD, said)
    await _audit(session, "conversations.logged", person_id, organisation, key)
    written = (await session.execute(WRITTEN, {"id": key})).one()
    names = (await session.execute(NAMES, {"people": [person_id, facilitator]})).all()
    return {**written._mapping, "names": {str(row.person_id): row.name for row in names}}


@get("/people", media_type=MediaType.HTML)
async def people_page(session: NamedDependency[AsyncSession], organisation: FromQuery[UUID]) -> Response[str]:
    names = (await session.execute(ORGANISATIONS, {"organisation": organisation})).all()
    rows = (await session.execute(LIST, {"organisation": organisation, "size": 51})).all()
    return Response(PAGE.render(names=names, rows=rows[:50]), media_type=MediaType.HTML)


def create_app() -> Litestar:
    return Litestar(
        [people, person, log, people_page], dependencies={"session": Provide(signed_in)}, openapi_config=None
    )
