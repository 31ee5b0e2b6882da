"""Writing an opportunity, changing it, publishing it and taking it back."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.queries.roles import Wanted, list_roles
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, NotFound
from service.opportunities.actions.opportunities import change_opportunity, set_state, write_opportunity
from service.opportunities.ours import EDIT, own_opportunity
from service.opportunities.pages.opportunities import shown_one
from service.opportunities.presenters.writing import MinePage, WritePage, filled
from service.opportunities.queries.opportunities import list_of
from service.opportunities.schemas.opportunities import NewOpportunityIn, OpportunityIn, OpportunityOut, StateIn
from service.people.places import places_for
from service.people.queries import list_organisations
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/opportunities/{opportunity_id:uuid}"
SIZE, ROLES = 50, 500


@get("/opportunities/mine", include_in_schema=False)
async def ours(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
) -> Response[str]:
    page = await list_of(session, places_for(actor, EDIT), cursor, SIZE)
    return shown(request, "opportunities/ours.html", MinePage(page, bool(actor.where(EDIT))))


@get("/opportunities/new", include_in_schema=False)
async def new(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    places_for(actor, EDIT)
    return await _form(request, session, actor, Form())


@post("/opportunities", include_in_schema=False, status_code=303)
async def write(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            made = await write_opportunity(session, actor, read(NewOpportunityIn, form))
    except Invalid as refusal:
        return await _form(request, session, actor, form.refused(refusal), status=422)
    return Redirect(f"/opportunities/{made.id}", status_code=303)


@get(ONE + "/edit", include_in_schema=False)
async def ask_change(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str]:
    held = await own_opportunity(session, actor, opportunity_id)
    return await _form(request, session, actor, filled(held), held)


@post(ONE + "/edit", include_in_schema=False, status_code=303)
async def change(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    held = await own_opportunity(session, actor, opportunity_id)
    try:
        async with attempt(session):
            await change_opportunity(session, actor, opportunity_id, read(OpportunityIn, form), version_of(form))
    except Invalid as refusal:
        return await _form(request, session, actor, form.refused(refusal), held, status=422)
    except Conflict as refusal:
        return await _form(request, session, actor, form, held, status=409, refusal=refusal.message)
    return Redirect(f"/opportunities/{opportunity_id}", status_code=303)


@post(ONE + "/state", include_in_schema=False, status_code=303)
async def state(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    opportunity_id: FromPath[UUID],
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await set_state(session, actor, opportunity_id, read(StateIn, form), version_of(form))
    except Invalid as refusal:
        return await shown_one(request, session, actor, opportunity_id, form=form.refused(refusal), status=422)
    except Conflict as refusal:
        return await shown_one(request, session, actor, opportunity_id, refusal=refusal.message, status=409)
    return Redirect(f"/opportunities/{opportunity_id}", status_code=303)


def version_of(form: Form) -> int:
    """What the form carries; 0, which nothing ever is, when somebody changed it."""
    given = form.value("version")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


async def _form(
    request: Asked,
    session: AsyncSession,
    actor: Actor,
    form: Form,
    held: OpportunityOut | None = None,
    *,
    status: int = 200,
    refusal: str = "",
) -> Response[str]:
    places = await list_organisations(session, actor.where(EDIT))
    if not places:
        raise NotFound("organisation of yours")
    roles = (await list_roles(session, Wanted(), ROLES)).items
    page = WritePage(form, places, roles, held, refusal)
    return shown(request, "opportunities/write.html", page, status=status)


routes: list[ControllerRouterHandler] = [ours, new, write, ask_change, change, state]
