"""Writing into the ledger what posts cannot say, and correcting it: a row is only ever added."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import today
from service.kit.errors import Conflict, Invalid, NotFound, Problem
from service.kit.ids import new_id
from service.kit.paging import Page
from service.mobility.queries.ledger import find_same_day, get_limits, get_move, list_history, list_moves, list_sides
from service.mobility.rules.kinds import CorrectionReason, MoveKind, MoveSource, Side
from service.mobility.rules.ledger import correction_problems, day_problems
from service.mobility.schemas.ledger import CorrectionIn, LimitsIn, LimitsOut, MoveFilter, MoveIn, MoveOut
from service.mobility.tables import MobilityEvent, MobilityLimits, MobilitySide
from service.people.queries import employed_in

EDIT, READ = "mobility.reconcile", "mobility.read"


async def read_moves(
    session: AsyncSession, actor: Actor, organisation_id: UUID, given: MoveFilter, cursor: str | None, size: int
) -> Page[MoveOut]:
    """The ledger of one organisation. That it was read is written down, once for a page."""
    actor.must(READ, organisation_id)
    page = await list_moves(session, organisation_id, given, cursor, size)
    await record(session, actor, "mobility.listed", organisation=organisation_id, number=len(page.items))
    return page


async def read_move(session: AsyncSession, actor: Actor, move_id: UUID) -> list[MoveOut]:
    """Every row of one move, the one that counts last. Raises NotFound unless it touches an organisation of theirs."""
    move = await get_move(session, move_id, actor.where(READ))
    where = _touched(move, actor)
    await record(session, actor, "mobility.read", subject=move.person_id, organisation=where, entity=move.id)
    return await list_history(session, move)


async def enter_move(session: AsyncSession, actor: Actor, person_id: UUID, given: MoveIn) -> MoveOut:
    """Raises NotFound unless the organisation employs the person now, Invalid for a day that cannot be, Conflict when
    the same is entered already."""
    actor.must(EDIT, given.organisation_id)
    if person_id not in await employed_in(session, given.organisation_id, [person_id]):
        raise NotFound("person")
    if problems := day_problems(given.effective_on, today()):
        raise Invalid(*problems)
    if await find_same_day(session, person_id, given.kind, given.effective_on):
        raise Conflict("This is in the ledger already, with the same day.")
    side = Side.FROM if given.kind is MoveKind.CAREER_BREAK else Side.TO
    key = await _add(
        session,
        {"person_id": person_id, "kind": given.kind, "effective_on": given.effective_on, "source": MoveSource.ENTERED}
        | {f"{side.value}_organisation_id": given.organisation_id},
        [{"side": side, "organisation_id": given.organisation_id, "day": given.effective_on, "change": 0}],
    )
    await _told(session, actor, "mobility.entered", person_id, given.organisation_id, key, kind=given.kind)
    return await get_move(session, key, [given.organisation_id])


async def correct_move(session: AsyncSession, actor: Actor, move_id: UUID, given: CorrectionIn) -> MoveOut:
    """Adds a row that takes the place of another, which stays to be seen. Raises Invalid for what the posts must say,
    Conflict when somebody else corrected it first."""
    old = await get_move(session, move_id, actor.where(EDIT))
    if not old.is_counted:
        raise Conflict("This has been corrected already. Open the move again to see how it stands.")
    problems = correction_problems(old.kind, old.is_evidenced, given.kind, given.effective_on, given.is_withdrawn)
    problems += day_problems(given.effective_on, today()) if given.effective_on else []
    if problems:
        raise Invalid(*problems)
    key = await _correct(session, old, given)
    where = _touched(old, actor)
    await _told(session, actor, "mobility.corrected", old.person_id, where, key, kind=given.kind or old.kind)
    return await get_move(session, key, actor.where(EDIT))


async def change_limits(session: AsyncSession, actor: Actor, given: LimitsIn) -> LimitsOut:
    """How long a break may be, for what is derived and searched from now on. Raises Invalid when they contradict."""
    actor.must("organisations.edit")
    if given.review_days < given.gap_days:
        raise Invalid(Problem("review_days", "The days to review must be at least the days of the gap."))
    await session.execute(update(MobilityLimits).values(**given.model_dump()))
    await record(session, actor, "mobility.limits_changed", **given.model_dump())
    return await get_limits(session)


async def _correct(session: AsyncSession, old: MoveOut, given: CorrectionIn) -> UUID:
    event = await session.get_one(MobilityEvent, (old.person_id, old.id))
    kept = (
        "person_id",
        "left_on",
        "from_organisation_id",
        "to_organisation_id",
        "from_assignment_id",
        "to_assignment_id",
    )
    row: dict[str, Any] = {name: getattr(event, name) for name in (*kept, "crosswalk_version")}
    row |= {"kind": given.kind or old.kind, "effective_on": given.effective_on or old.effective_on}
    row |= {"source": MoveSource.ENTERED, "corrects_id": old.id, "is_withdrawn": given.is_withdrawn}
    row |= {"reason": _reason(given), "system_change": event.system_change}
    what = ("side", "organisation_id", "other_organisation_id", "day", "change", "grade_scheme", "grade", "level")
    sides = [{name: getattr(s, name) for name in what} for s in await list_sides(session, old.person_id, old.id)]
    for side in sides:
        side["day"] = given.effective_on or side["day"]
    try:
        return await _add(session, row, sides)
    except IntegrityError:
        raise Conflict("Somebody else has just corrected this. Open the move again to see how it stands.") from None


def _reason(given: CorrectionIn) -> CorrectionReason:
    if given.is_withdrawn:
        return CorrectionReason.DID_NOT_HAPPEN
    return CorrectionReason.WRONG_DATE if given.effective_on else CorrectionReason.WRONG_KIND


async def _add(session: AsyncSession, event: dict[str, Any], sides: list[dict[str, Any]]) -> UUID:
    key = {"person_id": event["person_id"], "event_id": new_id()}
    await session.execute(insert(MobilityEvent), {**event, "id": key["event_id"]})
    day = event["effective_on"]
    await session.execute(insert(MobilitySide), [{**side, **key, "effective_on": day} for side in sides])
    return key["event_id"]


async def _told(
    session: AsyncSession, actor: Actor, action: str, person: UUID, where: UUID, key: UUID, **detail: Any
) -> None:
    await record(session, actor, action, subject=person, organisation=where, entity=key, **detail)


def _touched(move: MoveOut, actor: Actor) -> UUID:
    """The reader's own organisation of the two."""
    mine = [side.organisation_id for side in (move.came, move.left) if side and actor.may(READ, side.organisation_id)]
    return mine[0]
