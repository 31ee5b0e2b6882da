"""Supplying the figures of a statutory return that are kept elsewhere: a file, what it was read as, and a yes."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.insight.actions.know_how import NOTE
from service.insight.actions.supplied import supply_figures
from service.insight.presenters.supplied import SuppliedPage
from service.insight.queries.supplied import list_codes, list_supplied
from service.insight.rules.supplied import MOST_LETTERS, Line, read_lines
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Problem
from service.people.places import places_for
from service.web.forms import Form, posted
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ADDRESS = "/reports/supplied"


@get(ADDRESS, include_in_schema=False)
async def supplied(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str]:
    return await _page(request, session, actor, [], [])


@post(ADDRESS, include_in_schema=False, status_code=303)
async def supply(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    """A file first; then the same rows again, confirmed."""
    form = await posted(request)
    codes = await list_codes(session, places_for(actor, NOTE))
    text = form.value("rows") or await _file(request)
    if text is None:
        return await _page(request, session, actor, [], ["The file is not text in UTF-8. Save it as CSV, UTF-8."])
    if not text:
        return await _page(request, session, actor, [], ["Choose a file to supply."])
    lines, problems = read_lines(text, codes, today())
    if problems or form.value("confirm") != "yes":
        return await _page(request, session, actor, [] if problems else lines, problems, text)
    async with session.begin_nested():
        await supply_figures(session, actor, lines, codes)
    return Redirect(ADDRESS, status_code=303)


async def _file(request: Asked) -> str | None:
    """The posted file as text; empty where there is none, None where it is not text."""
    given = (await request.form()).get("file")
    if not isinstance(given, UploadFile):
        return ""
    try:
        return (await given.read(4 * MOST_LETTERS)).decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


async def _page(
    request: Asked, session: AsyncSession, actor: Actor, lines: list[Line], problems: list[str], text: str = ""
) -> Response[str]:
    codes = await list_codes(session, places_for(actor, NOTE))
    form = Form({}, tuple(Problem("file", said) for said in problems[:1]))
    page = SuppliedPage(form, lines, problems, await list_supplied(session), [*codes], text)
    return shown(request, "insight/supplied.html", page, 422 if problems else 200)


routes: list[ControllerRouterHandler] = [supplied, supply]
