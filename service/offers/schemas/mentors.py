from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Given, Line, Words
from service.offers.rules.mentors import MOST_PEOPLE, DeclineReason, MeetingWay, MentorKind, RequestState
from service.pathways.schemas.evidence import Dimension

Told = Annotated[Words, StringConstraints(min_length=1, max_length=2000)]


class MentorIn(Given):
    kind: MentorKind = Field(title="mentor or coach")
    capacity: int = Field(ge=1, le=MOST_PEOPLE, title="how many people", description="At the same time.")
    topics: list[Dimension] = Field(max_length=40, title="topics", description="1 to 8 of them.")
    level_from: int = Field(1, ge=1, le=9, title="from level")
    level_to: int = Field(9, ge=1, le=9, title="to level")
    ways: list[MeetingWay] = Field(max_length=10, title="how you meet", description="One or more.")
    languages: Line | None = Field(None, title="languages", description="That you can hold it in.")
    paused: bool = Field(False, description="Nobody finds you. Those you meet already stay.")
    version: int = Field(0, ge=0, le=1_000_000, description="That was read; 0 for a first offer.")


class MentorFilter(Given):
    topic: Dimension | None = None
    kind: MentorKind | None = None
    way: MeetingWay | None = None
    person_id: UUID | None = None


class AskIn(Given):
    mentor_id: UUID = Field(title="a mentor or coach")
    words: Told = Field(title="what you want", description="Read by the two of you, and by nobody else.")


class AnswerIn(Given):
    state: RequestState = Field(title="your answer", description="accepted, declined or ended.")
    reason: DeclineReason | None = Field(None, title="the reason", description="When you decline.")


class MentorOut(Struct, frozen=True):
    """What somebody offers, as they wrote it."""

    person_id: UUID
    kind: MentorKind
    capacity: int
    taken: int
    topics: list[str]
    level_from: int
    level_to: int
    ways: list[MeetingWay]
    languages: str
    paused: bool
    version: int


class FoundMentorOut(Struct, frozen=True):
    """Somebody who offers it, and why they are shown to the reader. In an order drawn for each reader: it says nothing
    about anybody.
    """

    person_id: UUID
    name: str
    organisation: str
    job_title: str
    kind: MentorKind
    topics: list[str]
    level_from: int
    level_to: int
    ways: list[MeetingWay]
    languages: str
    why: list[str]
    is_asked: bool


class StateOut(Struct, frozen=True):
    """One step of a request. `by_reader`: the reader took it, else the other."""

    state: RequestState
    at: datetime
    by_reader: bool
    reason: DeclineReason | None


class RequestOut(Struct, frozen=True):
    """A request, as one of its two sees it. `is_mine`: the reader asked, and the other is the mentor."""

    id: UUID
    is_mine: bool
    other: str
    other_place: str
    words: str
    state: RequestState
    asked_at: datetime
    history: list[StateOut]
