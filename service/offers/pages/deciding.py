"""Applications for an offer, for whoever decides about them."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid
from service.offers.actions.deciding import decide, read_applications
from service.offers.presenters.deciding import DecidingPage, picks_in
from service.offers.queries.applications import list_feedback
from service.offers.rules.applications import ApplicationState
from service.offers.schemas.applications import DecisionsIn
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/offers/{offer_id:uuid}/applications"
Stage = Annotated[str, QueryParameter(max_length=40)]
SIZE = 50


@get(ONE, include_in_schema=False)
async def applications(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    offer_id: FromPath[UUID],
    stage: Stage = "",
    cursor: CursorText = None,
) -> Response[str]:
    return await _page(request, session, actor, offer_id, Form(), stage=stage, cursor=cursor)


@post(ONE, include_in_schema=False, status_code=303)
async def decided(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], offer_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await decide(session, actor, offer_id, read(DecisionsIn, form, picks=picks_in(form)))
    except Invalid as refusal:
        return await _page(request, session, actor, offer_id, form.refused(refusal), 422)
    except Conflict as refusal:
        return await _page(request, session, actor, offer_id, form, 409, refusal=refusal.message)
    return Redirect(f"/offers/{offer_id}/applications", status_code=303)


async def _page(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    offer_id: UUID,
    form: Form,
    status: int = 200,
    *,
    stage: str = "",
    cursor: str | None = None,
    refusal: str = "",
) -> Response[str]:
    states = [ApplicationState(stage)] if stage in set(ApplicationState) else []
    offer, page = await read_applications(session, actor, offer_id, states, cursor, SIZE)
    opinions = await list_feedback(session, offer_id) if cursor is None else []
    found = DecidingPage(offer, page, form, stage if states else "", opinions, refusal)
    return shown(request, "offers/applications.html", found, status=status)


routes: list[ControllerRouterHandler] = [applications, decided]
