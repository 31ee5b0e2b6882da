from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.kit.vault import Vault
from service.pathways.actions.evidence import (
    add_evidence,
    change_evidence,
    delete_evidence,
    read_shared,
    share_evidence,
    stop_sharing,
)
from service.pathways.myself import myself
from service.pathways.queries.evidence import get_evidence, list_dimensions, list_evidence
from service.pathways.rules.evidence import EvidenceReader
from service.pathways.schemas.evidence import DimensionOut, EvidenceIn, EvidenceOut
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once
from service.web.versions import etag, if_match

TAGS = ["My evidence"]
Asked = Request[Any, Any, Any]


@get("/api/dimensions", tags=TAGS, summary="List what evidence can be about")
async def dimensions(session: NamedDependency[AsyncSession]) -> list[DimensionOut]:
    """The dimensions of the newest version of each capability framework."""
    return await list_dimensions(session)


@get("/api/me/evidence", tags=TAGS, summary="List your evidence")
async def mine(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[EvidenceOut]:
    """Newest first, with whom you share each piece. Nobody else can read it unless you share it."""
    return await list_evidence(session, myself(actor), cursor, size)


@post("/api/me/evidence", tags=TAGS, summary="Add a piece of evidence")
async def add(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[EvidenceIn],
    idempotency_key: KeyText = None,
) -> Response[EvidenceOut]:
    """What you did, when, and who saw it. It is private, and it has no mark."""

    async def work() -> Response[EvidenceOut]:
        made = await add_evidence(session, actor, data)
        answer = _tagged(made, 201)
        answer.headers["Location"] = f"/api/me/evidence/{made.id}"
        return answer

    return await once(request, session, actor, vault, idempotency_key, work)


@get("/api/me/evidence/{evidence_id:uuid}", tags=TAGS, summary="Read a piece of your evidence")
async def read(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> Response[EvidenceOut]:
    """The ETag is the version to send back with a change."""
    return _tagged(await get_evidence(session, myself(actor), evidence_id))


@put("/api/me/evidence/{evidence_id:uuid}", tags=TAGS, summary="Change a piece of your evidence")
async def change(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    evidence_id: FromPath[UUID],
    data: JSONBody[EvidenceIn],
) -> Response[EvidenceOut]:
    """Send If-Match with the ETag that you read: 428 without it, 412 when you changed the piece elsewhere since."""
    held = await get_evidence(session, myself(actor), evidence_id)
    if_match(request, held.version)
    return _tagged(await change_evidence(session, actor, evidence_id, data, held.version))


@delete("/api/me/evidence/{evidence_id:uuid}", tags=TAGS, summary="Delete a piece of your evidence")
async def remove(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], evidence_id: FromPath[UUID]
) -> None:
    """It is gone for everybody, and cannot be brought back."""
    await delete_evidence(session, actor, evidence_id)


@put("/api/me/evidence/{evidence_id:uuid}/readers/{reader:str}", tags=TAGS, summary="Share a piece", status_code=204)
async def share(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    evidence_id: FromPath[UUID],
    reader: FromPath[EvidenceReader],
) -> None:
    """They can read it until you stop. Each reading is recorded and you can see it."""
    await share_evidence(session, actor, evidence_id, reader)


@delete("/api/me/evidence/{evidence_id:uuid}/readers/{reader:str}", tags=TAGS, summary="Stop sharing a piece")
async def stop(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    evidence_id: FromPath[UUID],
    reader: FromPath[EvidenceReader],
) -> None:
    """At once."""
    await stop_sharing(session, actor, evidence_id, reader)


@get("/api/people/{person_id:uuid}/evidence", tags=TAGS, summary="Read the evidence that somebody shares with you")
async def shared(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    person_id: FromPath[UUID],
    size: Size = 20,
    cursor: CursorText = None,
) -> Page[EvidenceOut]:
    """Newest first. 404 for somebody whom none of your organisations employs. The reading is recorded."""
    return (await read_shared(session, actor, person_id, cursor, size))[1]


def _tagged(found: EvidenceOut, status: int = 200) -> Response[EvidenceOut]:
    return Response(found, status_code=status, headers={"ETag": etag(found.version)})


routes: list[ControllerRouterHandler] = [dimensions, mine, add, read, change, remove, share, stop, shared]
