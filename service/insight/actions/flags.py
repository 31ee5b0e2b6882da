"""Looking after flags. A release says what it found; what becomes of that, people say."""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.insight.queries.flags import get_flag
from service.insight.rules.flags import problems_with
from service.insight.schemas.flags import ChangeIn, FlagOut
from service.insight.tables import FlagHistory
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Invalid, Stale

ACT = "reports.act"


async def change_flag(session: AsyncSession, actor: Actor, flag_id: UUID, given: ChangeIn) -> FlagOut:
    """Adds to a flag's history. Raises NotFound, Invalid naming what is missing, Stale where somebody was first."""
    actor.must(ACT)
    flag = await get_flag(session, flag_id)
    if given.version != flag.version:
        raise Stale
    if problems := problems_with(flag.state, given.state, given.owner, given.next_on, given.evidence, today()):
        raise Invalid(*problems)
    row = given.model_dump(exclude={"version"}) | {
        "evidence": given.evidence or None,
        "number": flag.version + 1,
        "by_id": actor.account_id,
    }
    try:
        await session.execute(insert(FlagHistory), {"flag_id": flag_id, "by_name": actor.name, **row})
    except IntegrityError:
        raise Stale from None
    await record(session, actor, "insight.flag_changed", entity=flag_id, state=given.state, number=flag.version + 1)
    return await get_flag(session, flag_id)
