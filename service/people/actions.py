"""What can be done to a person's record. Opening somebody else's is an act too: it leaves a trail that they can
read."""

import unicodedata
from uuid import UUID

from sqlalchemy import func, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.people.names import listed_as
from service.people.queries import find_by_number, get_person
from service.people.rules import CODE_LISTS, AnswerSource, Characteristic, answer_problems, birth_problems
from service.people.schemas import EqualityIn, PersonChange, PersonIn, PersonOut
from service.people.tables import Employment, EqualityAnswer, Person


async def open_record(session: AsyncSession, actor: Actor, person_id: UUID) -> PersonOut:
    """The record of somebody employed now where the actor may read. Raises NotFound for anybody else."""
    person = await get_person(session, person_id, actor.where("people.read"))
    await record(session, actor, "people.read", subject=person_id, organisation=person.employments[0].organisation_id)
    return person


async def add_person(session: AsyncSession, actor: Actor, given: PersonIn) -> UUID:
    """A new person, employed by the organisation from now on. Raises Invalid when the employee number is taken."""
    actor.must("people.edit", given.organisation_id)
    await _check(session, given)
    person_id = new_id()
    given_name, family_name = _composed(given.given_name), _composed(given.family_name)
    row = {
        "id": person_id,
        "given_name": given_name,
        "family_name": family_name,
        "email": given.email,
        "birth_date": given.birth_date,
    }
    # Nothing is read back (no RETURNING): until they are employed, row security shows the person to nobody.
    await session.execute(insert(Person), row)
    employment = {
        "organisation_id": given.organisation_id,
        "person_id": person_id,
        "employee_number": given.employee_number,
        "listed_as": listed_as(given_name, family_name),
    }
    await session.execute(insert(Employment), employment)
    await record(session, actor, "people.added", subject=person_id, organisation=given.organisation_id)
    return person_id


async def correct_person(session: AsyncSession, actor: Actor, person_id: UUID, given: PersonChange) -> PersonOut:
    """Raises Conflict when the record is no longer at the version that was read, NotFound outside the actor's
    places."""
    where = actor.where("people.edit")
    before = await get_person(session, person_id, where)
    changes = _changes(given)
    kept = update(Person).where(Person.id == person_id, Person.version == given.version)
    done = await session.execute(kept.values(**changes, version=Person.version + 1))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict(
            "Somebody else changed this record after you opened it. Check what it says now, then save again."
        )
    place = before.employments[0].organisation_id
    await record(session, actor, "people.corrected", subject=person_id, organisation=place, fields=sorted(changes))
    return await get_person(session, person_id, where)


async def answer_equality(
    session: AsyncSession, actor: Actor, characteristic: Characteristic, given: EqualityIn
) -> None:
    """The person's own answer, in place of whatever was held. The trail says which question, never the answer."""
    if actor.person_id is None:
        raise NotFound("person for this account")
    actor.must("me.answer")
    if problems := answer_problems(characteristic, given.code):
        raise Invalid(*problems)
    code_list, version, _ = CODE_LISTS[characteristic]
    answer = {"code": given.code, "code_list": code_list, "code_list_version": version, "source": AnswerSource.PERSON}
    row = upsert(EqualityAnswer).values(person_id=actor.person_id, characteristic=characteristic, **answer)
    key = ["person_id", "characteristic"]
    await session.execute(row.on_conflict_do_update(index_elements=key, set_=answer | {"answered_at": func.now()}))
    await record(session, actor, "people.equality_answered", subject=actor.person_id, characteristic=characteristic)


async def _check(session: AsyncSession, given: PersonIn) -> None:
    problems = birth_problems(given.birth_date, today())
    if holder := await find_by_number(session, given.organisation_id, given.employee_number):
        words = f"{holder} already has this employee number. Check the number, or find {holder} under People."
        problems.append(Problem("employee_number", words))
    if problems:
        raise Invalid(*problems)


def _changes(given: PersonChange) -> dict[str, str | None]:
    """Only what was sent; an email address may be taken away, a name may not."""
    changes = given.model_dump(exclude_unset=True, exclude={"version"})
    missing = [name for name in ("given_name", "family_name") if name in changes and changes[name] is None]
    if given.version is None:
        missing.append("version")
    if missing:
        raise Invalid(
            *(Problem(name, f"{name.replace('_', ' ').capitalize()} is missing. Add it.") for name in missing)
        )
    return {name: text and _composed(text) for name, text in changes.items()}


def _composed(text: str) -> str:
    # One way of writing each accented letter, so that equal names are equal.
    return unicodedata.normalize("NFC", text)
