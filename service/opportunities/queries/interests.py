"""Who is interested: one's own, and to those who decide, the others'. Row security leaves nothing else."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, bindparam, func, lateral, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.tables import CapabilityDimension
from service.kit.clock import UK
from service.kit.errors import NotFound
from service.opportunities.queries.matching import requirements_met
from service.opportunities.queries.opportunities import LISTED, PLACE
from service.opportunities.rules.kinds import InterestState as State
from service.opportunities.rules.kinds import NextStep, ReferralState
from service.opportunities.schemas.interests import (
    CandidateOut,
    InterestLine,
    InterestOut,
    ReferralOut,
    ShownOut,
    StateOut,
)
from service.opportunities.schemas.opportunities import Listed, OpportunityOut
from service.opportunities.tables import Aftercare, Interest, InterestState, InterestStatement, Opportunity, Referral
from service.organisations.tables import Organisation
from service.pathways.queries.steps import list_requirements
from service.pathways.tables import Evidence

_NAMES = text("SELECT person_id, name FROM private.names_in_interests(:people)").bindparams(
    bindparam("people", type_=ARRAY(Uuid))
)
_OF = (Opportunity.organisation_id == Interest.organisation_id) & (Opportunity.id == Interest.opportunity_id)
_SAID = (InterestStatement.person_id == Interest.person_id) & (InterestStatement.interest_id == Interest.id)
_LINE = (
    select(*LISTED, Interest.id, Interest.state, Interest.version, Interest.route, Interest.submitted_at)
    .join_from(Interest, Opportunity, _OF)
    .join(Organisation, PLACE)
)
_LAST = lateral(
    select(InterestState.reason)
    .where(
        InterestState.person_id == Interest.person_id,
        InterestState.interest_id == Interest.id,
        InterestState.number == Interest.version,
    )
    .correlate(Interest)
)
_EVIDENCE = select(
    Evidence.id,
    Evidence.framework_code + "." + Evidence.dimension_code,
    CapabilityDimension.name,
    Evidence.happened_on,
    Evidence.situation,
    Evidence.what_happened,
).join(
    CapabilityDimension,
    (CapabilityDimension.framework_code == Evidence.framework_code)
    & (CapabilityDimension.framework_version == Evidence.framework_version)
    & (CapabilityDimension.code == Evidence.dimension_code),
)
_WIDTH = len(LISTED)


async def names_in_interests(session: AsyncSession, people: Iterable[UUID]) -> dict[UUID, str]:
    """person -> name, of those that the reader decides or cares about, or who thought of the reader."""
    return {row.person_id: row.name for row in await session.execute(_NAMES, {"people": list(people)})}


async def list_interests_of(session: AsyncSession, person_id: UUID, size: int = 200) -> list[InterestLine]:
    """One's own, the newest first."""
    asked = _LINE.where(Interest.person_id == person_id).order_by(Interest.created_at.desc(), Interest.id).limit(size)
    return [_line(row) for row in await session.execute(asked)]


async def find_interest_in(session: AsyncSession, person_id: UUID, opportunity_id: UUID) -> InterestLine | None:
    """One's own in this opportunity, unless it was withdrawn."""
    asked = _LINE.where(Interest.person_id == person_id, Interest.opportunity_id == opportunity_id)
    row = (await session.execute(asked.where(Interest.state != "withdrawn"))).one_or_none()
    return _line(row) if row else None


async def get_interest(session: AsyncSession, person_id: UUID, interest_id: UUID) -> InterestOut:
    """One's own, with its history. Raises NotFound for anybody else's."""
    asked = _LINE.add_columns(
        InterestStatement.statement,
        InterestStatement.evidence_ids,
        Interest.employer_may_help,
        Aftercare.due_on,
        Aftercare.talked_on,
        Aftercare.next_step,
        Aftercare.declined_at,
    )
    cared = (Aftercare.person_id == Interest.person_id) & (Aftercare.interest_id == Interest.id)
    joined = asked.outerjoin(InterestStatement, _SAID).outerjoin(Aftercare, cared)
    row = (
        await session.execute(joined.where(Interest.person_id == person_id, Interest.id == interest_id))
    ).one_or_none()
    if row is None:
        raise NotFound("interest")
    line, rest = _line(row), row[_WIDTH + 5 :]
    step: NextStep | None = rest[5]
    return InterestOut(
        line.id,
        line.opportunity,
        line.state,
        line.version,
        line.route,
        rest[0] or "",
        list(rest[1] or ()),
        rest[2],
        await list_states(session, person_id, interest_id),
        rest[3],
        rest[4],
        step,
        rest[6] is not None,
    )


async def list_states(session: AsyncSession, person_id: UUID, interest_id: UUID) -> list[StateOut]:
    """All that happened, the oldest first."""
    columns = (InterestState.number, InterestState.state, InterestState.at, InterestState.reason, InterestState.note)
    asked = select(*columns).where(InterestState.person_id == person_id, InterestState.interest_id == interest_id)
    return [StateOut(*row) for row in await session.execute(asked.order_by(InterestState.number))]


async def list_candidates(session: AsyncSession, held: OpportunityOut, size: int = 500) -> list[CandidateOut]:
    """Everybody who sent their interest in one opportunity, in the order in which they did: that is no ranking. With a
    priority window in no order: it would tell who was in it."""
    asked = (
        select(
            Interest,
            Organisation.name.label("employer"),
            _LAST.c.reason,
            InterestStatement.statement,
            InterestStatement.evidence_ids,
        )
        .join(Organisation, Organisation.id == Interest.employer_id)
        .outerjoin(InterestStatement, _SAID)
        .outerjoin(_LAST, true())
        .where(Interest.organisation_id == held.organisation_id, Interest.opportunity_id == held.id)
        .where(Interest.submitted_at.is_not(None))
        .order_by(*(() if held.priority_until else (Interest.submitted_at,)), Interest.id)
        .limit(size)
        # A trigger keeps the state, so what the session has seen before may be old.
        .execution_options(populate_existing=True)
    )
    rows = (await session.execute(asked)).all()
    names = await names_in_interests(session, {row[0].person_id for row in rows}) if rows else {}
    shown = await _shown(session, [piece for row in rows for piece in row.evidence_ids or ()])
    asks = await list_requirements(session, held.profile_id) if held.profile_id and rows else []
    return [
        _candidate(row, names, [shown[piece] for piece in row.evidence_ids or () if piece in shown], asks, held)
        for row in rows
    ]


async def free_again(session: AsyncSession, held: OpportunityOut) -> int:
    """How many of those chosen declined or withdrew, and were not replaced yet."""
    reached = (
        select(
            InterestState.interest_id,
            func.bool_or(InterestState.state == State.SELECTED).label("chosen"),
            func.bool_or(InterestState.state == State.NOT_SELECTED).label("reserve"),
        )
        .join(Interest, (Interest.person_id == InterestState.person_id) & (Interest.id == InterestState.interest_id))
        .where(Interest.organisation_id == held.organisation_id, Interest.opportunity_id == held.id)
        .group_by(InterestState.interest_id)
        .subquery()
    )
    gone = Interest.state.in_([State.DECLINED, State.WITHDRAWN])
    counts = select(func.count().filter(gone), func.count().filter(reached.c.reserve))
    asked = counts.join_from(reached, Interest, Interest.id == reached.c.interest_id).where(reached.c.chosen)
    left, replaced = (await session.execute(asked)).one()
    return left - replaced


async def list_referrals(
    session: AsyncSession, person_id: UUID, size: int = 50, *, answered: bool = False
) -> list[ReferralOut]:
    """Who thought of the reader, and waits for no answer but theirs; with `answered`, those too that they accepted or
    declined."""
    joined = (Opportunity.organisation_id == Referral.organisation_id) & (Opportunity.id == Referral.opportunity_id)
    asked = (
        select(*LISTED, Referral.id, Referral.referred_by_id, Referral.at, Referral.state)
        .join_from(Referral, Opportunity, joined)
        .join(Organisation, PLACE)
        .where(Referral.person_id == person_id)
        .order_by(Referral.at.desc())
        .limit(size)
    )
    if not answered:
        asked = asked.where(Referral.state == ReferralState.ASKED)
    rows: Sequence[Any] = (await session.execute(asked)).all()
    names = await names_in_interests(session, {row.referred_by_id for row in rows}) if rows else {}
    return [
        ReferralOut(row[_WIDTH], names.get(row[_WIDTH + 1], "Somebody"), Listed(*row[:_WIDTH]), row.at, row[_WIDTH + 3])
        for row in rows
    ]


async def _shown(session: AsyncSession, pieces: Sequence[UUID]) -> dict[UUID, ShownOut]:
    """What of these pieces of evidence the reader may see."""
    if not pieces:
        return {}
    asked: Select[*tuple[Any, ...]] = _EVIDENCE.where(Evidence.id.in_(pieces))
    return {row[0]: ShownOut(*row[1:]) for row in await session.execute(asked)}


def _line(row: Any) -> InterestLine:
    return InterestLine(row[_WIDTH], Listed(*row[:_WIDTH]), *row[_WIDTH + 1 : _WIDTH + 5])


def _candidate(
    row: Any, names: dict[UUID, str], shown: list[ShownOut], asks: list[Any], held: OpportunityOut
) -> CandidateOut:
    one: Interest = row[0]
    is_read = row.statement is not None
    return CandidateOut(
        one.id,
        one.person_id,
        names.get(one.person_id, ""),
        one.employer_id,
        row.employer,
        one.level,
        one.staff_group,
        one.route,
        one.state,
        one.version,
        one.submitted_at.astimezone(UK).date() if one.submitted_at and not held.priority_until else None,
        row.reason,
        row.statement or "",
        shown,
        requirements_met(asks, frozenset(piece.dimension for piece in shown)) if is_read else [],
    )
