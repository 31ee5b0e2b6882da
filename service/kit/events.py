"""What a lower room says has happened, told to the rooms above that react to it: in the same transaction, or not at all."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor

Event = TypeVar("Event")
Reaction = Callable[[AsyncSession, Actor, Any], Awaitable[None]]
_reactions: dict[type, list[Reaction]] = {}


def subscribe(kind: type[Event], reaction: Callable[[AsyncSession, Actor, Event], Awaitable[None]]) -> None:
    """From now on `reaction` follows every event of this kind. Said twice, it still follows once."""
    known = _reactions.setdefault(kind, [])
    if reaction not in known:
        known.append(reaction)


async def announce(session: AsyncSession, actor: Actor, event: object) -> None:
    """Tells everyone who subscribed, one after the other. What a reaction raises undoes the whole transaction."""
    for reaction in _reactions.get(type(event), []):
        await reaction(session, actor, event)
