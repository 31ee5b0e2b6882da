"""What may be asked for in an address, the same at every door of this room."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from service.kit.actor import Actor
from service.kit.errors import NotAllowed
from service.opportunities.rules.kinds import OpportunityKind
from service.posts.rules import StaffGroup

Search = Annotated[str, QueryParameter(max_length=200, description="Words of the title, the place or the summary.")]
Kind = Annotated[OpportunityKind | None, QueryParameter(description="Only this kind.")]
Level = Annotated[int | None, QueryParameter(ge=1, le=9, description="Only this system level.")]
Group = Annotated[StaffGroup | None, QueryParameter(description="Only this staff group.")]
Place = Annotated[UUID | None, QueryParameter(description="Only this organisation.")]


def reader_of_opportunities(actor: Actor) -> None:
    """Whoever works in the system, and whoever writes them. Raises NotAllowed."""
    if not actor.where("me.read") and not actor.where("opportunities.edit"):
        raise NotAllowed
