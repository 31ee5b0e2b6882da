"""All that is held about one person, from every room, for that person to take away."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.conversations.queries.everything import everything_of as talks_of
from service.kit.clock import now, today
from service.kit.vault import Vault
from service.mobility.queries.ledger import list_moves_of
from service.mobility.queries.secondments import list_secondments_of
from service.notices.queries import get_choices, list_notices
from service.offers.queries.applications import get_mine as get_application
from service.offers.queries.applications import list_mine as list_applications
from service.offers.queries.support import support_of
from service.opportunities.queries.interests import get_interest, list_interests_of, list_referrals
from service.pathways.queries.everything import everything_of as pathway_of
from service.people.queries import get_me, list_readers
from service.posts.queries import list_assignments
from service.prompts.queries import get_mine as prompts_of
from service.talent.queries.mine import get_mine as talent_of

MOST = 1000


async def everything_about(session: AsyncSession, vault: Vault, me: UUID) -> dict[str, Any]:
    """By what it is. Of what others keep to themselves, nothing."""
    return {
        "made_at": now(),
        "me": await get_me(session, me),
        "posts": (await list_assignments(session, me, size=MOST)).items,
        "pathway": await pathway_of(session, me),
        **await talks_of(session, vault, me),
        "moves": await list_moves_of(session, me),
        "secondments": await list_secondments_of(session, me, today()),
        "offers": [await get_application(session, me, one.id) for one in await list_applications(session, me, MOST)],
        **await support_of(session, me),
        "opportunities": [await get_interest(session, me, o.id) for o in await list_interests_of(session, me, MOST)],
        "referrals": await list_referrals(session, me, MOST, answered=True),
        "talent": await talent_of(session, me, MOST),
        "prompts": await prompts_of(session, me),
        "notices": (await list_notices(session, me, MOST)).items,
        "notice_choices": await get_choices(session, me),
        "readers": await list_readers(session, me, None, 10_000),
    }
