"""What a lower room says has happened, told to the rooms above that react to it: in the same transaction."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from service.kit.actor import Actor

Event = TypeVar("Event")
# (session, actor, event). The session is only passed on: events know no database.
Reaction = Callable[[Any, Actor, Event], Awaitable[None]]
_reactions: dict[type, list[Reaction[Any]]] = {}


def subscribe(kind: type[Event], reaction: Reaction[Event]) -> None:
    """From now on `reaction` follows every event of this kind. Said twice, it still follows once."""
    known = _reactions.setdefault(kind, [])
    if reaction not in known:
        known.append(reaction)


async def announce(session: Any, actor: Actor, event: object) -> None:
    """Tells everyone who subscribed, one after the other. What a reaction raises undoes the whole transaction."""
    for reaction in _reactions.get(type(event), []):
        await reaction(session, actor, event)
