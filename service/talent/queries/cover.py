"""Roles that an employer could not do without, who could step up, and posts whose end is known."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.capabilities.tables import JobFamily
from service.kit.clock import today
from service.kit.errors import NotFound
from service.kit.levels import level_name
from service.kit.paging import Cursor, Page
from service.mobility.queries.ledger import names_in_moves
from service.mobility.tables import Secondment
from service.organisations.tables import Organisation
from service.people.names import said_as
from service.people.tables import Employment
from service.posts.rules import AssignmentKind
from service.posts.tables import Assignment
from service.talent.rules.codes import Stage
from service.talent.schemas.cover import EndOut, RoleOut
from service.talent.tables import CriticalRole, Pipeline, PipelineMembership, RetirementYear

SHOWN = 200


def _cover(stage: Stage, me: UUID | None) -> Any:
    """How many people whom the reader may see are at this stage of a pipeline into the role."""
    member = PipelineMembership
    fits = and_(Pipeline.family_code == CriticalRole.family_code, Pipeline.level == CriticalRole.level)
    counted = select(func.count(member.person_id.distinct())).join(Pipeline, Pipeline.id == member.pipeline_id)
    return counted.where(fits, member.stage == stage, member.person_id != me).scalar_subquery()


def _roles(me: UUID | None) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CriticalRole,
            Organisation.name.label("organisation"),
            JobFamily.name.label("family"),
            _cover(Stage.READY_NOW, me).label("now"),
            _cover(Stage.READY_SOON, me).label("soon"),
            _cover(Stage.DEVELOPING, me).label("developing"),
        )
        .join(Organisation, Organisation.id == CriticalRole.organisation_id)
        .join(JobFamily, JobFamily.code == CriticalRole.family_code)
        .execution_options(populate_existing=True)
    )


async def list_roles(
    session: AsyncSession, where: Collection[UUID], me: UUID | None, cursor: str | None = None, size: int = 50
) -> Page[RoleOut]:
    """Open ones of these employers, the first to be looked at again at the top."""
    asked = _roles(me).where(CriticalRole.organisation_id.in_(where), CriticalRole.closed_on.is_(None))
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(CriticalRole.review_on, CriticalRole.id) > tuple_(after.day, after.id))
    rows = (await session.execute(asked.order_by(CriticalRole.review_on, CriticalRole.id).limit(size + 1))).all()
    found = [_role(row) for row in rows[:size]]
    more = str(Cursor(found[-1].review_on.isoformat(), found[-1].id)) if len(rows) > size else None
    return Page(found, more)


async def list_without_cover(session: AsyncSession, where: Collection[UUID], me: UUID | None) -> list[RoleOut]:
    """Those that nobody whom the reader may see could do within two years; 20 at most."""
    member = PipelineMembership
    fits = and_(Pipeline.family_code == CriticalRole.family_code, Pipeline.level == CriticalRole.level)
    near = and_(member.pipeline_id == Pipeline.id, member.stage.in_([Stage.READY_NOW, Stage.READY_SOON]))
    covered = exists().where(fits, near, member.person_id != me)
    asked = _roles(me).where(CriticalRole.organisation_id.in_(where), CriticalRole.closed_on.is_(None), ~covered)
    rows = (await session.execute(asked.order_by(CriticalRole.review_on, CriticalRole.id).limit(20))).all()
    return [_role(row) for row in rows]


async def get_role(session: AsyncSession, role_id: UUID, where: Collection[UUID], me: UUID | None) -> RoleOut:
    """Raises NotFound unless it is one of these employers'."""
    asked = _roles(me).where(CriticalRole.id == role_id, CriticalRole.organisation_id.in_(where))
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound("role")
    return _role(row)


async def list_roles_held(session: AsyncSession, me: UUID) -> list[RoleOut]:
    """Open ones whose post the reader holds."""
    mine = exists().where(
        Assignment.organisation_id == CriticalRole.organisation_id,
        Assignment.id == CriticalRole.assignment_id,
        Assignment.person_id == me,
    )
    rows = (await session.execute(_roles(me).where(mine, CriticalRole.closed_on.is_(None)).limit(20))).all()
    return [_role(row) for row in rows]


async def find_holder(session: AsyncSession, organisation_id: UUID, assignment_id: UUID) -> tuple[UUID, str] | None:
    """(person, name and post) of whoever holds a post of this employer today."""
    asked = _posts([organisation_id]).where(Assignment.id == assignment_id, _held_on(today()))
    row = (await session.execute(asked)).one_or_none()
    return None if row is None else (row.person_id, f"{said_as(row.listed_as)}, {row.job_title}")


async def list_holders(session: AsyncSession, organisation_id: UUID, search: str) -> list[tuple[UUID, str]]:
    """(post, name and job title) of those employed here whose job title has these words; 20 at most."""
    titled = Assignment.job_title.icontains(search.strip(), autoescape=True)
    asked = _posts([organisation_id]).where(_held_on(today()), titled)
    rows = (await session.execute(asked.order_by(Employment.listed_as, Assignment.id).limit(20))).all()
    return [(row.id, f"{said_as(row.listed_as)}, {row.job_title}") for row in rows]


async def list_known_ends(session: AsyncSession, where: Collection[UUID], years: int) -> list[EndOut]:
    """Posts of these employers that end within so many years, the first at the top; 200 at most."""
    until = today() + timedelta(days=365 * years)
    critical = exists().where(
        CriticalRole.organisation_id == Assignment.organisation_id,
        CriticalRole.assignment_id == Assignment.id,
        CriticalRole.closed_on.is_(None),
    )
    ending = Assignment.ended.between(today(), until)
    asked = _posts(where).add_columns(critical.label("is_critical")).where(ending)
    rows = (await session.execute(asked.order_by(Assignment.ended, Assignment.id).limit(SHOWN))).all()
    posts = [_end(row) for row in rows]
    told = {(post.person_id, post.organisation_id) for post in posts if post.kind is AssignmentKind.SECONDMENT}
    lent = await _secondments(session, where, until)
    both = [*posts, *(one for one in lent if (one.person_id, one.organisation_id) not in told)]
    return sorted(both, key=lambda one: (one.ends, one.person_id))[:SHOWN]


async def get_retirement_year(session: AsyncSession, me: UUID) -> int | None:
    asked = select(RetirementYear.year).where(RetirementYear.person_id == me)
    return (await session.execute(asked)).scalar_one_or_none()


async def _secondments(session: AsyncSession, where: Collection[UUID], until: date) -> list[EndOut]:
    last = func.coalesce(Secondment.ended_on, Secondment.ends)
    asked = select(Secondment.person_id, Secondment.host_organisation_id, last.label("ends"))
    here = and_(Secondment.host_organisation_id.in_(where), last.between(today(), until))
    rows = (await session.execute(asked.where(here).order_by(last, Secondment.id).limit(SHOWN))).all()
    names = await names_in_moves(session, {row.person_id for row in rows}) if rows else {}
    kind = AssignmentKind.SECONDMENT
    return [
        EndOut(row[1], None, row.person_id, names.get(row.person_id, ""), "Seconded here", kind, row.ends, False)
        for row in rows
    ]


def _posts(where: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    here = and_(Employment.organisation_id == Assignment.organisation_id, Employment.person_id == Assignment.person_id)
    columns = (Assignment.organisation_id, Assignment.id, Assignment.person_id, Assignment.job_title, Assignment.kind)
    asked = select(*columns, Assignment.ended, Employment.listed_as).join(Employment, here)
    return asked.where(Assignment.organisation_id.in_(where))


def _held_on(day: date) -> ColumnElement[bool]:
    return and_(Assignment.started <= day, or_(Assignment.ended.is_(None), Assignment.ended >= day))


def _end(row: Row[*tuple[Any, ...]]) -> EndOut:
    return EndOut(
        row.organisation_id,
        row.id,
        row.person_id,
        said_as(row.listed_as),
        row.job_title,
        row.kind,
        row.ended,
        is_critical=row.is_critical,
    )


def _role(row: Row[*tuple[Any, ...]]) -> RoleOut:
    held: CriticalRole = row[0]
    return RoleOut(
        held.organisation_id,
        row.organisation,
        held.id,
        held.title,
        held.profile_id,
        held.family_code,
        row.family,
        held.level,
        level_name(held.level),
        held.why,
        held.assignment_id,
        held.review_on,
        held.closed_on,
        held.version,
        now=row.now,
        soon=row.soon,
        developing=row.developing,
    )
