"""A person's calendar: its address, what is behind it, and the invitation to one meeting."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.calendar import hash_of, make_feed, read_invitation, stop_feed
from service.conversations.presenters.calendar import CalendarPage, calendar_of, tag_of
from service.conversations.queries.calendar import find_feed, get_feed
from service.kit.actor import Actor
from service.kit.db import Sessions, transaction
from service.web.templating import shown

Asked = Request[Any, Any, Any]
ICS = "text/calendar"
NOBODY = Actor("A calendar")


@get("/me/calendar", include_in_schema=False)
async def mine(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    return shown(
        request, "conversations/calendar.html", CalendarPage(await find_feed(session, actor.myself("me.plan")))
    )


@post("/me/calendar", include_in_schema=False, status_code=200)
async def make(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[str]:
    """The one page that shows the address: after it, only its hash is left."""
    token = await make_feed(session, actor)
    page = CalendarPage(await find_feed(session, actor.myself("me.plan")), feed_address(request, token))
    return shown(request, "conversations/calendar.html", page)


@post("/me/calendar/stop", include_in_schema=False, status_code=303)
async def stop(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Redirect:
    await stop_feed(session, actor)
    return Redirect("/me/calendar", status_code=303)


@get("/calendar/{file:str}", include_in_schema=False)
async def feed(request: Asked, file: FromPath[str]) -> Response[bytes]:
    """Without signing in: whoever has the address has the times. A wrong one is answered like one that never was."""
    sessions: Sessions = request.app.state.sessions
    async with transaction(sessions, NOBODY) as session:
        meetings = await get_feed(session, hash_of(file.removesuffix(".ics")))
    address: str = request.app.state.settings.address
    tag = tag_of(meetings, address)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(calendar_of(meetings, address, is_feed=True), media_type=ICS, headers=headers)


@get("/conversations/{conversation_id:uuid}/invitation.ics", include_in_schema=False)
async def invitation(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    conversation_id: FromPath[UUID],
) -> Response[bytes]:
    actor.myself("me.plan")
    meeting = await read_invitation(session, actor, conversation_id)
    headers = {"Content-Disposition": 'attachment; filename="meeting.ics"'}
    made = calendar_of([meeting], request.app.state.settings.address, is_feed=False)
    return Response(made, media_type=ICS, headers=headers)


def feed_address(request: Asked, token: str) -> str:
    return f"{request.app.state.settings.address}/calendar/{token}.ics"


routes: list[ControllerRouterHandler] = [mine, make, stop, feed, invitation]
