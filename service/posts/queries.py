from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.kit.paging import Cursor, Page, page_of
from service.organisations.rules import level_name
from service.organisations.tables import CrosswalkEntry, CrosswalkVersion, GradeScheme, Organisation
from service.people.names import said_as
from service.people.queries import EMPLOYED_NOW, fits
from service.people.schemas import Found
from service.people.tables import Employment
from service.posts.rules import AssignmentKind, Term
from service.posts.schemas import AssignmentOut, Listed
from service.posts.tables import Assignment

# The crosswalk that is in force. A grade that it does not name has no level.
LEVEL = and_(
    CrosswalkEntry.version == select(func.max(CrosswalkVersion.version)).scalar_subquery(),
    CrosswalkEntry.scheme == Assignment.grade_scheme,
    CrosswalkEntry.grade == Assignment.grade,
)
_ASSIGNMENT = (
    select(
        Assignment.id,
        Assignment.person_id,
        Assignment.organisation_id,
        Organisation.name,
        Assignment.kind,
        Assignment.job_title,
        Assignment.grade_scheme,
        Assignment.grade,
        CrosswalkEntry.level,
        CrosswalkEntry.label,
        Assignment.staff_group,
        Assignment.fte,
        Assignment.started,
        Assignment.ended,
        Assignment.end_reason,
        Assignment.destination,
        Assignment.contract,
    )
    .join(Organisation, Organisation.id == Assignment.organisation_id)
    .outerjoin(CrosswalkEntry, LEVEL)
)
HELD_TODAY = and_(
    Assignment.started <= func.current_date(), or_(Assignment.ended.is_(None), Assignment.ended >= func.current_date())
)
# The job somebody is listed under: the substantive one, else the newest.
_JOB = (
    select(Assignment.job_title)
    .where(
        Assignment.organisation_id == Employment.organisation_id,
        Assignment.person_id == Employment.person_id,
        HELD_TODAY,
    )
    .order_by((Assignment.kind == AssignmentKind.SUBSTANTIVE).desc(), Assignment.started.desc())
    .limit(1)
    .scalar_subquery()
)


async def list_people(
    session: AsyncSession, where: Collection[UUID], search: str = "", cursor: str | None = None, size: int = 50
) -> Page[Listed]:
    """The people whom these organisations employ now, by family name. It names their jobs, so it is not in `people`."""
    columns = (Employment.person_id, Employment.listed_as, Employment.employee_number, _JOB.label("job_title"))
    asked = select(*columns).where(_in(where), EMPLOYED_NOW)
    if search.strip():
        asked = asked.where(fits(search))
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(Employment.listed_as, Employment.person_id) > tuple_(after.text, after.id))
    ordered = asked.order_by(Employment.listed_as, Employment.person_id).limit(size + 1)
    page = page_of((await session.execute(ordered)).all(), size, ("listed_as", "person_id"))
    return Page([_listed(*row) for row in page.items], page.next_cursor)


async def with_jobs(session: AsyncSession, found: Iterable[Found]) -> list[Found]:
    """The same people, each with the job they hold there now as far as the reader may see it."""
    people = list(found)
    asked = select(Employment.person_id, Employment.organisation_id, _JOB).where(
        tuple_(Employment.person_id, Employment.organisation_id).in_(
            [(one.person_id, one.organisation_id) for one in people]
        )
    )
    jobs = {(person, place): job for person, place, job in (await session.execute(asked)).all()}
    return [replace(one, job_title=jobs.get((one.person_id, one.organisation_id))) for one in people]


async def list_assignments(
    session: AsyncSession,
    person_id: UUID,
    where: Iterable[UUID] | None = None,
    cursor: str | None = None,
    size: int = 100,
) -> Page[AssignmentOut]:
    """What one person holds and has held, newest first; in these organisations only, where they are given."""
    asked = _ASSIGNMENT.where(Assignment.person_id == person_id)
    if where is not None:
        asked = asked.where(Assignment.organisation_id.in_(where))
    if after := Cursor.read(cursor):
        asked = asked.where(tuple_(Assignment.started, Assignment.id) < tuple_(after.day, after.id))
    ordered = asked.order_by(Assignment.started.desc(), Assignment.id.desc()).limit(size + 1)
    found = await _assignments(session, ordered)
    more = str(Cursor(found[size - 1].started.isoformat(), found[size - 1].id)) if len(found) > size else None
    return Page(found[:size], more)


async def get_assignment(session: AsyncSession, assignment_id: UUID, where: Iterable[UUID]) -> AssignmentOut:
    """Raises NotFound when there is none, or none in these organisations."""
    found = await _assignments(
        session, _ASSIGNMENT.where(Assignment.id == assignment_id, Assignment.organisation_id.in_(where))
    )
    if not found:
        raise NotFound("post")
    return found[0]


async def list_terms(
    session: AsyncSession, organisation_id: UUID, person_id: UUID, but: UUID | None = None
) -> list[tuple[str, Term]]:
    """(job title, term) of all that a person holds or held in one organisation, but for one assignment."""
    columns = (Assignment.job_title, Assignment.kind, Assignment.fte, Assignment.started, Assignment.ended)
    asked = select(*columns).where(
        Assignment.organisation_id == organisation_id,
        Assignment.person_id == person_id,
        Assignment.id.is_distinct_from(but),
    )
    rows: Sequence[Any] = (await session.execute(asked)).all()
    return [(row.job_title, Term(*row[1:])) for row in rows]


async def list_schemes(session: AsyncSession) -> dict[str, str]:
    """code -> name of every grade scheme."""
    asked = select(GradeScheme.code, GradeScheme.name).order_by(GradeScheme.name)
    return {row.code: row.name for row in await session.execute(asked)}


async def list_places(session: AsyncSession, codes: Iterable[str] | None = None) -> dict[str, str]:
    """code -> name of the system's organisations, by name."""
    asked = select(Organisation.code, Organisation.name).order_by(Organisation.name)
    if codes is not None:
        asked = asked.where(Organisation.code.in_(codes))
    return {row.code: row.name for row in await session.execute(asked)}


async def _assignments(session: AsyncSession, asked: Select[*tuple[Any, ...]]) -> list[AssignmentOut]:
    return [_assignment(row) for row in (await session.execute(asked)).all()]


def _assignment(row: Any) -> AssignmentOut:
    # The columns stand in the order of the fields; three fields are worked out beside them.
    grade = [row.label or f"Grade {row.grade}", row.level, level_name(row.level)]
    values: list[Any] = [*row[:8], *grade, row.staff_group, float(row.fte), *row[12:]]
    return AssignmentOut(*values)


def _in(where: Collection[UUID]) -> ColumnElement[bool]:
    # One organisation is read from its index in the order of the list; several must be sorted.
    column = Employment.organisation_id
    return column == next(iter(where)) if len(where) == 1 else column.in_(where)


def _listed(person_id: UUID, listed_as: str, employee_number: str, job_title: str | None) -> Listed:
    number = f"employee {employee_number}"
    detail = f"{job_title}, {number}" if job_title else f"No current post, {number}"
    return Listed(person_id, said_as(listed_as), listed_as, detail, employee_number, job_title)
