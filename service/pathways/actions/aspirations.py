"""What the person wants next. Each saying is a new version; nobody else ever reads one."""

from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.errors import Conflict, Invalid, Problem
from service.organisations.queries import organisation_names
from service.organisations.tables import Organisation
from service.pathways.actions.choosing import plans_for
from service.pathways.queries.aspirations import count_hidden, get_aspiration
from service.pathways.queries.steps import list_families
from service.pathways.rules.aspirations import MOST_HIDDEN, problems_with
from service.pathways.schemas.aspirations import AspirationIn, AspirationOut
from service.pathways.tables import Aspiration, AspirationHidden

CHANGED = "You changed what you want in another window after you opened it here. Both are shown below."


async def say_aspiration(session: AsyncSession, actor: Actor, given: AspirationIn, version: int) -> AspirationOut:
    """The next version; of the one before, the codes stay and the words go. Raises Conflict when `version` is not the
    newest, Invalid for codes that nothing has."""
    me = plans_for(actor)
    await _check(session, given)
    if (await get_aspiration(session, me)).version != version:
        raise Conflict(CHANGED)
    row = {"person_id": me, "version": version + 1, **given.model_dump()}
    try:
        async with session.begin_nested():
            await session.execute(insert(Aspiration), row)
    except IntegrityError:
        raise Conflict(CHANGED) from None
    # What was once said in confidence is not kept longer than it is meant.
    before = (Aspiration.person_id == me, Aspiration.version <= version, Aspiration.words != "")
    await session.execute(update(Aspiration).where(*before).values(words=""))
    await record(session, actor, "pathways.aspiration_said", subject=me, version=version + 1)
    return await get_aspiration(session, me)


async def hide_from(session: AsyncSession, actor: Actor, organisation_id: UUID) -> None:
    """Raises Invalid for an organisation that is not ours, or for more than can be hidden from."""
    me = plans_for(actor)
    if await session.get(Organisation, organisation_id) is None:
        raise Invalid(Problem("organisation_id", "Choose an organisation from the list."))
    if await count_hidden(session, me) >= MOST_HIDDEN:
        words = f"You hide from {MOST_HIDDEN} organisations already. Mute your aspirations instead."
        raise Invalid(Problem("organisation_id", words))
    row = {"person_id": me, "organisation_id": organisation_id}
    await session.execute(insert_new(AspirationHidden).on_conflict_do_nothing(), row)
    # The trail of an organisation must not tell it that somebody hides from it: the entry names none.
    await record(session, actor, "pathways.aspiration_hidden", subject=me)


async def stop_hiding_from(session: AsyncSession, actor: Actor, organisation_id: UUID) -> None:
    me = plans_for(actor)
    hidden = (AspirationHidden.person_id == me, AspirationHidden.organisation_id == organisation_id)
    await session.execute(delete(AspirationHidden).where(*hidden))
    await record(session, actor, "pathways.aspiration_unhidden", subject=me)


async def _check(session: AsyncSession, given: AspirationIn) -> None:
    problems = problems_with(level=given.target_level, tier=given.target_tier, specialist=given.specialist_track)
    if given.target_family and given.target_family not in await list_families(session):
        problems.append(Problem("target_family", "Choose a job family from the list, or any."))
    if given.place_id and given.place_id not in await organisation_names(session):
        problems.append(Problem("place_id", "Choose an organisation from the list, or anywhere."))
    if problems:
        raise Invalid(*problems)
