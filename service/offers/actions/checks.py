"""Answering whether a stage was fair. What is below a stage may not be passed before that."""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Invalid, NotSignedIn
from service.kit.ids import new_id
from service.offers.queries.checks import list_checks, stages_answered
from service.offers.queries.subjects import get_about
from service.offers.rules.checks import CheckStage, answer_problems, missing, missing_problem
from service.offers.rules.subjects import Subject
from service.offers.schemas.checks import CheckIn, CheckOut
from service.offers.schemas.subjects import About
from service.offers.tables import InclusionCheck

EDIT = "offers.edit"


async def read_checks(
    session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID
) -> tuple[About, list[CheckOut]]:
    """What was answered so far, newest first. Raises NotFound out of sight, NotAllowed for whoever may not edit it."""
    about = await get_about(session, subject, subject_id)
    actor.must(EDIT, about.organisation_id)
    found = await list_checks(session, about.organisation_id, subject, subject_id)
    await record(session, actor, "offers.checks_read", organisation=about.organisation_id, entity=subject_id)
    return about, found


async def answer(
    session: AsyncSession, actor: Actor, subject: Subject, subject_id: UUID, stage: CheckStage, given: CheckIn
) -> CheckOut:
    """Adds an answer, whose owner is whoever gives it; an earlier one of the stage stays to be seen. Raises Invalid
    for a finding without a number, or a concern that leads to nothing."""
    about = await get_about(session, subject, subject_id)
    actor.must(EDIT, about.organisation_id)
    if problems := answer_problems(given.finding, given.looked_at, given.will_do):
        raise Invalid(*problems)
    if actor.account_id is None:
        raise NotSignedIn
    row = {"organisation_id": about.organisation_id, "id": new_id(), "subject": subject, "subject_id": subject_id}
    owner = {"owner_account_id": actor.account_id, "owner": actor.name}
    await session.execute(insert(InclusionCheck).values(**row, stage=stage, **given.model_dump(), **owner))
    place, said = about.organisation_id, given.finding
    await record(session, actor, "offers.check_answered", organisation=place, entity=subject_id, stage=stage, said=said)
    return (await list_checks(session, place, subject, subject_id, size=1))[0]


async def must_be_answered(
    session: AsyncSession, organisation_id: UUID, subject: Subject, subject_id: UUID, stage: CheckStage
) -> None:
    """For whoever is about to pass a stage. Raises Invalid until its inclusion check has been answered."""
    if missing([stage], await stages_answered(session, organisation_id, subject, subject_id)):
        raise Invalid(missing_problem(stage))
