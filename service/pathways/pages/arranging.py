"""The queue of people new in a leadership tier, and arranging support for them."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Invalid
from service.pathways.actions.transitions import PERMISSION, arrange_support, end_transition
from service.pathways.presenters.transitions import QueuePage, SupportPage
from service.pathways.queries.steps import list_tiers
from service.pathways.queries.transitions import get_transition, list_supported, list_unsupported
from service.pathways.rules.transitions import TransitionState
from service.pathways.schemas.transitions import EndIn, SupportIn
from service.people.places import places_for
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
SUPPORTED = 20


@get("/transitions", include_in_schema=False)
async def queue(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    organisation: FromQuery[UUID | None] = None,
    cursor: CursorText = None,
) -> Response[str]:
    where = places_for(actor, PERMISSION, organisation)
    waiting = await list_unsupported(session, where, cursor)
    supported = [] if cursor else (await list_supported(session, where, None, SUPPORTED)).items
    page = QueuePage(waiting.items, waiting.next_cursor, supported, today(), is_first=not cursor)
    return shown(request, "pathways/queue.html", page)


@get("/transitions/{transition_id:uuid}", include_in_schema=False)
async def ask(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], transition_id: FromPath[UUID]
) -> Response[str]:
    return await _page(request, session, actor, transition_id, Form())


@post("/transitions/{transition_id:uuid}/supports", include_in_schema=False, status_code=303)
async def arrange(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], transition_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await arrange_support(session, actor, transition_id, read(SupportIn, form))
    except Invalid as refusal:
        return await _page(request, session, actor, transition_id, form.refused(refusal), status=422)
    return Redirect(f"/transitions/{transition_id}", status_code=303)


@post("/transitions/{transition_id:uuid}/end", include_in_schema=False, status_code=303)
async def end(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], transition_id: FromPath[UUID]
) -> Redirect:
    state = read(EndIn, await posted(request)).state
    await end_transition(session, actor, transition_id, TransitionState(state))
    return Redirect("/transitions", status_code=303)


async def _page(
    request: Asked, session: AsyncSession, actor: Actor, transition_id: UUID, form: Form, status: int = 200
) -> Response[str]:
    # Without the permission anywhere it is refused; with it elsewhere, it is not there.
    found = await get_transition(session, transition_id, places_for(actor, PERMISSION))
    tier = next((one for one in await list_tiers(session) if one.code == found.to_tier), None)
    return shown(request, "pathways/support.html", SupportPage(found, form, tier), status=status)


routes: list[ControllerRouterHandler] = [queue, ask, arrange, end]
