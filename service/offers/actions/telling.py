"""Telling people what became of their application, in the transaction in which it did."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.notices.actions import tell
from service.offers.rules.applications import TOLD, ApplicationState

_MOVED_UP = text("SELECT person_id, application_id FROM private.untold_places(:offer)")


async def tell_moved_up(session: AsyncSession, actor: Actor, offer_id: UUID, title: str) -> None:
    """Whoever the waiting list gave a place in this transaction: each is told once, and it is written down."""
    for person, application in (await session.execute(_MOVED_UP, {"offer": offer_id})).all():
        await record(session, actor, "offers.moved_up", subject=person, entity=application)
        await tell_each(session, actor, [(person, application)], ApplicationState.PLACED, title)


async def tell_each(
    session: AsyncSession, actor: Actor, people: Iterable[tuple[UUID, UUID]], state: ApplicationState, title: str
) -> None:
    """`people` are (person, application): each is led to their own."""
    for person, application in people:
        await tell(session, actor, [person], TOLD[state], about=title, link=f"/me/offers/{application}")
        await record(session, actor, "offers.told", subject=person, entity=application, state=state)
