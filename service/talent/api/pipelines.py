from uuid import UUID

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.paging import Page
from service.kit.vault import Vault
from service.talent.actions.members import enter_pipeline, nominate, read_member, review_member
from service.talent.actions.pipelines import EDIT, change_pipeline, open_pipeline, read_board
from service.talent.asked import Asked, tagged, version_sent
from service.talent.queries.pipelines import get_pipeline, list_pipelines
from service.talent.schemas.pipelines import (
    BoardOut,
    EnterIn,
    MemberOut,
    NominationIn,
    NominationOut,
    PipelineChange,
    PipelineIn,
    PipelineOut,
    ReviewIn,
)
from service.web.asked import CursorText, Size
from service.web.idempotency import KeyText, once
from service.web.versions import IfMatch

TAGS = ["Pipelines"]
ONE = "/api/pipelines/{pipeline_id:uuid}"


@get("/api/pipelines", tags=TAGS, summary="List pipelines")
async def pipelines(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    size: Size = 50,
    cursor: CursorText = None,
) -> Page[PipelineOut]:
    """Ways into a kind of role, with their published criteria, by title."""
    actor.must("me.read")
    return await list_pipelines(session, cursor, size)


@post("/api/pipelines", tags=TAGS, summary="Open a pipeline")
async def begin(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    data: JSONBody[PipelineIn],
    idempotency_key: KeyText = None,
) -> Response[PipelineOut]:
    """Everybody can read what it is for and who it is for."""

    async def work() -> Response[PipelineOut]:
        made = await open_pipeline(session, actor, data)
        return tagged(made, made.version, 201, f"/api/pipelines/{made.id}")

    return await once(request, session, actor, vault, idempotency_key, work)


@get(ONE, tags=TAGS, summary="Read a pipeline")
async def pipeline(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], pipeline_id: FromPath[UUID]
) -> Response[PipelineOut]:
    """What it is for, who it is for, and who looks after it."""
    actor.must("me.read")
    found = await get_pipeline(session, pipeline_id)
    return tagged(found, found.version)


@put(ONE, tags=TAGS, summary="Change a pipeline")
async def change(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    pipeline_id: FromPath[UUID],
    data: JSONBody[PipelineChange],
    if_match: IfMatch = None,
) -> Response[PipelineOut]:
    """The organisation that looks after it; also to close it, or open it again."""
    made = await change_pipeline(session, actor, pipeline_id, data, version_sent(actor, EDIT, if_match))
    return tagged(made, made.version)


@get(ONE + "/members", tags=TAGS, summary="Read who could step up")
async def board(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    pipeline_id: FromPath[UUID],
    size: Size = 100,
    cursor: CursorText = None,
) -> BoardOut:
    """People of your organisations, and those who let you see them; the nearest to the role first."""
    return await read_board(session, actor, pipeline_id, cursor, size)


@post(ONE + "/members", tags=TAGS, summary="Enter a pipeline")
async def enter(
    request: Asked,
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    vault: NamedDependency[Vault],
    pipeline_id: FromPath[UUID],
    data: JSONBody[EnterIn],
    idempotency_key: KeyText = None,
) -> Response[MemberOut]:
    """Yourself; or your yes, where somebody put you forward. It lapses after twelve months unless it is reviewed."""

    async def work() -> Response[MemberOut]:
        made = await enter_pipeline(session, actor, pipeline_id, data)
        return tagged(made, made.version, 201, "/api/me/talent")

    return await once(request, session, actor, vault, idempotency_key, work)


@post(ONE + "/nominations", tags=TAGS, summary="Put somebody forward", status_code=202)
async def put_forward(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    pipeline_id: FromPath[UUID],
    data: JSONBody[NominationIn],
) -> NominationOut:
    """They are asked, and nothing happens without their yes. The answer is the same whether there is such a person."""
    return await nominate(session, actor, pipeline_id, data)


@get("/api/memberships/{membership_id:uuid}", tags=TAGS, summary="Read where somebody is in a pipeline")
async def member(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], membership_id: FromPath[UUID]
) -> Response[MemberOut]:
    """With every statement about them and what it rests on. They can see that you read it."""
    found = await read_member(session, actor, membership_id)
    return tagged(found, found.version)


@post("/api/memberships/{membership_id:uuid}/reviews", tags=TAGS, summary="Review where somebody is")
async def review(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    membership_id: FromPath[UUID],
    data: JSONBody[ReviewIn],
    if_match: IfMatch = None,
) -> Response[MemberOut]:
    """The stage, today, and what it rests on; it stands for twelve months and the person is told. Of two reviews from
    the same version one is kept: the other is answered with 409 or 412."""
    made = await review_member(session, actor, membership_id, data, version_sent(actor, EDIT, if_match))
    return tagged(made, made.version, 201)


routes: list[ControllerRouterHandler] = [pipelines, begin, pipeline, change, board, enter, put_forward, member, review]
