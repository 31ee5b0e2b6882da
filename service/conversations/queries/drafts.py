"""Forms that somebody has not sent yet. Row security shows each to its author alone."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.schemas.drafts import DraftOut, DraftSaved
from service.conversations.sealing import DRAFTS
from service.conversations.tables import Draft
from service.kit.errors import NotFound
from service.kit.vault import Vault
from service.people.names import said_as
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment

_NAME = (
    select(Employment.listed_as).where(Employment.person_id == Draft.about_id, EMPLOYED_NOW).limit(1).scalar_subquery()
)
_DRAFT = select(
    Draft.id,
    Draft.about_id,
    Draft.version,
    Draft.saved_at,
    Draft.author_id,
    Draft.sealed,
    Draft.key_id,
    _NAME.label("name"),
)


async def list_drafts(session: AsyncSession, vault: Vault, me: UUID, size: int = 50) -> list[DraftOut]:
    """The reader's drafts, the latest first. One that cannot be opened with the keys of this server raises
    CannotOpen."""
    asked = _DRAFT.where(Draft.author_id == me).order_by(Draft.saved_at.desc()).limit(size)
    return [_opened(vault, cast("Mapping[str, Any]", row)) for row in (await session.execute(asked)).mappings()]


async def get_draft(session: AsyncSession, vault: Vault, me: UUID, draft_id: UUID) -> DraftOut:
    """Raises NotFound for anybody but its author, and once it was sent."""
    found = (await session.execute(_DRAFT.where(Draft.author_id == me, Draft.id == draft_id))).mappings().one_or_none()
    if found is None:
        raise NotFound("draft")
    return _opened(vault, cast("Mapping[str, Any]", found))


async def find_saved(session: AsyncSession, me: UUID, draft_id: UUID) -> DraftSaved | None:
    """When it was saved, without opening it."""
    asked = select(Draft.id, Draft.about_id, Draft.version, Draft.saved_at)
    row = (await session.execute(asked.where(Draft.author_id == me, Draft.id == draft_id))).one_or_none()
    return DraftSaved(*row) if row else None


async def count_drafts(session: AsyncSession, me: UUID) -> int:
    return (await session.execute(select(func.count()).where(Draft.author_id == me))).scalar_one()


def _opened(vault: Vault, row: Mapping[str, Any]) -> DraftOut:
    fields = msgspec.json.decode(DRAFTS.open(vault, row), type=list[tuple[str, str]])
    about = said_as(row["name"]) if row["name"] else dict(fields).get("person", "").strip()
    return DraftOut(row["id"], row["about_id"], row["version"], row["saved_at"], about, fields)
