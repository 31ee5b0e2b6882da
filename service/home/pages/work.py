"""Your work: what to do next, for whoever holds career conversations."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.queries.record import list_mine, list_waiting
from service.conversations.schemas.record import Waiting
from service.home.presenters.work import WorkPage
from service.kit.actor import Actor
from service.kit.clock import today
from service.people.places import places_for
from service.people.queries import count_employed
from service.web.templating import shown


@get("/work", include_in_schema=False)
async def work(
    request: Request[Any, Any, Any], session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    places = places_for(actor, "conversations.log")
    me = actor.person_id
    waiting = await list_waiting(session, me, places, today()) if me else Waiting([], 0, 0)
    recent = await list_mine(session, me) if me else []
    counted = await count_employed(session, places)
    page = WorkPage(waiting, recent, counted, bool(actor.where("people.read")), today())
    return shown(request, "home/work.html", page)


routes: list[ControllerRouterHandler] = [work]
