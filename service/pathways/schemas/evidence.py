from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Given, Line, Words
from service.pathways.rules.evidence import EvidenceReader

Told = Annotated[Words, StringConstraints(min_length=1, max_length=4000)]
Dimension = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}\.[a-z0-9_-]{1,40}$", max_length=81)]


class EvidenceIn(Given):
    dimension: Dimension = Field(
        title="what it shows", description="framework.dimension, such as ways.relating. The newest version is meant."
    )
    happened_on: date = Field(title="date")
    situation: Told = Field(title="the situation")
    what_happened: Told = Field(title="what happened")
    witness: Line | None = Field(None, title="who saw it", description="A name. They are not told.")
    organisation_id: UUID | None = Field(None, title="where it happened")
    profile_id: UUID | None = Field(None, title="role", description="The role it was written for, where it was.")


class EvidenceOut(Struct, frozen=True):
    """One piece of evidence. It has no mark and never will."""

    id: UUID
    person_id: UUID
    dimension: str
    dimension_name: str
    framework: str
    framework_version: int
    happened_on: date
    situation: str
    what_happened: str
    witness: str
    organisation_id: UUID | None
    profile_id: UUID | None
    version: int
    shared_with: list[EvidenceReader]


class DimensionOut(Struct, frozen=True):
    """A dimension that evidence can be about."""

    dimension: str
    name: str
    description: str
    framework: str
    kind: str
