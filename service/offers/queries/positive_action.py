"""What positive action rests on. Nothing here reads what people answered for monitoring, and nothing may."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.offers.rules.positive_action import (
    REMIND,
    EqualQualification,
    RecordState,
    Standing,
    is_window_open,
    missing_parts,
)
from service.offers.rules.subjects import Subject
from service.offers.schemas.positive_action import EqualOut, ExplainedOut, RecordOut, TieOut
from service.offers.schemas.subjects import About
from service.offers.tables import EqualQualification as KeptEqual
from service.offers.tables import OfferDeclaration, PositiveActionRecord
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment

_FIELDS = [name for name in RecordOut.__struct_fields__ if name != "missing"]
_RECORD = select(*(getattr(PositiveActionRecord, name) for name in _FIELDS))
# The approved one before a draft, and both before what has ended.
_IN_ORDER = (PositiveActionRecord.state, PositiveActionRecord.written_at.desc())


def stands(organisation_id: Any, subject: Subject, subject_id: Any) -> ColumnElement[bool]:
    """A condition for queries: an approved record that is not past its review date. Both given as columns or values."""
    return exists().where(
        PositiveActionRecord.organisation_id == organisation_id,
        PositiveActionRecord.subject == subject,
        PositiveActionRecord.subject_id == subject_id,
        PositiveActionRecord.state == RecordState.APPROVED,
        PositiveActionRecord.review_on >= func.current_date(),
    )


async def list_records(session: AsyncSession, about: About) -> list[RecordOut]:
    """All of one subject, as far as the reader may see them: approved, then draft, then ended."""
    asked = _RECORD.where(
        PositiveActionRecord.organisation_id == about.organisation_id,
        PositiveActionRecord.subject == about.subject,
        PositiveActionRecord.subject_id == about.id,
    )
    rows: Any = (await session.execute(asked.order_by(*_IN_ORDER).limit(20))).all()
    return [_record(row) for row in rows]


async def list_ours(session: AsyncSession, places: Collection[UUID]) -> list[RecordOut]:
    """Drafts, then what is in force, then what ended last: 100 at most."""
    first = case({RecordState.DRAFT: 0, RecordState.APPROVED: 1}, value=PositiveActionRecord.state, else_=2)
    asked = _RECORD.where(PositiveActionRecord.organisation_id.in_(places))
    order = (first, PositiveActionRecord.review_on, PositiveActionRecord.written_at.desc())
    rows: Any = (await session.execute(asked.order_by(*order).limit(100))).all()
    return [_record(row) for row in rows]


async def list_to_approve(
    session: AsyncSession, places: Collection[UUID], me: UUID | None, account: UUID | None
) -> list[RecordOut]:
    """Whole drafts that wait for the reader, who neither owns them nor wrote them last: the oldest first, up to 50."""
    asked = _RECORD.where(
        PositiveActionRecord.organisation_id.in_(places),
        PositiveActionRecord.state == RecordState.DRAFT,
        PositiveActionRecord.owner_id != me,
        PositiveActionRecord.written_by_id.is_distinct_from(account),
    )
    rows: Any = (await session.execute(asked.order_by(PositiveActionRecord.written_at).limit(50))).all()
    return [one for one in map(_record, rows) if not one.missing]


async def find_standing(
    session: AsyncSession, organisation_id: UUID, subject: Subject, subject_id: UUID
) -> Standing | None:
    """What publishing and applying ask about: the approved record, else the draft; None where there is neither."""
    asked = _RECORD.where(
        PositiveActionRecord.organisation_id == organisation_id,
        PositiveActionRecord.subject == subject,
        PositiveActionRecord.subject_id == subject_id,
        PositiveActionRecord.state != RecordState.ENDED,
    )
    row: Any = (await session.execute(asked.order_by(*_IN_ORDER).limit(1))).one_or_none()
    return None if row is None else standing_of(_record(row))


async def explain(session: AsyncSession, about: About, person_id: UUID | None, today: Any) -> ExplainedOut:
    """Raises NotFound for what is open to all alike."""
    if not about.is_targeted and about.priority_until is None:
        raise NotFound("priority window")
    records = await list_records(session, about)
    held = next((one for one in records if one.state is RecordState.APPROVED), None)
    standing = standing_of(held) if held else None
    said = await find_declaration(session, person_id, about.subject, about.id) if person_id else None
    return ExplainedOut(
        about.subject,
        about.id,
        about.title,
        about.is_targeted,
        about.priority_until,
        in_force=bool(standing and standing.on(today)),
        is_window_open=is_window_open(about.priority_until, standing, today),
        group_described=held.group_described if held else "",
        evidence=held.evidence if held else "",
        comparator=held.comparator if held else "",
        rationale=held.rationale if held else "",
        review_on=held.review_on if held else None,
        declared_at=said,
    )


async def find_declaration(session: AsyncSession, person_id: UUID, subject: Subject, subject_id: UUID) -> Any:
    """When the reader declared it; None when they did not. Nobody else's is ever there."""
    asked = select(OfferDeclaration.at).where(
        OfferDeclaration.person_id == person_id,
        OfferDeclaration.subject == subject,
        OfferDeclaration.subject_id == subject_id,
    )
    return (await session.execute(asked)).scalar_one_or_none()


async def list_declarations(session: AsyncSession, person_id: UUID) -> list[dict[str, Any]]:
    """All that somebody has declared, for them to take away."""
    asked = select(*OfferDeclaration.__table__.columns).where(OfferDeclaration.person_id == person_id)
    return [dict(row) for row in (await session.execute(asked)).mappings()]


async def list_equal(session: AsyncSession, about: About) -> list[EqualOut]:
    """Who was recorded as equally qualified, newest first."""
    columns = (KeptEqual.id, KeptEqual.candidates, KeptEqual.words, KeptEqual.recorded_by, KeptEqual.at)
    asked = select(*columns).where(
        KeptEqual.organisation_id == about.organisation_id,
        KeptEqual.subject == about.subject,
        KeptEqual.subject_id == about.id,
    )
    return [EqualOut(*row) for row in await session.execute(asked.order_by(KeptEqual.at.desc()).limit(50))]


async def list_ties(session: AsyncSession) -> list[TieOut]:
    """Where the reader was recorded as equally qualified, newest first."""
    rows = await session.execute(text("SELECT * FROM private.ties_of_mine()"))
    return [TieOut(Subject(row.subject), *row[1:]) for row in rows]


def for_tie(found: list[EqualOut], candidates: set[UUID]) -> EqualQualification | None:
    """The newest record that names all of these candidates, for `rules.positive_action.may_break_tie`."""
    for one in found:
        if candidates <= set(one.candidates):
            return EqualQualification(frozenset(one.candidates), one.words, one.recorded_by, one.at.date())
    return None


async def list_due(session: AsyncSession, today: Any) -> list[RecordOut]:
    """Records that must be reviewed within 30 days and whose owner has not been told yet: for the service."""
    asked = _RECORD.where(
        PositiveActionRecord.state == RecordState.APPROVED,
        PositiveActionRecord.review_on.between(today, today + REMIND),
        PositiveActionRecord.reminded_on.is_(None),
    )
    rows: Any = (await session.execute(asked.order_by(PositiveActionRecord.review_on).limit(500))).all()
    return [_record(row) for row in rows]


async def find_owner(session: AsyncSession, organisation_id: UUID, employee_number: str) -> UUID | None:
    """Who has this employee number and works there now."""
    asked = select(Employment.person_id).where(
        Employment.organisation_id == organisation_id, Employment.employee_number == employee_number, EMPLOYED_NOW
    )
    return (await session.execute(asked)).scalar_one_or_none()


def standing_of(record: RecordOut) -> Standing:
    return Standing(record.state, record.review_on, tuple(record.missing))


def _record(row: Any) -> RecordOut:
    return RecordOut(*row, missing=missing_parts(row._mapping))
