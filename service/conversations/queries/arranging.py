"""Who asked for a conversation, and whom somebody may ask."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.queries.dues import SOMEBODY, named, party_of
from service.conversations.rules import RequestState
from service.conversations.schemas.arranging import Reach, RequestOut
from service.conversations.schemas.record import Party
from service.conversations.tables import ConversationDue, ConversationRequest
from service.kit.errors import NotFound
from service.organisations.tables import Organisation
from service.people.names import said_as
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment

_REQUEST = select(
    ConversationRequest.person_id,
    ConversationRequest.asked_of_id,
    ConversationRequest.id,
    ConversationRequest.organisation_id,
    ConversationRequest.kind,
    ConversationRequest.asked_at,
    ConversationRequest.state,
    ConversationRequest.closed_at,
    ConversationRequest.conversation_id,
    Employment.listed_as,
).outerjoin(
    Employment,
    and_(
        Employment.organisation_id == ConversationRequest.organisation_id,
        Employment.person_id == ConversationRequest.person_id,
    ),
)
_OPEN = ConversationRequest.state == RequestState.OPEN


async def list_requests(session: AsyncSession, me: UUID, where: Iterable[UUID], size: int = 50) -> list[RequestOut]:
    """Open requests of other people: those asked of the reader, and those that arise where the reader arranges."""
    for_me = (ConversationRequest.asked_of_id == me) | ConversationRequest.organisation_id.in_(where)
    asked = _REQUEST.where(_OPEN, ConversationRequest.person_id != me, for_me, EMPLOYED_NOW)
    return await _requests(session, asked.order_by(ConversationRequest.asked_at).limit(size))


async def list_my_requests(session: AsyncSession, me: UUID, size: int = 20) -> list[RequestOut]:
    """What the reader asked for, newest first."""
    asked = _REQUEST.where(ConversationRequest.person_id == me).order_by(ConversationRequest.asked_at.desc())
    return await _requests(session, asked.limit(size))


async def get_request(session: AsyncSession, request_id: UUID, me: UUID) -> RequestOut:
    """One of the reader's own. Raises NotFound for any other."""
    asked = _REQUEST.where(ConversationRequest.id == request_id, ConversationRequest.person_id == me)
    found = await _requests(session, asked)
    if not found:
        raise NotFound("request")
    return found[0]


async def list_reach(session: AsyncSession, me: UUID) -> list[Reach]:
    """Each place where the reader works now, with whoever holds their conversations there."""
    asked = (
        select(
            Organisation.id,
            Organisation.name,
            ConversationDue.facilitator_id,
            ConversationDue.last_held_on,
            ConversationDue.due_on,
            ConversationDue.planned_for,
        )
        .select_from(Employment)
        .join(Organisation, Organisation.id == Employment.organisation_id)
        .outerjoin(
            ConversationDue,
            and_(
                ConversationDue.organisation_id == Employment.organisation_id,
                ConversationDue.person_id == Employment.person_id,
            ),
        )
        .where(Employment.person_id == me, EMPLOYED_NOW)
    )
    rows = (await session.execute(asked.order_by(Organisation.name))).all()
    names = await named(session, {row.facilitator_id for row in rows if row.facilitator_id})
    return [Reach(row.id, row.name, party_of(row.facilitator_id, names), *row[3:]) for row in rows]


async def _requests(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[RequestOut]:
    rows = (await session.execute(asked)).all()
    people = {row.asked_of_id for row in rows if row.asked_of_id} | {row.person_id for row in rows if not row.listed_as}
    names = await named(session, people)
    return [_request(row, names) for row in rows]


def _request(row: Any, names: Mapping[UUID, str]) -> RequestOut:
    name = said_as(row.listed_as) if row.listed_as else names.get(row.person_id, SOMEBODY)
    asked_of = party_of(row.asked_of_id, names)
    return RequestOut(row.id, Party(row.person_id, name), row.organisation_id, asked_of, *row[4:9])
