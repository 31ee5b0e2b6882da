from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.conversations.rules import Audience, Purpose, State
from service.kit.fields import Code, Given, Words


class StepIn(Given):
    state: State = Field(title="the new state")
    reason: Code | None = Field(None, title="the reason", description="A code, where the step asks for one.")


class StateOut(Struct, frozen=True):
    number: int
    state: State
    at: datetime
    by: UUID
    reason: str | None
    wording: int | None


class NoteIn(Given):
    text: Annotated[Words, StringConstraints(max_length=10_000)] = Field(title="the note")
    is_shown: bool = Field(False, description="Only of a preparation: let the other party read it.")


class NoteOut(Struct, frozen=True):
    purpose: Purpose
    party: UUID
    text: str
    is_shown: bool
    version: int
    changed_at: datetime


class ShareOut(Struct, frozen=True):
    audience: Audience
    given_at: datetime
    revoked_at: datetime | None
