"""Who is owed a conversation and a next step, the soonest due first."""

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
from service.opportunities.actions.aftercare import care, read_care
from service.opportunities.ours import DECIDE
from service.opportunities.presenters.aftercare import CarePage, DuePage
from service.opportunities.queries.aftercare import get_care, list_due
from service.opportunities.schemas.aftercare import CareIn
from service.people.places import places_for
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/aftercare/{interest_id:uuid}"
SIZE = 50


@get("/aftercare", include_in_schema=False)
async def due(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
) -> Response[str]:
    page = await list_due(session, places_for(actor, DECIDE), today(), cursor, SIZE)
    return shown(request, "opportunities/due.html", DuePage(page))


@get(ONE, include_in_schema=False)
async def one(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    interest_id: FromPath[UUID],
) -> Response[str]:
    page = CarePage(await read_care(session, actor, interest_id), Form())
    return shown(request, "opportunities/care.html", page)


@post(ONE, include_in_schema=False, status_code=303)
async def give(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    interest_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            done = await care(session, actor, interest_id, read(CareIn, form))
    except (Invalid, Conflict) as refusal:
        held = await get_care(session, interest_id, actor.where(DECIDE), today())
        is_conflict = isinstance(refusal, Conflict)
        told = form if is_conflict else form.refused(refusal)
        page = CarePage(held, told, refusal.message if is_conflict else "")
        return shown(request, "opportunities/care.html", page, status=409 if is_conflict else 422)
    return Redirect("/aftercare" if done.closed_at else f"/aftercare/{interest_id}", status_code=303)


routes: list[ControllerRouterHandler] = [due, one, give]
