"""Transitions: one's own, with what one answered; and those of an organisation, without."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.kit.paging import Page
from service.organisations.tables import Organisation
from service.pathways.queries.paging import after, ends_at
from service.pathways.rules.transitions import TransitionState, support_due
from service.pathways.schemas.transitions import CheckInOut, SupportOut, TransitionOut
from service.pathways.tables import CheckInAnswer, LeadershipTier, Transition, TransitionCheckIn, TransitionSupport
from service.people.names import said_as
from service.people.tables import Employment
from service.posts.tables import Assignment

_TRANSITION = (
    select(
        Transition.id,
        Transition.person_id,
        Transition.organisation_id,
        Organisation.name,
        Assignment.job_title,
        Transition.from_tier,
        Transition.to_tier,
        LeadershipTier.name.label("tier_name"),
        Transition.started_on,
        Transition.state,
        Employment.listed_as,
    )
    .join(Organisation, Organisation.id == Transition.organisation_id)
    .join(LeadershipTier, LeadershipTier.code == Transition.to_tier)
    .join(
        Assignment,
        and_(
            Assignment.organisation_id == Transition.organisation_id,
            Assignment.id == Transition.assignment_id,
        ),
    )
    .join(
        Employment,
        and_(Employment.organisation_id == Transition.organisation_id, Employment.person_id == Transition.person_id),
    )
)
_STILL_HELD = or_(Assignment.ended.is_(None), Assignment.ended >= func.current_date())
_UNDER_WAY = Transition.state.in_([TransitionState.OPEN, TransitionState.SUPPORTED])


@dataclass(frozen=True, slots=True)
class _Around:
    """What belongs to several transitions, by transition."""

    supports: Mapping[UUID, list[SupportOut]]
    check_ins: Mapping[UUID, list[CheckInOut]]


async def list_unsupported(
    session: AsyncSession, where: Iterable[UUID], cursor: str | None = None, size: int = 50
) -> Page[TransitionOut]:
    """Transitions with no support arranged, in posts that are still held; those due first come first."""
    asked = _TRANSITION.where(
        Transition.organisation_id.in_(where), Transition.state == TransitionState.OPEN, _STILL_HELD
    )
    return await _page(session, asked, cursor, size)


async def list_supported(
    session: AsyncSession, where: Iterable[UUID], cursor: str | None = None, size: int = 50
) -> Page[TransitionOut]:
    asked = _TRANSITION.where(
        Transition.organisation_id.in_(where), Transition.state == TransitionState.SUPPORTED, _STILL_HELD
    )
    return await _page(session, asked, cursor, size)


async def list_mine(session: AsyncSession, person_id: UUID) -> list[TransitionOut]:
    """The reader's own, newest first, with their answers."""
    asked = _TRANSITION.where(Transition.person_id == person_id).order_by(Transition.started_on.desc(), Transition.id)
    return await _transitions(session, asked, with_answers=True)


async def get_transition(session: AsyncSession, transition_id: UUID, where: Iterable[UUID]) -> TransitionOut:
    """Raises NotFound when there is none, or none in these organisations."""
    asked = _TRANSITION.where(Transition.id == transition_id, Transition.organisation_id.in_(where))
    return await _one(session, asked)


async def get_mine(session: AsyncSession, person_id: UUID, transition_id: UUID) -> TransitionOut:
    """Raises NotFound when it is not the reader's own."""
    asked = _TRANSITION.where(Transition.person_id == person_id, Transition.id == transition_id)
    return await _one(session, asked, with_answers=True)


async def has_transition(session: AsyncSession, person_id: UUID) -> bool:
    """Whether one is under way."""
    asked = select(Transition.id).where(Transition.person_id == person_id, _UNDER_WAY).limit(1)
    return (await session.execute(asked)).first() is not None


async def _one(session: AsyncSession, asked: Select[*tuple[Any, ...]], *, with_answers: bool = False) -> TransitionOut:
    found = await _transitions(session, asked, with_answers=with_answers)
    if not found:
        raise NotFound("transition")
    return found[0]


async def _page(
    session: AsyncSession, asked: Select[*tuple[Any, ...]], cursor: str | None, size: int
) -> Page[TransitionOut]:
    if last := after(cursor):
        asked = asked.where(tuple_(Transition.started_on, Transition.id) > tuple_(*last))
    found = await _transitions(session, asked.order_by(Transition.started_on, Transition.id).limit(size + 1))
    more = ends_at(found[size - 1].started_on, found[size - 1].id) if len(found) > size else None
    return Page(found[:size], more)


async def _transitions(
    session: AsyncSession, asked: Select[*tuple[Any, ...]], *, with_answers: bool = False
) -> list[TransitionOut]:
    rows = (await session.execute(asked)).all()
    if not rows:
        return []
    around = await _around(session, [(row.person_id, row.id) for row in rows], with_answers)
    return [_transition(row, around) for row in rows]


def _transition(row: Any, around: _Around) -> TransitionOut:
    supports, check_ins = around.supports.get(row.id, []), around.check_ins.get(row.id, [])
    due, name = support_due(row.started_on), said_as(row.listed_as)
    values: list[Any] = [*row[:9], due, row.state, supports, check_ins, name]
    return TransitionOut(*values)


async def _around(session: AsyncSession, keys: Sequence[tuple[UUID, UUID]], with_answers: bool) -> _Around:
    """Two statements for all of them, three with the reader's own answers."""
    supports: dict[UUID, list[SupportOut]] = {}
    helped = select(
        TransitionSupport.transition_id, TransitionSupport.kind, TransitionSupport.who, TransitionSupport.arranged_on
    ).where(tuple_(TransitionSupport.person_id, TransitionSupport.transition_id).in_(keys))
    for row in (await session.execute(helped.order_by(TransitionSupport.arranged_on))).all():
        supports.setdefault(row[0], []).append(SupportOut(*row[1:]))
    check_ins: dict[UUID, list[CheckInOut]] = {}
    for row in (await session.execute(_check_ins(keys, with_answers))).all():
        check_ins.setdefault(row[0], []).append(CheckInOut(*row[1:]))
    return _Around(supports, check_ins)


def _check_ins(keys: Sequence[tuple[UUID, UUID]], with_answers: bool) -> Select[*tuple[Any, ...]]:
    due = (
        TransitionCheckIn.transition_id,
        TransitionCheckIn.day,
        TransitionCheckIn.due_on,
        TransitionCheckIn.answered_at,
    )
    these = tuple_(TransitionCheckIn.person_id, TransitionCheckIn.transition_id).in_(keys)
    asked = select(*due).where(these).order_by(TransitionCheckIn.day)
    if not with_answers:
        return asked
    answer = and_(
        CheckInAnswer.person_id == TransitionCheckIn.person_id,
        CheckInAnswer.transition_id == TransitionCheckIn.transition_id,
        CheckInAnswer.day == TransitionCheckIn.day,
    )
    return asked.add_columns(CheckInAnswer.support_perception, func.coalesce(CheckInAnswer.words, "")).outerjoin(
        CheckInAnswer, answer
    )
