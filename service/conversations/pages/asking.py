"""Asking for a career conversation, and taking the request back."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.asking import ask, withdraw
from service.conversations.presenters.asking import AskPage
from service.conversations.queries.arranging import list_my_requests, list_reach
from service.conversations.schemas.arranging import AskIn
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, Problem
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]


@get("/me/ask", include_in_schema=False)
async def ask_form(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    return shown(request, "conversations/ask.html", await _page(session, actor, Form()))


@post("/me/ask", include_in_schema=False, status_code=303)
async def send(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await ask(session, actor, _given(form))
    except (Invalid, Conflict) as refusal:
        page = await _page(session, actor, form.refused(_told(refusal)))
        return shown(request, "conversations/ask.html", page, status=422)
    return Redirect("/me/ask", status_code=303)


@post("/me/ask/{request_id:uuid}/withdraw", include_in_schema=False, status_code=303)
async def take_back(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], request_id: FromPath[UUID]
) -> Redirect:
    await withdraw(session, actor, request_id)
    return Redirect("/me/ask", status_code=303)


async def _page(session: AsyncSession, actor: Actor, form: Form) -> AskPage:
    me = actor.myself("me.plan")
    return AskPage(await list_reach(session, me), await list_my_requests(session, me), form)


def _given(form: Form) -> AskIn:
    """ "place.person", or "place." for whoever arranges them there."""
    place, _, person = form.value("whom").partition(".")
    if not place:
        problems = [Problem("whom", "Choose whom you ask.")]
        raise Invalid(*problems, *([] if form.value("kind") else [Problem("kind", "Choose a kind of conversation.")]))
    return read(AskIn, Form({**form.values, "organisation_id": place, "asked_of_id": person}))


def _told(refusal: Invalid | Conflict) -> Invalid:
    """Every problem at a field that the page has."""
    if isinstance(refusal, Conflict):
        return Invalid(Problem("whom", refusal.message))
    return Invalid(*(p if p.field == "kind" else Problem("whom", p.message) for p in refusal.problems))


routes: list[ControllerRouterHandler] = [ask_form, send, take_back]
