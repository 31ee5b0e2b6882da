"""All that this room holds of one person about mentoring and positive action, for that person to take away."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.offers.queries.mentors import find_mentor, list_requests
from service.offers.queries.positive_action import list_declarations, list_ties


async def support_of(session: AsyncSession, person_id: UUID) -> dict[str, Any]:
    """By what it is: what they offer as a mentor, whom they asked and who asked them, what they declared, and where
    they were recorded as equally qualified."""
    return {
        "offered_as_mentor": await find_mentor(session, person_id),
        "mentoring": await list_requests(session, person_id),
        "declarations": await list_declarations(session, person_id),
        "equal_qualification": await list_ties(session),
    }
