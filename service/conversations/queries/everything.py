"""All that this room holds of one person, for that person to take away."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.queries.drafts import list_drafts
from service.conversations.queries.record import list_in_full
from service.conversations.sealing import NOTES
from service.conversations.tables import (
    ConversationDue,
    ConversationRequest,
    ConversationShare,
    ConversationState,
    PlanAction,
    PlanActionState,
    PrivateNote,
    Wording,
)
from service.kit.vault import Vault

_KEPT = {
    "wordings": Wording,
    "states": ConversationState,
    "shares": ConversationShare,
    "plan": PlanAction,
    "plan_states": PlanActionState,
    "requests": ConversationRequest,
    "dates": ConversationDue,
}


async def everything_of(session: AsyncSession, vault: Vault, me: UUID) -> dict[str, Any]:
    """By what it is. The reader’s own notes and drafts are opened; what the other party keeps is theirs."""
    kept = {
        name: await _rows(session, select(*table.__table__.columns).where(table.person_id == me))
        for name, table in _KEPT.items()
    }
    return {
        "conversations": await list_in_full(session, me),
        **kept,
        "notes": await _notes(session, vault, me),
        "drafts": await list_drafts(session, vault, me, 1_000),
    }


async def _notes(session: AsyncSession, vault: Vault, me: UUID) -> list[dict[str, Any]]:
    rows = await _rows(session, select(*PrivateNote.__table__.columns).where(PrivateNote.party_id == me))
    left_out = {"sealed", "key_id"}
    return [
        {name: value for name, value in row.items() if name not in left_out} | {"text": NOTES.open(vault, row)}
        for row in rows
    ]


async def _rows(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await session.execute(asked)).mappings()]
