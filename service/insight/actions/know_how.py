"""Writing down what is known locally, beside a measure. A version is only ever added."""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.insight.definitions.catalogue import titles
from service.insight.queries.know_how import get_history, list_places
from service.insight.schemas.know_how import MOST_VERSIONS, NoteIn, NoteOut, RevisionIn
from service.insight.tables import KnowHow, KnowHowVersion
from service.kit.actor import EVERYWHERE, Actor
from service.kit.errors import Conflict, Invalid, Problem
from service.kit.ids import new_id

NOTE = "reports.note"
CHANGED = "Somebody else has changed this note. Read it again, then write yours."


async def write_note(session: AsyncSession, actor: Actor, given: NoteIn) -> NoteOut:
    """Raises NotAllowed for the whole system unless a leader speaks for it, Invalid for a measure that is none."""
    actor.must(NOTE, given.organisation_id or EVERYWHERE)
    if given.about not in titles():
        raise Invalid(Problem("about", "Choose the measure from the list."))
    if given.organisation_id and given.organisation_id not in await list_places(session, [given.organisation_id]):
        raise Invalid(Problem("organisation_id", "Choose the organisation from the list."))
    note_id = new_id()
    row = {"id": note_id, "organisation_id": given.organisation_id, "about": given.about}
    await session.execute(insert(KnowHow), row)
    return await _add(session, actor, note_id, 1, given.words)


async def revise_note(session: AsyncSession, actor: Actor, note_id: UUID, given: RevisionIn) -> NoteOut:
    """Says it anew, or withdraws it. What was said before is kept. Raises NotFound, Conflict when it was changed
    since."""
    last = (await get_history(session, note_id))[-1]
    actor.must(NOTE, last.organisation_id or EVERYWHERE)
    if last.version != given.version:
        raise Conflict(CHANGED)
    if last.is_withdrawn and given.words is None:
        raise Conflict("This note is withdrawn already.")
    if last.version >= MOST_VERSIONS:
        raise Conflict("This note has been changed too often. Withdraw it and write a new one.")
    return await _add(session, actor, note_id, last.version + 1, given.words or "")


async def _add(session: AsyncSession, actor: Actor, note_id: UUID, version: int, words: str) -> NoteOut:
    assert actor.account_id  # noqa: S101 - a permission is only ever held by an account
    row = {"note_id": note_id, "version": version, "words": words, "is_withdrawn": not words}
    try:
        await session.execute(insert(KnowHowVersion), row | {"author_id": actor.account_id, "author": actor.name})
    except IntegrityError:
        raise Conflict(CHANGED) from None
    said = (await get_history(session, note_id))[-1]
    verb = "withdrawn" if said.is_withdrawn else "written"
    where = said.organisation_id
    await record(
        session, actor, f"insight.note_{verb}", organisation=where, entity=note_id, about=said.about, version=version
    )
    return said
