"""What an organisation holds of its workforce: copied out as frames, through row security."""

from hashlib import sha256
from uuid import UUID

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import NotFound
from service.organisations.tables import CrosswalkEntry, CrosswalkVersion, Organisation
from service.transfer.checking import Checked
from service.transfer.columns import plain
from service.transfer.copying import copied, driver
from service.transfer.workforce.checking import Known
from service.transfer.workforce.matching import Held

_TEXT = pl.String
_PEOPLE = pl.Schema(
    dict.fromkeys(("person_id", "employee_number", "listed_as"), _TEXT)
    | {"left": pl.Date, "given_name": _TEXT, "family_name": _TEXT, "birth_date": pl.Date, "email": _TEXT, "seen": _TEXT}
)
_POSTS = pl.Schema(
    dict.fromkeys(("assignment_id", "person_id", "kind", "job_title", "grade_scheme", "grade", "staff_group"), _TEXT)
    | {"fte": pl.Float64, "started": pl.Date, "ended": pl.Date}
    | dict.fromkeys(("end_reason", "destination", "contract"), _TEXT)
)
_PEOPLE_HELD = """
    SELECT e.person_id, e.employee_number, e.listed_as, e.ended, p.given_name, p.family_name, p.birth_date, p.email,
           (p.id IS NOT NULL)::text
      FROM employments e LEFT JOIN people p ON p.id = e.person_id WHERE e.organisation_id = $1"""
_POSTS_HELD = """
    SELECT id, person_id, kind, job_title, grade_scheme, grade, staff_group, fte, started, ended, end_reason,
           destination, contract
      FROM assignments WHERE organisation_id = $1"""


async def held(session: AsyncSession, organisation_id: UUID) -> Held:
    # What is held is read in these columns: a plan that was made without one of them is made again.
    mark = sha256(",".join(_POSTS).encode())
    people = await copied(session, _PEOPLE_HELD, organisation_id, _PEOPLE, mark)
    posts = await copied(session, _POSTS_HELD, organisation_id, _POSTS, mark)
    return Held(people.with_columns(seen=pl.col("seen") == "true"), posts, mark.hexdigest())


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
