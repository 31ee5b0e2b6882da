"""All that this room holds about the reader."""

from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from service.talent.queries.cover import get_retirement_year, list_roles_held
from service.talent.queries.pipelines import list_my_memberships
from service.talent.queries.requests import list_my_referrals
from service.talent.queries.threads import list_my_threads
from service.talent.rules.codes import Consent, MemberState
from service.talent.schemas.threads import MineOut
from service.talent.tables import Pipeline, PipelineMembership, RequestReferral, TalentRequest


async def list_to_answer(session: AsyncSession, me: UUID) -> list[str]:
    """The titles of what the reader was put forward for and has not answered: ways to step up, and requests."""
    ways = (
        select(Pipeline.title)
        .join(PipelineMembership, PipelineMembership.pipeline_id == Pipeline.id)
        .where(PipelineMembership.person_id == me, PipelineMembership.state == MemberState.ASKED)
    )
    requests = (
        select(TalentRequest.title)
        .join(RequestReferral, RequestReferral.request_id == TalentRequest.id)
        .where(RequestReferral.person_id == me, RequestReferral.consent == Consent.ASKED)
    )
    return list((await session.execute(union_all(ways, requests))).scalars())


async def get_mine(session: AsyncSession, me: UUID, size: int = 50) -> MineOut:
    """`size` of each at most."""
    return MineOut(
        await list_my_memberships(session, me, size),
        await list_my_referrals(session, me, size),
        await list_my_threads(session, me, size),
        await list_roles_held(session, me),
        await get_retirement_year(session, me),
    )
