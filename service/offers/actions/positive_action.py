"""The record that positive action rests on, and what people say of themselves for one offer."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.notices.actions import tell
from service.offers.queries.evidence import find_figure
from service.offers.queries.positive_action import explain, find_owner, list_due, list_ours, list_records
from service.offers.queries.subjects import get_about
from service.offers.rules.positive_action import (
    REVIEW_SOON,
    RecordState,
    approval_problems,
    may_approve,
    review_problems,
)
from service.offers.rules.subjects import Subject
from service.offers.schemas.positive_action import ApprovalIn, ExplainedOut, RecordIn, RecordOut
from service.offers.schemas.subjects import About
from service.offers.tables import OfferDeclaration, PositiveActionRecord
from service.people.places import places_for

EDIT, PLAN = "offers.edit", "me.plan"
CHANGED = "Somebody else has changed this record since you opened it. Reload the page and try again."
NO_FIGURE = "Choose the figure from the list. If it was there before, its release was withdrawn."
TWO_PEOPLE = "Two people stand behind a record. Ask an HR partner who neither owns it nor wrote it last to approve it."


async def read_records(
    session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID
) -> tuple[About, list[RecordOut]]:
    """What is in force, what is being written, and what was before. Raises NotFound out of sight."""
    about = await _ours(session, actor, subject, subject_id)
    found = await list_records(session, about)
    await record(session, actor, "offers.positive_action_read", organisation=about.organisation_id, entity=subject_id)
    return about, found


async def read_ours(session: AsyncSession, actor: Actor) -> list[RecordOut]:
    """The records of the actor's organisations, what waits for approval first."""
    places = places_for(actor, EDIT)
    found = await list_ours(session, places)
    await record(session, actor, "offers.positive_action_listed", organisation=min(places), records=len(found))
    return found


async def write_record(
    session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID, given: RecordIn
) -> RecordOut:
    """A draft, which may have gaps; the one that is in force stays as it is. Raises Invalid for an owner who does not
    work there or a review date that cannot be, Conflict when the draft has been changed since."""
    about = await _ours(session, actor, subject, subject_id)
    row = await _row(session, actor, about, given)
    draft = await _draft(session, about)
    if (draft.version if draft else 0) != given.version:
        raise Conflict(CHANGED)
    if draft is None:
        key = {"organisation_id": about.organisation_id, "id": new_id(), "subject": subject, "subject_id": subject_id}
        await _write(session, insert(PositiveActionRecord).values(**key, **row))
    else:
        await _change(session, draft, **row)
    place = about.organisation_id
    await record(session, actor, "offers.positive_action_written", organisation=place, entity=subject_id)
    return await _one(session, about, RecordState.DRAFT)


async def approve_record(
    session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID, given: ApprovalIn
) -> RecordOut:
    """Puts the draft in force, in place of the one before, under the actor's own name. Raises Invalid naming each part
    that is missing or the figure whose release was withdrawn, Conflict for its owner or whoever wrote it last."""
    about = await _ours(session, actor, subject, subject_id)
    draft = await _draft(session, about)
    if draft is None:
        raise Conflict("There is no draft to approve. Write it first.")
    if draft.version != given.version:
        raise Conflict(CHANGED)
    said = {part: getattr(draft, part) for part in RecordOut.__struct_fields__}
    problems = approval_problems(said, draft.review_on, today())
    if draft.figure and await find_figure(session, draft.figure) is None:
        problems.append(Problem("figure", NO_FIGURE))
    if problems:
        raise Invalid(*problems)
    if not may_approve(actor.person_id, actor.account_id, draft.owner_id, draft.written_by_id):
        raise Conflict(TWO_PEOPLE)
    await _end(session, about)
    await _change(session, draft, state=RecordState.APPROVED)
    place = about.organisation_id
    await record(session, actor, "offers.positive_action_approved", organisation=place, entity=subject_id)
    return await _one(session, about, RecordState.APPROVED)


async def end_record(session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID) -> None:
    """Before its review date: from now on nothing rests on it. Raises Conflict when none is in force."""
    about = await _ours(session, actor, subject, subject_id)
    if not await _end(session, about):
        raise Conflict("No positive action record is in force here.")
    place = about.organisation_id
    await record(session, actor, "offers.positive_action_ended", organisation=place, entity=subject_id)


async def declare(
    session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID, *, belongs: bool
) -> ExplainedOut:
    """The person says, for this alone, that they belong to the group; or takes it back. Raises NotFound where nothing
    is asked, Conflict once it has closed. The trail does not say for what, nor which of the two."""
    me = _person(actor)
    about = await get_about(session, subject, subject_id)
    told = await explain(session, about, me, today())
    if belongs:
        await _declare(session, me, about, told)
    else:
        mine = (OfferDeclaration.person_id == me, OfferDeclaration.subject == subject)
        await session.execute(delete(OfferDeclaration).where(*mine, OfferDeclaration.subject_id == subject_id))
    await record(session, actor, "offers.declaration_changed", subject=me)
    return await explain(session, about, me, today())


async def remind(session: AsyncSession, actor: Actor) -> int:
    """Tells the owners of records that must be reviewed within 30 days, each once: for the service, every day. How many
    were told."""
    due = [one for one in await list_due(session, today()) if one.owner_id]
    for one in due:
        link = f"/positive-action/{one.subject}/{one.subject_id}"
        await tell(session, actor, [one.owner_id] if one.owner_id else [], REVIEW_SOON, about=one.title, link=link)
        told = (PositiveActionRecord.organisation_id == one.organisation_id, PositiveActionRecord.id == one.id)
        await session.execute(update(PositiveActionRecord).where(*told).values(reminded_on=today()))
    await record(session, actor, "offers.reviews_reminded", records=len(due))
    return len(due)


async def forget_declarations(session: AsyncSession, actor: Actor) -> int:
    """Deletes what people declared for what has closed since: for the service, every day. How many went."""
    gone: int = (await session.execute(select(func.private.forget_declarations()))).scalar_one()
    await record(session, actor, "offers.declarations_forgotten", declarations=gone)
    return gone


async def _declare(session: AsyncSession, me: UUID, about: About, told: ExplainedOut) -> None:
    if not about.is_published or not told.in_force or not (told.is_targeted or told.is_window_open):
        raise Conflict("Nothing needs to be declared for this now.")
    if about.closes_on and about.closes_on < today():
        raise Conflict("This has closed. Nothing needs to be declared any more.")
    keep_until = about.closes_on or told.review_on
    row = {"person_id": me, "subject": about.subject, "subject_id": about.id, "keep_until": keep_until}
    await session.execute(upsert(OfferDeclaration).values(**row).on_conflict_do_nothing())


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotFound("person for this account")
    actor.must(PLAN)
    return actor.person_id


async def _ours(session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID) -> About:
    """Raises NotFound out of sight or for a pipeline, which nobody applies for."""
    about = await get_about(session, subject, subject_id)
    actor.must(EDIT, about.organisation_id)
    if subject is Subject.PIPELINE:
        raise NotFound("positive action record")
    return about


async def _row(session: AsyncSession, actor: Actor, about: About, given: RecordIn) -> dict[str, Any]:
    owner = await find_owner(session, about.organisation_id, given.owner_number) if given.owner_number else None
    problems = [] if given.review_on is None else review_problems(given.review_on, today())
    if given.owner_number and owner is None:
        problems.append(Problem("owner_number", "Nobody who works here has this employee number."))
    figure = await find_figure(session, given.figure) if given.figure else None
    if given.figure and figure is None:
        problems.append(Problem("figure", NO_FIGURE))
    if problems:
        raise Invalid(*problems)
    # The database writes the sentence of the figure beside it.
    said = given.model_dump(exclude={"owner_number", "version"})
    return said | {"title": about.title, "owner_id": owner or actor.person_id}


async def _draft(session: AsyncSession, about: About) -> RecordOut | None:
    return next((one for one in await list_records(session, about) if one.state is RecordState.DRAFT), None)


async def _one(session: AsyncSession, about: About, state: RecordState) -> RecordOut:
    return next(one for one in await list_records(session, about) if one.state is state)


async def _end(session: AsyncSession, about: About) -> int:
    held = (
        PositiveActionRecord.organisation_id == about.organisation_id,
        PositiveActionRecord.subject == about.subject,
        PositiveActionRecord.subject_id == about.id,
        PositiveActionRecord.state == RecordState.APPROVED,
    )
    ended: Any = await session.execute(update(PositiveActionRecord).where(*held).values(state=RecordState.ENDED))
    return ended.rowcount


async def _change(session: AsyncSession, draft: RecordOut, **values: Any) -> None:
    row = (
        PositiveActionRecord.organisation_id == draft.organisation_id,
        PositiveActionRecord.id == draft.id,
        PositiveActionRecord.version == draft.version,
    )
    change = update(PositiveActionRecord).where(*row).values(**values, version=draft.version + 1)
    if not await _write(session, change):
        raise Conflict(CHANGED)


async def _write(session: AsyncSession, statement: Any) -> int:
    try:
        return (await session.execute(statement)).rowcount  # pyright: ignore[reportAttributeAccessIssue]
    except IntegrityError as error:
        if constraint_of(error) == "uq_positive_action_records_one":
            raise Conflict(CHANGED) from None
        if constraint_of(error) == "positive_action_evidence":
            raise Invalid(Problem("figure", NO_FIGURE)) from None
        raise
