from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.kit.fields import Given, Line, Words
from service.pathways.rules.transitions import SupportKind, TransitionState


class SupportIn(Given):
    kind: SupportKind = Field(title="kind of support")
    who: Line = Field(title="who helps", description="The name of a person or a group.")
    arranged_on: date | None = Field(None, title="date", description="Today, unless you say otherwise.")


class EndIn(Given):
    state: Literal["complete", "ended_early"] = Field(title="how it ended")


class AnswerIn(Given):
    support_perception: int = Field(ge=1, le=5, title="how supported you feel")
    words: Annotated[Words, StringConstraints(max_length=4000)] = Field("", title="your own words")


class SupportOut(Struct, frozen=True):
    kind: SupportKind
    who: str
    arranged_on: date


class CheckInOut(Struct, frozen=True):
    """A check-in. What was answered is there for the person alone."""

    day: int
    due_on: date
    answered_at: datetime | None
    support_perception: int | None = None
    words: str = ""


class TransitionOut(Struct, frozen=True):
    id: UUID
    person_id: UUID
    organisation_id: UUID
    organisation: str
    job_title: str
    from_tier: str | None
    to_tier: str
    to_tier_name: str
    started_on: date
    support_due_on: date
    state: TransitionState
    supports: list[SupportOut]
    check_ins: list[CheckInOut]
    name: str = ""
