from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Struct
from pydantic import Field, StringConstraints

from service.conversations.rules import ConversationKind
from service.kit.fields import Given, Words

Summary = Annotated[Words, StringConstraints(min_length=1)]


class ConversationIn(Given):
    id: UUID | None = Field(None, description="A UUID of your own making: sent twice, it is recorded once.")
    person_id: UUID = Field(title="the person")
    organisation_id: UUID = Field(title="the organisation", description="Where the conversation arose.")
    facilitator_id: UUID | None = Field(None, title="who held it", description="The person who held it. Left out: you.")
    kind: ConversationKind = Field(title="the kind of conversation")
    held_on: date = Field(title="date held")
    summary: Summary = Field(title="the summary", description="As agreed with the person. Read by its parties alone.")
    next_due_on: date | None = Field(None, title="next conversation")


class Party(Struct, frozen=True):
    id: UUID
    name: str


class Held(Struct, frozen=True):
    """That a conversation was held, for a list. Only its parties see one: the person, whoever held it, and whoever
    wrote it down."""

    id: UUID
    person: Party
    facilitator: Party
    recorded_by: Party
    organisation_id: UUID
    organisation: str
    kind: ConversationKind
    held_on: date
    next_due_on: date | None
    recorded_at: datetime

    @property
    def parties(self) -> list[Party]:
        """Each once: often whoever held it wrote it down too."""
        return list({party.id: party for party in (self.person, self.facilitator, self.recorded_by)}.values())


class ConversationOut(Held, frozen=True):
    summary: str


class Due(Struct, frozen=True):
    """A conversation to have next with somebody, as the last one agreed."""

    person_id: UUID
    organisation_id: UUID
    name: str
    held_on: date
    due_on: date


class Waiting(Struct, frozen=True):
    """What waits for one facilitator: `due` is ordered by date and may be cut short, the counts are whole."""

    due: list[Due]
    overdue: int
    soon: int
