"""Whom a form means: a name typed or a line chosen, turned into one person of one organisation, or into a question."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import NotFound, Problem
from service.people.names import same_name
from service.people.queries import find_employed, find_employments
from service.people.schemas import Found
from service.posts.queries import with_jobs
from service.web.forms import Form

MOST = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """`one` when it is clear who is meant; else `several` to choose from, and the problem to tell at `field`."""

    field: str
    one: Found | None = None
    several: tuple[Found, ...] = ()
    problem: Problem | None = None

    @property
    def problems(self) -> list[Problem]:
        return [self.problem] if self.problem else []


def key_of(found: Found) -> str:
    """The value of one line of a choice: a person may be found in two organisations."""
    return f"{found.person_id}.{found.organisation_id}"


async def by_id(session: AsyncSession, field: str, person_id: UUID, where: Iterable[UUID]) -> Choice:
    """Raises NotFound when none of these organisations employs the person now."""
    found = await find_employments(session, person_id, where)
    if not found:
        raise NotFound("person")
    return await _choice(session, field, found)


async def by_form(session: AsyncSession, form: Form, field: str, where: Iterable[UUID]) -> Choice:
    """What was chosen (`field`_id) counts before what was typed (`field`)."""
    if chosen := form.value(f"{field}_id"):
        found = await _chosen(session, chosen, frozenset(where))
        if found:
            return Choice(field, found)
    typed = form.value(field).strip()
    if len(typed) > 100 or not typed.isprintable() or not typed:
        return Choice(field, problem=Problem(field, "Enter a name or an employee number."))
    return await _choice(session, field, _closest(await find_employed(session, where, typed, MOST + 1), typed), typed)


async def facilitator(session: AsyncSession, actor: Actor, form: Form, person: Found | None) -> Choice:
    """Whoever held it: nobody named means the actor. Asked only once the organisation is known."""
    typed = form.value("facilitator")
    if person is None or not (typed.strip() or form.value("facilitator_id")) or same_name(typed, actor.name):
        return Choice("facilitator")
    return await by_form(session, form, "facilitator", [person.organisation_id])


async def _chosen(session: AsyncSession, key: str, where: frozenset[UUID]) -> Found | None:
    person, _, organisation = key.partition(".")
    try:
        person_id, place = UUID(person), UUID(organisation)
    except ValueError:
        return None
    found = await find_employments(session, person_id, where & {place})
    return found[0] if found else None


def _closest(found: list[Found], typed: str) -> list[Found]:
    """Those whose whole name or number it is, where there are any."""
    exact = [one for one in found if same_name(one.name, typed) or one.employee_number.casefold() == typed.casefold()]
    return exact or found


async def _choice(session: AsyncSession, field: str, found: list[Found], typed: str = "") -> Choice:
    if len(found) == 1:
        return Choice(field, one=found[0])
    if not found:
        words = f"We could not find “{typed}”. Check the spelling, or enter an employee number."
        return Choice(field, problem=Problem(field, words))
    more = " Only the first are shown: add a first name to find others." if len(found) > MOST else ""
    problem = Problem(f"{field}_id", f"Choose which of these people you mean.{more}")
    return Choice(field, several=tuple(await with_jobs(session, found[:MOST])), problem=problem)
