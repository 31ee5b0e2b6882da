"""What I want next: saying it, muting it, hiding it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, Problem
from service.organisations.queries import organisation_names
from service.pathways.actions.aspirations import hide_from, say_aspiration, stop_hiding_from
from service.pathways.myself import myself
from service.pathways.presenters.aspirations import AspirationsPage, form_of
from service.pathways.queries.aspirations import get_aspiration, list_aspirations, list_hidden
from service.pathways.queries.steps import list_families, list_tiers
from service.pathways.schemas.aspirations import AspirationIn, AspirationOut, HideIn
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/me/aspirations", include_in_schema=False)
async def ask(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    saved: FromQuery[bool] = False,
) -> Response[str]:
    said = await get_aspiration(session, myself(actor))
    return await _page(request, session, actor, form_of(said), saved=saved)


@post("/me/aspirations", include_in_schema=False, status_code=303)
async def say(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    stands = await get_aspiration(session, myself(actor))
    try:
        async with attempt(session):
            await say_aspiration(session, actor, read(AspirationIn, form), form.version)
    except Invalid as refusal:
        return await _page(request, session, actor, form.refused(refusal), status=422)
    except Conflict as refusal:
        kept = Form({**form.values, "version": str(stands.version)}, (Problem("target_family", refusal.message),))
        return await _page(request, session, actor, kept, stands=stands, status=409)
    return Redirect("/me/aspirations?saved=true", status_code=303)


@post("/me/aspirations/hidden", include_in_schema=False, status_code=303)
async def hide(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await hide_from(session, actor, read(HideIn, form).organisation_id)
    except Invalid as refusal:
        said = form_of(await get_aspiration(session, myself(actor)))
        return await _page(request, session, actor, said.refused(refusal), status=422)
    return Redirect("/me/aspirations#hidden", status_code=303)


@post("/me/aspirations/hidden/{organisation_id:uuid}/stop", include_in_schema=False, status_code=303)
async def stop(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], organisation_id: FromPath[UUID]
) -> Redirect:
    await stop_hiding_from(session, actor, organisation_id)
    return Redirect("/me/aspirations#hidden", status_code=303)


async def _page(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    form: Form,
    *,
    saved: bool = False,
    stands: AspirationOut | None = None,
    status: int = 200,
) -> Response[str]:
    me = myself(actor)
    lists = await list_families(session), await organisation_names(session), await list_tiers(session)
    hidden, before = await list_hidden(session, me), await list_aspirations(session, me, 10)
    page = AspirationsPage(form, *lists, hidden, before, saved, stands)
    return shown(request, "pathways/aspirations.html", page, status=status)


routes: list[ControllerRouterHandler] = [ask, say, hide, stop]
