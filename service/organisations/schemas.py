from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from service.kit.fields import Code, Given, Line, Shown, Words
from service.organisations.rules import LEVELS, OrganisationKind, is_ods_code


def _ods(text: str) -> str:
    code = text.upper()
    if not is_ods_code(code):
        raise ValueError("Enter the code without spaces, such as RX1 or 00ABC, or leave it empty")
    return code


OdsCode = Annotated[Code, AfterValidator(_ods)]
Level = Annotated[int, Field(ge=LEVELS.start, le=LEVELS.stop - 1, title="level")]
Version = Annotated[int, Field(ge=1, le=2_000_000_000, title="version")]


class OrganisationIn(Given):
    code: Code = Field(title="short code", description="What files and downloads call it. It cannot change.")
    name: Line = Field(title="name")
    kind: OrganisationKind = Field(title="kind of organisation")
    ods_code: OdsCode | None = Field(default=None, title="ODS code")
    parent_id: UUID | None = Field(default=None, title="the organisation it belongs to")


class OrganisationCorrection(Given):
    """The whole record as it should read from now on; `version` is the one you read."""

    name: Line = Field(title="name")
    kind: OrganisationKind = Field(title="kind of organisation")
    ods_code: OdsCode | None = Field(default=None, title="ODS code")
    parent_id: UUID | None = Field(default=None, title="the organisation it belongs to")
    version: Version


class OrganisationOut(Shown):
    id: UUID
    code: str
    name: str
    kind: OrganisationKind
    ods_code: str | None
    parent_id: UUID | None
    version: int


class OrganisationsOut(Shown):
    items: list[OrganisationOut]
    next_cursor: str | None


class GradeIn(Given):
    scheme: Code = Field(title="scheme", description="The code of the pay or grade structure, such as afc.")
    grade: Code = Field(title="grade")
    label: Line = Field(title="name of the grade")
    level: Level


class CrosswalkIn(Given):
    """A new edition: that of `based_on`, with these grades added or mapped anew. Nothing already published changes."""

    based_on: Annotated[int, Field(ge=0, le=2_000_000_000, description="The edition you read; 0 where there is none.")]
    approved_by: Line = Field(title="who approved it")
    approved_on: date = Field(title="date of approval")
    note: Words = Field(default="", title="what changed")
    grades: list[GradeIn] = Field(min_length=1, max_length=1000)


class GradeOut(Shown):
    scheme: str
    grade: str
    label: str
    level: int


class CrosswalkOut(Shown):
    version: int
    approved_by: str
    approved_on: date
    note: str
    grades: list[GradeOut]


class UnmappedOut(Shown):
    scheme: str
    grade: str
    organisations: int
    people: int | None = Field(description="To the nearest 5; null for fewer than 10.")


class UnmappedGradesOut(Shown):
    items: list[UnmappedOut]
