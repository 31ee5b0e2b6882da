"""What waits for a partner, and the threads of their organisations: lists with people's names in them."""

from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.paging import Page
from service.people.places import places_for
from service.talent.actions.pipelines import EDIT
from service.talent.queries.cover import list_without_cover
from service.talent.queries.pipelines import list_to_review
from service.talent.queries.requests import list_waiting
from service.talent.queries.threads import list_quiet, list_threads
from service.talent.schemas.threads import ThreadOut
from service.talent.schemas.work import WorkOut


async def read_work(session: AsyncSession, actor: Actor) -> WorkOut:
    """Of the reader's own organisations. That it was read is written down, once for a page."""
    where, me = places_for(actor, EDIT), actor.person_id
    found = WorkOut(
        await list_waiting(session, where, me),
        await list_to_review(session, where, me),
        await list_without_cover(session, where, me),
        await list_quiet(session, where),
    )
    number = len(found.waiting) + len(found.to_review) + len(found.quiet)
    await record(session, actor, "talent.work_read", organisation=min(where), number=number)
    return found


async def read_threads(
    session: AsyncSession, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[ThreadOut]:
    """Those of the reader and, for a partner, of their organisations; that a partner read them is written down."""
    actor.must("me.read")
    where = actor.where(EDIT)
    page = await list_threads(session, actor.person_id, where, cursor, size)
    if where:
        await record(session, actor, "talent.threads_read", organisation=min(where), number=len(page.items))
    return page
