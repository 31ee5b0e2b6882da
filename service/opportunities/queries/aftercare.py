"""What is owed to those who were not chosen, the soonest due first."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page
from service.opportunities.queries.interests import names_in_interests
from service.opportunities.rules.aftercare import is_late
from service.opportunities.schemas.aftercare import CareOut
from service.opportunities.tables import Aftercare, Interest, Opportunity
from service.organisations.tables import Organisation
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment

_WORKS_HERE = exists().where(
    Employment.organisation_id == Aftercare.organisation_id, Employment.person_id == Aftercare.person_id, EMPLOYED_NOW
)
_CARE = (
    select(
        Aftercare,
        Organisation.name.label("organisation"),
        Interest.opportunity_id,
        Opportunity.title,
        Interest.state,
        _WORKS_HERE.label("works_here"),
    )
    .join(Interest, (Interest.person_id == Aftercare.person_id) & (Interest.id == Aftercare.interest_id))
    .join(
        Opportunity,
        (Opportunity.organisation_id == Interest.organisation_id) & (Opportunity.id == Interest.opportunity_id),
    )
    .join(Organisation, Organisation.id == Aftercare.organisation_id)
    # `closed_at` is worked out by the database.
    .execution_options(populate_existing=True)
)
_ORDER = (Aftercare.due_on, Aftercare.interest_id)


async def list_due(
    session: AsyncSession, where: Collection[UUID], today: date, cursor: str | None = None, size: int = 50
) -> Page[CareOut]:
    """What these organisations still owe, the soonest due first."""
    asked = _CARE.where(Aftercare.organisation_id.in_(where), Aftercare.closed_at.is_(None))
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(*_ORDER) > tuple_(after.day, after.id))
    found = await _cares(session, asked.order_by(*_ORDER).limit(size + 1), today)
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], str(Cursor(last.due_on.isoformat(), last.interest_id)) if last else None)


async def get_care(session: AsyncSession, interest_id: UUID, where: Collection[UUID], today: date) -> CareOut:
    """Raises NotFound unless one of these organisations owes it."""
    asked = _CARE.where(Aftercare.interest_id == interest_id, Aftercare.organisation_id.in_(where))
    found = await _cares(session, asked, today)
    if not found:
        raise NotFound("aftercare")
    return found[0]


async def _cares(session: AsyncSession, asked: Select[*tuple[Any, ...]], today: date) -> list[CareOut]:
    rows = (await session.execute(asked)).all()
    names = await names_in_interests(session, {row[0].person_id for row in rows}) if rows else {}
    return [_care(row, names, today) for row in rows]


def _care(row: Any, names: dict[UUID, str], today: date) -> CareOut:
    held: Aftercare = row[0]
    return CareOut(
        held.interest_id,
        held.person_id,
        names.get(held.person_id, ""),
        held.organisation_id,
        row.organisation,
        row.opportunity_id,
        row.title,
        row.state,
        held.opened_at,
        held.due_on,
        held.conversation_id,
        held.talked_on,
        held.next_step,
        held.declined_at is not None,
        held.closed_at,
        row.works_here,
        is_late(held.due_on, today),
    )
