"""Correcting what was written down: the next wording, which the person agrees to anew."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.history import enter, key_of, write
from service.conversations.parties import me_in, parts_of, the_one_read
from service.conversations.queries.record import get_conversation
from service.conversations.queries.terms import terms_of
from service.conversations.rules import State, code_problems
from service.conversations.rules.steps import CORRECTED, must_step
from service.conversations.rules.telling import CORRECTED as WORDS_CORRECTED
from service.conversations.schemas.record import ConversationOut, WordingIn
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotAllowed, Stale
from service.notices.actions import tell


async def correct_wording(
    session: AsyncSession, actor: Actor, conversation_id: UUID, given: WordingIn, version: int
) -> ConversationOut:
    """Raises NotFound, NotAllowed for somebody who reads it but is no party, Conflict when it is not held or agreed,
    Stale when somebody else wrote since, Invalid for codes that its edition of the terms does not have."""
    talk = the_one_read(await get_conversation(session, conversation_id), version)
    me = me_in(actor, talk)
    if talk.state not in {State.HELD, State.AGREED}:
        raise Conflict("The words can be corrected once it was held and until it is closed.")
    if talk.wording is None:
        raise NotAllowed("Only those who can read the words can correct them.")
    problems = code_problems(given.codes.by_topic, (await terms_of(session, talk.terms_version)).labels)
    if problems:
        raise Invalid(*problems)
    try:
        async with session.begin_nested():
            await write(session, key_of(talk), talk.wording.number + 1, me, given)
    except IntegrityError:
        if me in {talk.person.id, talk.facilitator.id}:
            raise Stale from None
        raise Conflict("The two who talked have corrected your words since. Only they can correct them now.") from None
    if talk.state is State.AGREED:
        [reason] = CORRECTED
        must_step(talk.state, State.HELD, parts_of(actor, talk), reason)
        await enter(session, key_of(talk), State.HELD, me, reason=reason)
    others = {talk.person.id, talk.facilitator.id} - {me}
    await tell(session, actor, others, WORDS_CORRECTED, about="", link=f"/conversations/{talk.id}")
    place = talk.organisation_id
    await record(session, actor, "conversations.corrected", subject=talk.person.id, organisation=place, entity=talk.id)
    return await get_conversation(session, conversation_id)
