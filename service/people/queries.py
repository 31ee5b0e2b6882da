"""Who is here. All is read through row security; `where` narrows it to the organisations where the act is allowed."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Uuid, and_, any_, bindparam, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.tables import AuditEntry
from service.kit.errors import NotFound
from service.organisations.tables import Organisation
from service.people.names import patterns, said_as
from service.people.rules import answers_for
from service.people.schemas import Employed, EqualityOut, Found, MeOut, PersonOut, ReaderOut
from service.people.tables import Employment, EqualityAnswer, Person
from service.people.words import did

Rows = Sequence[Row[*tuple[Any, ...]]]

EMPLOYED_NOW: ColumnElement[bool] = or_(Employment.ended.is_(None), Employment.ended >= func.current_date())
_PERSON = (
    select(
        Person.id,
        Person.given_name,
        Person.family_name,
        Person.email,
        Person.version,
        Person.birth_date,
        Employment.organisation_id,
        Organisation.name.label("organisation"),
        Employment.employee_number,
    )
    .where(Person.id == bindparam("person_id"))
    .order_by(Organisation.name, Organisation.id)
)
_NOW = and_(Employment.person_id == Person.id, EMPLOYED_NOW)
_PLACE = Organisation.id == Employment.organisation_id
# Made once: a record is opened often, and putting its statement together costs as much as running it.
_EMPLOYED_PERSON = _PERSON.join(
    Employment, and_(_NOW, Employment.organisation_id == any_(bindparam("where", type_=ARRAY(Uuid))))
).join(Organisation, _PLACE)
_ANY_PERSON = _PERSON.outerjoin(Employment, _NOW).outerjoin(Organisation, _PLACE)
_EMPLOYED = select(
    Employment.person_id,
    Employment.organisation_id,
    Organisation.name.label("organisation"),
    Employment.listed_as,
    Employment.employee_number,
).join(Organisation, Organisation.id == Employment.organisation_id)


async def get_person(session: AsyncSession, person_id: UUID, where: Iterable[UUID]) -> PersonOut:
    """Somebody employed now in one of the organisations. Raises NotFound for anybody else."""
    rows: Rows = (await session.execute(_EMPLOYED_PERSON, {"person_id": person_id, "where": list(where)})).all()
    if not rows:
        raise NotFound("person")
    return _person(rows)


async def get_me(session: AsyncSession, person_id: UUID) -> MeOut:
    """Everything about the reader that this room holds. Raises NotFound when the account is nobody's."""
    rows: Rows = (await session.execute(_ANY_PERSON, {"person_id": person_id})).all()
    if not rows:
        raise NotFound("person")
    return MeOut(_person(rows), rows[0].birth_date, await list_equality(session, person_id))


async def list_equality(session: AsyncSession, person_id: UUID) -> list[EqualityOut]:
    columns = (
        EqualityAnswer.characteristic,
        EqualityAnswer.code,
        EqualityAnswer.code_list,
        EqualityAnswer.code_list_version,
        EqualityAnswer.source,
        EqualityAnswer.answered_at,
    )
    asked = select(*columns).where(EqualityAnswer.person_id == person_id).order_by(EqualityAnswer.characteristic)
    rows: Rows = (await session.execute(asked)).all()
    return [EqualityOut(row[0], row[1], answers_for(row[0]).get(row[1], row[1]), *row[2:]) for row in rows]


async def list_readers(
    session: AsyncSession, person_id: UUID, me: UUID | None, size: int, before: int | None = None
) -> list[ReaderOut]:
    """Who else read or changed the record of one person, newest first; `me` is the account to leave out."""
    columns = (AuditEntry.id, AuditEntry.at, AuditEntry.actor, AuditEntry.action, Organisation.name)
    asked = select(*columns).outerjoin(Organisation, Organisation.id == AuditEntry.organisation_id)
    asked = asked.where(AuditEntry.subject_person_id == person_id, AuditEntry.account_id.is_distinct_from(me))
    if before is not None:
        asked = asked.where(AuditEntry.id < before)
    rows = (await session.execute(asked.order_by(AuditEntry.id.desc()).limit(size))).all()
    return [ReaderOut(entry, at, who, action, did(action), place) for entry, at, who, action, place in rows]


async def find_employed(session: AsyncSession, where: Iterable[UUID], search: str, size: int = 8) -> list[Found]:
    """People employed now in these organisations whose name or employee number fits, by name."""
    asked = _EMPLOYED.where(Employment.organisation_id.in_(where), EMPLOYED_NOW, fits(search))
    return await _found(session, asked.order_by(Employment.listed_as, Employment.person_id).limit(size))


async def find_employments(session: AsyncSession, person_id: UUID, where: Iterable[UUID]) -> list[Found]:
    """Where, among these organisations, somebody is employed now; nothing when nowhere."""
    asked = _EMPLOYED.where(Employment.person_id == person_id, Employment.organisation_id.in_(where), EMPLOYED_NOW)
    return await _found(session, asked.order_by(Organisation.name))


async def employed_in(session: AsyncSession, organisation_id: UUID, people: Iterable[UUID]) -> dict[UUID, str]:
    """person -> name, for those of these people who are employed there now."""
    asked = select(Employment.person_id, Employment.listed_as).where(
        Employment.organisation_id == organisation_id, Employment.person_id.in_(people), EMPLOYED_NOW
    )
    return {person: said_as(listed) for person, listed in (await session.execute(asked)).all()}


async def find_by_number(session: AsyncSession, organisation_id: UUID, employee_number: str) -> str | None:
    """The name of whoever has this employee number, still employed or not."""
    asked = select(Employment.listed_as).where(
        Employment.organisation_id == organisation_id, Employment.employee_number == employee_number
    )
    listed = (await session.execute(asked)).scalar_one_or_none()
    return None if listed is None else said_as(listed)


async def list_organisations(session: AsyncSession, where: Iterable[UUID]) -> dict[UUID, str]:
    """organisation -> name, by name."""
    asked = select(Organisation.id, Organisation.name).where(Organisation.id.in_(where)).order_by(Organisation.name)
    return {row.id: row.name for row in await session.execute(asked)}


def fits(search: str) -> ColumnElement[bool]:
    """Every word begins a word of the name, or the whole begins the employee number."""
    words = and_(true(), *(Employment.listed_as.regexp_match(pattern) for pattern in patterns(search)))
    number = search.strip()
    if not any(character.isdigit() for character in number):
        return or_(words, Employment.employee_number == number)
    return or_(
        words,
        func.starts_with(Employment.employee_number, number.upper()),
        func.starts_with(Employment.employee_number, number),
    )


async def _found(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[Found]:
    rows = (await session.execute(asked)).all()
    return [
        Found(row.person_id, row.organisation_id, row.organisation, said_as(row.listed_as), row.employee_number)
        for row in rows
    ]


def _person(rows: Rows) -> PersonOut:
    first = rows[0]
    employments = [
        Employed(row.organisation_id, row.organisation, row.employee_number) for row in rows if row.organisation_id
    ]
    return PersonOut(first.id, first.given_name, first.family_name, first.email, first.version, employments)
