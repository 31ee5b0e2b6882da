from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Code, Given, Words
from service.offers.rules.positive_action import RecordState
from service.offers.rules.subjects import Subject

Told = Annotated[Words, StringConstraints(max_length=4000)]
Short = Annotated[Words, StringConstraints(max_length=200)]


class RecordIn(Given):
    """A draft may leave gaps; approval asks for every part."""

    group_described: Short = Field("", title="who the group is", description="In words. Never a list of people.")
    figure: Short = Field("", title="the figure", description="The code of a released figure, from the list of them.")
    comparator: Told = Field("", title="the comparator", description="Whom the group is compared with.")
    rationale: Told = Field("", title="the reason", description="Why section 158 of the Equality Act 2010 applies.")
    proportionality: Told = Field("", title="why it is proportionate")
    alternatives: Told = Field("", title="what else was considered")
    owner_number: Code | None = Field(None, title="the owner", description="Employee number; not given, it is you.")
    review_on: date | None = Field(None, title="review date", description="Within 12 months of approval.")
    version: int = Field(0, ge=0, le=1_000_000, description="Of the draft that was read; 0 for a new one.")


class ApprovalIn(Given):
    version: int = Field(ge=1, le=1_000_000, description="Of the draft that was read.")


class EqualIn(Given):
    candidates: list[UUID] = Field(min_length=2, max_length=50, title="the candidates")
    words: Annotated[Told, StringConstraints(min_length=1)] = Field(
        title="how you know",
        description="What each was assessed on, and that they came out equal. They can read it, so name nobody.",
    )


class RecordOut(Struct, frozen=True):
    """The whole record, for the partners of its organisation. `missing` are the parts that approval still asks for."""

    id: UUID
    organisation_id: UUID
    subject: Subject
    subject_id: UUID
    title: str
    group_described: str
    evidence: str
    figure: str
    release_id: UUID | None
    comparator: str
    rationale: str
    proportionality: str
    alternatives: str
    owner_id: UUID | None
    written_by_id: UUID | None
    review_on: date | None
    state: RecordState
    approved_by: str
    approved_on: date | None
    version: int
    missing: list[str] = []


class FigureOut(Struct, frozen=True):
    """A released figure of the whole system that a record may cite by its code."""

    code: str
    group: str
    level: int
    release_number: int
    facts_on: date
    sentence: str


class ExplainedOut(Struct, frozen=True):
    """What everybody may know of the positive action that an offer or opportunity rests on, and what the reader said
    themselves. `in_force`: the record is approved and not past its review date.
    """

    subject: Subject
    subject_id: UUID
    title: str
    is_targeted: bool
    priority_until: date | None
    in_force: bool
    is_window_open: bool
    group_described: str
    evidence: str
    comparator: str
    rationale: str
    review_on: date | None
    declared_at: datetime | None


class EqualOut(Struct, frozen=True):
    """That candidates are equally qualified, as recorded."""

    id: UUID
    candidates: list[UUID]
    words: str
    recorded_by: str
    at: datetime


class TieOut(Struct, frozen=True):
    """That the reader was recorded as equally qualified with others of an offer or opportunity: how many they are with
    the reader, and never who. `words` are left out where they name one of the others."""

    subject: Subject
    subject_id: UUID
    title: str
    at: datetime
    recorded_by: str
    candidates: int
    words: str | None
