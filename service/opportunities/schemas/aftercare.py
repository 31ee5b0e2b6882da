from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from pydantic import Field, model_validator

from service.kit.fields import Given
from service.opportunities.rules.kinds import InterestState, NextStep


class CareIn(Given):
    """What was done. A career conversation that is logged in the service fills in its date by itself."""

    next_step: NextStep | None = Field(None, title="next step")
    talked_on: date | None = Field(None, title="day you talked", description="Where it is not logged here.")

    @model_validator(mode="after")
    def says_something(self) -> "CareIn":
        if self.next_step is None and self.talked_on is None:
            raise ValueError("Choose a next step, or give the day you talked")
        return self


class CareOut(Struct, frozen=True):
    """`works_here`: the organisation that cares employs them now, so a conversation can be logged."""

    interest_id: UUID
    person_id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    opportunity_id: UUID
    title: str
    state: InterestState
    opened_at: datetime
    due_on: date
    conversation_id: UUID | None
    talked_on: date | None
    next_step: NextStep | None
    is_declined: bool
    closed_at: datetime | None
    works_here: bool
    is_late: bool
