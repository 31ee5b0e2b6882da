"""Applying, and what the person does about their own application: it is theirs from the first draft on."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, Problem, Stale
from service.kit.ids import new_timeless_id
from service.offers.actions.telling import tell_moved_up
from service.offers.queries.applications import find_live, get_mine
from service.offers.queries.gates import entry_gate
from service.offers.queries.offers import get_offer, terms_of
from service.offers.queries.reader import list_posts_now
from service.offers.rules.applications import ApplicationState, order_problem
from service.offers.rules.eligibility import PostNow, against, fitting, time_problems
from service.offers.schemas.applications import ApplicationIn, FeedbackIn, MyApplicationOut
from service.offers.schemas.offers import OfferOut
from service.offers.tables import OfferApplication, OfferApplicationState, OfferFeedback, OfferStatement


class Key(NamedTuple):
    """Which application."""

    person_id: UUID
    application_id: UUID


PLAN = "me.plan"
STEPS = {
    ApplicationState.DRAFT: "offers.application_begun",
    ApplicationState.SUBMITTED: "offers.submitted",
    ApplicationState.WITHDRAWN: "offers.withdrawn",
}
TWICE = "You have an application for this offer under way already. Open it under your offers."
NO_POST = Problem("organisation", "We know of no employer of yours today. Ask your HR partner to check your record.")


async def apply(session: AsyncSession, actor: Actor, offer_id: UUID, given: ApplicationIn) -> MyApplicationOut:
    """Sent at once, or kept as a draft. Where places go in order it ends with a place or on the waiting list. Raises
    Invalid with the reasons why somebody may not apply, Conflict for a second application."""
    me = actor.myself(PLAN)
    offer = await get_offer(session, offer_id)
    if await find_live(session, me, offer_id):
        raise Conflict(TWICE)
    columns = await _columns(session, me, offer, given)
    key = Key(me, new_timeless_id())
    row = {
        "person_id": me,
        "id": key.application_id,
        "offer_organisation_id": offer.organisation_id,
        "offer_id": offer_id,
        **columns,
    }
    try:
        async with session.begin_nested():
            await session.execute(insert(OfferApplication).values(**row))
    except IntegrityError as error:
        if constraint_of(error) == "uq_offer_applications_one_live":
            raise Conflict(TWICE) from None
        raise
    await add_state(session, actor, key, 1, ApplicationState.DRAFT, offer.organisation_id)
    await _say_why(session, key, given.statement)
    await _send(session, actor, key, 2, offer, given)
    return await get_mine(session, *key)


async def submit(
    session: AsyncSession, actor: Actor, application_id: UUID, given: ApplicationIn, version: int
) -> MyApplicationOut:
    """Completes a draft, or accepts a nomination, and sends it; or keeps it as a draft. Raises as `apply` does."""
    me = actor.myself(PLAN)
    held = (await get_mine(session, me, application_id)).application
    if held.version != version:
        raise Stale
    if held.state is not ApplicationState.DRAFT:
        raise Conflict(order_problem(held.state, ApplicationState.SUBMITTED) or TWICE)
    offer = await get_offer(session, held.offer_id)
    columns = await _columns(session, me, offer, given)
    row = (OfferApplication.person_id == me, OfferApplication.id == application_id)
    await session.execute(update(OfferApplication).where(*row).values(**columns))
    await _say_why(session, Key(me, application_id), given.statement)
    await _send(session, actor, Key(me, application_id), version + 1, offer, given)
    return await get_mine(session, me, application_id)


async def withdraw(session: AsyncSession, actor: Actor, application_id: UUID, version: int) -> MyApplicationOut:
    """At any time before the end; a nomination is declined so. A place that becomes free goes to whoever waits first,
    and they are told. Raises Conflict when it is decided or over."""
    me = actor.myself(PLAN)
    held = (await get_mine(session, me, application_id)).application
    if problem := order_problem(held.state, ApplicationState.WITHDRAWN):
        raise Conflict(problem)
    offer = await get_offer(session, held.offer_id)
    key, state = Key(me, application_id), ApplicationState.WITHDRAWN
    await add_state(session, actor, key, version + 1, state, offer.organisation_id)
    await tell_moved_up(session, actor, held.offer_id, held.title)
    return await get_mine(session, me, application_id)


async def give_feedback(
    session: AsyncSession, actor: Actor, application_id: UUID, given: FeedbackIn
) -> MyApplicationOut:
    """How useful it was, by somebody who completed it. The words are read by the provider, without a name."""
    me = actor.myself(PLAN)
    held = (await get_mine(session, me, application_id)).application
    if held.state is not ApplicationState.COMPLETED:
        raise Conflict("You can say how useful it was once you have completed it.")
    row = {"person_id": me, "application_id": application_id, **given.model_dump()}
    adding = upsert(OfferFeedback).values(**row)
    key = ["person_id", "application_id"]
    await session.execute(adding.on_conflict_do_update(index_elements=key, set_=given.model_dump()))
    await record(session, actor, "offers.feedback_given", subject=me, entity=application_id)
    return await get_mine(session, me, application_id)


async def add_state(
    session: AsyncSession, actor: Actor, key: Key, number: int, state: ApplicationState, place: UUID, **more: Any
) -> None:
    """One step of the history, and its audit entry in the organisation `place`. Raises Stale when another step came
    first. `more` are a reason, a note and another date."""
    row = {**key._asdict(), "number": number, "state": state, "by_id": actor.account_id, **more}
    try:
        async with session.begin_nested():
            await session.execute(insert(OfferApplicationState).values(**row))
    except IntegrityError as error:
        if constraint_of(error) in {"pk_offer_application_states", "ck_offer_application_states_follows"}:
            raise Stale from None
        raise
    action, me, about = STEPS.get(state, "offers.decided"), key.person_id, key.application_id
    reason = more.get("reason")
    await record(session, actor, action, subject=me, organisation=place, entity=about, state=state, reason=reason)


async def _send(
    session: AsyncSession, actor: Actor, key: Key, number: int, offer: OfferOut, given: ApplicationIn
) -> None:
    if given.is_draft:
        return
    await add_state(session, actor, key, number, ApplicationState.SUBMITTED, offer.organisation_id)
    await tell_moved_up(session, actor, offer.id, offer.title)


async def _columns(session: AsyncSession, me: UUID, offer: OfferOut, given: ApplicationIn) -> dict[str, Any]:
    """The cohort, and who the person is at work now. Raises Invalid with every reason against it; a draft may still
    lack its date."""
    posts = await list_posts_now(session, me)
    problems = time_problems(offer.state, offer.opens_on, offer.closes_on, today())
    post = fitting(terms_of(offer), posts)
    if post is None:
        problems += against(terms_of(offer), posts[0]) if posts else [NO_POST]
    problems += _cohort_problems(offer, given)
    problems += await _entry_problems(session, me, offer)
    if problems:
        raise Invalid(*problems)
    return {"cohort_id": given.cohort_id, **(_then(post) if post else {})}


def _cohort_problems(offer: OfferOut, given: ApplicationIn) -> list[Problem]:
    if given.cohort_id is None:
        return [] if given.is_draft else [Problem("cohort_id", "Choose one of the dates.")]
    chosen = next((cohort for cohort in offer.cohorts if cohort.id == given.cohort_id), None)
    if chosen is None:
        return [Problem("cohort_id", "Choose one of the dates of this offer.")]
    if chosen.starts_on < today():
        return [Problem("cohort_id", "That date has begun already. Choose a later one.")]
    return []


async def _entry_problems(session: AsyncSession, me: UUID, offer: OfferOut) -> list[Problem]:
    """Of a targeted offer or a priority window: what the person declared for this offer alone is all that counts."""
    problem = await entry_gate(
        session, offer.organisation_id, offer.id, me, is_targeted=offer.is_targeted, priority_until=offer.priority_until
    )
    return [problem] if problem else []


def _then(post: PostNow) -> dict[str, Any]:
    return {
        "organisation_id": post.organisation_id,
        "job_title": post.job_title,
        "level": post.level,
        "staff_group": post.staff_group,
    }


async def _say_why(session: AsyncSession, key: Key, words: str) -> None:
    adding = upsert(OfferStatement).values(**key._asdict(), words=words)
    kept = {"words": words, "written_at": now()}
    await session.execute(adding.on_conflict_do_update(index_elements=list(Key._fields), set_=kept))
