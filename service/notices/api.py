"""What one was told, and how one wants to be told, over JSON."""

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Cursor
from service.notices.actions import choose, mark_read
from service.notices.queries import get_choices, list_notices
from service.notices.schemas import ChoicesIn, ChoicesOut, NoticesOut, ReadIn
from service.web.asked import CursorText, Size


@get("/api/me/notices", summary="My notices")
async def list_mine(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: FromQuery[Size] = 20,
    cursor: FromQuery[CursorText] = None,
) -> NoticesOut:
    """What I was told in the last 12 months, newest first, and how I want to be told by email."""
    page = await list_notices(session, actor.myself(), size, Cursor.read(cursor))
    return NoticesOut([*page.items], page.next_cursor, await get_choices(session, actor.myself()))


@post("/api/me/notices/read", summary="Mark notices as read", status_code=204)
async def read_mine(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[ReadIn]
) -> None:
    """Those of mine that are named; all of mine when none is. What is read is not emailed any more."""
    await mark_read(session, actor, data.ids)


@put("/api/me/notices/choices", summary="Choose how email comes")
async def choose_mine(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[ChoicesIn]
) -> ChoicesOut:
    """How often, and the UK hours in which only what is urgent is sent."""
    await choose(session, actor, data)
    return await get_choices(session, actor.myself())


routes: list[ControllerRouterHandler] = [list_mine, read_mine, choose_mine]
