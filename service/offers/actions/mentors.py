"""Offering to be a mentor or coach, asking one, and answering. The two decide; nobody else learns who asked whom, so
the trail does not name the other either.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from service.kit.ids import new_id
from service.notices.actions import tell
from service.offers.queries.mentors import count_waiting, find_mentor, get_mentor, get_request, topic_names
from service.offers.rules.mentors import MOST_ASKED, RequestState, may_follow, offer_problems
from service.offers.rules.mentors_news import MENTOR_ANSWERED, MENTOR_ASKED, MENTORING_ENDED
from service.offers.schemas.mentors import AnswerIn, AskIn, MentorIn, MentorOut, RequestOut
from service.offers.tables import Mentor, MentorRequest, MentorRequestState

PLAN, PAGE = "me.plan", "/me/mentoring"
CHANGED = "You have changed this in another window since you opened it. Reload the page and try again."
NO_ROOM = "You already meet as many people as you said you can. Raise that number first, or end one of them."
ANSWERED = "This request has been answered already. Reload the page to see how it stands."
TWICE = "You have asked this person already. You can see how it stands under Mentoring."


async def offer_mentoring(session: AsyncSession, actor: Actor, given: MentorIn) -> MentorOut:
    """One's own offer, new (version 0) or changed. Raises Invalid for topics that there are not, and for fewer people
    than one meets already; Conflict when it has been changed since."""
    me = actor.myself("me.plan")
    known = await topic_names(session)
    problems = offer_problems(given.topics, known, given.ways, given.level_from, given.level_to)
    before = await find_mentor(session, me)
    if before and given.capacity < before.taken:
        problems.append(Problem("capacity", f"You meet {before.taken} people now. Give that number or a higher one."))
    if problems:
        raise Invalid(*problems)
    row = _row(given)
    if before is None:
        await _write(session, insert(Mentor).values(person_id=me, **row), {"pk_mentors": CHANGED})
    else:
        mine = (Mentor.person_id == me, Mentor.version == given.version)
        change = update(Mentor).where(*mine).values(**row, version=given.version + 1)
        if not await _write(session, change, {"ck_mentors_never_too_many": CHANGED}):
            raise Conflict(CHANGED)
    await record(session, actor, "offers.mentoring_offered", subject=me, paused=given.paused)
    return await get_mentor(session, me)


async def ask_mentor(session: AsyncSession, actor: Actor, given: AskIn) -> RequestOut:
    """Raises NotFound when there is nobody to be found under that identifier, Conflict when they have no room, were
    asked already, or five requests of one's own still wait."""
    me = actor.myself("me.plan")
    mentor = await find_mentor(session, given.mentor_id)
    if mentor is None or mentor.paused or mentor.person_id == me:
        raise NotFound("mentor or coach")
    if mentor.taken >= mentor.capacity:
        raise Conflict("This person has no room for anybody else just now. Choose another.")
    if await count_waiting(session, me) >= MOST_ASKED:
        raise Conflict(f"{MOST_ASKED} of your requests still wait for an answer. Take one back before you ask again.")
    key = new_id()
    asked = {"person_id": me, "id": key, "mentor_id": given.mentor_id, "words": given.words}
    await _write(session, insert(MentorRequest).values(**asked), {"uq_mentor_requests_one_open": TWICE})
    await _step(session, (me, key), 1, RequestState.ASKED, me)
    await record(session, actor, "offers.mentor_asked", subject=me)
    await tell(session, actor, [given.mentor_id], MENTOR_ASKED, about="", link=PAGE)
    return await get_request(session, me, key)


async def answer_request(session: AsyncSession, actor: Actor, request_id: UUID, given: AnswerIn) -> RequestOut:
    """The mentor accepts or declines; either of the two ends it. Raises NotFound for anybody else, Invalid for a no
    without a reason, Conflict when there is no room or it was answered before."""
    me = actor.myself("me.plan")
    found = await get_request(session, me, request_id)
    _may_answer(found, given)
    key = await _key(session, request_id)
    person, mentor = key
    await _step(session, (person, request_id), len(found.history) + 1, given.state, me, given.reason)
    await record(session, actor, "offers.mentoring_answered", subject=me, state=given.state)
    kind = MENTORING_ENDED if given.state is RequestState.ENDED else MENTOR_ANSWERED
    await tell(session, actor, [mentor if me == person else person], kind, about="", link=PAGE)
    return await get_request(session, me, request_id)


def _may_answer(found: RequestOut, given: AnswerIn) -> None:
    if given.state is RequestState.ASKED:
        raise Invalid(Problem("state", "Accept, decline or end it."))
    if (given.state is RequestState.DECLINED) != (given.reason is not None):
        raise Invalid(Problem("reason", "Choose a reason when you decline, and none otherwise."))
    if may_follow(found.state, given.state, by_mentor=not found.is_mine):
        return
    if may_follow(found.state, given.state, by_mentor=True):
        raise NotAllowed("The mentor or coach answers. You can take your request back.")
    raise Conflict(ANSWERED)


async def _key(session: AsyncSession, request_id: UUID) -> tuple[UUID, UUID]:
    """Who asked whom."""
    asked = select(MentorRequest.person_id, MentorRequest.mentor_id).where(MentorRequest.id == request_id)
    person, mentor = (await session.execute(asked)).one()
    return person, mentor


async def _step(
    session: AsyncSession, key: tuple[UUID, UUID], number: int, state: RequestState, me: UUID, reason: Any = None
) -> None:
    row = {"person_id": key[0], "request_id": key[1], "number": number, "state": state, "by_id": me, "reason": reason}
    refused = {
        "ck_mentors_never_too_many": NO_ROOM,
        "mentor_request_follows": ANSWERED,
        "pk_mentor_request_states": ANSWERED,
    }
    await _write(session, insert(MentorRequestState).values(**row), refused)


def _row(given: MentorIn) -> dict[str, Any]:
    topics = list(dict.fromkeys(given.topics))
    ways = [way.value for way in dict.fromkeys(given.ways)]
    said = given.model_dump(exclude={"version"})
    return {**said, "topics": topics, "ways": ways, "languages": given.languages or ""}


async def _write(session: AsyncSession, statement: Any, refused: dict[str, str]) -> int:
    """How many rows were written. `refused`: constraint -> what is said when it is in the way."""
    try:
        return (await session.execute(statement)).rowcount  # pyright: ignore[reportAttributeAccessIssue]
    except IntegrityError as error:
        if words := refused.get(constraint_of(error) or ""):
            raise Conflict(words) from None
        raise
