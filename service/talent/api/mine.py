from uuid import UUID

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.errors import NotFound
from service.talent.actions.cover import say_retirement
from service.talent.actions.members import PLAN, show_to, step_own
from service.talent.actions.requests import answer_request
from service.talent.asked import tagged, version_sent
from service.talent.queries.mine import get_mine
from service.talent.schemas.cover import RetirementIn
from service.talent.schemas.pipelines import MemberOut, OwnStepIn, ShownIn
from service.talent.schemas.requests import AnswerIn, ReferralOut
from service.talent.schemas.threads import MineOut
from service.web.versions import IfMatch

TAGS = ["Me"]
ONE = "/api/me/memberships/{membership_id:uuid}"


@get("/api/me/talent", tags=TAGS, summary="Read where you are, and what is known of you")
async def mine(session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> MineOut:
    """Every pipeline with what was said and by whom, every request that you were asked about, threads about you, and
    whether your post is on a list of critical roles. Nobody else reads your retirement year."""
    actor.must("me.read")
    if actor.person_id is None:
        raise NotFound("person for this account")
    return await get_mine(session, actor.person_id)


@post(ONE, tags=TAGS, summary="Say yes, say no, object or leave", status_code=200)
async def step(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    membership_id: FromPath[UUID],
    data: JSONBody[OwnStepIn],
    if_match: IfMatch = None,
) -> Response[MemberOut]:
    """Leaving asks no reason, and others see only that you are not there. The ETag is the membership's version."""
    made = await step_own(session, actor, membership_id, data, version_sent(actor, PLAN, if_match))
    return tagged(made, made.version)


@put(ONE + "/shown-to", tags=TAGS, summary="Choose who else sees it")
async def shown_to(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    membership_id: FromPath[UUID],
    data: JSONBody[ShownIn],
) -> MemberOut:
    """HR partners of these organisations see where you are, until you take them off."""
    return await show_to(session, actor, membership_id, data)


@post("/api/me/candidates/{candidate_id:uuid}", tags=TAGS, summary="Answer a request", status_code=200)
async def answer(
    session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    candidate_id: FromPath[UUID],
    data: JSONBody[AnswerIn],
    if_match: IfMatch = None,
) -> Response[ReferralOut]:
    """A no is not shown to anybody. A yes may be withdrawn until it is decided."""
    made = await answer_request(session, actor, candidate_id, data, version_sent(actor, PLAN, if_match))
    return tagged(made, made.version)


@put("/api/me/retirement", tags=TAGS, summary="Say, or take back, when you think of retiring", status_code=204)
async def retirement(
    session: NamedDependency[AsyncSession], actor: NamedDependency[Actor], data: JSONBody[RetirementIn]
) -> None:
    """Only you read it. It is counted, without your name, in released figures about ten people or more."""
    await say_retirement(session, actor, data)


routes: list[ControllerRouterHandler] = [mine, step, shown_to, answer, retirement]
