"""What imports there are, and what was said about their columns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.kit.paging import Cursor
from service.organisations.tables import Organisation
from service.people.queries import EMPLOYED_NOW
from service.people.tables import Employment
from service.transfer.rules import UNDO_FOR, FileKind, State
from service.transfer.schemas import Applied, ImportOut, Mapping, Step, Summary, Undone
from service.transfer.tables import Import, ImportMapping, ImportStep


async def get_import(session: AsyncSession, import_id: UUID) -> ImportOut:
    """Raises NotFound for an import that is not there or not for these eyes."""
    row = (await session.execute(select(*_SHOWN).where(Import.id == import_id))).one_or_none()
    if row is None:
        raise NotFound("import")
    return _import(row, await _steps(session, [import_id]))


async def list_imports(session: AsyncSession, size: int, cursor: Cursor | None = None) -> list[ImportOut]:
    """Newest first, `size + 1` of them so that the caller can tell whether there are more."""
    asked = select(*_SHOWN).order_by(Import.id.desc()).limit(size + 1)
    if cursor:
        asked = asked.where(Import.id < cursor.id)
    rows = (await session.execute(asked)).all()
    steps = await _steps(session, [row.id for row in rows])
    return [_import(row, [step for step in steps if step.import_id == row.id]) for row in rows]


async def mapping_of(session: AsyncSession, import_id: UUID) -> Mapping | None:
    given = (await session.execute(select(Import.mapping).where(Import.id == import_id))).scalar_one_or_none()
    return Mapping.model_validate(given) if given else None


async def saved_mappings(session: AsyncSession, organisation_id: UUID, kind: FileKind) -> dict[str, Mapping]:
    asked = select(ImportMapping.name, ImportMapping.mapping)
    asked = asked.where(ImportMapping.organisation_id == organisation_id, ImportMapping.kind == kind)
    rows = (await session.execute(asked.order_by(ImportMapping.name).limit(200))).all()
    return {row.name: Mapping.model_validate(row.mapping) for row in rows}


async def organisations_for(session: AsyncSession, places: frozenset[UUID]) -> dict[UUID, str]:
    """id -> name, by name."""
    asked = select(Organisation.id, Organisation.name).where(Organisation.id.in_(places)).order_by(Organisation.name)
    return {row.id: row.name for row in (await session.execute(asked)).all()}


async def organisation_coded(session: AsyncSession, code: str) -> UUID:
    """Raises NotFound."""
    found = (await session.execute(select(Organisation.id).where(Organisation.code == code))).scalar_one_or_none()
    if found is None:
        raise NotFound(f"organisation with the code {code}")
    return found


async def employed_with(session: AsyncSession, organisation_id: UUID, employee_number: str) -> UUID:
    """Who has this number and is employed now. Raises NotFound."""
    asked = select(Employment.person_id).where(
        Employment.organisation_id == organisation_id, Employment.employee_number == employee_number, EMPLOYED_NOW
    )
    found = (await session.execute(asked)).scalar_one_or_none()
    if found is None:
        raise NotFound(f"person with the employee number {employee_number}")
    return found


async def all_organisations(session: AsyncSession) -> Sequence[UUID]:
    return (await session.execute(select(Organisation.id))).scalars().all()


async def names_of(session: AsyncSession, organisation_id: UUID, people: Sequence[UUID]) -> list[tuple[UUID, str]]:
    asked = select(Employment.person_id, Employment.listed_as).where(
        Employment.organisation_id == organisation_id, Employment.person_id.in_(people)
    )
    return [
        (row.person_id, row.listed_as) for row in (await session.execute(asked.order_by(Employment.listed_as))).all()
    ]


_SHOWN = (Import.id, Import.organisation_id, Import.kind, Import.file_name, Import.headers)
Steps = Sequence[Row[Any, Any, Any, Any, Any, Any]]


async def _steps(session: AsyncSession, imports: Sequence[UUID]) -> Steps:
    columns = (
        ImportStep.import_id,
        ImportStep.number,
        ImportStep.state,
        ImportStep.at,
        ImportStep.by,
        ImportStep.detail,
    )
    asked = select(*columns).where(ImportStep.import_id.in_(imports)).order_by(ImportStep.import_id, ImportStep.number)
    return (await session.execute(asked)).all()


def _import(row: Row[Any, Any, Any, Any, Any], steps: Steps) -> ImportOut:
    details = {step.state: step.detail for step in steps}
    applied_at: datetime | None = next((step.at for step in steps if step.state is State.APPLIED), None)
    state = steps[-1].state
    return ImportOut(
        id=row.id,
        organisation_id=row.organisation_id,
        kind=row.kind,
        file_name=row.file_name,
        state=state,
        headers=tuple(row.headers),
        missing_columns=tuple(details.get(State.UPLOADED, {}).get("missing", ())) if state is State.UPLOADED else (),
        summary=Summary.model_validate(details[State.CHECKED]) if State.CHECKED in details else None,
        applied=Applied.model_validate(details[State.APPLIED]) if State.APPLIED in details else None,
        undone=Undone.model_validate(details[State.UNDONE]) if State.UNDONE in details else None,
        undo_until=applied_at + UNDO_FOR if applied_at and state is State.APPLIED else None,
        history=tuple(Step(state=step.state, at=step.at, by=step.by) for step in steps),
    )
