"""Whose applications they are."""

from uuid import UUID

from service.kit.actor import Actor
from service.kit.errors import NotFound


def myself(actor: Actor) -> UUID:
    """Raises NotFound for an account that is nobody's, such as a system leader's."""
    if actor.person_id is None:
        raise NotFound("person for this account")
    actor.must("me.read")
    return actor.person_id
