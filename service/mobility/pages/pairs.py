"""The queue of pairs, and deciding one."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid
from service.mobility.actions.pairs import EDIT, decide_pair, list_queue, read_pair
from service.mobility.presenters.pairs import PairPage, QueuePage
from service.mobility.queries.pairs import count_remainder, get_pair, list_unmet
from service.mobility.schemas.pairs import DecisionIn
from service.people.places import places_for
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
SIZE = 50


@get("/mobility/reconcile", include_in_schema=False)
async def queue(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
) -> Response[str]:
    where = places_for(actor, EDIT)
    page = await list_queue(session, actor, where, cursor, SIZE)
    left = await count_remainder(session, where, today())
    unmet = await list_unmet(session, where, today())
    return shown(request, "mobility/queue.html", QueuePage(page, where, left, unmet))


@get("/mobility/reconcile/{pair_id:uuid}", include_in_schema=False)
async def pair(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], pair_id: FromPath[UUID]
) -> Response[str]:
    return shown(request, "mobility/pair.html", PairPage(await read_pair(session, actor, pair_id), Form()))


@post("/mobility/reconcile/{pair_id:uuid}", include_in_schema=False, status_code=303)
async def decide(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], pair_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await decide_pair(session, actor, pair_id, read(DecisionIn, form))
    except Invalid as refusal:
        found = await get_pair(session, pair_id, actor.where(EDIT))
        return shown(request, "mobility/pair.html", PairPage(found, form.refused(refusal)), status=422)
    except Conflict as refusal:
        found = await get_pair(session, pair_id, actor.where(EDIT))
        return shown(request, "mobility/pair.html", PairPage(found, form, refusal.message), status=409)
    return Redirect("/mobility/reconcile", status_code=303)


routes: list[ControllerRouterHandler] = [queue, pair, decide]
