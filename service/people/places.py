from uuid import UUID

from service.kit.actor import Actor
from service.kit.errors import NotAllowed


def places_for(actor: Actor, permission: str, organisation_id: UUID | None = None) -> frozenset[UUID]:
    """The organisation asked for, or every one where the actor may. Raises what `Actor.must` raises."""
    if organisation_id is not None:
        actor.must(permission, organisation_id)
        return frozenset({organisation_id})
    places = actor.where(permission)
    if not places:
        raise NotAllowed
    return places
