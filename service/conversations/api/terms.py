"""The words that conversations are coded in, over JSON. Everybody may read them; administrators publish editions."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.terms import publish_edition
from service.conversations.queries.terms import get_edition
from service.conversations.schemas.terms import EditionIn, EditionOut
from service.kit.actor import Actor

TAGS = ["Conversations"]


@get("/api/conversations/terms", tags=TAGS, summary="Read the current terms")
async def current(session: NamedDependency[AsyncSession]) -> EditionOut:
    """Codes for positions, aspirations, barriers and support, by topic. Their order says nothing about their worth."""
    return await get_edition(session)


@get("/api/conversations/terms/{version:int}", tags=TAGS, summary="Read an edition of the terms")
async def one(
    session: NamedDependency[AsyncSession], version: Annotated[int, PathParameter(ge=1, le=32_000)]
) -> EditionOut:
    """What was coded in an edition keeps its words."""
    return await get_edition(session, version)


@post("/api/conversations/terms", tags=TAGS, summary="Publish an edition of the terms")
async def publish(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[EditionIn]
) -> EditionOut:
    """A whole new edition in place of the one that it is based on. 409 when another was published meanwhile."""
    return await publish_edition(session, actor, data)


routes: list[ControllerRouterHandler] = [current, one, publish]
