"""Taking a conversation from one state to the next, and taking back what was logged a moment ago."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.events import ConversationHeld
from service.conversations.history import enter, key_of, write
from service.conversations.parties import me_in, parts_of, the_one_read
from service.conversations.queries.history import list_states
from service.conversations.queries.record import get_conversation, time_problems
from service.conversations.queries.terms import current_terms
from service.conversations.rules import RequestState, State, code_problems, problems_with
from service.conversations.rules.steps import PREPARED, Part, must_hold, must_step
from service.conversations.rules.telling import CALLED_OFF, TO_AGREE
from service.conversations.schemas.record import ConversationOut, HeldIn
from service.conversations.schemas.steps import StepIn
from service.conversations.tables import Conversation, ConversationRequest
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, Problem
from service.kit.events import announce
from service.notices.actions import tell, untell
from service.web.idempotency import forget_answers

# What has an action of its own, because more than the state changes.
_OTHERWISE = {
    State.PLANNED: "Plan another conversation instead.",
    State.PREPARED: "Say that you have prepared instead. It becomes prepared once both of you have.",
}


async def take_step(
    session: AsyncSession, actor: Actor, conversation_id: UUID, given: StepIn, version: int
) -> ConversationOut:
    """Agrees, closes, reopens, declines, misses or lapses it, by `given.state`.

    Raises NotFound, Stale, Conflict for a state that cannot follow, NotAllowed for somebody else's step, Invalid for a
    reason that does not fit.
    """
    talk = the_one_read(await get_conversation(session, conversation_id), version)
    if given.state in _OTHERWISE or (given.state is State.HELD and talk.state is not State.CLOSED):
        raise Conflict(_OTHERWISE.get(given.state, "Log it instead: what was said and when it was held."))
    must_step(talk.state, given.state, parts_of(actor, talk), given.reason)
    wording = talk.wording.number if given.state is State.AGREED and talk.wording else None
    await enter(session, key_of(talk), given.state, me_in(actor, talk), reason=given.reason, wording=wording)
    if given.state in {State.DECLINED, State.LAPSED}:
        others = {talk.person.id, talk.facilitator.id} - {actor.person_id}
        await tell(session, actor, others, CALLED_OFF, about="", link=f"/conversations/{talk.id}")
    await _told(session, actor, talk, given.state, given.reason)
    return await get_conversation(session, conversation_id)


async def say_prepared(session: AsyncSession, actor: Actor, conversation_id: UUID) -> ConversationOut:
    """One of the two has prepared; once both have, the conversation is. Said twice, it is heard once."""
    talk = await get_conversation(session, conversation_id)
    parts = parts_of(actor, talk)
    if talk.state is State.PREPARED and parts & {Part.PERSON, Part.FACILITATOR}:
        return talk
    must_step(talk.state, State.PREPARED, parts)
    me = me_in(actor, talk)
    said = {state.by for state in await list_states(session, talk) if state.reason == PREPARED} | {me}
    if said >= {talk.person.id, talk.facilitator.id}:
        await enter(session, key_of(talk), State.PREPARED, me, reason=PREPARED)
    else:
        await enter(session, key_of(talk), State.PLANNED, me, reason=PREPARED)
    await _told(session, actor, talk, State.PREPARED)
    return await get_conversation(session, conversation_id)


async def hold_conversation(
    session: AsyncSession, actor: Actor, conversation_id: UUID, given: HeldIn, version: int
) -> ConversationOut:
    """Writes down a conversation that was planned. Raises as `take_step`, and Invalid as logging one does."""
    talk = the_one_read(await get_conversation(session, conversation_id), version)
    must_hold(talk.state, parts_of(actor, talk))
    me = me_in(actor, talk)
    terms = await current_terms(session)
    problems = await _problems(session, talk, given) + code_problems(given.codes.by_topic, terms.labels)
    if problems:
        raise Invalid(*problems)
    when = {"held_on": given.held_on, "next_due_on": given.next_due_on, "terms_version": terms.version or None}
    await session.execute(update(Conversation).filter_by(id=talk.id, person_id=talk.person.id).values(**when))
    await write(session, key_of(talk), 1, me, given)
    await enter(session, key_of(talk), State.HELD, me)
    await tell(session, actor, {talk.person.id} - {me}, TO_AGREE, about="", link=f"/conversations/{talk.id}")
    await _told(session, actor, talk, State.HELD)
    await announce(session, actor, ConversationHeld(talk.organisation_id, *key_of(talk), given.held_on))
    return await get_conversation(session, conversation_id)


async def undo_conversation(session: AsyncSession, actor: Actor, conversation_id: UUID) -> None:
    """Takes back what the actor logged or planned at most 15 minutes ago, unless somebody has answered it since."""
    talk = await get_conversation(session, conversation_id)
    gone = delete(Conversation).where(Conversation.id == talk.id, Conversation.person_id == talk.person.id)
    undone = (await session.execute(gone.returning(Conversation.id))).scalars().all()
    if not undone:
        raise Conflict(
            "This can no longer be undone: it is more than 15 minutes old, somebody has answered it, or somebody else"
            " wrote it down. Correct it instead."
        )
    # Whoever asked for it is still waiting; and what was taken back is not told again to a request that is repeated.
    await _reopen_requests(session, talk.id)
    await forget_answers(session, actor, timedelta(minutes=15))
    await untell(session, actor, {talk.person.id, talk.facilitator.id}, f"/conversations/{talk.id}")
    place = talk.organisation_id
    await record(session, actor, "conversations.undone", subject=talk.person.id, organisation=place, entity=talk.id)


async def _reopen_requests(session: AsyncSession, conversation_id: UUID) -> None:
    answered = update(ConversationRequest).where(ConversationRequest.conversation_id == conversation_id)
    await session.execute(answered.values(state=RequestState.OPEN, closed_at=None, conversation_id=None))


async def _problems(session: AsyncSession, talk: ConversationOut, given: HeldIn) -> list[Problem]:
    said = problems_with(talk.person.id, talk.facilitator.id, given.held_on, given.next_due_on, today())
    return said + await time_problems(session, talk.organisation_id, talk.person.id, given.held_on)


async def _told(
    session: AsyncSession, actor: Actor, talk: ConversationOut, state: State, reason: str | None = None
) -> None:
    detail = {"reason": reason} if reason else {}
    who, place = talk.person.id, talk.organisation_id
    await record(session, actor, f"conversations.{state}", subject=who, organisation=place, entity=talk.id, **detail)
