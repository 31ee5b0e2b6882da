"""Equal qualification (Equality Act 2010, section 159): recorded between people who wait, before any tie is broken."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.offers.actions.deciding import read_applications
from service.offers.owning import DECIDE
from service.offers.queries.positive_action import list_equal
from service.offers.queries.subjects import get_about
from service.offers.rules.applications import OPEN
from service.offers.rules.positive_action import names_somebody
from service.offers.rules.subjects import SUBJECT_NAMES, Subject
from service.offers.schemas.positive_action import EqualIn, EqualOut
from service.offers.schemas.subjects import About
from service.offers.tables import EqualQualification

NAMED = "Take the names out: each of these people can read this. Say “both”, or what they have in common."
# (identifier, name) of each person who waits for a decision. Each of them can see that they were read.
Waiting = Callable[[AsyncSession, Actor, UUID], Awaitable[Sequence[tuple[UUID, str]]]]
_waiting: dict[Subject, Waiting] = {}


def waiting_for(subject: Subject, find: Waiting) -> None:
    """From now on those who wait for a decision on subjects of this kind are found so."""
    _waiting[subject] = find


async def read_equal(
    session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID
) -> tuple[About, Sequence[tuple[UUID, str]], list[EqualOut]]:
    """Who waits, and who was recorded as equally qualified. Raises NotFound out of sight, or where nobody is chosen."""
    about = await get_about(session, subject, subject_id)
    actor.must(DECIDE, about.organisation_id)
    if subject not in _waiting:
        raise NotFound(SUBJECT_NAMES[subject])
    waiting = await _waiting[subject](session, actor, subject_id)
    await record(session, actor, "offers.equal_read", organisation=about.organisation_id, entity=subject_id)
    return about, waiting, await list_equal(session, about)


async def record_equal(
    session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID, given: EqualIn
) -> EqualOut:
    """That these candidates are equally qualified: without it, no tie is broken. Raises Invalid for fewer than two,
    somebody who does not wait for a decision here, or words that name one of those who do."""
    about, waiting, _ = await read_equal(session, actor, subject, subject_id)
    if len(set(given.candidates)) < 2:
        raise Invalid(Problem("candidates", "Choose two people or more."))
    if set(given.candidates) - {one for one, _ in waiting}:
        raise Invalid(Problem("candidates", "Choose among the people who wait for a decision here."))
    if names_somebody(given.words, [name for _, name in waiting]):
        raise Invalid(Problem("words", NAMED))
    key = {"organisation_id": about.organisation_id, "id": new_id(), "subject": subject, "subject_id": subject_id}
    await session.execute(insert(EqualQualification).values(**key, **given.model_dump(), recorded_by=actor.name))
    place, count = about.organisation_id, len(given.candidates)
    await record(session, actor, "offers.equal_recorded", organisation=place, entity=subject_id, candidates=count)
    return (await list_equal(session, about))[0]


async def _applicants(session: AsyncSession, actor: Actor, offer_id: UUID) -> Sequence[tuple[UUID, str]]:
    _, page = await read_applications(session, actor, offer_id, [*OPEN], size=500)
    return [(one.id, one.name) for one in page.items]


waiting_for(Subject.OFFER, _applicants)
