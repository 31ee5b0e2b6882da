"""Keeping what somebody has typed until they send it. Sealed like a private note; gone once it is sent."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.conversations.queries.drafts import count_drafts, find_saved
from service.conversations.schemas.drafts import MOST_CHARACTERS, DraftIn, DraftSaved
from service.conversations.sealing import DRAFTS
from service.conversations.tables import Draft
from service.kit.actor import Actor
from service.kit.clock import now
from service.kit.errors import Conflict, Invalid, NotFound, Problem, Stale
from service.kit.vault import Vault

MOST = 50
ELSEWHERE = "This draft was changed in another tab or on another device after you opened it here."


async def save_draft(session: AsyncSession, actor: Actor, vault: Vault, draft_id: UUID, given: DraftIn) -> DraftSaved:
    """Raises Invalid for one that is too long, Stale when another tab saved it since, NotFound when it was sent or
    thrown away since, Conflict where there are too many, CannotOpen without a key."""
    me = actor.myself("me.plan")
    if sum(len(name) + len(value) for name, value in given.fields) > MOST_CHARACTERS:
        raise Invalid(Problem("fields", f"A draft may have {MOST_CHARACTERS:,} characters at most."))
    key = {"author_id": me, "id": draft_id}
    row: dict[str, Any] = {
        "about_id": given.about_id,
        **DRAFTS.seal(vault, key, msgspec.json.encode(given.fields).decode()),
    }
    before = await find_saved(session, me, draft_id)
    if before is None:
        await _first(session, actor, given, key | row)
    else:
        await _again(session, given.version, key, row)
    kept = await find_saved(session, me, draft_id)
    if kept is None:
        raise NotFound("draft")
    return kept


async def discard_draft(session: AsyncSession, actor: Actor, draft_id: UUID) -> None:
    """Raises NotFound where there is none of the actor's."""
    if not await _gone(session, actor.myself("me.plan"), draft_id):
        raise NotFound("draft")
    await record(session, actor, "conversations.draft_discarded", entity=draft_id)


async def forget_sent(session: AsyncSession, actor: Actor, draft_id: UUID) -> None:
    """What was sent is no draft any more; where there was none, nothing happens."""
    if actor.person_id and await _gone(session, actor.person_id, draft_id):
        await record(session, actor, "conversations.draft_sent", entity=draft_id)


async def _first(session: AsyncSession, actor: Actor, given: DraftIn, row: dict[str, Any]) -> None:
    if given.version is not None:
        raise NotFound("draft")
    if await count_drafts(session, actor.myself("me.plan")) >= MOST:
        raise Conflict(f"You have {MOST} drafts. Finish or throw away one of them first.")
    await session.execute(insert(Draft), row)
    # Once, not at every few words: that somebody is writing is nobody's business.
    await record(session, actor, "conversations.draft_begun", entity=row["id"])


async def _again(session: AsyncSession, version: int | None, key: dict[str, UUID], row: dict[str, Any]) -> None:
    kept = update(Draft).filter_by(**key, version=version)
    done = await session.execute(kept.values(**row, version=(version or 0) + 1, saved_at=now()))
    if not done.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise Stale(ELSEWHERE)


async def _gone(session: AsyncSession, me: UUID, draft_id: UUID) -> bool:
    done = await session.execute(delete(Draft).where(Draft.author_id == me, Draft.id == draft_id))
    return bool(done.rowcount)  # pyright: ignore[reportAttributeAccessIssue]
