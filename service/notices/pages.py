"""What one was told, for a person: the list, its links, and how e-mail comes."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import Invalid
from service.kit.paging import Cursor
from service.notices.actions import choose, mark_read, open_notice
from service.notices.presenters import NoticesPage, form_of
from service.notices.queries import get_choices, list_notices
from service.notices.schemas import ChoicesIn
from service.web.asked import CursorText
from service.web.forms import attempt, posted, read
from service.web.templating import shown

Asked = Request[Any, Any, Any]
PAGE = 20


@get("/me/notices", include_in_schema=False)
async def mine(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    cursor: FromQuery[CursorText] = None,
    saved: FromQuery[bool] = False,
) -> Response[str]:
    me = actor.myself()
    found = await list_notices(session, me, PAGE, Cursor.read(cursor))
    form = form_of(await get_choices(session, me))
    page = NoticesPage(found.items, found.next_cursor, form, is_first=not cursor, saved=saved)
    return shown(request, "notices/mine.html", page)


@get("/me/notices/{notice_id:uuid}", include_in_schema=False)
async def follow(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], notice_id: FromPath[UUID]
) -> Redirect:
    """Where a headline leads. Opening it is reading it."""
    return Redirect(await open_notice(session, actor, notice_id), status_code=303)


@post("/me/notices/read", include_in_schema=False, status_code=303)
async def read_all(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Redirect:
    await mark_read(session, actor)
    return Redirect("/me/notices", status_code=303)


@post("/me/notices/choices", include_in_schema=False, status_code=303)
async def choose_email(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Response[str] | Redirect:
    form = await posted(request)
    me = actor.myself()
    try:
        async with attempt(session):
            await choose(session, actor, read(ChoicesIn, form))
    except Invalid as refusal:
        found = await list_notices(session, me, PAGE)
        page = NoticesPage(found.items, found.next_cursor, form.refused(refusal))
        return shown(request, "notices/mine.html", page, status=422)
    return Redirect("/me/notices?saved=true#choices", status_code=303)


routes: list[ControllerRouterHandler] = [mine, follow, read_all, choose_email]
