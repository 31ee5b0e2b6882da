"""What might help: for the person, with who else sees it; and for the partners whom they chose."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid
from service.people.places import places_for
from service.people.queries import list_readers
from service.prompts.actions import HELP, answer, decide, read_help, share
from service.prompts.presenters import HelpPage, MinePage, WaitingPage
from service.prompts.queries import get_help, get_mine, list_waiting
from service.prompts.schemas import AnswerIn, DoneIn, ShareIn
from service.web.asked import CursorText
from service.web.forms import Form, attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ONE = "/prompts/{person_id:uuid}"


@get("/me/prompts", include_in_schema=False)
async def mine(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    me = actor.myself()
    readers = await list_readers(session, me, actor.account_id, 100)
    page = MinePage(await get_mine(session, me), [one for one in readers if one.action.startswith("prompts.")])
    return shown(request, "prompts/mine.html", page)


@post("/me/prompts/answers", include_in_schema=False, status_code=303)
async def give_answer(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Redirect:
    """Buttons alone: there is nothing to type, and so no form to show again."""
    form = await posted(request)
    await answer(session, actor, read(AnswerIn, form))
    return Redirect("/me" if form.value("from") == "pathway" else "/me/prompts", status_code=303)


@post("/me/prompts/shares", include_in_schema=False, status_code=303)
async def give_share(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Redirect:
    await share(session, actor, read(ShareIn, await posted(request)))
    return Redirect("/me/prompts#who", status_code=303)


@get("/prompts", include_in_schema=False)
async def waiting(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: CursorText = None,
) -> Response[str]:
    page = WaitingPage(await list_waiting(session, places_for(actor, HELP), cursor))
    return shown(request, "prompts/waiting.html", page)


@get(ONE, include_in_schema=False)
async def one(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str]:
    found = await read_help(session, actor, person_id)
    return shown(request, "prompts/help.html", HelpPage(found, actor.account_id, Form()))


@post(ONE, include_in_schema=False, status_code=303)
async def did(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], person_id: FromPath[UUID]
) -> Response[str] | Redirect:
    form = await posted(request)
    try:
        async with attempt(session):
            await decide(session, actor, person_id, read(DoneIn, form))
    except (Invalid, Conflict) as refusal:
        is_conflict = isinstance(refusal, Conflict)
        told = form if is_conflict else form.refused(refusal)
        found = await get_help(session, person_id, places_for(actor, HELP))
        page = HelpPage(found, actor.account_id, told, refusal.message if is_conflict else "")
        return shown(request, "prompts/help.html", page, status=409 if is_conflict else 422)
    return Redirect(f"/prompts/{person_id}", status_code=303)


routes: list[ControllerRouterHandler] = [mine, give_answer, give_share, waiting, one, did]
