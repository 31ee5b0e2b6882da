"""What a workforce file would do to what is held."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.transfer.plans import Plan, Tell
from service.transfer.schemas import Mapping, Unmapped
from service.transfer.sheets import Sheet
from service.transfer.workforce.checking import check
from service.transfer.workforce.comparing import compare
from service.transfer.workforce.holding import known, linkable, mapped_grades
from service.transfer.workforce.matching import Held

_FULL_TIME = "The file does not say the full-time equivalent. New posts are taken as full time."


async def plan_workforce(
    session: AsyncSession, organisation_id: UUID, holds: Held, sheet: Sheet, mapping: Mapping | None, tell: Tell
) -> Plan:
    against = await known(session, organisation_id, holds)
    checked = await asyncio.to_thread(check, sheet, mapping, against, lambda share: tell(0.6 * share))
    links = await linkable(session, checked, holds)
    tell(0.7)
    plan = await asyncio.to_thread(compare, checked, holds, links, await mapped_grades(session))
    is_taken = "fte" not in checked.given and "started" in checked.given
    return replace(plan, notes=(_FULL_TIME,) if is_taken else ())


def told_of_workforce(plan: Plan) -> dict[str, Any]:
    """What the summary of a check says besides its counts."""
    return {
        "unmapped_grades": tuple(Unmapped(**row) for row in plan.writes["unmapped"].head(50).to_dicts()),
        "equality": not plan.writes["answers"].is_empty(),
    }
