"""What opportunities do when a conversation is held. `listen` is called once, where the rooms are put together."""

from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.events import ConversationHeld
from service.kit.actor import Actor
from service.kit.events import subscribe
from service.opportunities.actions.aftercare import note_talk


def listen() -> None:
    subscribe(ConversationHeld, on_held)


async def on_held(session: AsyncSession, actor: Actor, event: ConversationHeld) -> None:
    await note_talk(session, actor, event.person_id, event.conversation_id)
