"""Saying that one is interested, and every step of the person's own after it."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, Problem, Stale
from service.kit.ids import new_timeless_id
from service.offers.queries.gates import entry_gate
from service.offers.rules.subjects import Subject
from service.opportunities.queries.interests import find_interest_in, get_interest
from service.opportunities.queries.matching import held_posts
from service.opportunities.queries.opportunities import get_opportunity
from service.opportunities.rules.interests import NOT_CHOSEN, Part, may_express, must_step
from service.opportunities.rules.kinds import InterestState, ReferralState, Route
from service.opportunities.schemas.interests import InterestIn, InterestOut, StepIn
from service.opportunities.schemas.opportunities import OpportunityOut
from service.opportunities.steps import enter_all
from service.opportunities.tables import Aftercare, Interest, InterestStatement, Referral
from service.pathways.queries.place import main_post
from service.pathways.tables import Evidence
from service.posts.schemas import AssignmentOut

ALREADY = "You have said that you are interested in this one. You can read it, or withdraw it, on your own page."


async def express(session: AsyncSession, actor: Actor, opportunity_id: UUID, given: InterestIn) -> InterestOut:
    """Sends it, or keeps it as a draft, which the next call changes or sends. Raises Conflict when it is sent already,
    Invalid past the deadline, for own staff only, without a post, or in somebody else's priority window."""
    me = actor.myself("me.plan")
    held = await get_opportunity(session, opportunity_id, today())
    found = await find_interest_in(session, me, opportunity_id)
    if found and found.state is not InterestState.DRAFT:
        raise Conflict(ALREADY)
    post = await _checked(session, me, held, given)
    asked = (post, given.employer_may_help)
    key, number = (found.id, found.version) if found else (await _begin(session, actor, me, held, asked), 1)
    if found:
        mine = update(Interest).where(Interest.person_id == me, Interest.id == key)
        await session.execute(mine.values(employer_may_help=given.employer_may_help))
    await _say(session, me, key, given, is_new=found is None)
    if given.is_sent:
        await _enter(session, actor, me, key, number, InterestState.SUBMITTED)
    action = "opportunities.interest_sent" if given.is_sent else "opportunities.interest_kept"
    await record(session, actor, action, subject=me, organisation=held.organisation_id, entity=key)
    return await get_interest(session, me, key)


async def take_step(session: AsyncSession, actor: Actor, interest_id: UUID, given: StepIn, version: int) -> InterestOut:
    """Withdraws, accepts, declines, or wants no conversation. Raises NotFound for somebody else's, Stale, Conflict for
    a step that cannot follow."""
    me = actor.myself("me.plan")
    found = await get_interest(session, me, interest_id)
    if found.version != version:
        raise Stale
    if given.step == "no_conversation":
        await _want_none(session, me, found)
    else:
        new = InterestState(given.step)
        must_step(found.state, new, Part.PERSON)
        await _enter(session, actor, me, interest_id, version, new)
    place = found.opportunity.organisation_id
    action = f"opportunities.interest_{given.step}"
    await record(session, actor, action, subject=me, organisation=place, entity=interest_id)
    return await get_interest(session, me, interest_id)


async def _checked(session: AsyncSession, me: UUID, held: OpportunityOut, given: InterestIn) -> AssignmentOut:
    """The post that the person has now. Raises Invalid."""
    posts = await held_posts(session, me, today())
    post = main_post([one for one in posts if one.organisation_id == held.organisation_id]) or main_post(posts)
    works_here = post is not None and post.organisation_id == held.organisation_id
    problems = may_express(
        is_open=held.is_open,
        closes_on=held.closes_on,
        is_open_to_system=held.is_open_to_system,
        works_here=works_here,
    )
    problems += await _in_the_way(session, me, held)
    mine = select(Evidence.id).where(Evidence.person_id == me, Evidence.id.in_(given.evidence_ids))
    if set(given.evidence_ids) - set((await session.execute(mine)).scalars()):
        problems.append(Problem("evidence_ids", "Choose pieces of evidence of your own from the list."))
    if post is None:
        problems.append(Problem("opportunity_id", "This is for people with a post in one of the organisations now."))
    if problems or post is None:
        raise Invalid(*problems)
    return post


async def _in_the_way(session: AsyncSession, me: UUID, held: OpportunityOut) -> list[Problem]:
    """Of positive action. Only what was declared for this opportunity is looked at."""
    what: dict[str, Any] = {
        "is_targeted": held.is_targeted,
        "priority_until": held.priority_until,
        "subject": Subject.OPPORTUNITY,
    }
    problem = await entry_gate(session, held.organisation_id, held.id, me, **what)
    return [problem] if problem else []


async def _begin(
    session: AsyncSession, actor: Actor, me: UUID, held: OpportunityOut, asked: tuple[AssignmentOut, bool]
) -> UUID:
    """A draft, from a referral where somebody thought of them. Raises Conflict when there is one already."""
    post, employer_may_help = asked
    answered = update(Referral).where(
        Referral.person_id == me, Referral.opportunity_id == held.id, Referral.state == ReferralState.ASKED
    )
    done = await session.execute(answered.values(state=ReferralState.ACCEPTED, answered_at=now()))
    route = Route.REFERRAL if done.rowcount else Route.SELF  # pyright: ignore[reportAttributeAccessIssue]
    where = {"organisation_id": held.organisation_id, "opportunity_id": held.id, "employer_id": post.organisation_id}
    as_was = {"level": post.level, "staff_group": post.staff_group, "route": route}
    key = new_timeless_id()
    row = {"person_id": me, "id": key, **where, **as_was, "employer_may_help": employer_may_help}
    try:
        await session.execute(insert(Interest).values(**row))
    except IntegrityError as error:
        if constraint_of(error) == "uq_interests_live":
            raise Conflict(ALREADY) from None
        raise
    await _enter(session, actor, me, key, 0, InterestState.DRAFT)
    return key


async def _say(session: AsyncSession, me: UUID, key: UUID, given: InterestIn, *, is_new: bool) -> None:
    said: dict[str, Any] = {"statement": given.statement, "evidence_ids": list(dict.fromkeys(given.evidence_ids))}
    if is_new:
        await session.execute(insert(InterestStatement).values(person_id=me, interest_id=key, **said))
        return
    mine = (InterestStatement.person_id == me, InterestStatement.interest_id == key)
    await session.execute(update(InterestStatement).where(*mine).values(**said))


async def _want_none(session: AsyncSession, me: UUID, found: InterestOut) -> None:
    open_ = update(Aftercare).where(
        Aftercare.person_id == me, Aftercare.interest_id == found.id, Aftercare.closed_at.is_(None)
    )
    done = await session.execute(open_.values(declined_at=now()))
    if found.state not in NOT_CHOSEN or not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict("There is no conversation waiting. Reload the page to see how it stands.")


async def _enter(session: AsyncSession, actor: Actor, me: UUID, key: UUID, version: int, state: InterestState) -> None:
    step = {"person_id": me, "interest_id": key, "number": version + 1, "state": state}
    await enter_all(session, actor, [step])
