"""Thinking of somebody. Whoever does learns nothing: not whether there is such a person, nor what became of it."""

from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Invalid, NotFound, Problem
from service.notices.actions import tell_if_there
from service.opportunities.queries.opportunities import get_opportunity
from service.opportunities.rules.kinds import ReferralState
from service.opportunities.rules.notices import REFERRED
from service.opportunities.schemas.interests import ReferralIn
from service.opportunities.tables import Referral

_REFER = text("SELECT private.refer(:organisation, :opportunity, :email)")


async def refer(session: AsyncSession, actor: Actor, opportunity_id: UUID, given: ReferralIn) -> None:
    """Whoever has this work e-mail is told, and decides alone. The answer is the same whether there is somebody or not,
    whether they were thought of before, and after twenty in one day. Raises Invalid once it is closed."""
    actor.myself("me.plan")
    held = await get_opportunity(session, opportunity_id, today())
    if not held.is_open:
        raise Invalid(Problem("email", f"It closed on {held.closes_on:%-d %B %Y}, so nobody was told."))
    asked = _REFER.bindparams(organisation=held.organisation_id, opportunity=held.id, email=given.email)
    somebody: UUID | None = (await session.execute(asked)).scalar_one()
    await tell_if_there(session, actor, somebody, REFERRED, about=held.title, link="/me/opportunities")
    await record(session, actor, "opportunities.referred", organisation=held.organisation_id, entity=held.id)


async def decline_referral(session: AsyncSession, actor: Actor, referral_id: UUID) -> None:
    """Nobody is told. Raises NotFound for another's, or one that is answered."""
    mine = (
        Referral.person_id == actor.myself("me.plan"),
        Referral.id == referral_id,
        Referral.state == ReferralState.ASKED,
    )
    answered = update(Referral).where(*mine).values(state=ReferralState.DECLINED, answered_at=now())
    if not (await session.execute(answered)).rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        raise NotFound("referral")
    await record(session, actor, "opportunities.referral_declined", subject=actor.person_id, entity=referral_id)
