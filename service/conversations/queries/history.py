"""What a conversation's own row does not say: its states, its notes, and with whom it is shared."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.rules import Purpose
from service.conversations.schemas.record import ConversationOut
from service.conversations.schemas.steps import ShareOut, StateOut
from service.conversations.tables import ConversationShare, ConversationState, PrivateNote

_STATE = select(
    ConversationState.number,
    ConversationState.state,
    ConversationState.at,
    ConversationState.by_id,
    ConversationState.reason,
    ConversationState.wording,
)
_SHARE = select(ConversationShare.audience, ConversationShare.given_at, ConversationShare.revoked_at)
_NOTE = select(
    PrivateNote.person_id,
    PrivateNote.conversation_id,
    PrivateNote.party_id,
    PrivateNote.purpose,
    PrivateNote.sealed,
    PrivateNote.key_id,
    PrivateNote.is_shown,
    PrivateNote.version,
    PrivateNote.changed_at,
)


async def list_states(session: AsyncSession, talk: ConversationOut) -> list[StateOut]:
    """Every state it came to, in order; for its parties."""
    asked = _STATE.where(
        ConversationState.person_id == talk.person.id, ConversationState.conversation_id == talk.id
    ).order_by(ConversationState.number)
    return [StateOut(*row) for row in await session.execute(asked)]


async def list_shares(session: AsyncSession, talk: ConversationOut) -> list[ShareOut]:
    """With whom it is or was shared, newest first; for its parties."""
    asked = _SHARE.where(ConversationShare.person_id == talk.person.id, ConversationShare.conversation_id == talk.id)
    rows = await session.execute(asked.order_by(ConversationShare.given_at.desc()).limit(100))
    return [ShareOut(*row) for row in rows]


async def sealed_notes(session: AsyncSession, talk: ConversationOut) -> list[dict[str, Any]]:
    """The notes on it that the reader may open: their own, and a preparation that they are shown."""
    asked = _NOTE.where(PrivateNote.person_id == talk.person.id, PrivateNote.conversation_id == talk.id)
    rows = await session.execute(asked.order_by(PrivateNote.purpose, PrivateNote.party_id))
    return [{str(name): value for name, value in row.items()} for row in rows.mappings()]


async def find_note(
    session: AsyncSession, talk: ConversationOut, party_id: UUID, purpose: Purpose
) -> dict[str, Any] | None:
    notes = await sealed_notes(session, talk)
    return next((note for note in notes if note["party_id"] == party_id and note["purpose"] is purpose), None)
