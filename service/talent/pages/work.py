"""What waits for an HR partner."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.talent.actions.work import read_work
from service.talent.asked import Asked
from service.talent.presenters.work import WorkPage
from service.web.templating import shown


@get("/talent", include_in_schema=False)
async def work(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    return shown(request, "talent/work.html", WorkPage(await read_work(session, actor)))


routes: list[ControllerRouterHandler] = [work]
