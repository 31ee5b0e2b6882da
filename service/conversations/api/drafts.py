"""Drafts over JSON: what the page itself sends while somebody types. Each is there for its author alone."""

from uuid import UUID

from litestar import Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.actions.drafts import discard_draft, save_draft
from service.conversations.queries.drafts import get_draft, list_drafts
from service.conversations.schemas.drafts import DraftIn, DraftOut, DraftSaved
from service.kit.actor import Actor
from service.kit.vault import Vault
from service.web.versions import etag

TAGS = ["Drafts"]


@get("/api/drafts", tags=TAGS, summary="Your drafts")
async def mine(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], vault: NamedDependency[Vault]
) -> list[DraftOut]:
    """The latest first. Nobody else can read them, and each is gone once its conversation was logged."""
    return await list_drafts(session, vault, actor.myself("me.plan"))


@get("/api/drafts/{draft_id:uuid}", tags=TAGS, summary="Read a draft")
async def read(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    draft_id: FromPath[UUID],
) -> Response[DraftOut]:
    """As it was saved last, on whatever device."""
    found = await get_draft(session, vault, actor.myself("me.plan"), draft_id)
    return Response(found, headers={"ETag": etag(found.version)})


@put("/api/drafts/{draft_id:uuid}", tags=TAGS, summary="Save a draft")
async def save(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    draft_id: FromPath[UUID],
    data: JSONBody[DraftIn],
) -> Response[DraftSaved]:
    """Under an id of your own making, with the version that was saved last. 412 when another tab saved it since, 404
    when it was sent or thrown away since."""
    saved = await save_draft(session, actor, vault, draft_id, data)
    return Response(saved, headers={"ETag": etag(saved.version)})


@delete("/api/drafts/{draft_id:uuid}", tags=TAGS, summary="Throw a draft away", status_code=204)
async def discard(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], draft_id: FromPath[UUID]
) -> None:
    """It cannot be brought back."""
    await discard_draft(session, actor, draft_id)


routes: list[ControllerRouterHandler] = [mine, read, save, discard]
