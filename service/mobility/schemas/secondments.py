from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct
from pydantic import Field, model_validator

from service.kit.fields import Given
from service.mobility.rules.secondments import (
    Backfill,
    ExtensionState,
    RefusalReason,
    ReturnRole,
    SecondmentState,
)

Answer = Literal[ExtensionState.AGREED, ExtensionState.REFUSED, ExtensionState.WITHDRAWN]


class SecondmentIn(Given):
    person_id: UUID
    home_organisation_id: UUID = Field(title="home organisation", description="Keeps the substantive post.")
    host_organisation_id: UUID = Field(title="host organisation")
    agreed_on: date = Field(title="day it was agreed")
    starts: date = Field(title="first day")
    ends: date = Field(title="last day")
    home_pays: int = Field(title="home organisation's share", ge=0, le=100, description="Per cent of the cost.")
    backfill: Backfill = Field(title="who does the work meanwhile")


class ReturnIn(Given):
    return_role: ReturnRole = Field(title="post to return to")
    version: int = Field(ge=1, le=2**31 - 1, description="The version that was read.")


class EndedIn(Given):
    ended_on: date = Field(title="last day")
    version: int = Field(ge=1, le=2**31 - 1, description="The version that was read.")


class ExtensionIn(Given):
    organisation_id: UUID = Field(title="organisation that asks")
    until: date = Field(title="new last day")


class AnswerIn(Given):
    answer: Answer = Field(title="answer")
    refusal: RefusalReason | None = Field(None, title="reason", description="Needed with a refusal, and only then.")

    @model_validator(mode="after")
    def a_refusal_has_a_reason(self) -> "AnswerIn":
        if (self.answer is ExtensionState.REFUSED) != (self.refusal is not None):
            raise ValueError("Give a reason with a refusal, and only then")
        return self


class ExtensionOut(Struct, frozen=True):
    number: int
    asked_by_id: UUID
    asked_by: str
    until: date
    asked_at: datetime
    state: ExtensionState
    refusal: RefusalReason | None
    decided_at: datetime | None


class SecondmentOut(Struct, frozen=True):
    """`needs_return_role`: it ends within 90 days and nobody has said where the person returns to."""

    id: UUID
    person_id: UUID
    name: str
    home_organisation_id: UUID
    home_organisation: str
    host_organisation_id: UUID
    host_organisation: str
    agreed_on: date
    starts: date
    ends: date
    first_end: date
    ended_on: date | None
    home_pays: int
    backfill: Backfill
    return_role: ReturnRole | None
    return_checked_on: date | None
    version: int
    state: SecondmentState
    needs_return_role: bool
    extensions: list[ExtensionOut]


class ReturnDue(Struct, frozen=True):
    """For the list of work: somebody comes back and nobody knows to what, or came back and should be welcomed."""

    secondment_id: UUID
    person_id: UUID
    name: str
    home_organisation_id: UUID
    last_day: date
    is_back: bool
