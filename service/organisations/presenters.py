"""Organisations and grades in words, for the administrator's pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from service.kit.errors import Invalid, Problem
from service.organisations import queries
from service.organisations.rules import KIND_NAMES, LEVEL_NAMES, Grade, level_name
from service.organisations.schemas import CrosswalkIn
from service.web.forms import Form, problems_of
from service.web.presenters import count_of

Item = dict[str, Any]
OTHER = "other"
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    id: UUID
    name: str
    code: str
    kind: str
    ods_code: str
    parent: str


def row_of(found: queries.Found, names: Mapping[UUID, str]) -> OrganisationRow:
    parent = names.get(found.parent_id, "") if found.parent_id else ""
    return OrganisationRow(found.id, found.name, found.code, KIND_NAMES[found.kind], found.ods_code or "", parent)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the organisation form offers, in the shape the NHS select takes."""

    names: Mapping[UUID, str]
    without: UUID | None = None

    def kinds(self, chosen: str) -> list[Item]:
        return _items({kind.value: name for kind, name in KIND_NAMES.items()}, chosen, "Choose a kind")

    def parents(self, chosen: str) -> list[Item]:
        others = {str(key): name for key, name in self.names.items() if key != self.without}
        return _items(others, chosen, "None")


@dataclass(frozen=True, slots=True)
class SchemeTable:
    name: str
    rows: list[tuple[Grade, str]]


@dataclass(frozen=True, slots=True)
class UnmappedRow:
    """`number` tells this row's form fields from the others'."""

    number: int
    scheme: str
    scheme_name: str
    grade: str
    organisations: str
    people: str


@dataclass(frozen=True, slots=True)
class CrosswalkPage:
    version: int
    approved_by: str
    approved_on: date | None
    note: str
    schemes: list[SchemeTable]
    unmapped: list[UnmappedRow]

    def levels(self, chosen: str) -> list[Item]:
        return _items({str(level): f"{level}: {name}" for level, name in LEVEL_NAMES.items()}, chosen, "Not mapped")


async def crosswalk_page(session: AsyncSession) -> CrosswalkPage:
    current = await queries.find_crosswalk(session)
    names = await queries.scheme_names(session)
    grades = sorted(
        await queries.current_grades(session), key=lambda grade: (grade.scheme, grade.level, _natural(grade.grade))
    )
    tables = [
        SchemeTable(names.get(scheme, scheme), [(grade, level_name(grade.level)) for grade in rows])
        for scheme, rows in groupby(grades, key=lambda grade: grade.scheme)
    ]
    unmapped = [_unmapped(number, row, names) for number, row in enumerate(await queries.unmapped_grades(session))]
    if current is None:
        return CrosswalkPage(0, "", None, "", tables, unmapped)
    return CrosswalkPage(current.version, current.approved_by, current.approved_on, current.note, tables, unmapped)


def edition_in(form: Form) -> CrosswalkIn:
    """The new edition as the page's form gives it. Raises Invalid with problems named after the form's own fields."""
    keys = [key for key in (*map(str, range(MOST_ROWS)), OTHER) if form.value(f"level-{key}")]
    if not keys:
        raise Invalid(Problem(f"level-{OTHER}", "Choose a level for at least one grade."))
    values = {name: form.value(name) for name in ("based_on", "approved_by", "approved_on", "note") if form.value(name)}
    try:
        return CrosswalkIn.model_validate({**values, "grades": [_grade(form, key) for key in keys]})
    except ValidationError as error:
        raise Invalid(*(_at_its_field(problem, keys) for problem in problems_of(error.errors(), CrosswalkIn))) from None


def _grade(form: Form, key: str) -> dict[str, str]:
    given = {name: form.value(f"{name}-{key}").strip() for name in ("scheme", "grade", "label", "level")}
    return given | {"label": given["label"] or given["grade"]}


def _at_its_field(problem: Problem, keys: list[str]) -> Problem:
    """grades.2.level is the third grade that was filled in, wherever that stood on the page."""
    found = re.fullmatch(r"grades\.(\d+)\.(\w+)", problem.field)
    if not found:
        return Problem("level-other" if problem.field == "grades" else problem.field, problem.message)
    return Problem(f"{found[2]}-{keys[int(found[1])]}", problem.message.replace(problem.field, found[2]))


def _unmapped(number: int, row: queries.Found, names: Mapping[str, str]) -> UnmappedRow:
    people = "Fewer than 10 people" if row.people is None else f"About {count_of(row.people, 'person', 'people')}"
    name = names.get(row.scheme, row.scheme)
    return UnmappedRow(number, row.scheme, name, row.grade, count_of(row.organisations, "organisation"), people)


def _items(choices: Mapping[str, str], chosen: str, none: str) -> list[Item]:
    items = [{"value": value, "text": name, "selected": value == chosen} for value, name in choices.items()]
    return [{"value": "", "text": none, "selected": not chosen}, *items]


def _natural(grade: str) -> list[tuple[int, str]]:
    """LG2 before LG10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", grade)]
