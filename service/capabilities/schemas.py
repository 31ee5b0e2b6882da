from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import AfterValidator, Field

from service.capabilities.files.sheets import MOST_CHARACTERS
from service.capabilities.rules import (
    TAKEN,
    FrameworkKind,
    FrameworkState,
    How,
    ProfileState,
    RequirementKind,
    Tier,
    is_code,
)
from service.kit.fields import Code, Given, Line, Words


def _framework_code(text: str) -> str:
    if not is_code(text) or text in TAKEN:
        raise ValueError("Use small letters, digits, hyphens and underscores, such as leadership")
    return text


FrameworkCode = Annotated[Code, AfterValidator(_framework_code)]
Version = Annotated[int, Field(ge=0, le=2_000_000_000, title="version")]
# No Words: rows have line breaks and the reader names whatever else is wrong, by row and column.
Csv = Annotated[
    str,
    Field(min_length=1, max_length=MOST_CHARACTERS, title="file", description="The whole CSV file, as text in UTF-8."),
]


class FrameworkHead(Given):
    """What a framework's new version is called, where it comes from and who approved it."""

    code: FrameworkCode = Field(title="short code", description="What files and role profiles call it.")
    name: Line = Field(title="name")
    kind: FrameworkKind = Field(title="kind of framework")
    source_note: Words = Field("", title="where it comes from")
    licence_note: Words = Field("", title="licence")
    approved_by: Line = Field(title="who approved it")
    approved_on: date = Field(title="date of approval")
    based_on: Version = Field(description="The version you read; 0 where there is none.")


class FrameworkIn(FrameworkHead):
    """A framework's new version, whole. Nothing that was published changes."""

    csv: Csv


class FrameworkFileIn(Given):
    code: FrameworkCode = Field(title="short code")
    csv: Csv


class RolesIn(Given):
    csv: Csv


class RetireIn(Given):
    replaced_by_id: UUID | None = Field(None, title="the role that took its place")


class ProblemOut(Struct, frozen=True):
    """`row` as a spreadsheet numbers it: the column names are row 1."""

    row: int
    column: str
    value: str
    fix: str


class FrameworkCheck(Struct, frozen=True):
    """What publishing would do. `version` is the one it would become; dimensions are named."""

    version: int
    levels: int
    dimensions: int
    behaviours: int
    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: int
    problem_count: int
    problems: list[ProblemOut]


class RolesCheck(Struct, frozen=True):
    """What importing would do, by title. A changed role becomes a new version; the one before is retired."""

    added: list[str]
    changed: list[str]
    unchanged: int
    problem_count: int
    problems: list[ProblemOut]


class FrameworkOut(Struct, frozen=True):
    """One version of a framework; `dimensions` and `behaviours` are how many it has."""

    code: str
    version: int
    name: str
    kind: FrameworkKind
    state: FrameworkState
    source_note: str
    licence_note: str
    approved_by: str
    approved_on: date
    dimensions: int
    behaviours: int


class FrameworksOut(Struct, frozen=True):
    items: list[FrameworkOut]


class LevelOut(Struct, frozen=True):
    level: int
    name: str
    description: str


class FrameworkDetail(Struct, frozen=True):
    """`versions` are all that there are, newest first."""

    framework: FrameworkOut
    versions: list[int]
    levels: list[LevelOut]


class BehaviourOut(Struct, frozen=True):
    code: str
    text: str
    level: int | None


class DimensionOut(Struct, frozen=True):
    code: str
    name: str
    description: str
    behaviours: list[BehaviourOut]


class DimensionsOut(Struct, frozen=True):
    """`next_after` is what to ask for next; null on the last page."""

    items: list[DimensionOut]
    next_after: int | None


class FamilyOut(Struct, frozen=True):
    """`staff_group` is null where the family spans several."""

    code: str
    name: str
    staff_group: str | None


class FamiliesOut(Struct, frozen=True):
    items: list[FamilyOut]


class RoleOut(Struct, frozen=True):
    id: UUID
    code: str
    version: int
    title: str
    family_code: str
    family: str
    level: int
    level_name: str
    tier: Tier | None
    state: ProfileState
    replaced_by_id: UUID | None
    is_default: bool
    summary: str
    titles: list[str]


class RolesOut(Struct, frozen=True):
    items: list[RoleOut]
    next_cursor: str | None


class RequirementOut(Struct, frozen=True):
    """A capability is named by `dimension` and `level_name`; anything else says itself in `text`."""

    kind: RequirementKind
    is_essential: bool
    text: str
    framework_code: str | None
    framework_version: int | None
    dimension_code: str | None
    dimension: str | None
    level: int | None
    level_name: str | None


class RoleDetail(Struct, frozen=True):
    """`family_roles` are the published roles of its family, from the first level to the last."""

    role: RoleOut
    requirements: list[RequirementOut]
    family_roles: list[RoleOut]


class MatchOut(Struct, frozen=True):
    """`how` is "title", or "family_and_level" where only the staff group and level are known; null with no role."""

    how: How | None
    role: RoleOut | None
