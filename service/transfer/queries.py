"""What imports there are, and what an organisation holds: copied out as frames, through row security."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.kit.paging import Cursor
from service.organisations.tables import CrosswalkEntry, CrosswalkVersion, Organisation
from service.people.tables import Employment
from service.transfer.checking import Checked, Known
from service.transfer.columns import plain
from service.transfer.matching import Held
from service.transfer.rules import UNDO_FOR, State
from service.transfer.schemas import Applied, ImportOut, Mapping, Step, Summary, Undone
from service.transfer.tables import Import, ImportMapping, ImportStep

_TEXT = pl.String
_PEOPLE = pl.Schema(
    dict.fromkeys(("person_id", "employee_number", "listed_as"), _TEXT)
    | {"left": pl.Date, "given_name": _TEXT, "family_name": _TEXT, "birth_date": pl.Date, "email": _TEXT, "seen": _TEXT}
)
_POSTS = pl.Schema(
    dict.fromkeys(("assignment_id", "person_id", "kind", "job_title", "grade_scheme", "grade", "staff_group"), _TEXT)
    | {"fte": pl.Float64, "started": pl.Date, "ended": pl.Date, "end_reason": _TEXT, "destination": _TEXT}
)
_PEOPLE_HELD = """
    SELECT e.person_id, e.employee_number, e.listed_as, e.ended, p.given_name, p.family_name, p.birth_date, p.email,
           (p.id IS NOT NULL)::text
      FROM employments e LEFT JOIN people p ON p.id = e.person_id WHERE e.organisation_id = $1"""
_POSTS_HELD = """
    SELECT id, person_id, kind, job_title, grade_scheme, grade, staff_group, fte, started, ended, end_reason,
           destination
      FROM assignments WHERE organisation_id = $1"""


async def driver(session: AsyncSession) -> Any:
    """The asyncpg connection of this transaction: COPY is not something SQLAlchemy speaks."""
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def held(session: AsyncSession, organisation_id: UUID) -> Held:
    mark = sha256()
    people = await _copied(session, _PEOPLE_HELD, organisation_id, _PEOPLE, mark)
    posts = await _copied(session, _POSTS_HELD, organisation_id, _POSTS, mark)
    return Held(people.with_columns(seen=pl.col("seen") == "true"), posts, mark.hexdigest())


async def _copied(
    session: AsyncSession, query: str, organisation_id: UUID, schema: pl.Schema, mark: Any
) -> pl.DataFrame:
    out = BytesIO()
    await (await driver(session)).copy_from_query(query, organisation_id, output=out, format="csv")
    mark.update(out.getbuffer())
    if not out.tell():
        return pl.DataFrame(schema=schema)
    out.seek(0)
    return pl.read_csv(out, has_header=False, schema=schema)


async def known(session: AsyncSession, organisation_id: UUID, holds: Held) -> Known:
    """Raises NotFound when there is no such organisation."""
    rows = (await session.execute(select(Organisation.id, Organisation.code, Organisation.ods_code))).all()
    own = next((row for row in rows if row.id == organisation_id), None)
    if own is None:
        raise NotFound("organisation")
    grades: dict[str, set[str]] = {}
    for scheme, grade in (await mapped_grades(session)).rows():
        grades.setdefault(scheme, set()).add(grade)
    return Known(
        organisation_codes=frozenset(plain(code) for code in (own.code, own.ods_code) if code),
        system_codes=frozenset(row.code for row in rows),
        grades={scheme: frozenset(grades[scheme]) for scheme in grades},
        end_reasons=frozenset(holds.posts["end_reason"].drop_nulls().unique()),
        destinations=frozenset(holds.posts["destination"].drop_nulls().unique()),
    )


async def mapped_grades(session: AsyncSession) -> pl.DataFrame:
    """scheme, grade: those that the newest crosswalk gives a level."""
    newest = select(func.max(CrosswalkVersion.version)).scalar_subquery()
    asked = select(CrosswalkEntry.scheme, CrosswalkEntry.grade).where(CrosswalkEntry.version == newest)
    rows = [tuple(row) for row in (await session.execute(asked)).all()]
    return pl.DataFrame(rows, schema={"scheme": _TEXT, "grade": _TEXT}, orient="row")


async def linkable(session: AsyncSession, checked: Checked, holds: Held) -> frozenset[str]:
    """The identifiers of other employers' people that the file gives with the right family name and date of birth."""
    given = checked.rows.filter(pl.col("person_id").is_not_null()).join(holds.people, on="person_id", how="anti")
    given = given.select("person_id", "family_name", "birth_date").unique()
    if given.is_empty():
        return frozenset()
    found = await (await driver(session)).fetch(
        "SELECT private.people_that_fit($1::uuid[], $2::text[], $3::date[])",
        *(given[name].to_list() for name in given.columns),
    )
    return frozenset(str(row[0]) for row in found)


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


async def saved_mappings(session: AsyncSession, organisation_id: UUID) -> dict[str, Mapping]:
    asked = select(ImportMapping.name, ImportMapping.mapping).where(ImportMapping.organisation_id == organisation_id)
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


async def all_organisations(session: AsyncSession) -> Sequence[UUID]:
    return (await session.execute(select(Organisation.id))).scalars().all()


async def names_of(session: AsyncSession, organisation_id: UUID, people: Sequence[UUID]) -> list[tuple[UUID, str]]:
    asked = select(Employment.person_id, Employment.listed_as).where(
        Employment.organisation_id == organisation_id, Employment.person_id.in_(people)
    )
    return [
        (row.person_id, row.listed_as) for row in (await session.execute(asked.order_by(Employment.listed_as))).all()
    ]


_SHOWN = (Import.id, Import.organisation_id, Import.file_name, Import.headers, Import.notes, Import.mapping)
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


def _import(row: Row[Any, Any, Any, Any, Any, Any], steps: Steps) -> ImportOut:
    details = {step.state: step.detail for step in steps}
    applied_at: datetime | None = next((step.at for step in steps if step.state is State.APPLIED), None)
    state = steps[-1].state
    return ImportOut(
        id=row.id,
        organisation_id=row.organisation_id,
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
