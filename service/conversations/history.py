"""Adding to a conversation's history: a state, or a wording. Nothing of either is ever changed."""

from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.rules import State
from service.conversations.schemas.record import ConversationOut, WordingIn
from service.conversations.tables import ConversationState, Wording


async def enter(
    session: AsyncSession,
    talk: tuple[UUID, UUID],
    state: State,
    by: UUID,
    *,
    reason: str | None = None,
    wording: int | None = None,
) -> None:
    """The next state of `talk`, which is (person, conversation). Of two at once the database refuses one."""
    number = await _next(session, ConversationState, talk)
    row = {**_key(talk), "number": number, "state": state, "by_id": by, "reason": reason, "wording": wording}
    await session.execute(insert(ConversationState), row)


async def write(session: AsyncSession, talk: tuple[UUID, UUID], number: int, by: UUID, given: WordingIn) -> None:
    """Wording `number` of `talk`. Of two with one number the database refuses one."""
    said = {name: getattr(given, name) for name in ("summary", "aspirations", "barriers", "support")}
    row = {**_key(talk), "number": number, "written_by_id": by, **said, "codes": given.codes.by_topic}
    await session.execute(insert(Wording), row)


def key_of(talk: ConversationOut) -> tuple[UUID, UUID]:
    return talk.person.id, talk.id


def _key(talk: tuple[UUID, UUID]) -> dict[str, UUID]:
    return {"person_id": talk[0], "conversation_id": talk[1]}


async def _next(session: AsyncSession, table: type[ConversationState], talk: tuple[UUID, UUID]) -> int:
    asked = select(func.coalesce(func.max(table.number), 0)).filter_by(**_key(talk))
    return (await session.execute(asked)).scalar_one() + 1
