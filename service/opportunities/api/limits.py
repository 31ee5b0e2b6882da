from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.opportunities.actions.limits import change_limits
from service.opportunities.queries.opportunities import get_limits
from service.opportunities.schemas.limits import WorkingDaysIn, WorkingDaysOut

TAGS = ["Opportunities"]
HERE = "/api/opportunities/limits"


@get(HERE, tags=TAGS, summary="Read how many working days the system gives itself")
async def limits(session: NamedDependency[AsyncSession]) -> WorkingDaysOut:
    """Before something may be advertised outside, and for a conversation with whoever was not chosen."""
    return await get_limits(session)


@put(HERE, tags=TAGS, summary="Change how many working days the system gives itself")
async def new_limits(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[WorkingDaysIn]
) -> WorkingDaysOut:
    """For what is published, and decided, from now on."""
    return await change_limits(session, actor, data)


routes: list[ControllerRouterHandler] = [limits, new_limits]
