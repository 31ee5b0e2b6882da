"""Organisations and the crosswalk are facts about employers, not people: anyone signed in may read them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.kit.paging import Cursor
from service.organisations.rules import Grade
from service.organisations.tables import CrosswalkEntry, CrosswalkVersion, GradeScheme, Organisation

Found = Row[*tuple[Any, ...]]
_ORGANISATION = (
    Organisation.id,
    Organisation.code,
    Organisation.name,
    Organisation.kind,
    Organisation.ods_code,
    Organisation.parent_id,
    Organisation.version,
)
_LATEST = select(func.max(CrosswalkVersion.version)).scalar_subquery()


async def get_organisation(session: AsyncSession, organisation_id: UUID) -> Found:
    found = (await session.execute(select(*_ORGANISATION).where(Organisation.id == organisation_id))).one_or_none()
    if found is None:
        raise NotFound("organisation")
    return found


async def find_organisation_by_code(session: AsyncSession, code: str) -> Found | None:
    return (await session.execute(select(*_ORGANISATION).where(Organisation.code == code))).one_or_none()


async def list_organisations(session: AsyncSession, size: int, cursor: Cursor | None = None) -> Sequence[Found]:
    """By name; `size + 1` rows."""
    asked = select(*_ORGANISATION).order_by(Organisation.name, Organisation.id).limit(size + 1)
    if cursor:
        asked = asked.where(tuple_(Organisation.name, Organisation.id) > (cursor.text, cursor.id))
    return (await session.execute(asked)).all()


async def organisation_names(session: AsyncSession) -> Mapping[UUID, str]:
    """Every organisation, by name: for lists to choose from."""
    rows = await session.execute(
        select(Organisation.id, Organisation.name).order_by(Organisation.name, Organisation.id)
    )
    return {row.id: row.name for row in rows}


async def parents(session: AsyncSession) -> Mapping[UUID, UUID | None]:
    rows = await session.execute(select(Organisation.id, Organisation.parent_id))
    return {row.id: row.parent_id for row in rows}


async def scheme_names(session: AsyncSession) -> Mapping[str, str]:
    rows = await session.execute(select(GradeScheme.code, GradeScheme.name).order_by(GradeScheme.name))
    return {row.code: row.name for row in rows}


async def find_crosswalk(session: AsyncSession) -> Found | None:
    """The current edition's number and approval; None before there is one."""
    shown = (
        CrosswalkVersion.version,
        CrosswalkVersion.approved_by,
        CrosswalkVersion.approved_on,
        CrosswalkVersion.note,
    )
    return (await session.execute(select(*shown).where(CrosswalkVersion.version == _LATEST))).one_or_none()


async def current_grades(session: AsyncSession) -> list[Grade]:
    """The rows of the current edition."""
    shown = (CrosswalkEntry.scheme, CrosswalkEntry.grade, CrosswalkEntry.label, CrosswalkEntry.level)
    asked = (
        select(*shown).where(CrosswalkEntry.version == _LATEST).order_by(CrosswalkEntry.scheme, CrosswalkEntry.grade)
    )
    return [Grade(*row) for row in await session.execute(asked)]


async def unmapped_grades(session: AsyncSession) -> Sequence[Found]:
    """Grades that somebody holds today and the current edition lacks: scheme, grade, organisations, people.

    Empty unless these eyes are an administrator's. `people` is to the nearest 5, and None for fewer than 10.
    """
    return (await session.execute(text("SELECT * FROM private.unmapped_grades()"))).all()
