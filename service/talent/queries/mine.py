"""All that this room holds about the reader."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.talent.queries.cover import get_retirement_year, list_roles_held
from service.talent.queries.pipelines import list_my_memberships
from service.talent.queries.requests import list_my_referrals
from service.talent.queries.threads import list_my_threads
from service.talent.schemas.threads import MineOut


async def get_mine(session: AsyncSession, me: UUID) -> MineOut:
    return MineOut(
        await list_my_memberships(session, me),
        await list_my_referrals(session, me),
        await list_my_threads(session, me),
        await list_roles_held(session, me),
        await get_retirement_year(session, me),
    )
