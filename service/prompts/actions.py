"""What people do with what might help: put it off, object, choose who sees it; and what a partner did. The trail says
who did what and for whom, and never about which reason.
"""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from service.kit.ids import new_id
from service.people.places import places_for
from service.people.queries import find_employments
from service.prompts.queries import get_help, list_mine
from service.prompts.rules import NOT_NOW, SHOWN_FOR, Answer, Done, ReasonKind
from service.prompts.schemas import AnswerIn, DoneIn, HelpOut, ReasonOut, ShareIn
from service.prompts.tables import PromptDecision, PromptObjection, PromptPause, PromptShare

PLAN, HELP = "me.plan", "prompts.answer"
OVER = "This no longer stands: what it followed from has changed. Reload the page to see what does."


async def answer(session: AsyncSession, actor: Actor, given: AnswerIn) -> None:
    """Puts one reason off for 30 days, objects to a kind of them, or takes both back for a kind: at once, and for every
    reader. Raises Conflict for one to put off that no longer stands."""
    me = actor.myself(PLAN)
    row = {"person_id": me, "kind": given.kind}
    if given.answer is Answer.NOT_NOW:
        await _put_off(session, me, given)
    elif given.answer is Answer.NO_MORE:
        await session.execute(insert_new(PromptObjection).on_conflict_do_nothing(), row)
    else:
        for table in (PromptObjection, PromptPause):
            await session.execute(delete(table).where(table.person_id == me, table.kind == given.kind))
    await record(session, actor, f"prompts.answered_{given.answer}", subject=me)


async def share(session: AsyncSession, actor: Actor, given: ShareIn) -> None:
    """Lets the HR partners of one employer see the reasons that arise there, for a year; or stops that at once. Raises
    NotFound for an organisation that does not employ the reader."""
    me, place = actor.myself(PLAN), given.organisation_id
    if given.is_shown:
        if not await find_employments(session, me, [place]):
            raise NotFound("employer")
        row = {"person_id": me, "organisation_id": place, "until": today() + SHOWN_FOR}
        again = insert_new(PromptShare).on_conflict_do_update(
            index_elements=["person_id", "organisation_id"], set_={"until": row["until"]}
        )
        await session.execute(again, row)
    else:
        mine = (PromptShare.person_id == me, PromptShare.organisation_id == place)
        await session.execute(delete(PromptShare).where(*mine))
    action = "prompts.shown" if given.is_shown else "prompts.no_longer_shown"
    await record(session, actor, action, subject=me, organisation=place)


async def read_help(session: AsyncSession, actor: Actor, person_id: UUID) -> HelpOut:
    """What might help somebody who chose to show it here. The person can see that it was read. Raises NotFound for
    anybody who did not choose it."""
    found = await get_help(session, person_id, places_for(actor, HELP))
    for place in found.colleagues:
        await record(session, actor, "prompts.read", subject=person_id, organisation=place)
    return found


async def decide(session: AsyncSession, actor: Actor, person_id: UUID, given: DoneIn) -> None:
    """Keeps what the partner did about one reason, and that it was they: once, however often they say it in a day.
    Raises NotFound for anybody who did not choose to show it, Conflict for a reason that no longer stands, Invalid for
    a colleague who cannot see it."""
    help_ = await get_help(session, person_id, places_for(actor, HELP))
    if actor.account_id is None:
        raise NotAllowed
    reason = _standing(help_.reasons, given.kind, given.about_id)
    row = {
        "person_id": person_id,
        "id": new_id(),
        "organisation_id": reason.organisation_id,
        "kind": given.kind,
        "about_id": given.about_id,
        "done": given.done,
        "passed_to_id": given.passed_to_id,
        "passed_to": _named(help_, reason, actor.account_id, given),
        "by_id": actor.account_id,
        "by_name": actor.name,
    }
    kept = await session.execute(insert_new(PromptDecision).values(**row).on_conflict_do_nothing())
    if kept.rowcount:  # pyright: ignore[reportAttributeAccessIssue]
        where = {"subject": person_id, "organisation": reason.organisation_id}
        await record(session, actor, f"prompts.{given.done}", **where)


async def _put_off(session: AsyncSession, me: UUID, given: AnswerIn) -> None:
    if given.about_id is None:
        raise Invalid(Problem("about_id", "Say which reason you put off."))
    _standing(await list_mine(session), given.kind, given.about_id)
    row = {"person_id": me, "kind": given.kind, "about_id": given.about_id, "until": today() + NOT_NOW}
    again = insert_new(PromptPause).on_conflict_do_update(
        index_elements=["person_id", "kind", "about_id"], set_={"until": row["until"]}
    )
    await session.execute(again, row)


def _standing(reasons: list[ReasonOut], kind: ReasonKind, about_id: UUID) -> ReasonOut:
    found = next((one for one in reasons if one.kind is kind and one.about_id == about_id), None)
    if found is None:
        raise Conflict(OVER)
    return found


def _named(help_: HelpOut, reason: ReasonOut, me: UUID, given: DoneIn) -> str | None:
    """The name of the colleague it was passed on to: another partner of the same organisation."""
    if given.done is not Done.PASSED_ON:
        if given.passed_to_id is not None:
            raise Invalid(Problem("passed_to_id", "Name a colleague only for what you passed on."))
        return None
    among = help_.colleagues[reason.organisation_id]
    name = next((one.name for one in among if one.account_id == given.passed_to_id and one.account_id != me), None)
    if name is None:
        raise Invalid(Problem("passed_to_id", "Choose the HR partner to whom you passed it on."))
    return name
