"""What crosses the doors of this room, and the mapping: how one kind of file names and writes what we keep."""

import re
import tomllib
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import yaml
from pydantic import AfterValidator, Field, ValidationError

from service.kit.errors import Invalid, Problem
from service.kit.fields import Given, Line, Shown
from service.transfer.cells import DateOrder
from service.transfer.columns import FIELDS
from service.transfer.rules import FileKind, State
from service.web.forms import problems_of

_YEARS_BEFORE = re.compile(r"years before (\d{4}-\d\d-\d\d)")


def _known_field(name: str) -> str:
    if name not in FIELDS:
        raise ValueError(f"{name} is not a field. The fields are: {', '.join(FIELDS)}")
    return name


def _date_rule(rule: str) -> str:
    if rule not in {"day_first", "month_first"}:
        try:
            years_before_of(rule)
        except ValueError:
            raise ValueError("write day_first, month_first or years before YYYY-MM-DD") from None
    return rule


def years_before_of(rule: str) -> date | None:
    """The day from which years are counted back, or None for day_first and month_first. Raises ValueError."""
    if rule in {"day_first", "month_first"}:
        return None
    found = _YEARS_BEFORE.fullmatch(rule)
    if not found:
        raise ValueError(rule)
    return date.fromisoformat(found[1])


FieldName = Annotated[str, AfterValidator(_known_field)]
DateRule = Annotated[str, Field(max_length=30), AfterValidator(_date_rule)]
CodeMap = Annotated[dict[Line, Annotated[str, Field(max_length=200)]], Field(max_length=2_000)]


class Mapping(Given):
    """Columns, codes, dates and constants, by field. A field is filled from a column or from a constant, never both."""

    columns: Annotated[dict[FieldName, Line], Field(max_length=60)] = Field(
        default_factory=dict, description="field: the name of the file's column"
    )
    constants: Annotated[dict[FieldName, Line], Field(max_length=60)] = Field(
        default_factory=dict, description="field: one value for every row"
    )
    codes: Annotated[dict[FieldName, CodeMap], Field(max_length=60)] = Field(
        default_factory=dict, description="field: {what the file says: what we read instead}"
    )
    dates: Annotated[dict[FieldName, DateRule], Field(max_length=60)] = Field(
        default_factory=dict, description="field: day_first, month_first or years before YYYY-MM-DD"
    )
    date_order: DateOrder = "day_first"

    @property
    def fields(self) -> frozenset[str]:
        return frozenset({*self.columns, *self.constants, *self.codes, *self.dates})

    def rule_for(self, field: str) -> str:
        return self.dates.get(field, self.date_order)


def read_mapping(text: str) -> Mapping:
    """A mapping from YAML or TOML. Raises Invalid, with one problem for each thing that cannot be used."""
    if len(text) > 200_000:
        raise Invalid(Problem("mapping", "The mapping is too long. 200,000 characters are allowed."))
    try:
        given = _parsed(text)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        raise Invalid(
            Problem("mapping", "The mapping is neither YAML nor TOML. Start from the example in the manual.")
        ) from None
    if not isinstance(given, dict):
        raise Invalid(Problem("mapping", "Start the mapping with columns:, constants:, codes: or dates:."))
    try:
        return Mapping.model_validate(given)
    except ValidationError as error:
        problems = problems_of(error.errors())
        raise Invalid(*(Problem(f"mapping.{problem.field}", problem.message) for problem in problems)) from None


def _parsed(text: str) -> object:
    try:
        return _texts(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        # Every scalar stays the text it was written as: Yes is not true, 2015-12-31 is not a date, 08 is not 8.
        if "&" in text and "*" in text and re.search(r"(^|\s)[&*]\w", text):
            raise ValueError("aliases") from None
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  builds nothing but text, lists and dicts


def _texts(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _texts(item) for key, item in value.items()}
    return value if isinstance(value, list) else str(value)


class ApplyIn(Given):
    without_problem_rows: bool = Field(
        False, description="Import the good rows and leave the problem rows out. Needed when there are problem rows."
    )


class CheckIn(Given):
    mapping: Mapping | None = Field(None, description="Other columns, codes or dates than before. Left out: as before.")
    mapping_name: Line | None = Field(
        None, title="mapping name", description="Save the mapping under this name, or use the one saved under it."
    )


class Step(Shown):
    """One state that the import was in."""

    state: State
    at: datetime
    by: str


class Counts(Shown):
    """Rows, by what importing them would do."""

    rows: int
    new: int
    changed: int
    unchanged: int
    problems: int
    people: int = Field(description="People that the file names")
    not_in_file: int = Field(
        description="People held in the organisation and not in the file: nothing is done with them"
    )


class Unmapped(Shown):
    scheme: str
    grade: str
    rows: int


class Summary(Counts):
    """What a check found."""

    notes: tuple[str, ...] = ()
    unmapped_grades: tuple[Unmapped, ...] = ()
    equality: bool = Field(
        False, description="Whether the file has equality answers, which are recorded and never compared"
    )
    fingerprint: str = Field(description="Changes when the outcome changes")
    held: str = Field("", description="Changes when what is held changes")


class Applied(Shown):
    """What was written; a kind of record that this kind of file does not have stays at 0."""

    people_added: int = 0
    people_changed: int = 0
    posts_added: int = 0
    posts_changed: int = 0
    conversations_added: int = Field(
        0, description="Brought in as held. Each counts in a figure once the person it is about has agreed to it"
    )
    moves_added: int = 0
    offers_added: int = 0
    applications_added: int = 0
    rows_left_out: int


class Undone(Shown):
    restored: int
    left: tuple[UUID, ...] = Field(
        (), description="People (or offers) whose records were changed or used by somebody since, and left as they are"
    )


class ImportOut(Shown):
    id: UUID
    organisation_id: UUID
    kind: FileKind
    file_name: str
    state: State
    missing_columns: tuple[str, ...] = Field((), description="Needed columns that were not found: give a mapping")
    headers: tuple[str, ...] = ()
    summary: Summary | None = None
    applied: Applied | None = None
    undone: Undone | None = None
    undo_until: datetime | None = None
    history: tuple[Step, ...] = ()


class ProblemOut(Shown):
    row: int = Field(description="The row's number in a spreadsheet; the first row of the file is 1")
    column: str
    value: str
    fix: str


class ProblemPage(Shown):
    items: list[ProblemOut]
    next_cursor: str | None


class ImportPage(Shown):
    items: list[ImportOut]
    next_cursor: str | None


class MappingName(Given):
    name: Line = Field(title="name to save the columns under")


Format = Literal["csv", "xlsx"]
