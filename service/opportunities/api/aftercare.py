from uuid import UUID

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.paging import Page
from service.opportunities.actions.aftercare import care
from service.opportunities.asked import Place
from service.opportunities.ours import DECIDE
from service.opportunities.queries.aftercare import list_due
from service.opportunities.schemas.aftercare import CareIn, CareOut
from service.people.places import places_for
from service.web.asked import CursorText, Size

TAGS = ["Aftercare"]


@get("/api/aftercare", tags=TAGS, summary="List who is owed a conversation and a next step")
async def due(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation_id: Place = None,
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[CareOut]:
    """People who were not chosen, the soonest due first. How long it may take is a setting of the system."""
    return await list_due(session, places_for(actor, DECIDE, organisation_id), today(), cursor, size)


@put("/api/aftercare/{interest_id:uuid}", tags=TAGS, summary="Record a next step, or the day you talked")
async def give(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    interest_id: FromPath[UUID],
    data: JSONBody[CareIn],
) -> CareOut:
    """A conversation that is logged in the service fills in its own day. Closed once both are there."""
    return await care(session, actor, interest_id, data)


routes: list[ControllerRouterHandler] = [due, give]
