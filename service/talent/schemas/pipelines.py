from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Code, Given, Line, Words
from service.talent.rules.codes import Entry, MemberState, PipelineState, Stage, Step

Level = Annotated[int, Field(ge=1, le=9, description="A system level, from 1 to 9.")]
Said = Annotated[Words, StringConstraints(min_length=1, max_length=4000)]
OwnStep = Literal[Step.ACCEPTED, Step.DECLINED, Step.OBJECTED, Step.LEFT]


class PipelineIn(Given):
    organisation_id: UUID = Field(title="organisation", description="Looks after it.")
    in_scope: list[UUID] = Field(
        [], max_length=250, description="The employers whose people may enter; none named, all of them."
    )
    title: Line
    family_code: Code = Field(title="job family")
    level: Level
    purpose: Said = Field(title="what it is for")
    criteria: Said = Field(title="who it is for", description="Published: everybody can read it.")
    owner: Line = Field(title="who looks after it", description="A team or a name, published.")


class PipelineChange(Given):
    title: Line
    purpose: Said = Field(title="what it is for")
    criteria: Said = Field(title="who it is for")
    owner: Line = Field(title="who looks after it")
    state: PipelineState = PipelineState.OPEN


class PipelineOut(Struct, frozen=True):
    id: UUID
    organisation_id: UUID
    organisation: str
    in_scope: list[UUID]
    title: str
    family_code: str
    family: str
    level: int
    level_name: str
    purpose: str
    criteria: str
    owner: str
    state: PipelineState
    opened_on: date
    version: int


class EnterIn(Given):
    organisation_id: UUID | None = Field(None, description="Which of your employers; not given, one that is in scope.")
    words: Words = Field("", max_length=4000, title="what shows it", description="Or evidence_id.")
    evidence_id: UUID | None = Field(None, title="evidence", description="A piece of your own evidence.")


class NominationIn(Given):
    """A colleague by work e-mail; or, by those who may find people, somebody of their organisation."""

    email: Line | None = Field(None, title="work email address")
    person_id: UUID | None = Field(None, title="person")
    words: Said = Field(title="why", description="They can read it before anybody else does.")


class NominationOut(Struct, frozen=True):
    """The same whether there is such a person or not."""

    message: str


class ReviewIn(Given):
    stage: Stage
    words: Said = Field(title="what it rests on", description="The person can read it.")


class OwnStepIn(Given):
    step: OwnStep
    words: Words = Field("", max_length=4000, title="what you say", description="Needed with accepted and objected.")
    evidence_id: UUID | None = Field(None, title="evidence")


class ShownIn(Given):
    organisation_ids: list[UUID] = Field(max_length=250, description="All that may see it beside your employer.")


class StepOut(Struct, frozen=True):
    number: int
    step: Step
    stage: Stage
    words: str
    evidence_id: UUID | None
    by: str
    at: datetime


class MemberOut(Struct, frozen=True):
    """Somebody in a pipeline. `stage` is a dated statement with what it rests on in `steps`; there is no number."""

    person_id: UUID
    name: str
    id: UUID
    pipeline_id: UUID
    pipeline: str
    organisation_id: UUID
    organisation: str
    source: Entry
    state: MemberState
    stage: Stage
    entered_on: date | None
    reviewed_on: date | None
    expires_on: date | None
    is_disputed: bool
    is_lapsed: bool
    shown_to: list[UUID]
    version: int
    steps: list[StepOut] = []


class BoardOut(Struct, frozen=True):
    """Those whom the reader may see. Nobody is told how many more there are."""

    members: list[MemberOut]
    next_cursor: str | None
