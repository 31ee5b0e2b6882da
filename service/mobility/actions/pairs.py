"""Finding leavers and joiners that may be one move, and deciding. A person decides; two records stay two records."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import polars as pl
from msgspec.structs import replace
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.audit.actions import record
from service.kit.actor import Actor
from service.kit.clock import now, today
from service.kit.errors import Conflict, Invalid, NotAllowed
from service.kit.paging import Page
from service.mobility.likeness import KNOWN, LEG, candidates
from service.mobility.queries.ledger import get_limits
from service.mobility.queries.pairs import fetch_legs, get_pair, list_known, list_pairs
from service.mobility.rules.pairing import OPEN_STATES, STATE_OF, Decision, PairState, asked_again_on, overlap_problems
from service.mobility.schemas.pairs import DecisionIn, PairOut
from service.mobility.tables import MovePair

EDIT = "mobility.reconcile"
# A leaver of this long ago may still be found, when their new employer is late to record them.
LOOKED_BACK = timedelta(days=400)
PART = 20_000
# One statement for many: the rows of a night are many, and each of them in the same columns.
_ADD = text(
    "INSERT INTO move_pairs (id, leaver_event_id, leaver_person_id, leaver_organisation_id, joiner_event_id,"
    " joiner_person_id, joiner_organisation_id, basis, gap_days, name_likeness, birth_dates, same_number, has_rival)"
    " SELECT gen_random_uuid(), * FROM unnest(CAST(:leaver_event_id AS uuid[]), CAST(:leaver_person_id AS uuid[]),"
    " CAST(:leaver_organisation_id AS uuid[]), CAST(:joiner_event_id AS uuid[]), CAST(:joiner_person_id AS uuid[]),"
    " CAST(:joiner_organisation_id AS uuid[]), CAST(:basis AS text[]), CAST(:gap_days AS smallint[]),"
    " CAST(:name_likeness AS smallint[]), CAST(:birth_dates AS text[]), CAST(:same_number AS boolean[]),"
    " CAST(:has_rival AS boolean[]))"
)
DECIDED = "This has been decided already, or one side of it was corrected. Go back to the list to see what is left."
USED = (
    "One of the two is already part of another move. A leaver, and a joiner, is counted once. Look at the other first."
)


async def find_pairs(session: AsyncSession, actor: Actor, since: date | None = None) -> int:
    """Proposes pairs from all that left and came since then, and says how many are new. Only the service itself may:
    nobody's eyes reach the names of every organisation."""
    if "service" not in actor.roles:
        raise NotAllowed
    limits = await get_limits(session)
    legs = pl.DataFrame(await fetch_legs(session, since or today() - LOOKED_BACK), LEG, orient="row")
    known = pl.DataFrame(await list_known(session), KNOWN, orient="row")
    found = candidates(legs, limits.review_days, known)
    for part in found.iter_slices(PART):
        await session.execute(_ADD, {name: part[name].to_list() for name in part.columns})
    number = found.height
    await record(session, actor, "mobility.searched", number=number)
    return number


async def list_queue(
    session: AsyncSession, actor: Actor, where: frozenset[UUID], cursor: str | None, size: int
) -> Page[PairOut]:
    """The pairs to decide, with the name of the reader's own person alone: the other is told when a pair is opened."""
    page = await list_pairs(session, where, today(), cursor, size)
    await record(session, actor, "mobility.queue_listed", number=len(page.items))
    return Page([_own_name_only(pair, actor.where(EDIT)) for pair in page.items], page.next_cursor)


async def read_pair(session: AsyncSession, actor: Actor, pair_id: UUID) -> PairOut:
    """Both people can see that a partner compared them. Raises NotFound unless one of the organisations is theirs."""
    pair = await get_pair(session, pair_id, actor.where(EDIT))
    await _told(session, actor, "mobility.compared", pair)
    return pair


async def decide_pair(session: AsyncSession, actor: Actor, pair_id: UUID, given: DecisionIn) -> PairOut:
    """Either of the two organisations decides. Raises Conflict when it is decided, or a leg of it is used elsewhere,
    Invalid when the two posts overlap too long to be one move."""
    pair = await get_pair(session, pair_id, actor.where(EDIT))
    if given.decision is Decision.PAIR and (problems := overlap_problems(pair.gap_days)):
        raise Invalid(*problems)
    values: dict[str, Any] = {"state": STATE_OF[given.decision], "decided_by": actor.account_id, "decided_at": now()}
    values["later_until"] = asked_again_on(today()) if given.decision is Decision.LATER else None
    # What was paired by mistake may still be said to be two people.
    undoing = [PairState.PAIRED] if given.decision is Decision.NOT_SAME else []
    change = update(MovePair).where(MovePair.id == pair_id, MovePair.state.in_([*OPEN_STATES, *undoing]))
    try:
        changed = (await session.execute(change.values(**values))).rowcount  # pyright: ignore[reportAttributeAccessIssue]
    except IntegrityError:
        raise Conflict(USED) from None
    if not changed:
        raise Conflict(DECIDED)
    await _told(session, actor, "mobility.decided", pair, decision=given.decision)
    return await get_pair(session, pair_id, actor.where(EDIT))


async def _told(session: AsyncSession, actor: Actor, action: str, pair: PairOut, **detail: Any) -> None:
    """One entry for each of the two records, since each may be a person of their own."""
    ours = actor.where(EDIT)
    both = (pair.leaver_organisation_id, pair.joiner_organisation_id)
    place = next((organisation for organisation in both if organisation in ours), both[0])
    for person in dict.fromkeys((pair.leaver_person_id, pair.joiner_person_id)):
        await record(session, actor, action, subject=person, organisation=place, entity=pair.id, **detail)


def _own_name_only(pair: PairOut, where: frozenset[UUID]) -> PairOut:
    leaver = pair.leaver if pair.leaver_organisation_id in where else ""
    joiner = pair.joiner if pair.joiner_organisation_id in where else ""
    return replace(pair, leaver=leaver, joiner=joiner)
