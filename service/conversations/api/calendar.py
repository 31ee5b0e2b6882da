"""The address of a person's calendar, over JSON."""

from typing import Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.calendar import make_feed, stop_feed
from service.conversations.queries.calendar import find_feed
from service.conversations.schemas.calendar import FeedOut
from service.kit.actor import Actor

Asked = Request[Any, Any, Any]
TAGS = ["Me"]


@get("/api/me/calendar", tags=TAGS, summary="Whether your calendar has an address")
async def mine(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> FeedOut:
    """When it was made. The address itself is told once, when it is made."""
    return FeedOut(await find_feed(session, actor.myself("me.plan")))


@post("/api/me/calendar", tags=TAGS, summary="Make your calendar's address, or replace it")
async def make(request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> FeedOut:
    """A calendar can fetch your meetings there without signing in: their times, and nothing of what they are about. The
    address before it is dead at once."""
    token = await make_feed(session, actor)
    address = f"{request.app.state.settings.address}/calendar/{token}.ics"
    return FeedOut(await find_feed(session, actor.myself("me.plan")), address)


@delete("/api/me/calendar", tags=TAGS, summary="Stop your calendar's address", status_code=204)
async def stop(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> None:
    """404 where there is none."""
    await stop_feed(session, actor)


routes: list[ControllerRouterHandler] = [mine, make, stop]
