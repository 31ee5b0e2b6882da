from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.pathways.actions.aspirations import hide_from, say_aspiration, stop_hiding_from
from service.pathways.myself import myself
from service.pathways.queries.aspirations import get_aspiration, list_aspirations, list_hidden
from service.pathways.schemas.aspirations import AspirationIn, AspirationOut, HiddenOut
from service.web.versions import etag, if_match

TAGS = ["My aspirations"]
Asked = Request[Any, Any, Any]


@get("/api/me/aspirations", tags=TAGS, summary="What you want next")
async def read(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Response[AspirationOut]:
    """For your eyes only. Version 0 is nothing said yet. The ETag is the version to send back with a change."""
    return _tagged(await get_aspiration(session, myself(actor)))


@put("/api/me/aspirations", tags=TAGS, summary="Say what you want next")
async def say(
    request: Asked, session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[AspirationIn]
) -> Response[AspirationOut]:
    """The whole of it, as the next version. Send If-Match with the ETag that you read ("0" at first): 428 without
    it, 412 when you changed it elsewhere since. The codes of earlier versions stay for you to see; words do not."""
    held = await get_aspiration(session, myself(actor))
    if_match(request, held.version)
    return _tagged(await say_aspiration(session, actor, data, held.version))


@get("/api/me/aspirations/history", tags=TAGS, summary="What you wanted before")
async def history(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[AspirationOut]:
    """The last 50 versions, newest first."""
    return await list_aspirations(session, myself(actor))


@get("/api/me/aspirations/hidden", tags=TAGS, summary="From whom you hide what you want")
async def hidden(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> list[HiddenOut]:
    """By name."""
    return await list_hidden(session, myself(actor))


@put("/api/me/aspirations/hidden/{organisation_id:uuid}", tags=TAGS, summary="Hide from one", status_code=204)
async def hide(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], organisation_id: FromPath[UUID]
) -> None:
    """The organisation is not told."""
    await hide_from(session, actor, organisation_id)


@delete("/api/me/aspirations/hidden/{organisation_id:uuid}", tags=TAGS, summary="Stop hiding from an organisation")
async def unhide(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], organisation_id: FromPath[UUID]
) -> None:
    """Not hidden, it stays so."""
    await stop_hiding_from(session, actor, organisation_id)


def _tagged(found: AspirationOut) -> Response[AspirationOut]:
    return Response(found, headers={"ETag": etag(found.version)})


routes: list[ControllerRouterHandler] = [read, say, history, hidden, hide, unhide]
