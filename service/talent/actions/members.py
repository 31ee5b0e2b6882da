"""Being in a pipeline: entered by the person, or with their yes; reviewed by somebody else; left at any time."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, Stale
from service.kit.ids import new_id
from service.notices.actions import tell, tell_if_there
from service.offers.actions.checks import must_be_answered
from service.offers.rules.checks import CheckStage
from service.offers.rules.subjects import Subject
from service.organisations.queries import organisation_names
from service.pathways.queries.evidence import get_evidence
from service.people.places import places_for
from service.talent.queries.names import employers_of
from service.talent.queries.pipelines import find_my_live, get_member, get_my_membership, get_pipeline
from service.talent.rules.codes import Entry, MemberState, PipelineState, Stage, Step
from service.talent.rules.members import may_step
from service.talent.rules.news import NOMINATED, REVIEWED
from service.talent.schemas.pipelines import (
    EnterIn,
    MemberOut,
    NominationIn,
    NominationOut,
    OwnStepIn,
    PipelineOut,
    ReviewIn,
    ShownIn,
)
from service.talent.tables import MembershipState, PipelineMembership

EDIT, PLAN, FIND = "talent.edit", "me.plan", "people.find"
CLOSED = "This is closed. Nobody can enter it now."
MEANWHILE = "Something happened here since you opened it. Reload the page to see how it stands."
SAY = "Say what shows it in your own words, or choose a piece of your evidence."
SENT = (
    "Thank you. If there is somebody with that address whom this is for, they have been asked. You will not hear what"
    " they said unless they tell you."
)
NOT_CHECKED = (
    "Before anybody is reviewed, answer the inclusion check of this way to step up: can everybody whom it is for find"
    " it and enter it?"
)
MINE = "/me/talent"


async def enter_pipeline(session: AsyncSession, actor: Actor, pipeline_id: UUID, given: EnterIn) -> MemberOut:
    """Puts the reader in, at the beginning; or says yes where somebody put them forward. Raises NotAllowed when it is
    for people of other employers, Conflict when it is closed or they are in already."""
    me = speaking_for_themselves(actor)
    pipeline = await get_pipeline(session, pipeline_id)
    if pipeline.state is PipelineState.CLOSED:
        raise Conflict(CLOSED)
    place = await _employer(session, me, pipeline, given.organisation_id)
    await _rests_on_something(session, me, given)
    held = await find_my_live(session, me, pipeline_id)
    if held is None:
        held = await _new(session, me, pipeline_id, place)
        step = Step.ENTERED
    elif held.state is MemberState.CURRENT and not held.is_lapsed:
        raise Conflict("You are in this already.")
    else:
        step = Step.ACCEPTED if held.state is MemberState.ASKED else Step.ENTERED
    said = {"words": given.words, "evidence_id": given.evidence_id}
    await _add(session, me, held.id, held.version, step, Stage.FEEDER, me, **said)
    await _told(session, actor, "talent.entered", me, held.organisation_id, held.id)
    return await get_my_membership(session, me, held.id)


async def nominate(session: AsyncSession, actor: Actor, pipeline_id: UUID, given: NominationIn) -> NominationOut:
    """Asks somebody whether they would like to be in it. The answer is the same whether there is such a person, they
    are in it, or they said no. Raises Invalid without a person, Conflict when it is closed."""
    speaking_for_themselves(actor)
    if (given.email is None) == (given.person_id is None):
        raise Invalid(Problem("email", "Give a colleague’s work email address."))
    if given.person_id is not None and not actor.where(FIND):
        raise NotAllowed
    pipeline = await get_pipeline(session, pipeline_id)
    if pipeline.state is PipelineState.CLOSED:
        raise Conflict(CLOSED)
    asked = text("SELECT private.nominate(:pipeline, :key, :whom, :mail, :said)")
    about = {"pipeline": pipeline_id, "key": new_id(), "whom": given.person_id, "mail": given.email}
    found: UUID | None = (await session.execute(asked, about | {"said": given.words})).scalar_one()
    await tell_if_there(session, actor, found, NOMINATED, about=pipeline.title, link=MINE)
    await record(session, actor, "talent.nominated", subject=found, entity=pipeline_id)
    return NominationOut(SENT)


async def read_member(session: AsyncSession, actor: Actor, membership_id: UUID) -> MemberOut:
    """The person can see that it was read. Raises NotFound for one that they left or do not show."""
    held = await _theirs(session, actor, membership_id)
    await _told(session, actor, "talent.membership_read", held.person_id, held.organisation_id, held.id)
    return held


async def review_member(
    session: AsyncSession, actor: Actor, membership_id: UUID, given: ReviewIn, version: int
) -> MemberOut:
    """States the stage anew for twelve months, with what it rests on. Raises Stale when something happened meanwhile,
    NotAllowed for an account that is nobody's: somebody stands behind each review."""
    held = await _theirs(session, actor, membership_id)
    if actor.person_id is None:
        raise NotAllowed("A review is made by a person. This account is not linked to one.")
    _fits(held, Step.REVIEWED, version)
    await _is_checked(session, actor, held.pipeline_id)
    await _add(
        session, held.person_id, held.id, version, Step.REVIEWED, given.stage, actor.person_id, words=given.words
    )
    await tell(session, actor, [held.person_id], REVIEWED, about=held.pipeline, link=MINE)
    await _told(
        session, actor, "talent.reviewed", held.person_id, held.organisation_id, held.id, stage=given.stage.value
    )
    return await get_member(session, membership_id, actor.person_id)


async def step_own(
    session: AsyncSession, actor: Actor, membership_id: UUID, given: OwnStepIn, version: int
) -> MemberOut:
    """The person says yes or no, objects to what was said, or leaves: no reason is asked for leaving. Raises Stale when
    something happened meanwhile, Conflict for what cannot follow."""
    me = speaking_for_themselves(actor)
    held = await get_my_membership(session, me, membership_id)
    _fits(held, given.step, version)
    if given.step in {Step.ACCEPTED, Step.OBJECTED}:
        await _rests_on_something(session, me, given)
    stage = Stage.FEEDER if given.step is Step.ACCEPTED else held.stage
    words = given.words if given.step in {Step.ACCEPTED, Step.OBJECTED} else ""
    await _add(session, me, held.id, version, given.step, stage, me, words=words, evidence_id=given.evidence_id)
    await record(session, actor, "talent.own_step", subject=me, entity=held.id)
    return await get_my_membership(session, me, membership_id)


async def show_to(session: AsyncSession, actor: Actor, membership_id: UUID, given: ShownIn) -> MemberOut:
    """Which other employers may see where the person is, from now on. Raises Invalid for one that is none."""
    me = speaking_for_themselves(actor)
    held = await get_my_membership(session, me, membership_id)
    chosen = sorted(set(given.organisation_ids) - {held.organisation_id})
    if set(chosen) - set(await organisation_names(session)):
        raise Invalid(Problem("organisation_ids", "Choose the organisations from the list."))
    own = (PipelineMembership.person_id == me, PipelineMembership.id == membership_id)
    await session.execute(update(PipelineMembership).where(*own).values(shown_to=chosen))
    await record(session, actor, "talent.shown_to", subject=me, entity=held.id, number=len(chosen))
    return await get_my_membership(session, me, membership_id)


def speaking_for_themselves(actor: Actor) -> UUID:
    """Raises NotAllowed without the permission, NotFound for an account that is nobody's."""
    actor.must(PLAN)
    if actor.person_id is None:
        raise NotFound("person for this account")
    return actor.person_id


async def _theirs(session: AsyncSession, actor: Actor, membership_id: UUID) -> MemberOut:
    places_for(actor, EDIT)
    return await get_member(session, membership_id, actor.person_id)


async def _employer(session: AsyncSession, me: UUID, pipeline: PipelineOut, wanted: UUID | None) -> UUID:
    employers = await employers_of(session, me)
    fitting = [place for place in employers if not pipeline.in_scope or place in pipeline.in_scope]
    if wanted is not None and wanted in fitting:
        return wanted
    if wanted is not None or not fitting:
        raise NotAllowed("This is for people of other employers. You can read it, but not enter it.")
    return fitting[0]


async def _rests_on_something(session: AsyncSession, me: UUID, given: EnterIn | OwnStepIn) -> None:
    if given.evidence_id is not None:
        await get_evidence(session, me, given.evidence_id)
    elif not given.words:
        raise Invalid(Problem("words", SAY))


async def _new(session: AsyncSession, me: UUID, pipeline_id: UUID, place: UUID) -> MemberOut:
    key = new_id()
    row = {"person_id": me, "id": key, "pipeline_id": pipeline_id, "organisation_id": place, "source": Entry.SELF}
    try:
        await session.execute(insert(PipelineMembership).values(**row))
    except IntegrityError:
        raise Conflict(MEANWHILE) from None
    return await get_my_membership(session, me, key)


async def _is_checked(session: AsyncSession, actor: Actor, pipeline_id: UUID) -> None:
    """The organisation that looks after a pipeline asks first whether everybody can find and enter it."""
    place = (await get_pipeline(session, pipeline_id)).organisation_id
    if not actor.may(EDIT, place):
        return
    try:
        await must_be_answered(session, place, Subject.PIPELINE, pipeline_id, CheckStage.PUBLISH)
    except Invalid:
        raise Invalid(Problem("stage", NOT_CHECKED)) from None


def _fits(held: MemberOut, step: Step, version: int) -> None:
    if held.version != version:
        raise Stale
    if not may_step(held.state, step, held.is_lapsed):
        raise Conflict(MEANWHILE)


async def _add(
    session: AsyncSession, person: UUID, membership: UUID, version: int, step: Step, stage: Stage, by: UUID, **said: Any
) -> None:
    """The next step; of two at once, one is kept."""
    key = {"person_id": person, "membership_id": membership, "number": version + 1}
    row = key | {"step": step, "stage": stage, "by_id": by} | said
    try:
        await session.execute(insert(MembershipState).values(**row))
    except IntegrityError:
        raise Conflict(MEANWHILE) from None


async def _told(
    session: AsyncSession, actor: Actor, action: str, person: UUID, place: UUID, key: UUID, **detail: Any
) -> None:
    await record(session, actor, action, subject=person, organisation=place, entity=key, **detail)
