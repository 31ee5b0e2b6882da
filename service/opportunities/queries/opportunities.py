"""Opportunities of every employer. Row security leaves drafts to those who write them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.tables import RoleProfile
from service.kit.clock import now
from service.kit.errors import NotFound
from service.kit.levels import level_name
from service.kit.paging import Cursor, Page
from service.opportunities.rules.kinds import InterestState, OpportunityState
from service.opportunities.rules.opportunities import is_open
from service.opportunities.schemas.limits import WorkingDaysOut
from service.opportunities.schemas.opportunities import Listed, OpportunityFilter, OpportunityOut
from service.opportunities.tables import Interest, Opportunity, OpportunityLimits
from service.opportunities.tables import InterestState as InterestStep
from service.organisations.tables import Organisation

LISTED: tuple[Any, ...] = (
    Opportunity.id,
    Opportunity.organisation_id,
    Organisation.name,
    Opportunity.kind,
    Opportunity.title,
    Opportunity.level,
    Opportunity.place,
    Opportunity.working_pattern,
    Opportunity.opens_on,
    Opportunity.closes_on,
    Opportunity.state,
    Opportunity.is_open_to_system,
)
PLACE: ColumnElement[bool] = Organisation.id == Opportunity.organisation_id
# For this long after the decision somebody else of the shortlist is still an answer.
FREE_AGAIN = timedelta(days=60)
_ORDER = (Opportunity.closes_on, Opportunity.id)
_ONE = (
    select(Opportunity, Organisation.name.label("organisation"), RoleProfile.title.label("role"))
    .join(Organisation, PLACE)
    .outerjoin(RoleProfile, RoleProfile.id == Opportunity.profile_id)
    .execution_options(populate_existing=True)
)


def open_on(today: date) -> ColumnElement[bool]:
    return (Opportunity.state == OpportunityState.PUBLISHED) & (Opportunity.closes_on >= today)


async def list_open(
    session: AsyncSession, wanted: OpportunityFilter, today: date, cursor: str | None = None, size: int = 50
) -> Page[Listed]:
    """What anybody in the system could ask for now, the first to close at the top."""
    asked = select(*LISTED).join(Organisation, PLACE).where(open_on(today), *_narrowed(wanted))
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(*_ORDER) > tuple_(after.day, after.id))
    return await _page(session, asked.order_by(*_ORDER), size)


async def list_of(
    session: AsyncSession, where: Collection[UUID], cursor: str | None = None, size: int = 50
) -> Page[Listed]:
    """Everything that these organisations wrote, drafts too, the last to close at the top."""
    asked = select(*LISTED).join(Organisation, PLACE).where(Opportunity.organisation_id.in_(where))
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(*_ORDER) < tuple_(after.day, after.id))
    return await _page(session, asked.order_by(*(column.desc() for column in _ORDER)), size)


async def list_to_decide(session: AsyncSession, where: Collection[UUID], today: date, size: int = 50) -> list[Listed]:
    """Those of these organisations that have closed while somebody waits to hear, the first to close at the top."""
    waits = exists().where(
        Interest.organisation_id == Opportunity.organisation_id,
        Interest.opportunity_id == Opportunity.id,
        Interest.state.in_((InterestState.SUBMITTED, InterestState.SHORTLISTED)),
    )
    asked = select(*LISTED).join(Organisation, PLACE)
    asked = asked.where(Opportunity.organisation_id.in_(where), Opportunity.closes_on < today, waits)
    return [Listed(*row) for row in await session.execute(asked.order_by(*_ORDER).limit(size))]


async def list_free_again(session: AsyncSession, where: Collection[UUID]) -> list[Listed]:
    """Those of these organisations where somebody chosen said no, nobody took their place, and others of the shortlist
    could: of the last 60 days, the newest decision at the top."""
    of_it = (
        Interest.organisation_id == Opportunity.organisation_id,
        Interest.opportunity_id == Opportunity.id,
    )
    was = (InterestStep.person_id == Interest.person_id, InterestStep.interest_id == Interest.id)
    chosen = exists().where(*was, InterestStep.state == InterestState.SELECTED)
    replaced = chosen & exists().where(*was, InterestStep.state == InterestState.NOT_SELECTED)
    gone = Interest.state.in_((InterestState.DECLINED, InterestState.WITHDRAWN)) & chosen
    counted = select(func.count().filter(gone) > func.count().filter(replaced)).where(*of_it).scalar_subquery()
    asked = select(*LISTED).join(Organisation, PLACE)
    asked = asked.where(
        Opportunity.organisation_id.in_(where),
        Opportunity.state == OpportunityState.DECIDED,
        Opportunity.decided_at > now() - FREE_AGAIN,
        exists().where(*of_it, Interest.state == InterestState.NOT_SELECTED),
        counted,
    )
    return [Listed(*row) for row in await session.execute(asked.order_by(Opportunity.decided_at.desc()).limit(50))]


async def get_opportunity(session: AsyncSession, opportunity_id: UUID, today: date) -> OpportunityOut:
    """Raises NotFound for another employer's draft too."""
    row = (await session.execute(_ONE.where(Opportunity.id == opportunity_id))).one_or_none()
    if row is None:
        raise NotFound("opportunity")
    held: Opportunity = row[0]
    hours = float(held.weekly_hours) if held.weekly_hours is not None else None
    given: dict[str, Any] = {
        name: getattr(held, name) for name in OpportunityOut.__struct_fields__ if hasattr(held, name)
    }
    told: dict[str, Any] = {"organisation": row.organisation, "role": row.role, "level_name": level_name(held.level)}
    opens: dict[str, Any] = {"is_open": is_open(held.state, held.closes_on, today), "weekly_hours": hours}
    return OpportunityOut(**(given | told | opens))


async def get_limits(session: AsyncSession) -> WorkingDaysOut:
    """The working days that the system gives itself."""
    row = (await session.execute(select(OpportunityLimits.internal_days, OpportunityLimits.aftercare_days))).one()
    return WorkingDaysOut(row.internal_days, row.aftercare_days)


async def is_profile(session: AsyncSession, profile_id: UUID) -> bool:
    return (await session.execute(select(RoleProfile.id).where(RoleProfile.id == profile_id))).first() is not None


def _narrowed(wanted: OpportunityFilter) -> list[ColumnElement[bool]]:
    words = [Opportunity.found_by.contains(word, autoescape=True) for word in wanted.search.lower().split()[:8]]
    chosen: dict[Any, object] = {
        Opportunity.kind: wanted.kind,
        Opportunity.level: wanted.level,
        Opportunity.staff_group: wanted.staff_group,
        Opportunity.organisation_id: wanted.organisation_id,
    }
    return [*(column == value for column, value in chosen.items() if value is not None), *words]


async def _page(session: AsyncSession, asked: Select[*tuple[Any, ...]], size: int) -> Page[Listed]:
    found = [Listed(*row) for row in await session.execute(asked.limit(size + 1))]
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], str(Cursor(last.closes_on.isoformat(), last.id)) if last else None)
