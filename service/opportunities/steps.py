"""Adding to the history of interests. Nothing of it is ever changed; of two steps at once the database refuses one."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.actor import Actor
from service.kit.db import constraint_of
from service.kit.errors import Conflict
from service.opportunities.tables import InterestState

_FOLLOWS = {"pk_interest_states", "ck_interest_states_follows"}


async def enter_all(session: AsyncSession, actor: Actor, steps: Sequence[Mapping[str, Any]]) -> None:
    """Each of these states, with person_id, interest_id, number, state and, of a decision, reason and note. Raises
    Conflict when one of them cannot follow any more."""
    if not steps:
        return
    by = {"by_account_id": actor.account_id, "reason": None, "note": ""}
    try:
        await session.execute(insert(InterestState), [{**by, **step} for step in steps])
    except IntegrityError as error:
        if constraint_of(error) in _FOLLOWS:
            raise Conflict("Somebody took a step just before you. Reload the page to see how it stands.") from None
        raise
