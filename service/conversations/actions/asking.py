"""Asking for a conversation: a kind and whom, and nothing to type. It is answered by the next one that is planned."""

from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.queries.arranging import get_request, list_my_requests, list_reach
from service.conversations.rules import RequestState
from service.conversations.rules.telling import ASKED
from service.conversations.schemas.arranging import AskIn, Reach, RequestOut
from service.conversations.tables import ConversationRequest
from service.kit.actor import Actor
from service.kit.clock import now
from service.kit.db import constraint_of
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.notices.actions import tell

ONE_AT_A_TIME = "uq_conversation_requests_open"
ALREADY = "You have asked for a conversation there already. Withdraw that request before you ask again."


async def ask(session: AsyncSession, actor: Actor, given: AskIn) -> UUID:
    """Raises NotFound where nobody employs the actor, Invalid for a place or person that cannot be asked, and Conflict
    where a request is open. Given an id that is there already, asks nothing more."""
    me = actor.myself("me.plan")
    if given.id and any(request.id == given.id for request in await list_my_requests(session, me)):
        return given.id
    place = _place(await list_reach(session, me), given)
    row = given.model_dump() | {"id": given.id or new_id(), "person_id": me, "organisation_id": place.organisation_id}
    try:
        async with session.begin_nested():
            await session.execute(insert(ConversationRequest).inline(), row)
    except IntegrityError as error:
        if constraint_of(error) == ONE_AT_A_TIME:
            raise Conflict(ALREADY) from None
        raise
    if given.asked_of_id:
        await tell(session, actor, [given.asked_of_id], ASKED, about="", link="/work")
    await _tell(session, actor, "conversations.asked", row["id"], place.organisation_id)
    return row["id"]


async def withdraw(session: AsyncSession, actor: Actor, request_id: UUID) -> RequestOut:
    """Raises NotFound for anybody else's request, Conflict for one that is not open any more."""
    me = actor.myself("me.plan")
    found = await get_request(session, request_id, me)
    kept = update(ConversationRequest).where(
        ConversationRequest.organisation_id == found.organisation_id,
        ConversationRequest.id == request_id,
        ConversationRequest.state == RequestState.OPEN,
    )
    done = await session.execute(kept.values(state=RequestState.WITHDRAWN, closed_at=now()))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Conflict("This request is no longer open. Reload the page to see what became of it.")
    await _tell(session, actor, "conversations.request_withdrawn", request_id, found.organisation_id)
    return await get_request(session, request_id, me)


def _place(reach: list[Reach], given: AskIn) -> Reach:
    if not reach:
        raise NotFound("employer for this account")
    if given.organisation_id is None and len(reach) > 1:
        raise Invalid(Problem("organisation_id", "Choose where you want the conversation."))
    place = next((one for one in reach if given.organisation_id in {None, one.organisation_id}), None)
    if place is None:
        raise Invalid(Problem("organisation_id", "Choose an organisation where you work now."))
    if given.asked_of_id and (place.facilitator is None or place.facilitator.id != given.asked_of_id):
        raise Invalid(Problem("asked_of_id", "Choose whoever holds your conversations there, or leave it out."))
    return place


async def _tell(session: AsyncSession, actor: Actor, action: str, request_id: UUID, organisation_id: UUID) -> None:
    await record(session, actor, action, subject=actor.person_id, organisation=organisation_id, entity=request_id)
