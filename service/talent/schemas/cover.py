from datetime import date
from uuid import UUID

from msgspec import Struct
from pydantic import Field

from service.kit.fields import Code, Given, Line
from service.posts.rules import AssignmentKind
from service.talent.schemas.pipelines import Level, MemberOut, Said


class RoleIn(Given):
    """With `profile_id` the family and level are the role profile's; without it, both are needed."""

    organisation_id: UUID = Field(title="organisation")
    title: Line
    profile_id: UUID | None = Field(None, title="role profile")
    family_code: Code | None = Field(None, title="job family")
    level: Level | None = None
    why: Said = Field(title="why it matters")
    assignment_id: UUID | None = Field(None, title="holder's post")
    review_on: date = Field(title="day to look at it again")


class RoleChange(Given):
    title: Line
    why: Said = Field(title="why it matters")
    assignment_id: UUID | None = Field(None, title="holder's post")
    review_on: date = Field(title="day to look at it again")
    is_closed: bool = False


class RoleOut(Struct, frozen=True):
    """`now`, `soon` and `developing` are how many of the people whom the reader may see could step up."""

    organisation_id: UUID
    organisation: str
    id: UUID
    title: str
    profile_id: UUID | None
    family_code: str
    family: str
    level: int
    level_name: str
    why: str
    assignment_id: UUID | None
    review_on: date
    closed_on: date | None
    version: int
    now: int
    soon: int
    developing: int


class CoverOut(Struct, frozen=True):
    role: RoleOut
    holder_id: UUID | None
    holder: str
    members: list[MemberOut]


class EndOut(Struct, frozen=True):
    """A post whose end is known."""

    organisation_id: UUID
    assignment_id: UUID | None
    person_id: UUID
    name: str
    job_title: str
    kind: AssignmentKind
    ends: date
    is_critical: bool


class RetirementIn(Given):
    year: int | None = Field(ge=1, le=9999, description="None takes it back.")
